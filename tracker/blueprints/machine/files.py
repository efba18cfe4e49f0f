"""Public files, always as downloads: a browser opens none of them inside these pages."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, send_file
from flask.typing import ResponseReturnValue

from tracker.access import public
from tracker.blueprints.machine import blueprint
from tracker.queries import reports
from tracker.renderers import RENDERERS
from tracker.services import evidence_access

# A file that is withdrawn must not live on in a proxy for long.
KEPT_SECONDS = 300


def _download(path: Path, filename: str, media_type: str) -> Response:
    response = send_file(
        path,
        mimetype=media_type or "application/octet-stream",
        as_attachment=True,
        download_name=filename,
        etag=path.name,
        max_age=KEPT_SECONDS,
    )
    response.cache_control.public = True
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/evidencias/<string:uid>")
@public
def public_evidence(uid: str) -> ResponseReturnValue:
    """An accepted, public file of evidence."""
    found = evidence_access.open_public(uid, evidence_url=current_app.config["EVIDENCE_URL"])
    return _download(found.path, found.filename, found.media_type)


@blueprint.get("/informes/<string:uid>/archivos/<string:format_name>")
@public
def public_report(uid: str, format_name: str) -> ResponseReturnValue:
    """A file of a published report; HTML too is a download."""
    found = reports.public_file(uid, format_name, Path(current_app.instance_path) / "reports")
    renderer = RENDERERS.get(found.format)
    return _download(found.path, found.filename, renderer.media_type if renderer else "")
