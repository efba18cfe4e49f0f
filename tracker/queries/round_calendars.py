"""The plans that take reports with their calendars and their rounds: for who follows whole plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.reminders import REMINDED_AFTER_END
from tracker.domain.rounds import Calendar, RoundDates, current_round
from tracker.models.plans import ActionPlan
from tracker.queries.round_counts import TAKES_REPORTS
from tracker.queries.round_lines import calendars_of
from tracker.queries.rounds import RoundProgress, RoundRow, current_progress, list_rounds


@dataclass(frozen=True)
class PlanCalendar:
    """A plan that takes reports, and how often it asks for them."""

    plan_id: int
    number: int
    title: str
    calendar: Calendar
    ends_on: date | None

    def is_over(self, today: date) -> bool:
        """True once the plan opens no more rounds: a quarter after its end."""
        return self.ends_on is not None and self.ends_on + REMINDED_AFTER_END < today


@dataclass(frozen=True)
class PlanRounds:
    """A plan's rounds: the current one with its institutions, and those before it."""

    plan: PlanCalendar
    current: RoundProgress | None
    earlier: tuple[RoundRow, ...]
    awaited: RoundDates | None
    """The round of the day that nobody opened; None where it is open, or the plan over."""


def list_plan_calendars(actor: Actor) -> tuple[PlanCalendar, ...]:
    """Every plan that takes reports, the newest first; NotAllowed for who reads only their own."""
    require(actor, Permission.REPORT_READ_ALL)
    rows = db.session.execute(
        select(ActionPlan.id, ActionPlan.number, ActionPlan.title, ActionPlan.ends_on)
        .where(ActionPlan.status.in_(TAKES_REPORTS))
        .order_by(ActionPlan.number.desc())
    ).all()
    calendars = calendars_of([row.id for row in rows])
    return tuple(PlanCalendar(row.id, row.number, row.title, calendars[row.id], row.ends_on) for row in rows)


def get_plan_calendar(actor: Actor, number: int) -> PlanCalendar:
    """The plan of that number with its calendar; NotFound where it takes no reports."""
    found = next((one for one in list_plan_calendars(actor) if one.number == number), None)
    if found is None:
        raise NotFound("plan-not-found", number=number)
    return found


def list_plan_rounds(actor: Actor, today: date) -> tuple[PlanRounds, ...]:
    """The rounds of every plan that takes reports, in a constant number of queries."""
    current = {one.round.plan_number: one for one in current_progress(actor, today)}
    shown = {one.round.uid for one in current.values()}
    earlier = [one for one in list_rounds(actor, today=today) if one.uid not in shown]
    return tuple(
        PlanRounds(
            plan,
            current.get(plan.number),
            tuple(one for one in earlier if one.plan_number == plan.number),
            _awaited(plan, current.get(plan.number), today),
        )
        for plan in list_plan_calendars(actor)
    )


def _awaited(plan: PlanCalendar, current: RoundProgress | None, today: date) -> RoundDates | None:
    dates = current_round(plan.calendar, today)
    if plan.is_over(today) or (current is not None and current.round.period_end >= dates.period_start):
        return None
    return dates
