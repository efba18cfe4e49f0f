"""Public versions of restricted files: made in the draft, or later, and always a file of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.workflow import ReportStatus
from tracker.models.evidence import Evidence, Redaction
from tracker.models.progress import ProgressReport
from tracker.services.audit import EventTag, record
from tracker.services.evidence import Upload, store_once
from tracker.services.evidence_limits import FACTORY_LIMITS, Limits, check_quota


def add_redaction(
    actor: Actor, *, evidence_uid: str, upload: Upload, limits: Limits = FACTORY_LIMITS, now: datetime
) -> Redaction:
    """Put a public version beside a confidential or reserved file; the last one counts.

    In a draft its liaison does, and it is recorded at submission; afterwards the institution's liaison or the
    contact point, recorded at once. Raises NotFound, NotAllowed, DomainError `redaction-not-needed` for what
    is public or a link, `redaction-is-original` for bytes that are restricted, and `evidence-quota-reached`.
    """
    item = _restricted(actor, evidence_uid)
    check_quota(item.report.institution_id, limits, {upload.sha256: upload.size})
    _refuse_original(item, upload)
    store_once(upload, now)
    is_draft = item.report.status is ReportStatus.DRAFT
    if is_draft:
        item.redactions.clear()
    made = Redaction(
        sha256=upload.sha256, filename=upload.filename, author_uid=actor.uid, created_at=now, evidence=item
    )
    db.session.add(made)
    db.session.flush()
    if not is_draft:
        _record(actor, made, now)
    return made


def remove_redaction(actor: Actor, *, evidence_uid: str) -> None:
    """Take the public version of a draft's item away; what was handed in stays."""
    item = _restricted(actor, evidence_uid)
    if item.report.status is not ReportStatus.DRAFT:
        raise Conflict("transition-not-possible", status=item.report.status.value, action="edit")
    item.redactions.clear()
    db.session.flush()


def record_redactions(actor: Actor, report: ProgressReport, now: datetime) -> None:
    """Write the public versions handed in with a report into history; part of recording its submission."""
    for item in report.evidence:
        for one in item.redactions:
            if one.recorded_seq is None:
                _record(actor, one, now)


def redaction_content(one: Redaction) -> dict[str, Any]:
    """A public version as history keeps it."""
    return {
        "uid": one.uid,
        "evidence": one.evidence.uid,
        "sha256": one.sha256,
        "filename": one.filename,
        "size": one.file.size,
        "media_type": one.file.media_type,
        "author": one.author_uid,
        "created_at": one.created_at.astimezone(UTC).isoformat(),
    }


def may_redact(actor: Actor, item: Evidence) -> bool:
    """True for the institution's liaison, and once it is handed in for the contact point too."""
    if can(actor, Permission.REPORT_SUBMIT, institution_id=item.report.institution_id):
        return True
    return item.report.status is not ReportStatus.DRAFT and can(actor, Permission.REPORT_ON_BEHALF)


def _record(actor: Actor, one: Redaction, now: datetime) -> None:
    one.recorded_seq = record(
        actor, EventTag.EVIDENCE_REDACTED, "evidence", one.evidence.uid, redaction_content(one), now=now
    )
    db.session.flush()


def _restricted(actor: Actor, evidence_uid: str) -> Evidence:
    """A restricted file beside which the actor may put a public version."""
    item = db.session.scalar(select(Evidence).where(Evidence.uid == evidence_uid))
    if item is None:
        raise NotFound("evidence-not-found")
    if not may_redact(actor, item):
        own = can(actor, Permission.REPORT_READ_OWN, institution_id=item.report.institution_id)
        reads = own or (
            item.report.status is not ReportStatus.DRAFT and can(actor, Permission.EVIDENCE_READ_RESERVED)
        )
        raise NotAllowed("not-allowed") if reads else NotFound("evidence-not-found")
    if item.kind is not EvidenceKind.FILE or item.access is Access.PUBLIC:
        raise DomainError("redaction-not-needed", field="files")
    return item


def _refuse_original(item: Evidence, upload: Upload) -> None:
    """The bytes of a restricted file of the same institution are no public version of anything."""
    restricted = (
        select(Evidence.id)
        .join(ProgressReport)
        .where(
            Evidence.sha256 == upload.sha256,
            Evidence.access != Access.PUBLIC,
            or_(Evidence.id == item.id, ProgressReport.institution_id == item.report.institution_id),
        )
    )
    if db.session.scalar(restricted.limit(1)) is not None:
        raise DomainError("redaction-is-original", field="files", filename=upload.filename)
