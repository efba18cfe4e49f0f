"""One report before its reviewer: beside the plan's item, what was said before and what changed."""

from __future__ import annotations

from collections.abc import Iterable
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
from tracker.models.rounds import ReportingRound, RoundAnswer
from tracker.queries.progress_activity import ActivityPage, MeansRow, get_activity
from tracker.queries.progress_reports import COMPARED, EvidenceRow, ReportVersion
from tracker.queries.review_standing import RestingRow, list_resting_on

FULL = Decimal(100)
SHOWN = tuple(dict.fromkeys((*COMPARED, "obstacle_kind", "quantities")))


@dataclass(frozen=True)
class Compared:
    """One field of a report beside what was last validated and what was sent back."""

    field: str
    validated: object
    returned: object
    now: object
    is_changed: bool


@dataclass(frozen=True)
class EvidenceMark:
    """An item of evidence with what a reviewer should know of it before accepting it."""

    row: EvidenceRow
    is_new: bool
    """True where no earlier version that was decided on brought it."""
    was_accepted: bool
    """True where the same bytes or link were accepted with what was last validated."""
    reason_before: str
    """Why it was not accepted then."""
    is_after_report: bool


@dataclass(frozen=True)
class AnsweredRound:
    """The reporting round that a report answers."""

    period_start: date
    period_end: date
    due_on: date
    answered_on: date
    is_late: bool


@dataclass(frozen=True)
class ReviewPage:
    """All that a reviewer needs to decide on a report."""

    activity: ActivityPage
    report: ReportVersion
    validated: ReportVersion | None
    """What stands accepted: the earlier version of a new one, else the last of the same line."""
    returned: ReportVersion | None
    """The version before it that was sent back or withdrawn."""
    compared: tuple[Compared, ...]
    evidence: tuple[EvidenceMark, ...]
    removed: tuple[EvidenceRow, ...]
    """Evidence of the earlier versions shown that this one no longer brings."""
    missing: tuple[MeansRow, ...]
    """Means that neither this report nor an accepted one answers."""
    round: AnsweredRound | None
    resting: tuple[RestingRow, ...]
    """Validated 100 % that lose their ground without this report's evidence."""

    @property
    def waits(self) -> bool:
        """True while the report is to be decided."""
        return self.report.status in AWAITING_DECISION

    @property
    def is_new_version(self) -> bool:
        """True where an earlier version of the same report stands validated until this one is decided."""
        return self.validated is not None and self.validated.thread_uid == self.report.thread_uid

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that differ from what it is compared with."""
        return tuple(one.field for one in self.compared if one.is_changed)

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
    validated, returned = _earlier(activity, report)
    return ReviewPage(
        activity=activity,
        report=report,
        validated=validated,
        returned=returned,
        compared=tuple(_compare(report, validated, returned)),
        evidence=tuple(_mark(one, report, validated, returned) for one in report.evidence),
        removed=_removed(report, validated, returned),
        missing=tuple(one for one in activity.means if not one.answered and one.uid not in report.answered),
        round=_round(report_uid),
        resting=list_resting_on(actor, report_uid),
    )


def _earlier(
    activity: ActivityPage, report: ReportVersion
) -> tuple[ReportVersion | None, ReportVersion | None]:
    """What stands validated, and the version right before this one if it was sent back.

    Of a new version that is the earlier version of the same report, else the last one of the same line.
    """
    line = [
        one
        for one in activity.reports
        if one.institution_uid == report.institution_uid
        and one.occurrence == report.occurrence
        and one.uid != report.uid
        and one.created_at <= report.created_at
        and one.status is not ReportStatus.DRAFT
    ]
    standing = [one for one in line if one.status is ReportStatus.VALIDATED]
    same = [one for one in standing if one.thread_uid == report.thread_uid]
    validated = next(iter([*same, *standing]), None)
    before = line[0] if line else None
    sent_back = {ReportStatus.RETURNED, ReportStatus.WITHDRAWN}
    return validated, before if before is not None and before.status in sent_back else None


def _compare(
    report: ReportVersion, validated: ReportVersion | None, returned: ReportVersion | None
) -> Iterable[Compared]:
    """Every field that any of the versions fills in; changed is against the newest of the others."""
    against = returned or validated
    for name in SHOWN:
        before, back, now = (_said(one, name) for one in (validated, returned, report))
        if before is not None or back is not None or now is not None:
            changed = against is not None and _said(against, name) != now
            yield Compared(name, before, back, now, changed)


def _said(version: ReportVersion | None, name: str) -> object:
    """What a version says in a field; None where it says nothing. Zero is something."""
    value = getattr(version, name, None)
    return None if value in ("", ()) or value is False else value


def _content(one: EvidenceRow) -> str:
    return one.sha256 or one.url


def _mark(
    one: EvidenceRow, report: ReportVersion, validated: ReportVersion | None, returned: ReportVersion | None
) -> EvidenceMark:
    known = {_content(row) for version in (validated, returned) if version for row in version.evidence}
    before = [row for row in validated.evidence if _content(row) == _content(one)] if validated else []
    reasons = validated.decision.evidence_reasons if validated and validated.decision else {}
    return EvidenceMark(
        row=one,
        is_new=(validated is not None or returned is not None) and _content(one) not in known,
        was_accepted=any(row.status == "accepted" for row in before),
        reason_before=next((reasons[row.uid] for row in before if row.uid in reasons), ""),
        is_after_report=one.effective_on > report.reported_on,
    )


def _removed(
    report: ReportVersion, validated: ReportVersion | None, returned: ReportVersion | None
) -> tuple[EvidenceRow, ...]:
    now = {_content(one) for one in report.evidence}
    against = returned or (validated if validated and validated.thread_uid == report.thread_uid else None)
    return tuple(one for one in against.evidence if _content(one) not in now) if against else ()


def _round(report_uid: str) -> AnsweredRound | None:
    row = db.session.execute(
        select(ReportingRound, RoundAnswer.answered_on)
        .join(RoundAnswer, RoundAnswer.round_id == ReportingRound.id)
        .join(ProgressReport, ProgressReport.id == RoundAnswer.report_id)
        .where(ProgressReport.uid == report_uid)
    ).first()
    if row is None:
        return None
    found, answered_on = row
    return AnsweredRound(
        found.period_start, found.period_end, found.due_on, answered_on, answered_on > found.due_on
    )
