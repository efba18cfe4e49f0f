"""What history adds up to now: refreshed with every change, recomputed by `flag-overdue` and `verify`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import CompletionLevel
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.progress import Figure
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import NodeStatus, assess
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import PlanNode
from tracker.queries.history import plan_facts


@dataclass(frozen=True)
class CurrentValues:
    """The stored figures of an item that delivers."""

    validated_percent: Decimal | None
    validated_on: date | None
    validated_by: str
    reported_percent: Decimal | None
    reported_on: date | None
    reported_by: str
    answered: int
    required: int
    due_on: date | None
    baseline_due_on: date | None
    expected: str
    state: State
    days_late: int | None


@dataclass(frozen=True)
class TotalValues:
    """The stored roll-up of a milestone, commitment, axis or plan."""

    validated_floor: str
    validated_mean: str | None
    validated_informed: int
    reported_floor: str
    reported_mean: str | None
    reported_informed: int
    total: int
    not_started: int
    answered: int
    required: int
    expected: str
    overdue: int
    unproven: int
    complete: int
    state: State
    days_late: int | None
    due_on: date | None
    level: CompletionLevel


def current_values(status: NodeStatus) -> CurrentValues | None:
    """What is stored of an item that delivers itself; None for one that does not."""
    own = status.own
    if own is None:
        return None
    return CurrentValues(
        validated_percent=own.validated.percent if own.validated else None,
        validated_on=own.validated.on if own.validated else None,
        validated_by=", ".join(own.validated.decided_by) if own.validated else "",
        reported_percent=own.reported.percent if own.reported else None,
        reported_on=own.reported.on if own.reported else None,
        reported_by=", ".join(own.reported.by) if own.reported else "",
        answered=len(own.coverage.answered),
        required=len(own.coverage.required),
        due_on=own.standing.due_on,
        baseline_due_on=own.standing.baseline_due_on,
        expected=_text(own.standing.expected) or "",
        state=own.standing.state,
        days_late=own.standing.days_late,
    )


def total_values(status: NodeStatus) -> TotalValues:
    """What is stored of an item's subtree."""
    delivering = [one for one in status.walk() if one.own is not None and not one.is_withdrawn]
    return TotalValues(
        validated_floor=str(status.validated.floor),
        validated_mean=_text(status.validated.informed_mean),
        validated_informed=status.validated.informed,
        reported_floor=str(status.reported.floor),
        reported_mean=_text(status.reported.informed_mean),
        reported_informed=status.reported.informed,
        total=status.reported.total,
        not_started=status.reported.not_started,
        answered=len(status.coverage.answered),
        required=len(status.coverage.required),
        expected=_text(status.expected) or "",
        overdue=sum(one.own is not None and one.own.standing.state is State.OVERDUE for one in delivering),
        unproven=sum(_is_unproven(one) for one in delivering),
        complete=sum(one.own is not None and one.own.standing.state in COMPLETE for one in delivering),
        state=status.state,
        days_late=status.days_late,
        due_on=status.due_on,
        level=status.level,
    )


def _is_unproven(status: NodeStatus) -> bool:
    """Reported at 100 % with a means not answered by accepted evidence."""
    reported: Figure | None = status.own.reported if status.own else None
    return reported is not None and reported.is_complete and bool(status.own and status.own.coverage.missing)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def refresh_plan(plan_id: int, today: date) -> NodeStatus:
    """Recompute and store everything of a plan on a day; gives the tree it was computed from."""
    status = assess(plan_facts(plan_id, Cut(as_of=today)), today)
    store(status, today)
    return status


def store(status: NodeStatus, today: date) -> None:
    """Write the stored figures of a tree, touching only what changed."""
    nodes = list(status.walk())
    ids = dict(
        db.session.execute(
            select(PlanNode.uid, PlanNode.id).where(PlanNode.uid.in_([one.facts.uid for one in nodes]))
        )
        .tuples()
        .all()
    )
    currents = _by_node(ActivityCurrent, ids.values())
    totals = _by_node(NodeTotals, ids.values())
    for one in nodes:
        node_id = ids[one.facts.uid]
        current = current_values(one)
        if current is not None:
            _put(ActivityCurrent, currents.get(node_id), node_id, current, today)
        elif node_id in currents:
            db.session.delete(currents[node_id])
        if one.facts.kind is not NodeKind.ACTIVITY:
            _put(NodeTotals, totals.get(node_id), node_id, total_values(one), today)
    db.session.flush()


def _by_node(table: type[Any], ids: Iterable[int]) -> dict[int, Any]:
    return {row.node_id: row for row in db.session.scalars(select(table).where(table.node_id.in_(list(ids))))}


def _put(table: type[Any], row: Any, node_id: int, values: CurrentValues | TotalValues, today: date) -> None:
    if row is None:
        row = table(node_id=node_id)
        db.session.add(row)
    for one in fields(values):
        if getattr(row, one.name, None) != getattr(values, one.name):
            setattr(row, one.name, getattr(values, one.name))
    row.computed_on = today
