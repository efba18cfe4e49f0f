"""The lines that rounds ask for, as statements: which still stand, and which were answered."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.rounds import Calendar
from tracker.domain.workflow import AWAITING_DECISION, STANDING
from tracker.models.plans import NodeRole
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingCalendar, ReportingRound, RoundAnswer, RoundItem
from tracker.queries.progress_scope import above, commitment, holder, item, over, with_line

part = aliased(NodeRole, name="round_part")


def calendar_of(plan_id: int) -> Calendar:
    """A plan's calendar; the default where it has none of its own."""
    return calendars_of([plan_id])[plan_id]


def calendars_of(plan_ids: Collection[int]) -> dict[int, Calendar]:
    """The calendar of each plan."""
    rows = db.session.scalars(select(ReportingCalendar).where(ReportingCalendar.plan_id.in_(plan_ids)))
    own = {
        row.plan_id: Calendar(row.every_months, row.opens_after_days, row.due_after_days, row.review_days)
        for row in rows
    }
    return {one: own.get(one, Calendar()) for one in plan_ids}


def says_line() -> ColumnElement[bool]:
    """A report is about a line: the same item and institution; its occurrence, unless one says the whole."""
    return and_(
        ProgressReport.node_id == RoundItem.node_id,
        ProgressReport.institution_id == RoundItem.institution_id,
        or_(
            ProgressReport.occurrence.is_(None),
            RoundItem.occurrence == "",
            ProgressReport.occurrence == RoundItem.occurrence,
        ),
    )


def answers(round_ids: Collection[int]) -> Subquery:
    """The lines of rounds that are answered, with the report and the first day on which it was.

    A report that stands and was handed in for the round answers it; so does one from before it, for as long
    as it waits for its decision: until then nobody can say more.
    """
    return (
        select(
            RoundItem.id.label("line_id"),
            func.max(ProgressReport.id).label("report_id"),
            func.min(RoundAnswer.answered_on)
            .filter(RoundAnswer.round_id == RoundItem.round_id)
            .label("answered_on"),
        )
        .join(ReportingRound, ReportingRound.id == RoundItem.round_id)
        .join(ProgressReport, says_line())
        .outerjoin(RoundAnswer, RoundAnswer.report_id == ProgressReport.id)
        .where(
            RoundItem.round_id.in_(round_ids),
            ProgressReport.status.in_(STANDING),
            or_(
                RoundAnswer.round_id == RoundItem.round_id,
                and_(
                    ProgressReport.status.in_(AWAITING_DECISION),
                    ProgressReport.recorded_seq < ReportingRound.recorded_seq,
                ),
            ),
        )
        .group_by(RoundItem.id)
        .subquery("answers")
    )


def lines(statement: Select[*tuple[Any, ...]], answered: Subquery) -> Select[*tuple[Any, ...]]:
    """A statement over the lines of rounds that stand: one that nobody can answer any more was answered.

    A line falls away where its item left the plan by the round's due date, or its institution has no part
    in it any more.
    """
    gone = [
        node.withdrawn_on.is_not(None) & (node.withdrawn_on <= ReportingRound.due_on)
        for node in (item, above, over, commitment)
    ]
    return (
        with_line(statement)
        .join(RoundItem, RoundItem.node_id == item.id)
        .join(ReportingRound, ReportingRound.id == RoundItem.round_id)
        .outerjoin(answered, answered.c.line_id == RoundItem.id)
        .outerjoin(part, and_(part.node_id == holder, part.institution_id == RoundItem.institution_id))
        .where(or_(answered.c.line_id.is_not(None), part.id.is_not(None) & ~or_(*gone)))
    )


def is_late(answered: Subquery) -> ColumnElement[bool]:
    """Answered after the round was due."""
    return answered.c.answered_on > ReportingRound.due_on
