"""Public files, always as downloads; only pictures that were drawn here are shown inside a page."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from flask.typing import ResponseReturnValue

from tracker import evidence_files as files
from tracker.access import public
from tracker.blueprints.machine import blueprint
from tracker.queries import reports
from tracker.renderers import FORMATS
from tracker.services import evidence_access, table_files


@blueprint.get("/evidencias/<string:uid>")
@public
def public_evidence(uid: str) -> ResponseReturnValue:
    """An accepted, public file of evidence; of a photo its copy without metadata."""
    return files.public_attachment(evidence_access.public_source(uid))


@blueprint.get("/evidencias/<string:uid>/version-publica")
@public
def public_redaction(uid: str) -> ResponseReturnValue:
    """The public version of an accepted, restricted file."""
    return files.public_attachment(evidence_access.public_redaction(uid))


@blueprint.get("/evidencias/<string:uid>/vista")
@public
def public_preview(uid: str) -> ResponseReturnValue:
    """A page of an accepted file that anybody may read, or of its public version."""
    return files.preview(evidence_access.public_or_redaction(uid), is_public=True)


@blueprint.get("/evidencias/<string:uid>/miniatura")
@public
def public_thumbnail(uid: str) -> ResponseReturnValue:
    """The first page of the same, small."""
    return files.thumbnail(evidence_access.public_or_redaction(uid), is_public=True)


@blueprint.get("/informes/<string:uid>/archivos/<string:format_name>")
@public
def public_report(uid: str, format_name: str) -> ResponseReturnValue:
    """A file of a published report; HTML too is a download."""
    found = reports.public_file(uid, format_name, Path(current_app.instance_path) / "reports")
    known = FORMATS.get(found.format)
    media_type = known.media_type if known else ""
    return files.attachment(found.path, found.filename, media_type, is_public=True)


@blueprint.get("/mesa-tecnica/archivos/<string:uid>")
@public
def table_file(uid: str) -> ResponseReturnValue:
    """Approved minutes of the technical table, or what shows that an agreement was met."""
    return files.public_attachment(table_files.public_table_file(uid))
