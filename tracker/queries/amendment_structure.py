"""One item of an approved plan as a draft may move, divide, join or add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain import amendments as rules
from tracker.domain.facts import NodeFacts
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor
from tracker.domain.plan_drafts import MAY_HOLD
from tracker.domain.plans import NodeKind
from tracker.queries.accounts import list_institution_choices
from tracker.queries.amendments import get_item
from tracker.queries.history import nodes_at
from tracker.queries.plans import get_node


@dataclass(frozen=True)
class Beside:
    """An item beside which, or on which, another stands."""

    uid: str
    kind: NodeKind
    label: str
    title: str


@dataclass(frozen=True)
class StructurePage:
    """What may be done with an item's place, its parts and what stands on it."""

    amendment_uid: str
    amendment_title: str
    plan_number: int
    milestone_word: str
    lock_version: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    order: tuple[Beside, ...]
    """What stands on it, in the order that the draft has."""
    places: tuple[Beside, ...]
    beside: tuple[Beside, ...]
    means: tuple[str, ...]
    may_split: bool
    may_hold: tuple[NodeKind, ...]
    """The levels that may be added under it, from the top down."""
    institutions: tuple[tuple[str, str], ...]
    """Who may answer for what is added: uid and words."""


def get_structure(actor: Actor, amendment_uid: str, node_uid: str, today: date) -> StructurePage:
    """An item of a draft's plan with where it may go; NotFound for one of another plan, or no draft."""
    page = get_item(actor, amendment_uid, node_uid, today)
    plan_id = get_node(node_uid).plan_id or 0
    nodes = {one.uid: one for one in nodes_at(plan_id, Cut(as_of=today)) if one.withdrawn_on is None}
    fields = rules.STRUCTURE[page.kind] if node_uid in nodes else ()
    order = page.prepared.get(rules.ORDER) or (
        rules.value_in(nodes.values(), nodes[node_uid], rules.ORDER) if rules.ORDER in fields else []
    )
    within = _commitment(nodes, node_uid)
    near = [one for one in nodes.values() if _commitment(nodes, one.uid) == within or not within]
    return StructurePage(
        amendment_uid=page.amendment_uid,
        amendment_title=page.amendment_title,
        plan_number=page.plan_number,
        milestone_word=page.milestone_word,
        lock_version=page.lock_version,
        uid=page.uid,
        kind=page.kind,
        label=page.label,
        title=page.title,
        order=tuple(_beside(nodes[one["uid"]]) for one in order if one["uid"] in nodes),
        places=tuple(_places(nodes, node_uid, near)) if rules.PLACE in fields else (),
        beside=tuple(_beside(one) for one in _sorted(near) if one.kind is page.kind and one.uid != page.uid)
        if rules.JOINED in fields
        else (),
        means=tuple(one["text"] for one in page.values.get(rules.MEANS, ())),
        may_split=rules.SPLIT_INTO in fields,
        may_hold=tuple(one for one in NodeKind if one in MAY_HOLD.get(page.kind, ()))
        if rules.ADDED in fields
        else (),
        institutions=tuple(list_institution_choices()) if rules.ADDED in fields else (),
    )


def _beside(one: NodeFacts) -> Beside:
    return Beside(one.uid, one.kind, one.label, one.title)


def _places(nodes: dict[str, NodeFacts], uid: str, near: list[NodeFacts]) -> list[Beside]:
    """What may hold the item, but what holds it: of its commitment, or any axis for a commitment."""
    node = nodes[uid]
    candidates = list(nodes.values()) if node.kind is NodeKind.COMMITMENT else near
    return [
        _beside(one)
        for one in _sorted(candidates)
        if node.kind in MAY_HOLD.get(one.kind, ()) and one.uid != node.parent_uid
    ]


def _sorted(nodes: list[NodeFacts]) -> list[NodeFacts]:
    return sorted(nodes, key=lambda one: (one.kind is NodeKind.ACTIVITY, one.position, one.number, one.label))


def _commitment(nodes: dict[str, NodeFacts], uid: str) -> str:
    """The commitment that an item is in; empty above those."""
    one = nodes.get(uid)
    while one is not None and one.kind is not NodeKind.COMMITMENT:
        one = nodes.get(one.parent_uid or "")
    return one.uid if one is not None else ""
