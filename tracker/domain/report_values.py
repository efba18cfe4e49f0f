"""Values of a compiled report that its month and its tree share: a row, a figure, what moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.states import State


@dataclass(frozen=True)
class RowRef:
    """A link to a row of the detail."""

    commitment: int
    label: str
    uid: str


@dataclass(frozen=True)
class Aggregate:
    """One figure of what stands above activities; `percent` is the floor, None where nobody informed."""

    percent: Decimal | None
    on: date | None
    by: str
    completed_on: date | None
    floor: Decimal
    informed_mean: Decimal | None
    informed: int
    total: int
    not_started: int
    missing: int
    floor_with_withdrawn: Decimal
    informed_mean_with_withdrawn: Decimal | None


@dataclass(frozen=True)
class SheetField:
    """A text of the official template, under the name of its field."""

    name: str
    text: str


@dataclass(frozen=True)
class Movement:
    """An item of which either figure or the state is another than before the period; None: no information."""

    row: RowRef
    validated_before: Decimal | None
    validated: Decimal | None
    reported_before: Decimal | None
    reported: Decimal | None
    state_before: State | None
    """None for an item that came into the plan within the period."""
    state: State


@dataclass(frozen=True)
class InstitutionPeriod:
    """What an institution did in the period; `awaited` counts its deliveries begun and not complete."""

    institution: str
    awaited: int
    handed_in: int
    validated: int
    returned: int


@dataclass(frozen=True)
class Period:
    """What happened from one day to the cut-off, both included: the same history read at two dates."""

    starts_on: date
    ends_on: date
    due_until: date
    validated_before: Aggregate
    reported_before: Aggregate
    handed_in: int
    validated: int
    returned: int
    movements: tuple[Movement, ...]
    newly_complete: tuple[RowRef, ...]
    newly_late: tuple[RowRef, ...]
    falling_due: tuple[RowRef, ...]
    """Not complete and due after the cut-off, by `due_until`."""
    institutions: tuple[InstitutionPeriod, ...]
