"""Files of evidence for people of the work area: the original as a download, pictures of it inline."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from tracker import evidence_files as files
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.domain.permissions import Permission
from tracker.services.evidence_access import Source, own_redaction, own_source


def _asked(uid: str) -> Source:
    """The original, or its public version where the address asks for that."""
    if request.args.get("de") == "publica":
        return own_redaction(acting(), uid)
    return own_source(acting(), uid)


@blueprint.get("/evidencia/<string:uid>")
@requires(Permission.PANEL_READ)
def evidence(uid: str) -> ResponseReturnValue:
    return files.own_attachment(_asked(uid))


@blueprint.get("/evidencia/<string:uid>/vista")
@requires(Permission.PANEL_READ)
def evidence_preview(uid: str) -> ResponseReturnValue:
    return files.preview(_asked(uid))


@blueprint.get("/evidencia/<string:uid>/miniatura")
@requires(Permission.PANEL_READ)
def evidence_thumbnail(uid: str) -> ResponseReturnValue:
    return files.thumbnail(_asked(uid))
