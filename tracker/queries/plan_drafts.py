"""A plan as it is written: its whole tree, one item with its fields, and what others changed of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain import plan_drafts as drafts
from tracker.domain.errors import NotFound
from tracker.domain.facts import NodeFacts, RoleFact
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_life import WRITABLE
from tracker.domain.plans import CONTACT_FIELDS, NodeKind, PlanStatus
from tracker.domain.schedule import Window
from tracker.domain.snapshots import node_from
from tracker.domain.tree import NodeStatus, assess
from tracker.models.plans import ActionPlan, Commitment, FactVersion, PlanNode
from tracker.queries.history import plan_facts
from tracker.queries.plans import get_node, get_plan, list_institutions


@dataclass(frozen=True)
class TreeLine:
    """One item of the tree as its page lists it."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    depth: int
    windows: tuple[Window, ...]
    institutions: tuple[str, ...]
    inherits: bool
    means: int
    product: str
    delivers: bool
    is_first: bool
    is_last: bool
    may_hold: tuple[NodeKind, ...]
    parent_uid: str = ""


@dataclass(frozen=True)
class TreePage:
    """A plan with its whole tree."""

    number: int
    uid: str
    title: str
    status: PlanStatus
    milestone_word: str
    lines: tuple[TreeLine, ...]

    @property
    def is_writable(self) -> bool:
        """True while it is written."""
        return self.status in WRITABLE


@dataclass(frozen=True)
class Place:
    """An item that another may stand on, or be joined with."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    above: str = ""


@dataclass(frozen=True)
class Parent:
    """An item under which a new one is put."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    plan_number: int
    milestone_word: str


@dataclass(frozen=True)
class DraftItem:
    """One item of a plan that is being written, with the version that was seen."""

    plan_number: int
    plan_title: str
    milestone_word: str
    uid: str
    kind: NodeKind
    label: str
    title: str
    version: int
    values: Mapping[str, Any]
    inherited: tuple[RoleFact, ...]
    shared_with: tuple[str, ...]
    institutions: tuple[tuple[str, str, str], ...]
    places: tuple[Place, ...]
    """What it may stand on instead."""
    beside: tuple[Place, ...]
    """What it may be joined with."""
    children: tuple[Place, ...]
    means: tuple[tuple[str, str], ...]

    def wanted(self, field: str) -> Any:
        """A field as it stands."""
        return self.values.get(field)

    @property
    def lock_version(self) -> int:
        """The version that is looked at, as its form carries it."""
        return self.version


def get_tree(actor: Actor, number: int, today: date) -> TreePage:
    """A plan's whole tree in its order, in a constant number of queries."""
    require(actor, Permission.PLAN_MANAGE)
    plan = get_plan(number)
    root = assess(plan_facts(plan.id, Cut(as_of=today)), today)
    return TreePage(
        number=plan.number,
        uid=plan.uid,
        title=plan.title,
        status=plan.status,
        milestone_word=plan.milestone_word,
        lines=tuple(_lines(root, 0)),
    )


def _lines(above: NodeStatus, depth: int) -> list[TreeLine]:
    found: list[TreeLine] = []
    for place, one in enumerate(above.children):
        facts = one.facts
        found.append(
            TreeLine(
                uid=facts.uid,
                kind=facts.kind,
                label=facts.label,
                title=facts.title,
                depth=depth,
                windows=facts.schedule.current,
                institutions=tuple(role.institution.label for role in one.roles),
                inherits=one.roles_inherited,
                means=len(facts.means),
                product=facts.products[0].text if facts.products else "",
                delivers=one.own is not None,
                is_first=place == 0,
                is_last=place == len(above.children) - 1,
                may_hold=tuple(kind for kind in NodeKind if kind in drafts.MAY_HOLD.get(facts.kind, ())),
                parent_uid=above.facts.uid,
            )
        )
        found += _lines(one, depth + 1)
    return found


def get_item(actor: Actor, uid: str, today: date) -> DraftItem:
    """One item of a plan that is being written; NotFound for one of a plan approved."""
    require(actor, Permission.PLAN_MANAGE)
    node = get_node(uid)
    plan = db.session.get_one(ActionPlan, node.plan_id)
    if plan.status not in WRITABLE or node.kind is NodeKind.PLAN:
        raise NotFound("node-not-found", uid=uid)
    facts = plan_facts(plan.id, Cut(as_of=today))
    root = assess(facts, today)
    status = next(one for one in root.walk() if one.facts.uid == uid)
    own = {one.uid for one in status.facts.products} | {one.uid for one in status.facts.means}
    return DraftItem(
        plan_number=plan.number,
        plan_title=plan.title,
        milestone_word=plan.milestone_word,
        uid=uid,
        kind=node.kind,
        label=status.facts.label,
        title=status.facts.title,
        version=version_of(uid),
        values=_values(status.facts) | _contact(node),
        inherited=status.roles if status.roles_inherited else (),
        shared_with=tuple(
            one.label
            for one in facts.nodes
            if one.uid != uid and own & ({p.uid for p in one.products} | {m.uid for m in one.means})
        ),
        institutions=tuple((one.uid, one.label, one.name) for one in list_institutions()),
        places=tuple(_places(root, status.facts)),
        beside=tuple(_beside(root, status.facts)),
        children=tuple(_place(one.facts) for one in status.children),
        means=tuple((one.uid, one.text) for one in status.facts.means),
    )


def _values(facts: NodeFacts) -> dict[str, Any]:
    names = (one for one in drafts.FIELDS[facts.kind] if one not in drafts.CONTACT)
    return {name: drafts.value_of(facts, name) for name in names}


def _contact(node: PlanNode) -> dict[str, Any]:
    if not isinstance(node, Commitment):
        return {}
    found = {name: getattr(node, name) for name in CONTACT_FIELDS}
    return found | {drafts.VISIBILITY: node.contact_visibility.value}


def _place(facts: NodeFacts, above: str = "") -> Place:
    return Place(facts.uid, facts.kind, facts.label, facts.title, above)


def _places(root: NodeStatus, node: NodeFacts) -> list[Place]:
    """Everything of the plan that may hold the item, but what holds it."""
    return [
        place
        for place in _walk(root)
        if node.kind in drafts.MAY_HOLD.get(place.kind, ()) and place.uid not in {node.parent_uid, node.uid}
    ]


def _beside(root: NodeStatus, node: NodeFacts) -> list[Place]:
    """Items of the same level that it may be joined with: milestones and activities of its commitment."""
    commitment = next(
        (one for one in root.walk() if one.facts.kind is NodeKind.COMMITMENT and _holds(one, node.uid)), None
    )
    within = root if node.kind in {NodeKind.AXIS, NodeKind.COMMITMENT} or commitment is None else commitment
    return [place for place in _walk(within) if place.kind is node.kind and place.uid != node.uid]


def _holds(one: NodeStatus, uid: str) -> bool:
    return any(each.facts.uid == uid for each in one.walk())


def _walk(root: NodeStatus, above: str = "") -> list[Place]:
    """Places from above, each with the number of the commitment it is in."""
    found = [_place(root.facts, above)]
    below = root.facts.label if root.facts.kind is NodeKind.COMMITMENT else above
    for child in root.children:
        found += _walk(child, below)
    return found


def get_parent(actor: Actor, number: int, uid: str) -> Parent:
    """The item under which a new one is put, or the plan itself; NotFound where it is of no such plan."""
    require(actor, Permission.PLAN_MANAGE)
    plan = get_plan(number)
    node = get_node(uid or plan.uid)
    if node.plan_id != plan.id or plan.status not in WRITABLE:
        raise NotFound("node-not-found", uid=uid)
    return Parent(node.uid, node.kind, node.label, node.title, number, plan.milestone_word)


def version_of(uid: str) -> int:
    """The sequence of an item's last version."""
    return (
        db.session.scalar(select(func.max(FactVersion.recorded_seq)).where(FactVersion.subject_uid == uid))
        or 0
    )


def values_at(uid: str, version: int) -> dict[str, Any]:
    """An item's fields in the version that somebody had open; empty where there is none such."""
    content = db.session.scalar(
        select(FactVersion.content).where(FactVersion.subject_uid == uid, FactVersion.recorded_seq == version)
    )
    return {} if content is None else _values(node_from(json.loads(content)))


def clashes_with(page: DraftItem, mine: Mapping[str, Any], seen: int) -> tuple[drafts.Clash, ...]:
    """Where what stands and what was typed differ, since the version that was seen; contact data apart."""
    typed = {name: value for name, value in mine.items() if name not in drafts.CONTACT}
    return drafts.clashes(values_at(page.uid, seen), page.values, typed)


def head_values(number: int) -> dict[str, Any]:
    """What a plan says of itself, with the version that was seen."""
    plan = get_plan(number)
    return {name: getattr(plan, name) for name in drafts.PLAN_FIELDS} | {"lock_version": version_of(plan.uid)}


def chosen(page: DraftItem, keep: set[str], mine: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with what stands in the fields of which that was chosen."""
    return {name: page.values[name] if name in keep else value for name, value in mine.items()}
