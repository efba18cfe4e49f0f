"""Writing a plan that is not yet approved: its items' fields, their order, and two people at one item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker.domain import amendments as rules
from tracker.domain.errors import DomainError
from tracker.domain.facts import NodeFacts
from tracker.domain.plans import CONTACT_FIELDS, NodeKind
from tracker.domain.snapshots import window_content

WINDOWS, WEIGHT, CONTINUITY, NUMBER = "windows", "weight", "continuity", "number"
VISIBILITY = "contact_visibility"
CONTACT = (*CONTACT_FIELDS, VISIBILITY)
PLAN_FIELDS = (rules.TITLE, "starts_on", "ends_on", "milestone_word", "ogp_identifier")
_PLACED = (NUMBER, WINDOWS, WEIGHT)
_MORE: Mapping[NodeKind, tuple[str, ...]] = {
    NodeKind.AXIS: (NUMBER, WEIGHT),
    NodeKind.COMMITMENT: (*_PLACED, *CONTACT),
    NodeKind.MILESTONE: (*_PLACED, CONTINUITY),
    NodeKind.ACTIVITY: _PLACED,
}
FIELDS: Mapping[NodeKind, tuple[str, ...]] = {
    kind: (
        PLAN_FIELDS
        if kind is NodeKind.PLAN
        else (*(name for name in names if name != rules.WITHDRAWN), *_MORE[kind])
    )
    for kind, names in rules.FIELDS.items()
}
LISTS = (rules.LISTS - {rules.WITHDRAWN}) | {WINDOWS}
LEAST_WEIGHT, MOST_WEIGHT = Decimal("0.0001"), Decimal(100_000)
# Which levels may stand directly under which.
MAY_HOLD: Mapping[NodeKind, frozenset[NodeKind]] = {
    NodeKind.PLAN: frozenset({NodeKind.AXIS, NodeKind.COMMITMENT}),
    NodeKind.AXIS: frozenset({NodeKind.COMMITMENT}),
    NodeKind.COMMITMENT: frozenset({NodeKind.MILESTONE, NodeKind.ACTIVITY}),
    NodeKind.MILESTONE: frozenset({NodeKind.ACTIVITY}),
}


class Way(StrEnum):
    """Which way an item is moved among those beside it."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Clash:
    """One field of which two people say different things."""

    field: str
    theirs: Any
    mine: Any
    mine_changed: bool
    """False where only the other person changed it since it was opened."""


def value_of(node: NodeFacts, field: str) -> Any:
    """A field of an item as plain JSON, as its form has it; contact data are no facts and stay apart."""
    reader = _READERS.get(field)
    return rules.value_of(node, field) if reader is None else reader(node)


_READERS: Mapping[str, Callable[[NodeFacts], Any]] = {
    WINDOWS: lambda node: {
        "windows": [window_content(one) for one in node.schedule.baseline],
        "frequency": node.schedule.frequency.value if node.schedule.frequency else None,
    },
    WEIGHT: lambda node: format(
        (Decimal(node.weight.numerator) / Decimal(node.weight.denominator)).normalize(), "f"
    ),
    NUMBER: lambda node: node.number,
}


def clashes(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> tuple[Clash, ...]:
    """The fields in which what stands and what was typed differ, told apart by who changed them.

    `base` is the item as it stood when the form was opened.
    """
    return tuple(
        Clash(name, theirs[name], mine[name], not rules.same(name, base.get(name), mine[name]))
        for name in mine
        if name in theirs and not rules.same(name, theirs[name], mine[name])
    )


def reordered(uids: Sequence[str], uid: str, way: Way) -> tuple[str, ...]:
    """Items side by side with one of them a place up or down; as they are where it is at that end."""
    found = list(uids)
    place = found.index(uid)
    other = place - 1 if way is Way.UP else place + 1
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return tuple(found)


def next_number(taken: Iterable[int]) -> int:
    """The number that follows the highest given."""
    return max(taken, default=0) + 1


def check_holds(kind: NodeKind, parent: NodeKind) -> None:
    """DomainError `level-not-possible` where one level does not stand directly under another."""
    if kind not in MAY_HOLD.get(parent, frozenset()):
        raise DomainError("level-not-possible", field="into", kind=kind.value, parent=parent.value)


def check_number(number: int | None) -> int:
    """A number from 1 on; DomainError `number-required` for anything else."""
    if number is None or number < 1:
        raise DomainError("number-required", field=NUMBER)
    return number


def check_weight(text: str) -> Decimal:
    """A weight above 0, with four decimals at most; DomainError `weight-not-valid` for anything else."""
    weight = Decimal(text)
    if not (weight.is_finite() and 0 < weight < MOST_WEIGHT and weight % LEAST_WEIGHT == 0):
        raise DomainError("weight-not-valid", field=WEIGHT)
    return weight


def check_merge(one: NodeKind, other: NodeKind, *, same_item: bool) -> None:
    """Two items of one level become one. Raises DomainError `merge-same-item` or `merge-other-level`."""
    if same_item:
        raise DomainError("merge-same-item", field="other")
    if one is not other:
        raise DomainError("merge-other-level", field="other")


def joined(one: str, other: str) -> str:
    """Two texts in one: the second below the first, unless it says the same or nothing."""
    first, second = rules.plain(one), rules.plain(other)
    if not second or second == first:
        return first
    return f"{first}\n\n{second}" if first else second
