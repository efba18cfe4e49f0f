"""Reports chosen to be decided together: how each stands before this reviewer, and what was decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.workflow import ReportStatus
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.progress_reports import ReportVersion, load_versions
from tracker.queries.review_rows import GOVERNMENT_ZONE, QueueRow, review_scope
from tracker.queries.reviews import rows_of

MOST = 50


@dataclass(frozen=True)
class BatchRow:
    """One report of a batch."""

    uid: str
    label: str
    title: str
    report: ReportVersion
    waiting: QueueRow | None
    """How it stands in the queue; None once it no longer waits."""

    @property
    def may_validate(self) -> bool:
        """True where it can be validated with all of its evidence, without an exception."""
        return self.waiting is not None and self.waiting.fits_batch and self.waiting.is_ready

    @property
    def may_return(self) -> bool:
        """True where it can be sent back."""
        return self.waiting is not None and self.waiting.fits_batch


def list_batch(
    actor: Actor, report_uids: Sequence[str], *, today: date, zone: str = GOVERNMENT_ZONE
) -> tuple[BatchRow, ...]:
    """The reports chosen that this reviewer may know of, in the order chosen, fifty at most."""
    require(actor, Permission.REPORT_VALIDATE)
    wanted = list(dict.fromkeys(report_uids))[:MOST]
    waiting = rows_of(actor, wanted, today=today, zone=zone)
    chosen = and_(ProgressReport.uid.in_(wanted), review_scope(actor))
    versions = {one.uid: one for one in load_versions(actor, chosen) if one.status is not ReportStatus.DRAFT}
    ids = {one.node_id for one in versions.values()}
    names = {
        row.id: row
        for row in db.session.execute(
            select(PlanNode.id, PlanNode.label, PlanNode.title).where(PlanNode.id.in_(ids))
        )
    }
    return tuple(
        BatchRow(uid, names[one.node_id].label, names[one.node_id].title, one, waiting.get(uid))
        for uid in wanted
        if (one := versions.get(uid)) is not None
    )
