"""Files of the technical table, handed out: minutes and what shows that an agreement was met."""

from __future__ import annotations

from sqlalchemy import select

from tracker.db import db
from tracker.domain.permissions import Actor
from tracker.models.evidence import StoredFile
from tracker.models.meetings import TableFile
from tracker.queries.meetings import get_table_file
from tracker.queries.portal.meetings import get_public_file
from tracker.services.evidence_access import Source


def own_table_file(actor: Actor, uid: str) -> Source:
    """The file as it was handed in, for the work area; NotFound for what the actor may not know of."""
    return _source(get_table_file(actor, uid))


def public_table_file(uid: str) -> Source:
    """A file that everybody may open; NotFound otherwise."""
    return _source(get_public_file(uid))


def _source(row: TableFile) -> Source:
    media_type = db.session.scalar(select(StoredFile.media_type).where(StoredFile.sha256 == row.sha256))
    return Source(row.sha256, media_type or "", row.filename)
