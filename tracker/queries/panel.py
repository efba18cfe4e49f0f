"""What an institution's people must do now, and what came of it (design section 5: reporting round)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Subquery, func, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import PlanStatus
from tracker.domain.states import COMPLETE, State
from tracker.domain.workflow import AWAITING_DECISION, STANDING, ReportAction, ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.models.evidence import Evidence, evidence_means
from tracker.models.plans import VerificationMeans, means_nodes
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.links import DownLink, list_own_down
from tracker.queries.notices import NewsRow, list_news
from tracker.queries.progress_scope import commitment, item, plan, standing_on, takes_part, with_line
from tracker.queries.rounds import OpenRound, current_rounds

FULL = Decimal(100)
TAKES_REPORTS = frozenset({PlanStatus.APPROVED, PlanStatus.IN_COURSE})


class Ask(StrEnum):
    """What is asked of the institution for an item; the first that holds, in this order."""

    RETURNED = "returned"
    OVERDUE = "overdue"
    DRAFT = "draft"
    EVIDENCE = "evidence"
    DUE_SOON = "due_soon"
    NO_REPORT = "no_report"
    IN_REVIEW = "in_review"


@dataclass(frozen=True)
class TaskRow:
    """One item with what is asked for it."""

    uid: str
    label: str
    title: str
    plan_number: int
    commitment: str
    """Label of its commitment."""
    ask: Ask
    state: State
    days_late: int | None
    due_on: date | None
    validated: Decimal | None
    reported: Decimal | None
    """What the actor's own institution last said."""
    status: ReportStatus | None
    submitted_at: datetime | None
    comment: str = ""
    comment_by: str = ""
    comment_at: datetime | None = None
    missing: tuple[str, ...] = ()
    required: int = 0


@dataclass(frozen=True)
class InstitutionPanel:
    """The panel of a liaison or of an institution's head."""

    month: date
    expected: int
    """Open items that are expected to say something this month."""
    informed: int
    overdue: int
    complete: int
    tasks: dict[Ask, tuple[TaskRow, ...]]
    rounds: tuple[OpenRound, ...]
    """The current rounds that ask something of the institution; without any the month counts."""
    news: tuple[NewsRow, ...]
    links_down: tuple[DownLink, ...]
    """Links of its own evidence that lead nowhere."""
    finished_plans: tuple[tuple[int, int], ...]
    """Plans whose period is over: number, and how many of their items are not proven."""

    @property
    def unreported(self) -> int:
        """How many are still to say something this month."""
        return self.expected - self.informed

    def count(self, ask: Ask) -> int:
        """How many items are asked for that."""
        return len(self.tasks.get(ask, ()))


@dataclass(frozen=True)
class _Found:
    """One item of the institution, as the statement gives it."""

    node_id: int
    uid: str
    label: str
    title: str
    plan_number: int
    commitment: str
    plan_ends_on: date | None
    state: State
    days_late: int | None
    due_on: date | None
    required: int
    validated: Decimal | None
    report: ProgressReport | None
    informed: bool
    asked: bool | None = None
    """True where the plan's current round asks for it; None where the plan has no round open."""


def get_institution_panel(actor: Actor, today: date) -> InstitutionPanel:
    """Everything the actor's institutions have to do, late and returned first, in nine queries."""
    require(actor, Permission.REPORT_READ_OWN)
    rounds = current_rounds(actor, today)
    found = [_in_round(one, rounds) for one in _items(actor.institution_ids, today)]
    current = [one for one in found if not _is_over(one, today)]
    returns = _returns([one.report.id for one in current if one.report is not None])
    missing = _missing_means(current)
    tasks: dict[Ask, list[TaskRow]] = defaultdict(list)
    for one in current:
        ask = _ask(one, missing.get(one.node_id, ()))
        if ask is not None:
            tasks[ask].append(_task(one, ask, returns, missing.get(one.node_id, ())))
    awaited = [one for one in current if _is_awaited(one)]
    return InstitutionPanel(
        month=today.replace(day=1),
        expected=len(awaited),
        informed=sum(one.informed for one in awaited),
        overdue=sum(one.state is State.OVERDUE for one in current),
        complete=sum(one.state in COMPLETE for one in current),
        tasks={ask: tuple(sorted(rows, key=_by_urgency)) for ask, rows in tasks.items()},
        rounds=rounds,
        news=list_news(actor),
        links_down=tuple(list_own_down(actor)),
        finished_plans=_finished(found, today),
    )


def _in_round(one: _Found, rounds: Sequence[OpenRound]) -> _Found:
    """The item as the current round of its plan asks for it: said once a round, however long that is."""
    of_plan = [each for each in rounds if each.round.plan_number == one.plan_number]
    if not of_plan:
        return one
    asked = any(one.node_id in each.asked_nodes for each in of_plan)
    informed = not any(one.node_id in each.open_nodes for each in of_plan)
    return replace(one, asked=asked, informed=informed if asked else one.informed)


def _items(institution_ids: Collection[int], today: date) -> list[_Found]:
    """Items in plans that take reports, with these institutions' last report and whether it is recent."""
    latest, recent = _said(institution_ids, today)
    report = aliased(ProgressReport, name="report")
    rows = db.session.execute(
        with_line(
            select(
                item.id,
                item.uid,
                item.label,
                item.title,
                plan.number,
                commitment.label,
                plan.ends_on,
                ActivityCurrent,
                report,
                recent.c.node_id,
            )
        )
        .outerjoin(latest, latest.c.node_id == item.id)
        .outerjoin(report, report.id == latest.c.report_id)
        .outerjoin(recent, recent.c.node_id == item.id)
        .where(takes_part(institution_ids), plan.status.in_(TAKES_REPORTS))
        .order_by(plan.number.desc(), item.commitment_id, item.parent_id, item.position, item.number)
    )
    return [_found(row, today) for row in rows]


def _said(institution_ids: Collection[int], today: date) -> tuple[Subquery, Subquery]:
    """The last report of each item, and the items of which something that stands was said this month."""
    latest = (
        select(ProgressReport.node_id, func.max(ProgressReport.id).label("report_id"))
        .where(ProgressReport.institution_id.in_(institution_ids))
        .group_by(ProgressReport.node_id)
        .subquery("latest")
    )
    recent = (
        select(ProgressReport.node_id)
        .where(
            ProgressReport.institution_id.in_(institution_ids),
            ProgressReport.status.in_(STANDING),
            ProgressReport.reported_on >= today.replace(day=1),
        )
        .distinct()
        .subquery("recent")
    )
    return latest, recent


def _found(row: Any, today: date) -> _Found:
    node_id, uid, label, title, plan_number, group, plan_ends_on, current, report, recent = row
    state, days_late = standing_on(
        current.state, current.days_late, current.due_on, current.computed_on, today
    )
    return _Found(
        node_id=node_id,
        uid=uid,
        label=label,
        title=title,
        plan_number=plan_number,
        commitment=group or "",
        plan_ends_on=plan_ends_on,
        state=state,
        days_late=days_late,
        due_on=current.due_on,
        required=current.required,
        validated=current.validated_percent,
        report=report,
        informed=recent is not None,
    )


def _is_over(one: _Found, today: date) -> bool:
    return one.plan_ends_on is not None and one.plan_ends_on < today


def _is_awaited(one: _Found) -> bool:
    """What the round asks for; without one, an open item that has begun or of which something was said."""
    if one.asked is not None:
        return one.asked
    return one.state not in {*COMPLETE, State.WITHDRAWN, State.NOT_DUE, State.AWAITING_VALIDATION}


def _status(one: _Found) -> ReportStatus | None:
    return one.report.status if one.report else None


def _claims_all(one: _Found) -> bool:
    """True where the last report says 100 % of the whole item; one occurrence met is not all of them."""
    report = one.report
    return (
        report is not None
        and report.occurrence is None
        and report.percent is not None
        and report.percent >= FULL
    )


def _ask(one: _Found, missing: Sequence[str]) -> Ask | None:
    """The first thing that is asked for an item; None where nothing is."""
    status = _status(one)
    if one.state is State.WITHDRAWN:
        return None
    if status is ReportStatus.RETURNED:
        return Ask.RETURNED
    if status is ReportStatus.DRAFT:
        return Ask.DRAFT
    if status in AWAITING_DECISION:
        return Ask.EVIDENCE if _claims_all(one) and missing else Ask.IN_REVIEW
    return _ask_by_date(one)


def _ask_by_date(one: _Found) -> Ask | None:
    """What the calendar asks; nothing of an institution whose own part is complete and accepted."""
    if _claims_all(one) and _status(one) is ReportStatus.VALIDATED:
        return None
    if one.state is State.OVERDUE:
        return Ask.OVERDUE
    if not _is_awaited(one) or one.informed or one.state is State.NOT_DUE:
        return None
    return Ask.DUE_SOON if one.state is State.DUE_SOON else Ask.NO_REPORT


def _by_urgency(task: TaskRow) -> tuple[int, date, str]:
    return -(task.days_late or 0), task.due_on or date.max, task.label


def _returns(report_ids: Sequence[int]) -> dict[int, ReportEvent]:
    """The last return of each report."""
    events = db.session.scalars(
        select(ReportEvent)
        .where(ReportEvent.report_id.in_(report_ids), ReportEvent.action == ReportAction.RETURN)
        .order_by(ReportEvent.recorded_seq)
    )
    return {event.report_id: event for event in events}


def _missing_means(found: Iterable[_Found]) -> dict[int, tuple[str, ...]]:
    """Means for which nothing was handed in with the last report, for items claimed in full."""
    claimed = {one.node_id: one.report.id for one in found if one.report is not None and _claims_all(one)}
    answered = (
        select(evidence_means.c.means_id)
        .join(Evidence, Evidence.id == evidence_means.c.evidence_id)
        .join(ProgressReport, ProgressReport.id == Evidence.report_id)
        .where(
            evidence_means.c.means_id == means_nodes.c.means_id,
            or_(
                Evidence.report_id.in_(claimed.values()),
                (ProgressReport.status == ReportStatus.VALIDATED)
                & (ProgressReport.node_id == means_nodes.c.node_id),
            ),
        )
    )
    rows = db.session.execute(
        select(means_nodes.c.node_id, VerificationMeans.text)
        .join(VerificationMeans, VerificationMeans.id == means_nodes.c.means_id)
        .where(means_nodes.c.node_id.in_(claimed), ~answered.exists())
        .order_by(VerificationMeans.id)
    )
    missing: dict[int, list[str]] = defaultdict(list)
    for node_id, text in rows:
        missing[node_id].append(text)
    return {node_id: tuple(texts) for node_id, texts in missing.items()}


def _task(one: _Found, ask: Ask, returns: dict[int, ReportEvent], missing: tuple[str, ...]) -> TaskRow:
    event = returns.get(one.report.id) if one.report and ask is Ask.RETURNED else None
    return TaskRow(
        uid=one.uid,
        label=one.label,
        title=one.title,
        plan_number=one.plan_number,
        commitment=one.commitment,
        ask=ask,
        state=one.state,
        days_late=one.days_late,
        due_on=one.due_on,
        validated=one.validated,
        reported=one.report.percent if one.report else None,
        status=_status(one),
        submitted_at=one.report.submitted_at if one.report else None,
        comment=event.comment if event else "",
        comment_by=event.actor_label if event else "",
        comment_at=event.at if event else None,
        missing=missing,
        required=one.required,
    )


def _finished(found: Iterable[_Found], today: date) -> tuple[tuple[int, int], ...]:
    counts: dict[int, int] = defaultdict(int)
    for one in found:
        if _is_over(one, today) and one.state not in {*COMPLETE, State.WITHDRAWN}:
            counts[one.plan_number] += 1
    return tuple(sorted(counts.items(), reverse=True))
