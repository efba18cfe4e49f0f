"""One report before its reviewer: beside the plan's item, what was said before and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor
from tracker.domain.workflow import AWAITING_DECISION, ReportStatus
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.progress_activity import ActivityPage, MeansRow, get_activity
from tracker.queries.progress_reports import (
    Difference,
    EvidenceRow,
    ReportVersion,
    differences,
    evidence_differences,
)

FULL = Decimal(100)


@dataclass(frozen=True)
class ReviewPage:
    """All that a reviewer needs to decide on a report."""

    activity: ActivityPage
    report: ReportVersion
    previous: ReportVersion | None
    changes: tuple[Difference, ...]
    added: tuple[EvidenceRow, ...]
    removed: tuple[EvidenceRow, ...]
    missing: tuple[MeansRow, ...]
    """Means that neither this report nor an accepted one answers."""

    @property
    def waits(self) -> bool:
        """True while the report is to be decided."""
        return self.report.status in AWAITING_DECISION

    @property
    def needs_exception(self) -> bool:
        """True where accepting everything would still not be enough for what is claimed (rule 3)."""
        percent = self.report.percent or Decimal(0)
        if percent >= FULL and self.missing:
            return True
        return percent > 0 and not self.report.evidence


def get_review(actor: Actor, report_uid: str, today: date) -> ReviewPage:
    """One report with its item; NotFound for a draft, and for what the actor may not read."""
    node_uid = db.session.scalar(
        select(PlanNode.uid)
        .join(ProgressReport, ProgressReport.node_id == PlanNode.id)
        .where(ProgressReport.uid == report_uid, ProgressReport.status != ReportStatus.DRAFT)
    )
    if node_uid is None:
        raise NotFound("report-not-found")
    activity = get_activity(actor, node_uid, today)
    report = activity.version(report_uid)
    previous = activity.previous(report)
    added, removed = evidence_differences(previous.evidence, report.evidence) if previous else ((), ())
    return ReviewPage(
        activity=activity,
        report=report,
        previous=previous,
        changes=differences(previous, report) if previous else (),
        added=added,
        removed=removed,
        missing=tuple(one for one in activity.means if not one.answered and one.uid not in report.answered),
    )
