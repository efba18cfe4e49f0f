"""An item that continues one of an earlier plan: a versioned fact like the rest of the structure (rule 8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.carry_over import ItemKey, check_carry_over
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind
from tracker.models.plans import PlanNode
from tracker.queries.plans import get_plan
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
