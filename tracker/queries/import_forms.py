"""What the forms that offices fill in begin with: a plan's commitments, activities and institutions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind, Role
from tracker.models.accounts import Institution
from tracker.models.plans import NodeRole, PlanNode
from tracker.queries.plans import get_plan, list_institutions


@dataclass(frozen=True)
class FormItem:
    """An activity to report on: its numbers as people write them, and who has which part."""

    commitment: str
    milestone: str
    label: str
    title: str
    parts: tuple[tuple[str, Role], ...]


def list_form_commitments(actor: Actor, plan_number: int) -> list[tuple[str, str]]:
    """Number and title of a plan's commitments, in order; NotFound where there is no such plan."""
    require(actor, Permission.PLAN_IMPORT)
    plan = get_plan(plan_number)
    rows = db.session.execute(
        select(PlanNode.label, PlanNode.title)
        .where(PlanNode.plan_id == plan.id, PlanNode.kind == NodeKind.COMMITMENT)
        .order_by(PlanNode.position, PlanNode.number)
    )
    return [(label, title) for label, title in rows]


def list_form_items(actor: Actor, plan_number: int) -> list[FormItem]:
    """A plan's activities that stand, in order, each with the parts that hold for it. Two queries.

    An activity without parts of its own has those of what stands next above it.
    """
    require(actor, Permission.PLAN_IMPORT)
    plan = get_plan(plan_number)
    node, above, commitment = (aliased(PlanNode, flat=True) for _ in range(3))
    rows = db.session.execute(
        select(
            node.id,
            node.label,
            node.title,
            above.id,
            above.kind,
            above.label,
            commitment.id,
            commitment.label,
        )
        .join(above, above.id == node.parent_id)
        .join(commitment, commitment.id == node.commitment_id)
        .where(node.plan_id == plan.id, node.kind == NodeKind.ACTIVITY, node.withdrawn_on.is_(None))
        .order_by(
            commitment.position, commitment.number, above.position, above.number, node.position, node.number
        )
    ).all()
    parts = _parts(plan.id)
    return [
        FormItem(
            commitment=commitment_label,
            milestone=above_label if kind is NodeKind.MILESTONE else "",
            label=label,
            title=title,
            parts=parts.get(node_id) or parts.get(above_id) or parts.get(commitment_id) or (),
        )
        for node_id, label, title, above_id, kind, above_label, commitment_id, commitment_label in rows
    ]


def _parts(plan_id: int) -> dict[int, tuple[tuple[str, Role], ...]]:
    found: dict[int, tuple[tuple[str, Role], ...]] = {}
    rows = db.session.execute(
        select(NodeRole.node_id, Institution.acronym, Institution.name, NodeRole.role)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .join(PlanNode, PlanNode.id == NodeRole.node_id)
        .where(PlanNode.plan_id == plan_id)
        .order_by(NodeRole.node_id, NodeRole.position)
    )
    for node_id, acronym, name, role in rows:
        found[node_id] = (*found.get(node_id, ()), (acronym or name, role))
    return found


def list_form_institutions(actor: Actor) -> list[tuple[str, str, str, str, bool]]:
    """Acronym, name, sector, parent's label and whether a group, of every institution."""
    require(actor, Permission.INSTITUTION_MANAGE)
    known = list_institutions()
    by_id = {one.id: one for one in known}
    return [
        (
            one.acronym,
            one.name,
            one.sector.value,
            by_id[one.parent_id].label if one.parent_id is not None else "",
            one.is_group,
        )
        for one in known
    ]
