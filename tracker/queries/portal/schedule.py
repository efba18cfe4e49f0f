"""The schedule of a plan: what is due when, drawn by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision, Window
from tracker.domain.states import State
from tracker.models.current import NodeTotals
from tracker.models.plans import NodeWindow
from tracker.queries.portal.parts import CURRENT, NODES
from tracker.queries.portal.rows import PlanHeader, get_header, slipped

MOST_ROWS = 500
_TOTALS = NodeTotals.__table__
_WINDOWS = NodeWindow.__table__


@dataclass(frozen=True)
class ScheduleRow:
    """One line of the schedule."""

    id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment_id: int
    commitment: int
    windows: tuple[Window, ...]
    state: State
    days_late: int | None
    due_on: date | None
    baseline_due_on: date | None
    validated: Decimal | None
    reported: Decimal | None

    @property
    def slippage(self) -> int | None:
        """Days between its due date as the plan was approved and the one in force; None where unmoved."""
        return slipped(self.due_on, self.baseline_due_on)


@dataclass(frozen=True)
class SchedulePage:
    """The schedule of a published plan, whole, of one commitment, or folded to its milestones."""

    header: PlanHeader
    rows: tuple[ScheduleRow, ...]
    commitments: tuple[tuple[int, str], ...]
    chosen: int | None
    folded: bool
    total: int


def get_schedule(plan_number: int, *, commitment: int | None = None) -> SchedulePage:
    """The schedule of a published plan; above 500 lines it is folded to commitments and milestones."""
    header = get_header(plan_number)
    commitments = db.session.execute(
        select(NODES.c.id, NODES.c.number, NODES.c.title)
        .where(NODES.c.plan_id == header.id, NODES.c.kind == NodeKind.COMMITMENT)
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    ).all()
    chosen = next((one for one in commitments if one.number == commitment), None)
    where = [NODES.c.plan_id == header.id, NODES.c.commitment_id.is_not(None)]
    if chosen is not None:
        where.append(NODES.c.commitment_id == chosen.id)
    total = db.session.scalar(select(func.count()).select_from(NODES).where(*where)) or 0
    folded = total > MOST_ROWS
    kinds = [NodeKind.COMMITMENT, NodeKind.MILESTONE]
    if folded:
        where.append(NODES.c.kind.in_(kinds))
    return SchedulePage(
        header=header,
        rows=_rows(header.id, where, [one.id for one in commitments])[:MOST_ROWS],
        commitments=tuple((one.number, one.title) for one in commitments),
        chosen=chosen.number if chosen is not None else None,
        folded=folded,
        total=total,
    )


def commitment_spans(plan_id: int) -> dict[int, tuple[date | None, date]]:
    """From when to when the items of each commitment are planned."""
    return _spans(plan_id, NODES.c.commitment_id)


def _spans(plan_id: int, owner: Any) -> dict[int, tuple[date | None, date]]:
    """The first and the last planned day of what belongs to each owner."""
    rows = db.session.execute(
        select(owner, func.min(_WINDOWS.c.start_on), func.max(_WINDOWS.c.end_on))
        .select_from(_WINDOWS.join(NODES, NODES.c.id == _WINDOWS.c.node_id))
        .where(NODES.c.plan_id == plan_id, NODES.c.commitment_id.is_not(None), _is_current())
        .group_by(owner)
    )
    return {owner_id: (start, end) for owner_id, start, end in rows}


def _spans_below(plan_id: int) -> dict[int, list[Window]]:
    """For milestones and commitments, whose own dates the plan may not say: the span of what stands below."""
    spans = _spans(plan_id, NODES.c.parent_id) | commitment_spans(plan_id)
    return {
        node_id: [Window(end, start, Precision.MONTH, Precision.MONTH)]
        for node_id, (start, end) in spans.items()
    }


def _is_current() -> Any:
    """Only the windows of an item's last revision."""
    later = _WINDOWS.alias()
    return ~(
        select(later.c.id)
        .where(later.c.node_id == _WINDOWS.c.node_id, later.c.revision > _WINDOWS.c.revision)
        .exists()
    )


def _rows(plan_id: int, where: Sequence[Any], order: Sequence[int]) -> tuple[ScheduleRow, ...]:
    """The lines in the plan's order: each commitment, then each milestone with its activities."""
    windows = _spans_below(plan_id) | _windows(where)
    above = NODES.alias()
    found = db.session.execute(
        select(
            *(NODES.c[n] for n in ("id", "uid", "kind", "label", "title", "parent_id", "commitment_id")),
            *(NODES.c[n] for n in ("position", "number")),
            above.c.number.label("commitment"),
            func.coalesce(CURRENT.c.state, _TOTALS.c.state).label("state"),
            func.coalesce(CURRENT.c.days_late, _TOTALS.c.days_late).label("days_late"),
            func.coalesce(CURRENT.c.due_on, _TOTALS.c.due_on).label("due_on"),
            CURRENT.c.baseline_due_on,
            CURRENT.c.validated_percent,
            CURRENT.c.reported_percent,
        )
        .select_from(
            NODES.join(above, above.c.id == NODES.c.commitment_id)
            .outerjoin(CURRENT, CURRENT.c.node_id == NODES.c.id)
            .outerjoin(_TOTALS, _TOTALS.c.node_id == NODES.c.id)
        )
        .where(*where)
    ).all()
    below: dict[int, list[Any]] = {}
    for row in sorted(found, key=lambda one: (one.position, one.number, one.id)):
        below.setdefault(row.parent_id, []).append(row)
    by_id = {row.id: row for row in found}
    heads = [by_id[one] for one in order if one in by_id]
    return tuple(_row(row, windows.get(row.id, ())) for row in _walk(heads, below))


def _walk(rows: Iterable[Any], below: dict[int, list[Any]]) -> Iterable[Any]:
    for row in rows:
        yield row
        yield from _walk(below.get(row.id, ()), below)


def _row(row: Any, windows: Sequence[Window]) -> ScheduleRow:
    return ScheduleRow(
        id=row.id,
        uid=row.uid,
        kind=NodeKind(row.kind),
        label=row.label,
        title=row.title,
        commitment_id=row.commitment_id,
        commitment=row.commitment,
        windows=tuple(windows),
        state=State(row.state) if row.state else State.NO_DATE,
        days_late=row.days_late,
        due_on=row.due_on,
        baseline_due_on=row.baseline_due_on,
        validated=row.validated_percent,
        reported=row.reported_percent,
    )


def _windows(where: Sequence[Any]) -> dict[int, list[Window]]:
    """The windows in force of the chosen lines."""
    names = ("start_on", "end_on", "start_precision", "end_precision", "node_id")
    rows = db.session.execute(
        select(*(_WINDOWS.c[name] for name in names))
        .select_from(_WINDOWS.join(NODES, NODES.c.id == _WINDOWS.c.node_id))
        .where(*where, _is_current())
        .order_by(_WINDOWS.c.position)
    )
    found: dict[int, list[Window]] = {}
    for row in rows:
        window = Window(row.end_on, row.start_on, row.end_precision, row.start_precision)
        found.setdefault(row.node_id, []).append(window)
    return found
