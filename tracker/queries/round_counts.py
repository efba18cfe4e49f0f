"""Rounds opened, and how many of the lines they ask for were answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, func, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.reminders import REMINDED_AFTER_END
from tracker.models.accounts import Institution, Membership, User
from tracker.models.plans import ActionPlan
from tracker.models.rounds import ReportingRound, RoundItem
from tracker.queries.round_lines import answers, is_late, lines

TAKES_REPORTS = frozenset({PlanStatus.APPROVED, PlanStatus.IN_COURSE})


@dataclass(frozen=True)
class FoundRound:
    """A round as its row has it."""

    id: int
    uid: str
    plan_id: int
    plan_number: int
    period_start: date
    period_end: date
    opens_on: date
    due_on: date
    is_current: bool


@dataclass(frozen=True)
class Count:
    """How many lines are asked for, answered, and answered after the round was due."""

    asked: int = 0
    answered: int = 0
    late: int = 0


def opened_rounds(today: date, *where: ColumnElement[bool]) -> list[FoundRound]:
    """Rounds opened by a day, the last first; the last of each plan is its current one."""
    rows = db.session.execute(
        select(ReportingRound, ActionPlan.number)
        .join(ActionPlan, ActionPlan.id == ReportingRound.plan_id)
        .where(ReportingRound.opens_on <= today, *where)
        .order_by(ActionPlan.number.desc(), ReportingRound.opens_on.desc())
    )
    found: list[FoundRound] = []
    for one, number in rows:
        is_current = not found or found[-1].plan_id != one.plan_id
        found.append(
            FoundRound(
                one.id,
                one.uid,
                one.plan_id,
                number,
                one.period_start,
                one.period_end,
                one.opens_on,
                one.due_on,
                is_current,
            )
        )
    return found


def last_of_each_plan(today: date, *where: ColumnElement[bool]) -> list[FoundRound]:
    """The current round of each plan, where one was opened."""
    return [one for one in opened_rounds(today, *where) if one.is_current]


def current_of_open_plans(today: date) -> list[FoundRound]:
    """The current round of each plan that takes reports, up to a quarter after its end."""
    return last_of_each_plan(
        today,
        ActionPlan.status.in_(TAKES_REPORTS),
        ActionPlan.ends_on.is_(None) | (ActionPlan.ends_on >= today - REMINDED_AFTER_END),
    )


def find_round(uid: str, today: date) -> FoundRound:
    """The round of that uid; NotFound where none was opened by the day."""
    of = select(ReportingRound.plan_id).where(ReportingRound.uid == uid)
    found = next(
        (one for one in opened_rounds(today, ReportingRound.plan_id.in_(of)) if one.uid == uid), None
    )
    if found is None:
        raise NotFound("round-not-found")
    return found


def count_answers(
    round_ids: Collection[int], institution_ids: Collection[int] | None = None
) -> dict[tuple[int, int], Count]:
    """Counts by round and institution, of all institutions unless some are named."""
    answered = answers(round_ids)
    statement = select(
        RoundItem.round_id,
        RoundItem.institution_id,
        func.count(RoundItem.id),
        func.count(answered.c.line_id),
        func.count(RoundItem.id).filter(is_late(answered)),
    )
    where = [RoundItem.round_id.in_(round_ids)]
    if institution_ids is not None:
        where.append(RoundItem.institution_id.in_(institution_ids))
    rows = db.session.execute(
        lines(statement, answered).where(*where).group_by(RoundItem.round_id, RoundItem.institution_id)
    )
    return {(row[0], row[1]): Count(row[2], row[3], row[4]) for row in rows}


@dataclass(frozen=True)
class OpenLine:
    """One line of a round as the panel counts it."""

    round_id: int
    institution_id: int
    node_id: int
    is_answered: bool
    is_late: bool


def list_lines(round_ids: Collection[int], institution_ids: Collection[int]) -> list[OpenLine]:
    """Every line that rounds ask of some institutions."""
    answered = answers(round_ids)
    statement = select(
        RoundItem.round_id,
        RoundItem.institution_id,
        RoundItem.node_id,
        answered.c.line_id.is_not(None),
        func.coalesce(is_late(answered), false()),
    )
    rows = db.session.execute(
        lines(statement, answered)
        .where(RoundItem.round_id.in_(round_ids), RoundItem.institution_id.in_(institution_ids))
        .order_by(RoundItem.id)
    )
    return [OpenLine(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in rows]


def totals(counts: Mapping[tuple[int, int], Count]) -> dict[int, Count]:
    """What the institutions' counts of each round add up to."""
    found: dict[int, Count] = {}
    for (round_id, _), one in counts.items():
        so_far = found.get(round_id, Count())
        found[round_id] = Count(
            so_far.asked + one.asked, so_far.answered + one.answered, so_far.late + one.late
        )
    return found


def get_institutions(ids: Collection[int] = (), *, uids: Collection[str] = ()) -> dict[int, Institution]:
    """Institutions by id."""
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(ids) | Institution.uid.in_(uids)))
    return {one.id: one for one in rows}


def with_liaison(today: date) -> set[int]:
    """Institutions with a liaison whose account is active, on a day."""
    return set(
        db.session.scalars(
            select(Membership.institution_id)
            .join(User, User.id == Membership.user_id)
            .where(
                User.is_active,
                User.role == AccountRole.LIAISON,
                ~Membership.reviews,
                Membership.starts_on <= today,
                Membership.ends_on.is_(None) | (Membership.ends_on >= today),
            )
        )
    )
