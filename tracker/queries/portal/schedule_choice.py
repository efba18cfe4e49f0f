"""Which lines of a schedule a reader asked to see, and how many of them one picture holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Window
from tracker.domain.states import COMPLETE, State
from tracker.queries.portal.lines import Occasion
from tracker.queries.portal.rows import slipped

# Above this a picture is folded to what stands above its activities.
MOST_ROWS = 500
# The words of the address: they are shown to people, so they are Spanish.
STATES: dict[str, frozenset[State]] = {
    "atrasadas": frozenset({State.OVERDUE}),
    "en-riesgo": frozenset({State.BEHIND, State.DUE_SOON}),
    "en-curso": frozenset({State.IN_PROGRESS}),
    "por-comprobar": frozenset({State.AWAITING_VALIDATION}),
    "completas": COMPLETE,
    "sin-empezar": frozenset({State.NOT_DUE}),
    "sin-fecha": frozenset({State.NO_DATE}),
    "fuera-del-plan": frozenset({State.WITHDRAWN}),
}


@dataclass(frozen=True)
class ScheduleChoice:
    """What was asked for; words that are not known ask for everything."""

    commitment: int | None = None
    institution: str = ""
    state: str = ""
    late: bool = False

    @property
    def is_narrowed(self) -> bool:
        """True where some items may be left out."""
        return bool(self.institution or self.state in STATES or self.late)


@dataclass(frozen=True)
class ScheduleRow:
    """One line of the schedule."""

    id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    parent_id: int | None
    commitment_id: int
    commitment: int
    state: State
    days_late: int | None
    due_on: date | None
    baseline_due_on: date | None
    reported: Decimal | None
    delivers: bool
    """Reports speak of it: an activity, or a milestone that delivers itself."""
    windows: tuple[Window, ...] = ()
    baseline: tuple[Window, ...] = ()
    """The windows of the plan as approved."""
    occasions: tuple[Occasion, ...] = field(default=())
    """Each of its occurrences, where there are several."""
    completed_on: date | None = None
    folded: int = 0
    """How many lines below it are not drawn."""

    @property
    def slippage(self) -> int | None:
        """Days between its due date as the plan was approved and the one in force; None where unmoved."""
        return slipped(self.due_on, self.baseline_due_on)

    @property
    def moved(self) -> bool:
        """True where the windows in force are not those of the plan as approved."""
        return bool(self.baseline) and self.baseline != self.windows


def choose_rows(
    rows: Sequence[ScheduleRow], choice: ScheduleChoice, slugs: Mapping[int, frozenset[str]]
) -> list[ScheduleRow]:
    """The items asked for, each with what stands above it, in the order given."""
    rows = [row for row in rows if choice.commitment in (None, row.commitment)]
    if not choice.is_narrowed:
        return rows
    above = {row.id: row.parent_id for row in rows}
    kept: set[int | None] = set()
    for row in rows:
        if row.delivers and _is_asked(row, choice, slugs):
            kept |= _with_ancestors(row.id, above)
    return [row for row in rows if row.id in kept]


def _is_asked(row: ScheduleRow, choice: ScheduleChoice, slugs: Mapping[int, frozenset[str]]) -> bool:
    return (
        (not choice.institution or choice.institution in slugs.get(row.id, ()))
        and (choice.state not in STATES or row.state in STATES[choice.state])
        and (not choice.late or bool(row.days_late))
    )


def _with_ancestors(node_id: int, above: Mapping[int, int | None]) -> set[int | None]:
    found: set[int | None] = set()
    current: int | None = node_id
    while current in above and current is not None:
        found.add(current)
        current = above[current]
    return found


def fold(rows: Sequence[ScheduleRow]) -> list[ScheduleRow]:
    """All the lines, or above 500 only milestones and commitments, in the end only commitments."""
    shown = list(rows)
    for kind in (NodeKind.ACTIVITY, NodeKind.MILESTONE):
        if len(shown) <= MOST_ROWS:
            break
        shown = [row for row in shown if row.kind is not kind]
    hidden = _hidden_below(rows, {row.id for row in shown})
    return [replace(row, folded=hidden.get(row.id, 0)) for row in shown[:MOST_ROWS]]


def _hidden_below(rows: Iterable[ScheduleRow], shown: set[int]) -> dict[int | None, int]:
    """For each line shown, how many activities that it stands above are not."""
    above = {row.id: row.parent_id for row in rows}
    found: dict[int | None, int] = {}
    for row in rows:
        if row.id in shown or row.kind is not NodeKind.ACTIVITY:
            continue
        owner = row.parent_id
        while owner is not None and owner not in shown:
            owner = above.get(owner)
        found[owner] = found.get(owner, 0) + 1
    return found
