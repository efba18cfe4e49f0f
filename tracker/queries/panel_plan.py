"""The panel of those who follow whole plans: what waits, who is late, who has said nothing, how it stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, can, may_validate, require
from tracker.domain.plans import Role
from tracker.domain.schedule import days_after
from tracker.domain.states import COMPLETE, State
from tracker.domain.workflow import AWAITING_DECISION, STANDING, ReportAction, ReportStatus
from tracker.models.accounts import Institution, User, UserSession
from tracker.models.current import ActivityCurrent
from tracker.models.jobs import JobRun, JobStatus
from tracker.models.plans import Doubt, NodeRole, PlanNode, Rescheduling, ReschedulingStatus, SourceVariant
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.rounds import ReportingCalendar
from tracker.queries.panel import TAKES_REPORTS
from tracker.queries.progress_scope import holder, overdue_on, plan, with_line
from tracker.queries.review_rows import (
    GOVERNMENT_ZONE,
    REVIEW_DAYS,
    due_on,
    review_scope,
    waiting_in,
    waiting_since,
)
from tracker.queries.review_standing import list_unsupported
from tracker.queries.rounds import RoundProgress, current_progress

SHOWN = 6
GOVERNING = (Role.LEAD, Role.COORDINATOR)
_CLOSED = (*COMPLETE, State.WITHDRAWN, State.NOT_DUE, State.AWAITING_VALIDATION)


@dataclass(frozen=True)
class WaitingRow:
    """A report that waits for a decision."""

    uid: str
    label: str
    title: str
    institution: str
    percent: Decimal | None
    submitted_at: datetime | None
    may_decide: bool
    plan_is_over: bool
    review_days_late: int
    """Days by which the review itself is late; 0 while it is in time."""


@dataclass(frozen=True)
class InstitutionRow:
    """How an institution stands with what it leads in plans in course."""

    uid: str
    institution: str
    overdue: int
    days_late: int
    awaited: int
    last_reported_on: date | None
    reported_this_month: bool


@dataclass(frozen=True)
class DecisionRow:
    """A decision on a report, as the history has it."""

    uid: str
    node_uid: str
    label: str
    title: str
    institution: str
    percent: Decimal | None
    action: ReportAction
    at: datetime
    by: str
    comment: str
    exception: str


@dataclass(frozen=True)
class ReviewPanel:
    """What the contact point (or a named reviewer) has before it."""

    month: date
    waiting: int
    decidable: int
    finished: int
    """How many of those that wait are of plans whose period is over."""
    late_reviews: int
    """How many of those this reviewer may decide on wait beyond the days of the plan's calendar."""
    unsupported: int
    """Validated 100 % that rest on evidence since reopened."""
    oldest_at: datetime | None
    queue: tuple[WaitingRow, ...]
    late: tuple[InstitutionRow, ...]
    silent: tuple[InstitutionRow, ...]
    """Who has said nothing this month; what counts where no round is open."""
    rounds: tuple[RoundProgress, ...]
    """The current rounds, with who has not answered."""
    doubts: int
    variants: int
    reschedulings: int


@dataclass(frozen=True)
class Overview:
    """How the plans in course stand, for those who read everything and decide nothing."""

    total: int
    overdue: int
    complete: int
    awaiting: int
    waiting: int
    late: tuple[InstitutionRow, ...]
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True)
class SystemPanel:
    """What the administrator sees first."""

    accounts: int
    closed_accounts: int
    open_sessions: int
    failed_jobs: tuple[tuple[str, datetime], ...]
    last_job: tuple[str, datetime] | None


def get_review_panel(actor: Actor, today: date, zone: str = GOVERNMENT_ZONE) -> ReviewPanel:
    """What waits for the actor's decision, who is late and who has said nothing this month."""
    require(actor, Permission.REPORT_VALIDATE)
    waiting = _waiting(actor, today, zone)
    rows = _institutions(today)
    doubts, variants, reschedulings = _counts()
    return ReviewPanel(
        month=today.replace(day=1),
        waiting=len(waiting),
        decidable=sum(one.may_decide for one in waiting),
        finished=sum(one.plan_is_over for one in waiting),
        late_reviews=sum(one.may_decide and one.review_days_late > 0 for one in waiting),
        unsupported=len(list_unsupported(actor, review_scope(actor))),
        oldest_at=waiting[0].submitted_at if waiting else None,
        queue=tuple(waiting[:SHOWN]),
        late=_late(rows),
        silent=tuple(one for one in rows if one.awaited and not one.reported_this_month),
        rounds=current_progress(actor, today) if can(actor, Permission.REPORT_READ_ALL) else (),
        doubts=doubts,
        variants=variants,
        reschedulings=reschedulings,
    )


def _late(rows: Collection[InstitutionRow]) -> tuple[InstitutionRow, ...]:
    late = [one for one in rows if one.overdue]
    return tuple(sorted(late, key=lambda one: (-one.overdue, -one.days_late, one.institution)))


def _waiting(actor: Actor, today: date, zone: str) -> list[WaitingRow]:
    """Oldest first, those of finished plans last."""
    over = case((and_(plan.ends_on.is_not(None), plan.ends_on < today), 1), else_=0)
    since = waiting_since()
    rows = db.session.execute(
        select(
            *(ProgressReport, PlanNode, Institution, over, since),
            func.coalesce(ReportingCalendar.review_days, REVIEW_DAYS),
        )
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(plan, plan.id == PlanNode.plan_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .outerjoin(ReportingCalendar, ReportingCalendar.plan_id == plan.id)
        .where(waiting_in(review_scope(actor)))
        .order_by(over, since, ProgressReport.id)
    )
    return [
        WaitingRow(
            report.uid,
            node.label,
            node.title,
            institution.label,
            report.percent,
            report.submitted_at,
            may_validate(actor, institution_id=institution.id, author_user_id=report.author_user_id),
            bool(is_over),
            days_after(due_on(began, days, zone), today),
        )
        for report, node, institution, is_over, began, days in rows
    ]


def _institutions(today: date) -> list[InstitutionRow]:
    """Institutions that lead something in plans in course: late items, awaited items, their last report."""
    late = overdue_on(today)
    awaited = or_(late, ActivityCurrent.state.not_in(_CLOSED))
    due = func.min(case((late, ActivityCurrent.due_on), else_=None))
    rows = db.session.execute(
        with_line(
            select(
                Institution,
                func.sum(case((late, 1), else_=0)).label("overdue"),
                func.sum(case((awaited, 1), else_=0)).label("awaited"),
                due.label("due"),
            )
        )
        .join(NodeRole, (NodeRole.node_id == holder) & NodeRole.role.in_(GOVERNING))
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(plan.status.in_(TAKES_REPORTS), or_(plan.ends_on.is_(None), plan.ends_on >= today))
        .group_by(Institution.id)
        .order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    )
    last = _last_reports()
    return [_institution_row(row, last, today) for row in rows]


def _institution_row(row: Any, last: dict[int, date], today: date) -> InstitutionRow:
    institution, overdue, awaited, due = row
    reported = last.get(institution.id)
    return InstitutionRow(
        uid=institution.uid,
        institution=institution.label,
        overdue=overdue,
        days_late=(today - due).days if due else 0,
        awaited=awaited,
        last_reported_on=reported,
        reported_this_month=reported is not None and reported >= today.replace(day=1),
    )


def _last_reports() -> dict[int, date]:
    rows = db.session.execute(
        select(ProgressReport.institution_id, func.max(ProgressReport.reported_on))
        .where(ProgressReport.status.in_(STANDING))
        .group_by(ProgressReport.institution_id)
    )
    return {row[0]: row[1] for row in rows}


def _counts() -> tuple[int, int, int]:
    """Open doubts, unsettled source variants and requested reschedulings, in one query."""
    row = db.session.execute(
        select(
            select(func.count(Doubt.id)).where(Doubt.resolved_at.is_(None)).scalar_subquery(),
            select(func.count(SourceVariant.id)).where(SourceVariant.settled_at.is_(None)).scalar_subquery(),
            select(func.count(Rescheduling.id))
            .where(Rescheduling.status == ReschedulingStatus.REQUESTED)
            .scalar_subquery(),
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def get_overview(actor: Actor, today: date) -> Overview:
    """How the plans in course stand and what was decided last, for who reads everything; four queries."""
    require(actor, Permission.REPORT_READ_ALL)
    states = _states(today)
    waiting = db.session.scalar(
        select(func.count(ProgressReport.id)).where(ProgressReport.status.in_(AWAITING_DECISION))
    )
    return Overview(
        total=sum(n for state, n in states.items() if state is not State.WITHDRAWN),
        overdue=states.get(State.OVERDUE, 0),
        complete=sum(states.get(state, 0) for state in COMPLETE),
        awaiting=states.get(State.AWAITING_VALIDATION, 0),
        waiting=waiting or 0,
        late=_late(_institutions(today)),
        decisions=_decisions(),
    )


def _states(today: date) -> dict[State, int]:
    late = case((overdue_on(today), 1), else_=0)
    rows = db.session.execute(
        with_line(select(ActivityCurrent.state, late.label("late"), func.count().label("n")))
        .where(plan.status.in_(TAKES_REPORTS), or_(plan.ends_on.is_(None), plan.ends_on >= today))
        .group_by(ActivityCurrent.state, "late")
    )
    found: dict[State, int] = {}
    for row in rows:
        state = State.OVERDUE if row.late else row.state
        found[state] = found.get(state, 0) + row.n
    return found


def _decisions() -> tuple[DecisionRow, ...]:
    actions = (ReportAction.VALIDATE, ReportAction.RETURN, ReportAction.REOPEN)
    rows = db.session.execute(
        select(ReportEvent, ProgressReport, PlanNode, Institution)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(ReportEvent.action.in_(actions), ProgressReport.status != ReportStatus.DRAFT)
        .order_by(ReportEvent.recorded_seq.desc())
        .limit(8)
    )
    return tuple(
        DecisionRow(
            report.uid,
            node.uid,
            node.label,
            node.title,
            institution.label,
            report.percent,
            event.action,
            event.at,
            event.actor_label,
            event.comment,
            event.exception,
        )
        for event, report, node, institution in rows
    )


def get_system_panel(actor: Actor, now: datetime) -> SystemPanel:
    """Accounts, open sessions and the jobs that failed last, for the administrator; three queries."""
    require(actor, Permission.ACCOUNT_MANAGE)
    counts = db.session.execute(
        select(
            select(func.count(User.id)).where(User.is_active).scalar_subquery(),
            select(func.count(User.id)).where(~User.is_active).scalar_subquery(),
            select(func.count(UserSession.id))
            .where(UserSession.revoked_at.is_(None), UserSession.expires_at > now)
            .scalar_subquery(),
        )
    ).one()
    failed = db.session.execute(
        select(JobRun.job, JobRun.started_at)
        .where(JobRun.status == JobStatus.FAILED)
        .order_by(JobRun.started_at.desc())
        .limit(5)
    ).all()
    last = db.session.execute(
        select(JobRun.job, JobRun.started_at).order_by(JobRun.started_at.desc()).limit(1)
    ).first()
    return SystemPanel(
        accounts=int(counts[0]),
        closed_accounts=int(counts[1]),
        open_sessions=int(counts[2]),
        failed_jobs=tuple((row[0], row[1]) for row in failed),
        last_job=(last[0], last[1]) if last else None,
    )
