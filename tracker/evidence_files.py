"""Files that go out: the original always as a download, a picture inline with nothing around it that runs."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, request, send_file

from tracker import uploads
from tracker.domain.errors import NotFound
from tracker.models.evidence import RenditionKind
from tracker.services import renditions, storage
from tracker.services.evidence_access import Source, public_path, stored
from tracker.services.renditions import Picture

# A file that is withdrawn must not live on in a proxy for long.
PUBLIC_SECONDS = 300
OWN_SECONDS = 3600
SEALED = "default-src 'none'; sandbox"


def attachment(path: Path, filename: str, media_type: str, *, is_public: bool = False) -> Response:
    """A file that a browser saves and opens nothing of."""
    response = send_file(
        path,
        mimetype=media_type or "application/octet-stream",
        as_attachment=True,
        download_name=filename,
        etag=path.name,
        max_age=PUBLIC_SECONDS if is_public else None,
    )
    if is_public:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
        response.cache_control.no_store = True
    return _sealed(response)


def preview(source: Source, *, is_public: bool = False) -> Response:
    """The page that the address asks for, as a picture in the page; drawn now where it was not yet.

    NotFound where it cannot be drawn.
    """
    page = request.args.get("pagina", 1, type=int)
    return _picture(ensure_picture(source, RenditionKind.PREVIEW, page), is_public=is_public)


def thumbnail(source: Source, *, is_public: bool = False) -> Response:
    """The first page, small."""
    return _picture(ensure_picture(source, RenditionKind.THUMBNAIL), is_public=is_public)


def public_attachment(source: Source) -> Response:
    """A file for anybody: of a photo its copy without metadata, made now where it was not yet."""
    if source.is_photo:
        ensure_picture(source, RenditionKind.PUBLIC_COPY)
    found = public_path(source, current_app.config["EVIDENCE_URL"])
    return attachment(found.path, found.filename, found.media_type, is_public=True)


def own_attachment(source: Source) -> Response:
    """The original for somebody of the work area."""
    found = stored(source, current_app.config["EVIDENCE_URL"])
    return attachment(found.path, found.filename, found.media_type)


def _picture(found: Picture | None, *, is_public: bool) -> Response:
    if found is None:
        raise NotFound("picture-not-made")
    path = storage.path_of(current_app.config["EVIDENCE_URL"], found.sha256)
    seconds = PUBLIC_SECONDS if is_public else OWN_SECONDS
    response = send_file(path, mimetype=found.media_type, etag=found.sha256, max_age=seconds)
    if is_public:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
    return _sealed(response)


def ensure_preview(source: Source) -> None:
    """The preview of the first page, so that a page that shows it knows how many there are."""
    ensure_picture(source, RenditionKind.PREVIEW)


def ensure_picture(source: Source, kind: RenditionKind, page: int = 1) -> Picture | None:
    """A picture that is there, or is drawn now, outside any transaction; None where there can be none."""
    found = renditions.find_picture(source.sha256, kind, page)
    if found is not None or not renditions.can_be_drawn(source.media_type):
        return found
    asked = RenditionKind.PREVIEW if kind is RenditionKind.THUMBNAIL else kind
    drawn = renditions.draw(source.sha256, asked, page=page, evidence_url=current_app.config["EVIDENCE_URL"])
    uploads.keep_pictures(drawn)
    return renditions.find_picture(source.sha256, kind, page)


def _sealed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
