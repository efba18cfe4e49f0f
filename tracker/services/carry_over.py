"""An item that continues one of an earlier plan: a versioned fact like the rest of the structure (rule 8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from tracker.db import db
from tracker.domain.carry_over import ItemKey, check_carry_over
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_drafts import check_holds
from tracker.domain.plans import Continuity, NodeKind
from tracker.models.plans import Milestone, PlanNode
from tracker.queries.carry_over import delivered_at, open_items
from tracker.queries.plans import get_node, get_plan, load_tree
from tracker.services.plan_copies import Copier, children_of
from tracker.services.plan_drafts import free_number
from tracker.services.plan_life import writable_plan
from tracker.services.plan_places import children_in
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes


def continue_item(actor: Actor, key: ItemKey, earlier: ItemKey | None, *, now: datetime) -> bool:
    """Say which item of an earlier plan this one continues, or that it continues none; True when it changed.

    It starts at nothing all the same, and its predecessor stays as it was (rule 10). It is said without a
    date: it is about the plan as drawn up. Raises NotAllowed, NotFound, DomainError.
    """
    require(actor, Permission.PLAN_MANAGE)
    node = _find(key)
    before = None if earlier is None else _find(earlier)
    if earlier is not None and before is not None:
        check_carry_over(node.kind, key.plan, before.kind, earlier.plan)
    node.predecessor = before
    db.session.flush()  # the version is read from the row
    return bool(record_nodes(actor, [node], effective_on=None, now=now))


def carry_items(
    actor: Actor, *, plan_number: int, chosen: Mapping[str, str], now: datetime, today: date
) -> list[PlanNode]:
    """Put items of earlier plans down in one that is being written: `chosen` says under which item each goes.

    Each begins at nothing and without dates or promised quantities, which only this plan's words can give;
    what its predecessor had delivered is stated, and the predecessor stays as it is. What was completed
    below it is left behind. All or nothing. Raises NotFound, Conflict `plan-not-writable` or
    `already-carried`, DomainError `nothing-to-carry` or `level-not-possible`.
    """
    plan = writable_plan(actor, plan_number)
    if not chosen:
        raise DomainError("nothing-to-carry", field="items")
    made: list[PlanNode] = []
    known: dict[int, tuple[Collection[str], Mapping[str, Decimal]]] = {}
    for uid, parent_uid in chosen.items():
        source, parent = get_node(uid), get_node(parent_uid)
        if parent.plan_id != plan.id:
            raise NotFound("node-not-found", uid=parent_uid)
        earlier = db.session.get_one(PlanNode, source.plan_id)
        check_carry_over(source.kind, plan.number, source.kind, earlier.number)
        if earlier.id not in known:
            known[earlier.id] = open_items(earlier.id, today), delivered_at(earlier.id, today)
        made += _carried(source, parent, *known[earlier.id])
    db.session.flush()
    record_nodes(actor, made, effective_on=None, now=now)
    refresh_plan(plan.id, today)
    return made


def _carried(
    source: PlanNode, parent: PlanNode, unfinished: Collection[str], delivered: Mapping[str, Decimal]
) -> list[PlanNode]:
    """One item with what is not finished below it, each linked with what it continues."""
    check_holds(source.kind, parent.kind)
    tree = {one.id: one for one in load_tree(source.plan_id or 0)}
    below = children_of(one for one in tree.values() if one.uid in unfinished)
    copier = Copier(keeps_quantities=False, keeps_dates=False)
    place = max((one.position for one in children_in(parent)), default=0) + 1
    copier.copy(tree[source.id], parent, free_number(parent, source.kind), below, place)
    for earlier_id, node in copier.made.items():
        earlier = tree[earlier_id]
        _refuse_carried(earlier, node)
        node.predecessor = earlier
        node.starting_quantity = delivered.get(earlier.uid)
        if isinstance(node, Milestone):
            node.continuity = Continuity.IN_PROGRESS
    return list(copier.made.values())


def _refuse_carried(earlier: PlanNode, node: PlanNode) -> None:
    """An item goes on once in a plan."""
    again = select(PlanNode.label).where(
        PlanNode.plan_id == node.plan_id, PlanNode.predecessor_id == earlier.id, PlanNode.id != node.id
    )
    if db.session.scalar(again.limit(1)) is not None:
        raise Conflict("already-carried", label=earlier.label)


def _find(key: ItemKey) -> PlanNode:
    plan = get_plan(key.plan)
    statement = select(PlanNode).where(PlanNode.plan_id == plan.id)
    if key.label:
        above = (
            select(PlanNode.id)
            .where(
                PlanNode.plan_id == plan.id,
                PlanNode.kind == NodeKind.COMMITMENT,
                PlanNode.label == key.commitment,
            )
            .scalar_subquery()
        )
        statement = statement.where(
            PlanNode.commitment_id == above,
            PlanNode.label == key.label,
            PlanNode.kind.in_([NodeKind.MILESTONE, NodeKind.ACTIVITY]),
        )
    else:
        statement = statement.where(PlanNode.kind == NodeKind.COMMITMENT, PlanNode.label == key.commitment)
    found = db.session.scalars(statement.order_by(PlanNode.kind.desc())).first()  # milestone before activity
    if found is None:
        raise NotFound("carried-item-not-found", key=str(key))
    return found
