"""Which commitments of a plan a reader asked to see, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.queries.portal.plans import CommitmentRow

PAGE_SIZE = 50
# The words of the address: they are shown to people, so they are Spanish.
STATES: dict[str, Callable[[CommitmentRow], bool]] = {
    "atrasados": lambda row: row.tally.overdue > 0,
    "sin-informacion": lambda row: row.tally.silent > 0,
    "sin-evidencia": lambda row: row.totals.unproven > 0,
    "por-comprobar": lambda row: row.tally.awaiting > 0,
    "completos": lambda row: row.totals.total > 0 and row.tally.complete == row.totals.total,
}
ORDERS: dict[str, Callable[[CommitmentRow], tuple[float, ...]]] = {
    "atraso": lambda row: (-row.tally.most_days_late, -row.tally.overdue, -row.tally.silent, row.number),
    "numero": lambda row: (row.number,),
    "avance": lambda row: (-float(row.totals.validated or 0), -float(row.totals.reported or 0), row.number),
}


@dataclass(frozen=True)
class Selection:
    """What was asked for; words that are not known ask for everything."""

    axis: str = ""
    institution: str = ""
    state: str = ""
    order: str = "atraso"
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """True where some commitments may be left out."""
        return bool(self.axis or self.institution or self.state)


@dataclass(frozen=True)
class Selected:
    """One page of the commitments that were asked for."""

    rows: tuple[CommitmentRow, ...]
    total: int
    page: int
    pages: int


def choose(rows: Iterable[CommitmentRow], asked: Selection, axis_id: int | None) -> Selected:
    """The commitments asked for, late things first unless another order is named."""
    found = [
        row
        for row in rows
        if (axis_id is None or row.parent_id == axis_id)
        and (not asked.institution or asked.institution in row.slugs)
        and (asked.state not in STATES or STATES[asked.state](row))
    ]
    found.sort(key=ORDERS.get(asked.order, ORDERS["atraso"]))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(asked.page, 1), pages)
    return Selected(tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(found), page, pages)
