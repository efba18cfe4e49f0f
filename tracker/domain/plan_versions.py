"""Two versions of a plan side by side, item by item: what came, what went, what says something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.changes import FieldChange, node_changes
from tracker.domain.facts import NodeFacts
from tracker.domain.plans import NodeKind
from tracker.domain.snapshots import node_content

ORDER, PARENT, POSITION, WITHDRAWN = "order", "parent_uid", "position", "withdrawn_on"
# Told elsewhere: the stage a plan is in, the marks of where an item comes from, what sources say.
_NOT_TOLD = frozenset({POSITION, "number", "origins", "variants", "marks", "status", "approved_on"})


class What(StrEnum):
    """What became of an item between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"


@dataclass(frozen=True)
class ItemDifference:
    """One item that is not the same in both versions."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: str
    """The number of the commitment that it is in; empty above those."""
    what: What
    changes: tuple[FieldChange, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    """How it came to be, and the numbers of the items that it comes from."""


@dataclass(frozen=True)
class PlanDifference:
    """Everything that two versions of a plan differ in."""

    items: tuple[ItemDifference, ...]
    same: int

    def count(self, what: What | str) -> int:
        """How many items became that."""
        return sum(one.what == what for one in self.items)

    @property
    def groups(self) -> tuple[tuple[str, tuple[ItemDifference, ...]], ...]:
        """The items by the commitment they are in, those above first."""
        found: dict[str, list[ItemDifference]] = {}
        for one in self.items:
            found.setdefault(one.commitment, []).append(one)
        return tuple((label, tuple(items)) for label, items in found.items())


def compare_plans(before: Sequence[NodeFacts], after: Sequence[NodeFacts]) -> PlanDifference:
    """What differs between two versions, in the order of the later one, what went behind what it stood in."""
    old, new = {one.uid: one for one in before}, {one.uid: one for one in after}
    orders = _orders(before, after)
    found: list[ItemDifference] = []
    same = 0
    for node in _in_order([*after, *(one for one in before if one.uid not in new)]):
        one = _difference(node, old, new, orders)
        if one is None:
            same += 1
        else:
            found.append(one)
    return PlanDifference(tuple(found), same)


def _difference(
    node: NodeFacts,
    old: Mapping[str, NodeFacts],
    new: Mapping[str, NodeFacts],
    orders: Mapping[str, FieldChange],
) -> ItemDifference | None:
    known = new if node.uid in new else old
    if node.uid not in old:
        return _told(node, What.ADDED, known, origins=_origins(node, {**old, **new}))
    if node.uid not in new:
        return _told(node, What.REMOVED, known)
    changes = _changes(old[node.uid], node, old, new)
    if node.uid in orders:
        changes = (*changes, orders[node.uid])
    if not changes:
        return None
    gone = any(one.field == WITHDRAWN and one.after is not None for one in changes)
    return _told(node, What.WITHDRAWN if gone else What.CHANGED, known, changes)


def _told(
    node: NodeFacts,
    what: What,
    known: Mapping[str, NodeFacts],
    changes: tuple[FieldChange, ...] = (),
    origins: tuple[tuple[str, str], ...] = (),
) -> ItemDifference:
    return ItemDifference(
        node.uid, node.kind, node.label, node.title, _commitment(node, known), what, changes, origins
    )


def _commitment(node: NodeFacts, known: Mapping[str, NodeFacts]) -> str:
    one: NodeFacts | None = node
    while one is not None and one.kind is not NodeKind.COMMITMENT:
        one = known.get(one.parent_uid or "")
    return one.label if one is not None else ""


def _origins(node: NodeFacts, known: Mapping[str, NodeFacts]) -> tuple[tuple[str, str], ...]:
    """How an item came to be, as its own facts name it: split or merge, and from which numbers."""
    pairs = (one.partition(":") for one in node.texts.get("origins", "").split())
    return tuple((how, known[uid].label) for how, _colon, uid in pairs if uid in known)


def _changes(
    one: NodeFacts, other: NodeFacts, old: Mapping[str, NodeFacts], new: Mapping[str, NodeFacts]
) -> tuple[FieldChange, ...]:
    found = node_changes(node_content(one), node_content(other))
    return tuple(
        _named(change, old, new) if change.field == PARENT else change
        for change in found
        if change.field not in _NOT_TOLD
    )


def _named(change: FieldChange, old: Mapping[str, NodeFacts], new: Mapping[str, NodeFacts]) -> FieldChange:
    """What an item stands on by its number and title."""
    return FieldChange(change.field, _name(old, str(change.before)), _name(new, str(change.after)))


def _name(known: Mapping[str, NodeFacts], uid: str) -> str:
    return f"{known[uid].label}. {known[uid].title}" if uid in known else ""


def _orders(before: Iterable[NodeFacts], after: Iterable[NodeFacts]) -> dict[str, FieldChange]:
    """The items whose children stand in another order, as far as both versions have them."""
    old, new = _children(before), _children(after)
    found = {}
    for uid in old.keys() & new.keys():
        stay = {one.uid for one in old[uid]} & {one.uid for one in new[uid]}
        first, second = ([one for one in side[uid] if one.uid in stay] for side in (old, new))
        if [one.uid for one in first] != [one.uid for one in second]:
            found[uid] = FieldChange(ORDER, _labels(first), _labels(second))
    return found


def _labels(nodes: Iterable[NodeFacts]) -> tuple[str, ...]:
    return tuple(f"{one.label}. {one.title}" for one in nodes)


def _children(nodes: Iterable[NodeFacts]) -> dict[str, list[NodeFacts]]:
    found: dict[str, list[NodeFacts]] = {}
    for node in sorted(nodes, key=lambda one: (one.position, one.number, one.label)):
        if node.parent_uid is not None:
            found.setdefault(node.parent_uid, []).append(node)
    return found


def _in_order(nodes: Sequence[NodeFacts]) -> list[NodeFacts]:
    """Every item behind what it stands on; one whose place is gone comes last."""
    below = _children(nodes)
    uids = {one.uid for one in nodes}
    waiting = [one for one in nodes if one.parent_uid is None or one.parent_uid not in uids]
    found = []
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting = below.get(one.uid, []) + waiting
    return found
