"""Public versions of evidence against the chain, and pictures against what they may be made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.evidence import Access
from tracker.models.evidence import Evidence, Redaction, Rendition, StoredFile
from tracker.services.audit import EventTag
from tracker.services.evidence_redactions import redaction_content
from tracker.services.ledger import Ledger, Mismatch, against_events
from tracker.services.renditions import MEDIA_TYPES


def redactions(ledger: Ledger) -> Iterator[Mismatch]:
    """Every public version against its event; beside what was handed in none stands unrecorded."""
    yield from against_events(
        ledger,
        "redaction",
        {EventTag.EVIDENCE_REDACTED},
        db.session.scalars(
            select(Redaction)
            .join(Evidence, Evidence.id == Redaction.evidence_id)
            .where(or_(Evidence.recorded_seq.is_not(None), Redaction.recorded_seq.is_not(None)))
            .options(joinedload(Redaction.file), joinedload(Redaction.evidence))
            .order_by(Redaction.id)
        ),
        subject=lambda row: row.evidence.uid,
        content=redaction_content,
    )


def pictures(_ledger: Ledger) -> Iterator[Mismatch]:
    """A picture is a picture, and never the bytes of a restricted file: those would be open to all."""
    restricted = exists().where(Evidence.sha256 == Rendition.sha256, Evidence.access != Access.PUBLIC)
    rows = db.session.execute(
        select(Rendition.source_sha256, Rendition.kind, Rendition.page)
        .join(StoredFile, StoredFile.sha256 == Rendition.sha256)
        .where(
            or_(
                StoredFile.media_type.not_in(sorted(MEDIA_TYPES.values())),
                Rendition.page > Rendition.pages,
                restricted,
            )
        )
        .order_by(Rendition.id)
    )
    for source, kind, page in rows:
        yield Mismatch("picture-changed", source[:12], f"{kind.value} {page}")


CHECKS: tuple[Callable[[Ledger], Iterator[Mismatch]], ...] = (redactions, pictures)
