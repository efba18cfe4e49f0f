"""Reports that wait for a decision, in few columns, each with what a reviewer must know before opening it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, select, true
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.permissions import AccountRole, Actor, Permission, can, may_validate
from tracker.domain.rounds import Calendar, review_due_on
from tracker.domain.schedule import days_after
from tracker.domain.states import State
from tracker.domain.workflow import AWAITING_DECISION, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport, ReportOpening
from tracker.models.rounds import ReportingCalendar
from tracker.queries.progress_scope import plan, standing_on
from tracker.queries.review_findings import NOT_READY, Basis, Finding, findings_of, load_basis
from tracker.queries.review_standing import reports_rested_on
from tracker.queries.reviewers import Deciders, load_deciders

GOVERNMENT_ZONE = "America/Guatemala"
REVIEW_DAYS = Calendar().review_days
_commitment = aliased(PlanNode, name="commitment_of_row")


@dataclass(frozen=True)
class QueueRow:
    """A report that waits, with its claim beside what was proven before."""

    id: int
    uid: str
    node_uid: str
    label: str
    title: str
    plan_number: int
    plan_is_over: bool
    commitment_uid: str
    commitment_label: str
    commitment_title: str
    institution_uid: str
    institution: str
    status: ReportStatus
    version: int
    lock_version: int
    percent: Decimal | None
    validated: Decimal | None
    """What the same institution had last proven of the same line; others' figures are not its own."""
    occurrence: str
    reported_on: date
    submitted_at: datetime | None
    waiting_since: datetime
    """When it was handed in; of a reopened one, when it was reopened."""
    review_due_on: date
    review_days_late: int
    """Days by which the review itself is late; 0 while it is in time."""
    state: State
    days_late: int
    """Days by which the activity is late today."""
    answered: int
    required: int
    findings: tuple[Finding, ...]
    is_opened: bool
    """True where this reviewer had it open as it now stands."""
    is_new_version: bool
    """True where an earlier version of it stands validated."""
    by_letter: bool
    may_decide: bool
    decided_by: tuple[str, ...]
    """Who decides on it, where this reviewer may not; empty means that nobody can."""

    @property
    def is_reopened(self) -> bool:
        """True where a validation was taken back."""
        return self.status is ReportStatus.REOPENED

    @property
    def is_ready(self) -> bool:
        """True where its evidence is enough for what it claims."""
        return not NOT_READY.intersection(self.findings)

    @property
    def fits_batch(self) -> bool:
        """True where a batch may decide it: this reviewer may, and had it open as it stands."""
        return self.may_decide and self.is_opened


def review_scope(actor: Actor) -> ColumnElement[bool]:
    """A named reviewer sees the reports of the institutions it was named for, the contact point all."""
    if not can(actor, Permission.REPORT_VALIDATE):
        return false()
    if actor.role is AccountRole.TABLE_MEMBER:
        return ProgressReport.institution_id.in_(actor.reviewer_for)
    return true()


def waiting_in(scope: ColumnElement[bool]) -> ColumnElement[bool]:
    """What waits for a decision within a scope."""
    return and_(ProgressReport.status.in_(AWAITING_DECISION), scope)


def load_waiting(actor: Actor, *, today: date, zone: str) -> list[QueueRow]:
    """Everything that waits in the reviewer's scope, oldest first, that of finished plans last.

    Eight queries, and five more where something was reopened.
    """
    waiting = waiting_in(review_scope(actor))
    rows = db.session.execute(_statement(actor, waiting, today)).all()
    basis = load_basis(waiting)
    deciders = load_deciders(today)
    resting = reports_rested_on(waiting)
    made = (_row(row, basis, deciders, resting, actor, today, zone) for row in rows)
    return sorted(made, key=lambda one: (one.plan_is_over, one.waiting_since, one.id))


def _statement(actor: Actor, waiting: ColumnElement[bool], today: date) -> Select[*tuple[Any, ...]]:
    report = ProgressReport
    opened = exists(
        select(ReportOpening.report_id).where(
            ReportOpening.report_id == report.id,
            ReportOpening.user_id == actor.user_id,
            ReportOpening.lock_version == report.lock_version,
        )
    )
    return (
        select(
            *(report.id, report.uid, report.thread_uid, report.node_id, report.institution_id),
            *(report.status, report.version, report.lock_version, report.percent, report.delivered),
            *(report.occurrence, report.reported_on, report.completed_on, report.no_progress),
            *(report.submitted_at, report.author_user_id, report.origin),
            *(PlanNode.uid.label("node_uid"), PlanNode.label, PlanNode.title),
            *(Institution.uid.label("institution_uid"), Institution.acronym, Institution.name),
            *(ActivityCurrent.state, ActivityCurrent.days_late, ActivityCurrent.due_on),
            ActivityCurrent.computed_on,
            *(_commitment.uid.label("commitment_uid"), _commitment.label.label("commitment_label")),
            _commitment.title.label("commitment_title"),
            plan.number.label("plan_number"),
            case((and_(plan.ends_on.is_not(None), plan.ends_on < today), 1), else_=0).label("over"),
            waiting_since().label("since"),
            func.coalesce(ReportingCalendar.review_days, REVIEW_DAYS).label("review_days"),
            opened.label("opened"),
        )
        .join(PlanNode, PlanNode.id == report.node_id)
        .join(plan, plan.id == PlanNode.plan_id)
        .join(Institution, Institution.id == report.institution_id)
        .outerjoin(_commitment, _commitment.id == PlanNode.commitment_id)
        .outerjoin(ActivityCurrent, ActivityCurrent.node_id == PlanNode.id)
        .outerjoin(ReportingCalendar, ReportingCalendar.plan_id == plan.id)
        .where(waiting)
    )


def waiting_since() -> ColumnElement[datetime]:
    """When a report began to wait: handed in, or of a reopened one, reopened."""
    return case(
        (ProgressReport.status == ReportStatus.REOPENED, ProgressReport.updated_at),
        else_=ProgressReport.submitted_at,
    )


def due_on(since: datetime, review_days: int, zone: str) -> date:
    """The last day on which a report that waits since an instant is decided in time."""
    return review_due_on(since.astimezone(ZoneInfo(zone)).date(), review_days)


def _row(
    row: Any,
    basis: Basis,
    deciders: Deciders,
    resting: frozenset[int],
    actor: Actor,
    today: date,
    zone: str,
) -> QueueRow:
    institution, author = row.institution_id, row.author_user_id
    may = may_validate(actor, institution_id=institution, author_user_id=author)
    state, days_late = State.NO_DATE, None
    if row.state is not None:
        state, days_late = standing_on(row.state, row.days_late, row.due_on, row.computed_on, today)
    due = due_on(row.since, row.review_days, zone)
    return QueueRow(
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        plan_is_over=bool(row.over),
        commitment_uid=row.commitment_uid or "",
        commitment_label=row.commitment_label or "",
        commitment_title=row.commitment_title or "",
        institution=row.acronym or row.name,
        validated=basis.validated.get((row.node_id, institution, row.occurrence)),
        occurrence=row.occurrence or "",
        waiting_since=row.since,
        review_due_on=due,
        review_days_late=max(0, days_after(due, today)),
        state=state,
        days_late=(days_late or 0) if state is State.OVERDUE else 0,
        answered=len(basis.covered(row)),
        required=len(basis.required[row.node_id]),
        findings=tuple(_findings(row, basis, resting)),
        is_opened=bool(row.opened),
        is_new_version=row.thread_uid in basis.threads,
        by_letter=row.origin == "letter",
        may_decide=may,
        decided_by=() if may else deciders.names(institution, author),
    )


_AS_THEY_ARE = (
    *("id", "uid", "node_uid", "label", "title", "plan_number", "institution_uid", "status", "version"),
    *("lock_version", "percent", "reported_on", "submitted_at"),
)


def _findings(row: Any, basis: Basis, resting: frozenset[int]) -> Iterable[Finding]:
    yield from findings_of(row, row.due_on, basis)
    if row.id in resting:
        yield Finding.OTHERS_REST_ON_IT
