"""Which commitments of a plan a reader asked to see, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.text import normalise
from tracker.queries.portal.deliveries import WITHOUT_AXIS, in_axis
from tracker.queries.portal.plans import AxisRow, CommitmentRow

PAGE_SIZE = 50
# The words of the address: they are shown to people, so they are Spanish.
STATES: dict[str, Callable[[CommitmentRow], bool]] = {
    "atrasados": lambda row: row.tally.overdue > 0,
    "sin-informacion": lambda row: row.tally.silent > 0,
    "sin-evidencia": lambda row: row.totals.unproven > 0,
    "por-comprobar": lambda row: row.tally.awaiting > 0,
    "completos": lambda row: row.totals.total > 0 and row.tally.complete == row.totals.total,
}


def _coverage(row: CommitmentRow) -> tuple[Any, ...]:
    """Those with the smallest share of their means answered first; those that ask for none last."""
    covered = row.totals.coverage
    return (covered.answered / covered.required if covered.required else 1.0, -covered.required)


ORDERS: dict[str, Callable[[CommitmentRow], tuple[Any, ...]]] = {
    "atraso": lambda row: (-row.tally.most_days_late, -row.tally.overdue, -row.tally.silent),
    "numero": lambda row: (),
    "avance": lambda row: (-float(row.totals.validated or 0), -float(row.totals.reported or 0)),
    "declarado": lambda row: (-float(row.totals.reported or 0), -float(row.totals.validated or 0)),
    "brecha": lambda row: (-float(row.totals.only_claimed or 0),),
    "evidencia": _coverage,
    "vence": lambda row: (row.due_next or date.max,),
}


@dataclass(frozen=True)
class Selection:
    """What was asked for; words that are not known ask for everything."""

    axis: str = ""
    institution: str = ""
    state: str = ""
    q: str = ""
    order: str = "atraso"
    page: int = 1
    grouped: bool = False


@dataclass(frozen=True)
class Group:
    """The commitments of one axis, those shown; without an axis where it is None."""

    axis: AxisRow | None
    rows: tuple[CommitmentRow, ...]


@dataclass(frozen=True)
class Selected:
    """One page of the commitments that were asked for, in groups where that was asked for."""

    rows: tuple[CommitmentRow, ...]
    total: int
    page: int
    pages: int
    groups: tuple[Group, ...] = ()


def choose(rows: Iterable[CommitmentRow], asked: Selection, axes: Iterable[AxisRow]) -> Selected:
    """The commitments asked for, late things first unless another order is named; by axis if asked."""
    axes = tuple(axes)
    found = [row for row in rows if _in_axis(row, asked.axis, axes) and _meets(row, asked)]
    order = ORDERS.get(asked.order, ORDERS["atraso"])
    found.sort(key=lambda row: (*order(row), row.number))
    if asked.grouped:
        place = {axis.id: number for number, axis in enumerate(axes)}
        found.sort(key=lambda row: place.get(row.parent_id, len(place)))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(asked.page, 1), pages)
    shown = tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Selected(shown, len(found), page, pages, _groups(shown, axes) if asked.grouped else ())


def _in_axis(row: CommitmentRow, label: str, axes: tuple[AxisRow, ...]) -> bool:
    ids = {axis.label: axis.id for axis in axes}
    if label == WITHOUT_AXIS:
        return in_axis(row.parent_id, ids.values(), None)
    return label not in ids or row.parent_id == ids[label]


def _meets(row: CommitmentRow, asked: Selection) -> bool:
    return (
        (not asked.institution or asked.institution in row.slugs)
        and (asked.state not in STATES or STATES[asked.state](row))
        and all(word in row.words for word in normalise(asked.q).split())
    )


def _groups(rows: tuple[CommitmentRow, ...], axes: tuple[AxisRow, ...]) -> tuple[Group, ...]:
    ids = {axis.id for axis in axes}
    groups = [Group(axis, tuple(row for row in rows if row.parent_id == axis.id)) for axis in axes]
    groups.append(Group(None, tuple(row for row in rows if row.parent_id not in ids)))
    return tuple(group for group in groups if group.rows)
