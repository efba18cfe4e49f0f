"""Reads of the plan's own rows: the tree with what hangs on it, institutions, numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectin_polymorphic, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, Commitment, Milestone, NodeOrigin, NodeRole, PlanNode


def find_plan(number: int) -> ActionPlan | None:
    """The plan with that number, or None."""
    return db.session.scalar(select(ActionPlan).where(PlanNode.number == number))


def get_plan(number: int) -> ActionPlan:
    """The plan with that number; NotFound where there is none."""
    found = find_plan(number)
    if found is None:
        raise NotFound("plan-not-found", number=number)
    return found


def get_node(uid: str) -> PlanNode:
    """The item with that uid; NotFound where there is none, or it was taken out of a draft."""
    found = db.session.scalar(select(PlanNode).where(PlanNode.uid == uid, PlanNode.plan_id.is_not(None)))
    if found is None:
        raise NotFound("node-not-found", uid=uid)
    return found


def load_tree(plan_id: int) -> Sequence[PlanNode]:
    """Every item of a plan with all that hangs on it, in order, in a constant number of queries."""
    return _load(PlanNode.plan_id == plan_id)


def load_nodes(node_ids: Sequence[int]) -> Sequence[PlanNode]:
    """Some items with all that hangs on them, in a constant number of queries."""
    return _load(PlanNode.id.in_(node_ids))


def _load(where: ColumnElement[bool]) -> Sequence[PlanNode]:
    return db.session.scalars(
        select(PlanNode)
        .where(where)
        .options(
            selectin_polymorphic(PlanNode, [ActionPlan, Commitment, Milestone]),
            selectinload(PlanNode.windows),
            selectinload(PlanNode.roles).joinedload(NodeRole.institution),
            selectinload(PlanNode.products),
            selectinload(PlanNode.means),
            selectinload(PlanNode.variants),
            selectinload(PlanNode.origins).joinedload(NodeOrigin.origin),
            selectinload(Commitment.financial_resources),
        )
        .order_by(PlanNode.position, PlanNode.number, PlanNode.id)
    ).all()


def list_institutions() -> Sequence[Institution]:
    """Every institution, by acronym, those without one by name."""
    return db.session.scalars(
        select(Institution).order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    ).all()
