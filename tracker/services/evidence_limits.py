"""How much evidence an institution and a report may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, union

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence, Redaction, StoredFile
from tracker.models.progress import ProgressReport

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The most that an institution may keep in bytes and a report in items; 0 is no limit."""

    quota_bytes: int
    items_per_report: int


FACTORY_LIMITS = Limits(5120 * MEGABYTE, 100)


def check_room(
    report: ProgressReport, limits: Limits, files: Mapping[str, int], *, replaced: str | None = None
) -> None:
    """Room for one more item in a report, and for those files (hash to size) in its institution's quota.

    Raises DomainError `evidence-too-many` or `evidence-quota-reached`. Of two at once the second waits.
    """
    count = sum(1 for one in report.evidence if one.uid != replaced)
    if limits.items_per_report and count >= limits.items_per_report:
        raise DomainError("evidence-too-many", field="files", most=limits.items_per_report)
    check_quota(report.institution_id, limits, files)


def check_quota(institution_id: int, limits: Limits, files: Mapping[str, int]) -> None:
    """Room for those files in an institution's quota; DomainError `evidence-quota-reached` without."""
    if not limits.quota_bytes or not files:
        return
    db.session.execute(
        select(Institution.id).where(Institution.id == institution_id).with_for_update(key_share=True)
    )
    known = set(
        db.session.scalars(
            select(StoredFile.sha256).where(
                StoredFile.sha256.in_(_hashes(institution_id)), StoredFile.sha256.in_(sorted(files))
            )
        )
    )
    more = sum(size for sha256, size in files.items() if sha256 not in known)
    if more and used_bytes(institution_id) + more > limits.quota_bytes:
        raise DomainError("evidence-quota-reached", field="files", megabytes=limits.quota_bytes // MEGABYTE)


def used_bytes(institution_id: int) -> int:
    """The bytes of an institution's evidence and public versions, the same bytes once."""
    total = db.session.scalar(
        select(db.func.coalesce(db.func.sum(StoredFile.size), 0)).where(
            StoredFile.sha256.in_(_hashes(institution_id))
        )
    )
    return int(total or 0)


def _hashes(institution_id: int):  # type: ignore[no-untyped-def]  # SQLAlchemy's type of a union of selects says nothing
    own = (
        select(Evidence.id, Evidence.sha256)
        .join(ProgressReport)
        .where(ProgressReport.institution_id == institution_id)
    )
    handed_in = own.with_only_columns(Evidence.sha256).where(Evidence.sha256.is_not(None))
    public = select(Redaction.sha256).where(Redaction.evidence_id.in_(own.with_only_columns(Evidence.id)))
    return union(handed_in, public)
