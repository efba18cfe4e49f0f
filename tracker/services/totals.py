"""What history adds up to now: refreshed with every change, recomputed by `flag-overdue` and `verify`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm.attributes import set_committed_value

from tracker.db import db
from tracker.domain.assessment import CompletionLevel, Thresholds, completion_level
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.progress import Figure, Share, Weighted, roll_up
from tracker.domain.states import COMPLETE, State, worst
from tracker.domain.tree import NodeStatus, assess, most_days
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import ActionPlan, PlanNode
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
    validated_with_withdrawn: str
    reported_with_withdrawn: str
    withdrawn: int
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
    delivering = [one for one in status.walk() if one.own is not None]
    return TotalValues(
        **_shares(status.validated, status.reported),
        validated_with_withdrawn=str(status.validated_with_withdrawn.floor),
        reported_with_withdrawn=str(status.reported_with_withdrawn.floor),
        withdrawn=sum(one.is_withdrawn for one in delivering),
        answered=len(status.coverage.answered),
        required=len(status.coverage.required),
        expected=_text(status.expected) or "",
        overdue=sum(_own_state(one) is State.OVERDUE for one in delivering),
        unproven=sum(_is_unproven(one) for one in delivering),
        complete=sum(_own_state(one) in COMPLETE for one in delivering),
        state=status.state,
        days_late=status.days_late,
        due_on=status.due_on,
        level=status.level,
    )


def _own_state(status: NodeStatus) -> State | None:
    return status.own.standing.state if status.own else None


def _shares(validated: Share, reported: Share) -> dict[str, Any]:
    return {
        "validated_floor": str(validated.floor),
        "validated_mean": _text(validated.informed_mean),
        "validated_informed": validated.informed,
        "reported_floor": str(reported.floor),
        "reported_mean": _text(reported.informed_mean),
        "reported_informed": reported.informed,
        "total": reported.total,
        "not_started": reported.not_started,
    }


def _is_unproven(status: NodeStatus) -> bool:
    """Reported at 100 % with a means not answered by accepted evidence; withdrawn items do not count."""
    reported: Figure | None = status.own.reported if status.own else None
    if status.is_withdrawn:
        return False
    return reported is not None and reported.is_complete and bool(status.own and status.own.coverage.missing)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def refresh_plan(plan_id: int, today: date) -> NodeStatus:
    """Recompute and store everything of a plan on a day; gives the tree it was computed from."""
    status = assess(plan_facts(plan_id, Cut(as_of=today)), today)
    _store(status, PlanNode.plan_id == plan_id, today)
    return status


def _store(status: NodeStatus, scope: ColumnElement[bool], today: date) -> None:
    """Write the stored figures of the tree of those items, touching only what changed."""
    ids = ids_by_uid(scope)
    currents = rows_by_node(ActivityCurrent, scope)
    totals = rows_by_node(NodeTotals, scope)
    for one in status.walk():
        node_id = ids[one.facts.uid]
        current = current_values(one)
        if current is not None:
            _put(ActivityCurrent, currents.get(node_id), node_id, current, today)
        elif node_id in currents:
            db.session.delete(currents.pop(node_id))
        if one.facts.kind is not NodeKind.ACTIVITY:
            _put(NodeTotals, totals.get(node_id), node_id, total_values(one), today)
    db.session.flush()
    for table, rows in ((ActivityCurrent, currents), (NodeTotals, totals)):
        _date(table, rows.values(), scope, today)


def _date(table: type[Any], rows: Iterable[Any], scope: ColumnElement[bool], today: date) -> None:
    """The day written on every stored row at once: most have the same figures as the day before."""
    db.session.execute(
        update(table)
        .where(table.node_id.in_(select(PlanNode.id).where(scope)), table.computed_on != today)
        .values(computed_on=today)
        .execution_options(synchronize_session=False)
    )
    for row in rows:
        set_committed_value(row, "computed_on", today)


def ids_by_uid(scope: ColumnElement[bool]) -> dict[str, int]:
    """The ids of the items that a condition names."""
    return dict(db.session.execute(select(PlanNode.uid, PlanNode.id).where(scope)).all())


def rows_by_node(table: type[Any], scope: ColumnElement[bool]) -> dict[int, Any]:
    """Stored rows of the items that a condition names, by the item's id."""
    rows = db.session.scalars(select(table).join(PlanNode, PlanNode.id == table.node_id).where(scope))
    return {row.node_id: row for row in rows}


def _put(table: type[Any], row: Any, node_id: int, values: CurrentValues | TotalValues, today: date) -> None:
    """Set what differs; a row that is there keeps its day, which its caller writes."""
    if row is None:
        row = table(node_id=node_id, computed_on=today)
        db.session.add(row)
    for name, value in vars(values).items():
        if getattr(row, name, None) != value:
            setattr(row, name, value)


def refresh_item(node: PlanNode, today: date) -> None:
    """Refresh an item's commitment and the totals above after a change: bounded by the commitment's size.

    The first change of a day refreshes the whole plan: what stands above adds up figures of one day only.
    """
    if node.plan_id is None:
        raise ValueError("plan-needs-refresh-plan")
    db.session.flush()
    if node.commitment_id is None or _days_computed(node.plan_id) != {today}:
        refresh_plan(node.plan_id, today)
        return
    status = assess(plan_facts(node.plan_id, Cut(as_of=today), commitment_id=node.commitment_id), today)
    below = next(one for one in status.walk() if one.facts.kind is NodeKind.COMMITMENT)
    _store(below, PlanNode.commitment_id == node.commitment_id, today)
    _refresh_above(node.plan_id, today)


def _days_computed(plan_id: int) -> set[date]:
    """The days on which the totals of a plan's commitments were computed."""
    return set(
        db.session.scalars(
            select(NodeTotals.computed_on)
            .join(PlanNode, PlanNode.id == NodeTotals.node_id)
            .where(PlanNode.plan_id == plan_id, PlanNode.kind == NodeKind.COMMITMENT)
            .distinct()
        )
    )


@dataclass(frozen=True)
class _Child:
    """A stored child with its weight, as the level above adds it up."""

    totals: NodeTotals
    weight: Fraction

    def share(self, figure: str) -> Weighted:
        """One of its two figures."""
        mean = getattr(self.totals, f"{figure}_mean")
        share = Share(
            Fraction(getattr(self.totals, f"{figure}_floor")),
            None if mean is None else Fraction(mean),
            getattr(self.totals, f"{figure}_informed"),
            self.totals.total,
            self.totals.not_started,
        )
        return Weighted(share, self.weight)

    def floor_with_withdrawn(self, figure: str) -> Weighted:
        """Its floor as it would be with the items withdrawn."""
        floor = Fraction(getattr(self.totals, f"{figure}_with_withdrawn"))
        return Weighted(Share(floor, total=self.totals.total + self.totals.withdrawn), self.weight)


def _refresh_above(plan_id: int, today: date) -> None:
    """Axes and plan out of their children's stored totals: no figure below is read again."""
    plan = db.session.get(ActionPlan, plan_id)
    if plan is None:
        raise ValueError("plan-missing")
    thresholds = Thresholds(substantial=Fraction(plan.substantial_from))
    nodes = db.session.execute(
        select(PlanNode.id, PlanNode.parent_id, PlanNode.kind, PlanNode.weight, NodeTotals)
        .outerjoin(NodeTotals, NodeTotals.node_id == PlanNode.id)
        .where(
            (PlanNode.plan_id == plan_id) | (PlanNode.id == plan_id),
            PlanNode.kind.in_([NodeKind.PLAN, NodeKind.AXIS, NodeKind.COMMITMENT]),
        )
    ).all()
    stored: dict[int, NodeTotals] = {row.id: row.NodeTotals for row in nodes if row.NodeTotals is not None}
    for kind in (NodeKind.AXIS, NodeKind.PLAN):
        for row in (one for one in nodes if one.kind is kind):
            children = [
                _Child(stored[child.id], Fraction(child.weight))
                for child in nodes
                if child.parent_id == row.id and child.id in stored
            ]
            _put(NodeTotals, stored.get(row.id), row.id, _combined(children, thresholds), today)
            if row.id in stored:
                stored[row.id].computed_on = today
    db.session.flush()


def _combined(children: Sequence[_Child], thresholds: Thresholds) -> TotalValues:
    """The totals of an item that has only children: the same sums as `assess` makes of a whole tree."""
    counted = [child for child in children if child.totals.state is not State.WITHDRAWN]
    shares = {
        figure: roll_up([child.share(figure) for child in counted]) for figure in ("validated", "reported")
    }
    with_withdrawn = {
        figure: str(roll_up([child.floor_with_withdrawn(figure) for child in children]).floor)
        for figure in ("validated", "reported")
    }
    expected = [(Fraction(c.totals.expected), c.weight) for c in counted if c.totals.expected]
    weight = sum((one for _, one in expected), Fraction(0))
    mean = sum((value * one for value, one in expected), Fraction(0)) / weight if weight else None
    return TotalValues(
        **_shares(shares["validated"], shares["reported"]),
        validated_with_withdrawn=with_withdrawn["validated"],
        reported_with_withdrawn=with_withdrawn["reported"],
        withdrawn=sum(child.totals.withdrawn for child in children),
        answered=sum(child.totals.answered for child in counted),
        required=sum(child.totals.required for child in counted),
        expected=_text(mean) or "",
        overdue=sum(child.totals.overdue for child in children),
        unproven=sum(child.totals.unproven for child in children),
        complete=sum(child.totals.complete for child in children),
        state=worst(child.totals.state for child in children),
        days_late=most_days([child.totals.days_late for child in counted]),
        due_on=max((c.totals.due_on for c in counted if c.totals.due_on is not None), default=None),
        level=completion_level(
            shares["validated"].percent, opened=not shares["validated"].nothing_opened, thresholds=thresholds
        ),
    )
