"""Writing a plan before its approval: its head, its items, what each says; every change is a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain import plan_drafts as drafts
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import ContactVisibility, Continuity, NodeKind
from tracker.domain.text import squeeze
from tracker.models.plans import ActionPlan, Commitment, Milestone, PlanNode
from tracker.queries.plan_drafts import version_of
from tracker.queries.plans import get_node, load_nodes
from tracker.services import source_fields
from tracker.services.amendment_fields import put
from tracker.services.audit import EventTag, record
from tracker.services.plan_life import writable_plan
from tracker.services.plan_places import children_in, relabel
from tracker.services.plans import ItemSpec, create_plan, new_node
from tracker.services.totals import refresh_plan
from tracker.services.versions import node_facts, record_nodes


def begin_plan(
    actor: Actor, *, number: int, values: Mapping[str, Any], now: datetime, today: date
) -> ActionPlan:
    """Begin a plan as a draft, which only the office sees.

    Raises Conflict `plan-number-taken`, DomainError beside the field.
    """
    require(actor, Permission.PLAN_MANAGE)
    drafts.check_number(number)
    plan = create_plan(actor, number=number, now=now, **_head(values))
    refresh_plan(plan.id, today)
    return plan


def write_plan(
    actor: Actor, *, plan_number: int, values: Mapping[str, Any], seen: int | None, now: datetime
) -> ActionPlan:
    """Say what a plan says of itself; its number stays.

    Raises Conflict `plan-not-writable` or `item-changed-meanwhile`, DomainError beside the field.
    """
    plan = writable_plan(actor, plan_number)
    check_seen(plan, seen)
    for name, value in _head(values).items():
        setattr(plan, name, value)
    record_nodes(actor, [plan], effective_on=None, now=now)
    return plan


def _head(values: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's head with a title and a period in order; a period may still be to come."""
    head = dict(values)
    head["title"] = squeeze(head["title"])
    if not head["title"]:
        raise DomainError("title-required", field="title")
    starts_on, ends_on = head.get("starts_on"), head.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise DomainError("plan-period-reversed", field="ends_on")
    head["milestone_word"] = squeeze(head.get("milestone_word") or "").lower() or "hito"
    return head


def check_seen(node: PlanNode, seen: int | None) -> None:
    """Conflict `item-changed-meanwhile` where somebody changed the item since it was opened."""
    if seen is not None and seen != version_of(node.uid):
        raise Conflict("item-changed-meanwhile")


def draft_item(actor: Actor, node_uid: str) -> tuple[ActionPlan, PlanNode]:
    """An item of a plan that is being written, with that plan held until the commit."""
    node = get_node(node_uid)
    plan = writable_plan(actor, db.session.get_one(PlanNode, node.plan_id).number)
    return plan, load_nodes([node.id])[0]


def add_item(
    actor: Actor, *, parent_uid: str, kind: NodeKind, title: str, now: datetime, today: date
) -> PlanNode:
    """Put a new item last under another, with the number that follows. Raises DomainError, Conflict."""
    plan, parent = draft_item(actor, parent_uid)
    made = new_node(kind, parent, ItemSpec(free_number(parent, kind), title, position=_last_place(parent)))
    record_nodes(actor, [made], effective_on=None, now=now)
    refresh_plan(plan.id, today)
    return made


def free_number(parent: PlanNode, kind: NodeKind) -> int:
    """The next number of a level: axes and commitments count through the plan, the rest where they stand."""
    whole = kind in {NodeKind.AXIS, NodeKind.COMMITMENT}
    scope = PlanNode.plan_id == parent.plan_id if whole else PlanNode.parent_id == parent.id
    taken = db.session.scalars(
        select(PlanNode.number).where(scope, PlanNode.plan_id.is_not(None), PlanNode.kind == kind)
    )
    return drafts.next_number(taken)


def _last_place(parent: PlanNode) -> int:
    return max((one.position for one in children_in(parent)), default=0) + 1


def write_item(
    actor: Actor,
    *,
    node_uid: str,
    values: Mapping[str, Any],
    seen: int | None,
    now: datetime,
    today: date,
) -> bool:
    """Say what an item says; True where anything changed.

    Raises Conflict `plan-not-writable`, `item-changed-meanwhile` or `number-taken`, DomainError beside the
    field.
    """
    plan, node = draft_item(actor, node_uid)
    check_seen(node, seen)
    facts = node_facts(node, None)
    known = drafts.FIELDS[node.kind]
    said = {name: value for name, value in values.items() if name in known}
    for name, value in said.items():
        if name in rules.FIELDS[node.kind]:
            rules.check_change(node.kind, name, value)
    changed = [node]
    for name, value in said.items():
        if name in drafts.CONTACT or rules.same(name, drafts.value_of(facts, name), value):
            continue
        changed += _put(node, name, value)
    _put_contact(actor, node, said, now)
    db.session.flush()
    touched = list(dict.fromkeys([*changed, *sharing(node)]))
    written = record_nodes(actor, touched, effective_on=None, now=now)
    if written:
        refresh_plan(plan.id, today)
    return bool(written)


def _put(node: PlanNode, name: str, value: Any) -> Sequence[PlanNode]:
    """Bring a field into force; the items that change with it, where others do."""
    match name:
        case drafts.NUMBER:
            return relabel(node, drafts.check_number(value))
        case drafts.WEIGHT:
            node.weight = drafts.check_weight(value)
        case drafts.WINDOWS:
            source_fields.put(node, name, value, source_fields.Shelf())
        case drafts.CONTINUITY:
            if isinstance(node, Milestone):
                node.continuity = Continuity(value) if value else None
        case _:
            put(node, name, value)
    return ()


def _put_contact(actor: Actor, node: PlanNode, said: Mapping[str, Any], now: datetime) -> None:
    """Contact data are for the office: the log says that they changed, never what they say."""
    if not isinstance(node, Commitment):
        return
    changed = [name for name in drafts.CONTACT if name in said and str(getattr(node, name)) != said[name]]
    for name in changed:
        value = said[name]
        setattr(node, name, ContactVisibility(value) if name == drafts.VISIBILITY else value)
    if changed:
        db.session.flush()
        record(actor, EventTag.PLAN_CONTACT_CHANGED, "node", node.uid, {"fields": changed}, now=now)


def sharing(node: PlanNode) -> list[PlanNode]:
    """The items that share a product or a means with one."""
    own = {one.id for one in node.products}, {one.id for one in node.means}
    if not any(own):
        return []
    beside = db.session.scalars(
        select(PlanNode.id).where(PlanNode.commitment_id == node.commitment_id, PlanNode.id != node.id)
    ).all()
    return [
        one
        for one in load_nodes(beside)
        if own[0] & {each.id for each in one.products} or own[1] & {each.id for each in one.means}
    ]
