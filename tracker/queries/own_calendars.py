"""What stands in a person's own calendar: due dates and closings of rounds of the plans that take reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, can
from tracker.models.plans import ActionPlan
from tracker.queries.portal.calendars import DueDate, list_due_dates_of
from tracker.queries.portal.parts import INSTITUTIONS, NODES, taking_part
from tracker.queries.portal.subjects import last_recorded
from tracker.queries.round_counts import TAKES_REPORTS, count_answers, get_institutions, opened_rounds


@dataclass(frozen=True)
class Closing:
    """The last day of a round for an institution, or for all that it asks."""

    round_uid: str
    institution_uid: str
    """Empty: of all."""
    institution: str
    plan: int
    period_start: date
    period_end: date
    due_on: date
    asked: int
    answered: int


def list_own_due_dates(actor: Actor) -> tuple[DueDate, ...]:
    """Due dates of every item in which an institution of the actor has a part; of all, for who reads all."""
    items: ColumnElement[bool] = NODES.c.plan_id.in_(select(ActionPlan.id).where(_open()))
    if not can(actor, Permission.REPORT_READ_ALL):
        own = taking_part(NODES.c.id).where(INSTITUTIONS.c.id.in_(actor.institution_ids))
        items = items & NODES.c.id.in_(own)
    return list_due_dates_of(items)


def list_own_closings(actor: Actor, today: date) -> tuple[Closing, ...]:
    """When rounds opened by a day close: one entry for each institution of the actor that a round asks."""
    rounds = {one.id: one for one in opened_rounds(today, _open())}
    reads_all = can(actor, Permission.REPORT_READ_ALL)
    counts = count_answers(list(rounds), None if reads_all else actor.institution_ids)
    names = {} if reads_all else get_institutions({of for _, of in counts})
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for (round_id, of), one in counts.items():
        key = round_id, 0 if reads_all else of
        asked, answered = found.get(key, (0, 0))
        found[key] = asked + one.asked, answered + one.answered
    return tuple(
        Closing(
            round_uid=rounds[round_id].uid,
            institution_uid=names[of].uid if of else "",
            institution=names[of].label if of else "",
            plan=rounds[round_id].plan_number,
            period_start=rounds[round_id].period_start,
            period_end=rounds[round_id].period_end,
            due_on=rounds[round_id].due_on,
            asked=asked,
            answered=answered,
        )
        for (round_id, of), (asked, answered) in sorted(found.items())
    )


def last_change() -> datetime:
    """When anything of these plans was last recorded."""
    plans = db.session.scalars(select(ActionPlan.id).where(_open()))
    found = [last for one in plans if (last := last_recorded(one)) is not None]
    return max((one.at for one in found), default=datetime.fromtimestamp(0, UTC))


def _open() -> ColumnElement[bool]:
    return ActionPlan.status.in_(TAKES_REPORTS)
