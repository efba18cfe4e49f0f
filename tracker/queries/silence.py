"""Institutions that answer no round: how many of the last ones in a row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from tracker.db import db
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.models.rounds import ReportingRound, RoundItem
from tracker.queries.round_lines import answers, lines

# How far back one looks; more rounds in a row than these are told as so many.
LOOKED_AT = 6


@dataclass(frozen=True)
class SilentRow:
    """An institution that answered nothing of the last rounds of a plan."""

    institution: str
    institution_uid: str
    plan_number: int
    rounds: int
    """In a row, up to the last one that was due."""
    asked: int
    """What the last of them asked of it."""
    since: date
    """The first day of the period of the first of them."""


def list_silent(plan_number: int | None, institution_uid: str, today: date) -> tuple[SilentRow, ...]:
    """Who answered nothing of the last round that was due, and for how many rounds; the longest first."""
    rounds = _last_due(plan_number, today)
    ids = [one.id for per_plan in rounds.values() for one in per_plan]
    asked, answered = _lines(ids)
    names = {
        one.id: one
        for one in db.session.scalars(
            select(Institution).where(Institution.id.in_({institution for _, institution in asked}))
        )
    }
    found = []
    for number, per_plan in rounds.items():
        for institution_id, one in names.items():
            silent = []
            for each in per_plan:
                key = (each.id, institution_id)
                if key not in asked:
                    continue
                if answered.get(key):
                    break
                silent.append(each)
            if silent and (institution_uid in {"", one.uid}):
                last, first = silent[0], silent[-1]
                count = asked[(last.id, institution_id)]
                found.append(SilentRow(one.label, one.uid, number, len(silent), count, first.period_start))
    return tuple(sorted(found, key=lambda one: (-one.rounds, -one.asked, one.institution)))


def _last_due(plan_number: int | None, today: date) -> dict[int, list[ReportingRound]]:
    """The last rounds of each plan that were due, the newest first."""
    place = func.row_number().over(partition_by=ReportingRound.plan_id, order_by=ReportingRound.due_on.desc())
    due = select(ReportingRound.id, place.label("place")).where(ReportingRound.due_on < today).subquery()
    statement = (
        select(ReportingRound, ActionPlan.number)
        .join(due, due.c.id == ReportingRound.id)
        .join(ActionPlan, ActionPlan.id == ReportingRound.plan_id)
        .where(due.c.place <= LOOKED_AT)
        .order_by(ActionPlan.number.desc(), ReportingRound.due_on.desc())
    )
    if plan_number is not None:
        statement = statement.where(ActionPlan.number == plan_number)
    found: dict[int, list[ReportingRound]] = defaultdict(list)
    for one, number in db.session.execute(statement):
        found[number].append(one)
    return found


def _lines(ids: list[int]) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """What each round asks of each institution, and how much of it was answered."""
    answered = answers(ids)
    rows = db.session.execute(
        lines(
            select(
                RoundItem.round_id,
                RoundItem.institution_id,
                func.count(RoundItem.id),
                func.count(answered.c.line_id),
            ),
            answered,
        )
        .where(RoundItem.round_id.in_(ids))
        .group_by(RoundItem.round_id, RoundItem.institution_id)
    ).all()
    return {(r, i): n for r, i, n, _ in rows}, {(r, i): n for r, i, _, n in rows}
