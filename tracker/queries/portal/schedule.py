"""The schedule of a plan: what is due when, drawn by month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Frequency, Precision, Schedule, ScheduleRevision, Window
from tracker.domain.states import State
from tracker.models.current import NodeTotals
from tracker.models.plans import NodeWindow
from tracker.queries.portal.lines import occasions
from tracker.queries.portal.parts import CURRENT, NODES
from tracker.queries.portal.rows import InstitutionLink, PlanHeader, get_header
from tracker.queries.portal.said import Parts, Said, list_parts, list_said
from tracker.queries.portal.schedule_choice import ScheduleChoice, ScheduleRow, choose_rows, fold

PAGE_SIZE = 100
_TOTALS = NodeTotals.__table__
_WINDOWS = NodeWindow.__table__


@dataclass(frozen=True)
class SchedulePage:
    """The schedule of a published plan: all the lines asked for, folded, or one page of them."""

    header: PlanHeader
    rows: tuple[ScheduleRow, ...]
    commitments: tuple[tuple[int, str], ...]
    institutions: tuple[InstitutionLink, ...]
    choice: ScheduleChoice
    total: int
    """How many lines were asked for, drawn or not."""
    page: int = 1
    pages: int = 1

    @property
    def folded(self) -> bool:
        """True where some lines asked for are not drawn."""
        return self.pages == 1 and len(self.rows) < self.total


def get_schedule(
    plan_number: int, today: date, choice: ScheduleChoice | None = None, *, page: int | None = None
) -> SchedulePage:
    """The schedule of a published plan on a day: above 500 lines it is folded, unless a page is asked for.

    A commitment or an institution that the plan does not have asks for everything.
    """
    header = get_header(plan_number)
    nodes = _nodes(header.id)
    parts = list_parts(header.id)
    commitments = tuple((row.commitment, row.title) for row in nodes if row.kind is NodeKind.COMMITMENT)
    choice = _known(choice or ScheduleChoice(), commitments, parts)
    asked = choose_rows(nodes, choice, parts.slugs)
    pages = 1 if page is None else max(1, -(-len(asked) // PAGE_SIZE))
    number = min(max(page or 1, 1), pages)
    shown = fold(asked) if page is None else asked[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return SchedulePage(
        header=header,
        rows=_filled(header, shown, parts, today),
        commitments=commitments,
        institutions=parts.institutions,
        choice=choice,
        total=len(asked),
        page=number,
        pages=pages,
    )


def _known(choice: ScheduleChoice, commitments: Iterable[tuple[int, str]], parts: Parts) -> ScheduleChoice:
    """What was asked for, without what the plan does not have."""
    numbers = {number for number, _ in commitments}
    slugs = {one.slug for one in parts.institutions}
    return replace(
        choice,
        commitment=choice.commitment if choice.commitment in numbers else None,
        institution=choice.institution if choice.institution in slugs else "",
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


def _spans_below(plan_id: int) -> dict[int, tuple[Window, ...]]:
    """For milestones and commitments, whose own dates the plan may not say: the span of what stands below."""
    spans = _spans(plan_id, NODES.c.parent_id) | commitment_spans(plan_id)
    return {
        node_id: (Window(end, start, Precision.MONTH, Precision.MONTH),)
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


def _nodes(plan_id: int) -> list[ScheduleRow]:
    """Every line in the plan's order, without its dates: commitment, milestone, its activities."""
    above = NODES.alias()
    found = db.session.execute(
        select(
            *(NODES.c[n] for n in ("id", "uid", "kind", "label", "title", "parent_id", "commitment_id")),
            above.c.number.label("commitment"),
            func.coalesce(CURRENT.c.state, _TOTALS.c.state).label("state"),
            func.coalesce(CURRENT.c.days_late, _TOTALS.c.days_late).label("days_late"),
            func.coalesce(CURRENT.c.due_on, _TOTALS.c.due_on).label("due_on"),
            CURRENT.c.baseline_due_on,
            CURRENT.c.reported_percent,
            CURRENT.c.node_id.label("delivers"),
        )
        .select_from(
            NODES.join(above, above.c.id == NODES.c.commitment_id)
            .outerjoin(CURRENT, CURRENT.c.node_id == NODES.c.id)
            .outerjoin(_TOTALS, _TOTALS.c.node_id == NODES.c.id)
        )
        .where(NODES.c.plan_id == plan_id, NODES.c.commitment_id.is_not(None))
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    )
    below: dict[int | None, list[ScheduleRow]] = {}
    for row in found:
        key = None if row.kind == NodeKind.COMMITMENT else row.parent_id
        below.setdefault(key, []).append(_row(row))
    return list(_walk(below.get(None, ()), below))


def _walk(rows: Iterable[ScheduleRow], below: dict[int | None, list[ScheduleRow]]) -> Iterable[ScheduleRow]:
    for row in rows:
        yield row
        yield from _walk(below.get(row.id, ()), below)


def _row(row: Any) -> ScheduleRow:
    return ScheduleRow(
        id=row.id,
        uid=row.uid,
        kind=NodeKind(row.kind),
        label=row.label,
        title=row.title,
        parent_id=row.parent_id,
        commitment_id=row.commitment_id,
        commitment=row.commitment,
        state=State(row.state) if row.state else State.NO_DATE,
        days_late=row.days_late,
        due_on=row.due_on,
        baseline_due_on=row.baseline_due_on,
        reported=row.reported_percent,
        delivers=row.delivers is not None,
    )


def _filled(
    header: PlanHeader, rows: Sequence[ScheduleRow], parts: Parts, today: date
) -> tuple[ScheduleRow, ...]:
    """The lines with their windows, as approved and in force, and what is said of each."""
    schedules = _schedules([row.id for row in rows])
    said = list_said(schedules, parts, until=today, ends_on=header.ends_on)
    spans = _spans_below(header.id)
    filled = []
    for row in rows:
        schedule, own = schedules.get(row.id, Schedule()), said.get(row.id, Said())
        filled.append(
            replace(
                row,
                windows=schedule.current or spans.get(row.id, ()),
                baseline=schedule.baseline,
                occasions=occasions(schedule, own.validated, own.reported, today),
                completed_on=own.completed_on,
            )
        )
    return tuple(filled)


def _schedules(nodes: Collection[int]) -> dict[int, Schedule]:
    """The schedule of each item as approved and as in force; what came between is not drawn."""
    names = ("node_id", "revision", "start_on", "end_on", "start_precision", "end_precision")
    rows = db.session.execute(
        select(*(_WINDOWS.c[name] for name in names), NODES.c.frequency)
        .select_from(_WINDOWS.join(NODES, NODES.c.id == _WINDOWS.c.node_id))
        .where(_WINDOWS.c.node_id.in_(sorted(nodes)), or_(_WINDOWS.c.revision == 0, _is_current()))
        .order_by(_WINDOWS.c.node_id, _WINDOWS.c.revision, _WINDOWS.c.position)
    )
    windows: dict[int, dict[int, list[Window]]] = {}
    frequencies: dict[int, Frequency | None] = {}
    for row in rows:
        window = Window(row.end_on, row.start_on, row.end_precision, row.start_precision)
        windows.setdefault(row.node_id, {}).setdefault(row.revision, []).append(window)
        frequencies[row.node_id] = row.frequency
    return {
        node_id: Schedule(tuple(ScheduleRevision(tuple(each)) for each in own.values()), frequencies[node_id])
        for node_id, own in windows.items()
    }
