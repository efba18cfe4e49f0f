"""Reporting rounds: a plan's calendar, the rounds it opens, the reports that answer them (design 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.reminders import is_reminded
from tracker.domain.rounds import AskedLine, Calendar, RoundDates, asked_lines, check_calendar, current_round
from tracker.domain.tree import assess
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingCalendar, ReportingRound, RoundAnswer, RoundItem
from tracker.models.types import new_uid
from tracker.queries.history import plan_facts
from tracker.queries.overdue import get_node_ids, list_reported_plan_ids
from tracker.queries.round_lines import calendar_of, says_line
from tracker.services.audit import EventTag, record


@dataclass(frozen=True)
class RoundCounts:
    """What an opening did: rounds opened, and the lines they ask for."""

    opened: int = 0
    items: int = 0


def open_rounds(actor: Actor, *, today: date, now: datetime) -> RoundCounts:
    """Open the current round of every plan that takes reports; a second time opens nothing."""
    counts = [open_round(actor, plan_id=one, today=today, now=now) for one in list_reported_plan_ids()]
    return RoundCounts(sum(one.opened for one in counts), sum(one.items for one in counts))


def open_round(actor: Actor, *, plan_id: int, today: date, now: datetime) -> RoundCounts:
    """Open a plan's current round of a day, where it is not open and asks for anything.

    A plan that is over for longer than it is reminded of opens none; nor does a period that another round of
    the plan has in part (its calendar changed meanwhile). Raises NotAllowed, and NotFound for no such plan.
    """
    require(actor, Permission.PLAN_MANAGE)
    plan = _locked_plan(plan_id)
    dates = current_round(calendar_of(plan.id), today)
    if not plan.takes_reports or _is_taken(plan.id, dates):
        return RoundCounts()
    facts = plan_facts(plan.id, Cut(as_of=today))
    lines = list(asked_lines(assess(facts, today), dates.period_end)) if is_reminded(facts, today) else []
    if not lines:
        return RoundCounts()
    one = ReportingRound(uid=new_uid(), plan=plan, **asdict(dates), opened_at=now)
    one.recorded_seq = record(
        actor, EventTag.ROUND_OPENED, "round", one.uid, round_content(one, lines), now=now
    )
    db.session.add(one)
    db.session.flush()
    _add_items(one, lines)
    _answer_with_said_before(one, today)
    return RoundCounts(1, len(lines))


def _locked_plan(plan_id: int) -> ActionPlan:
    """The plan, held so that of two at once the second finds the round open."""
    plan = db.session.scalar(
        select(ActionPlan)
        .where(ActionPlan.id == plan_id)
        .with_for_update(key_share=True, of=PlanNode)
        .execution_options(populate_existing=True)
    )
    if plan is None:
        raise NotFound("plan-not-found")
    return plan


def _is_taken(plan_id: int, dates: RoundDates) -> bool:
    """True where a round of the plan asks about the period, or part of it."""
    found = select(ReportingRound.id).where(
        ReportingRound.plan_id == plan_id,
        ReportingRound.period_start <= dates.period_end,
        ReportingRound.period_end >= dates.period_start,
    )
    return db.session.scalar(found.limit(1)) is not None


def round_content(one: ReportingRound, lines: Iterable[AskedLine]) -> dict[str, Any]:
    """A round as history keeps it: its days, how many lines it asks for, and a digest of them."""
    keys = sorted(f"{line.node_uid}|{line.institution_uid}|{line.occurrence}" for line in lines)
    return {
        "uid": one.uid,
        "plan": one.plan.uid,
        "period_start": one.period_start.isoformat(),
        "period_end": one.period_end.isoformat(),
        "opens_on": one.opens_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "items": len(keys),
        "items_sha256": hashlib.sha256("\n".join(keys).encode()).hexdigest(),
    }


def _add_items(one: ReportingRound, lines: Sequence[AskedLine]) -> None:
    nodes = get_node_ids(one.plan_id)
    institutions = dict(
        db.session.execute(
            select(Institution.uid, Institution.id).where(
                Institution.uid.in_({line.institution_uid for line in lines})
            )
        ).all()
    )
    # As plain rows: there may be thousands, and nobody needs them as objects.
    db.session.execute(
        insert(RoundItem),
        [
            {
                "round_id": one.id,
                "node_id": nodes[line.node_uid],
                "institution_id": institutions[line.institution_uid],
                "occurrence": line.occurrence,
            }
            for line in lines
        ],
    )


def _answer_with_said_before(one: ReportingRound, today: date) -> None:
    """What was said since the round's day, before it was opened, answers it as well."""
    said = db.session.scalars(
        select(ProgressReport)
        .join(RoundItem, says_line())
        .outerjoin(RoundAnswer, RoundAnswer.report_id == ProgressReport.id)
        .where(
            RoundItem.round_id == one.id,
            RoundAnswer.report_id.is_(None),
            ProgressReport.status.in_(STANDING),
            ProgressReport.reported_on.between(one.opens_on, today),
        )
        .distinct()
    )
    for report in said:
        db.session.add(RoundAnswer(report_id=report.id, round_id=one.id, answered_on=report.reported_on))
    db.session.flush()


def record_answer(report: ProgressReport, *, today: date) -> None:
    """Note which round a report answers, as it is handed in: its plan's last one opened that asks for it."""
    found = db.session.scalar(
        select(ReportingRound.id)
        .join(RoundItem, RoundItem.round_id == ReportingRound.id)
        .join(ProgressReport, says_line())
        .where(ProgressReport.id == report.id, ReportingRound.opens_on <= today)
        .order_by(ReportingRound.opens_on.desc())
        .limit(1)
    )
    if found is not None:
        db.session.add(RoundAnswer(report_id=report.id, round_id=found, answered_on=today))
        db.session.flush()


def set_calendar(actor: Actor, *, plan_number: int, calendar: Calendar, now: datetime) -> None:
    """Give a plan its calendar, from the next round on; the rounds already opened keep their days.

    Raises NotAllowed, NotFound, and DomainError beside the field where the days do not hold together.
    """
    require(actor, Permission.PLAN_MANAGE)
    check_calendar(calendar)
    plan_id = db.session.scalar(select(ActionPlan.id).where(ActionPlan.number == plan_number))
    plan = _locked_plan(plan_id or 0)
    row = db.session.get(ReportingCalendar, plan.id)
    if calendar_of(plan.id) == calendar:
        return
    sequence = record(
        actor, EventTag.CALENDAR_CHANGED, "calendar", plan.uid, calendar_content(plan.uid, calendar), now=now
    )
    if row is None:
        row = ReportingCalendar(plan_id=plan.id)
        db.session.add(row)
    for name, value in asdict(calendar).items():
        setattr(row, name, value)
    row.changed_at, row.recorded_seq = now, sequence
    db.session.flush()


def calendar_content(plan_uid: str, calendar: Calendar) -> dict[str, Any]:
    """A plan's calendar as history keeps it."""
    return {"plan": plan_uid, **asdict(calendar)}
