"""Reads of the plan's own rows: the tree with what hangs on it, institutions, numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectin_polymorphic, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import PUBLIC_PLAN_STATUSES
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


def get_readable_plan(actor: Actor, number: int) -> ActionPlan:
    """The plan with that number; NotFound where there is none, and for a draft to all but the office."""
    found = get_plan(number)
    if found.status not in PUBLIC_PLAN_STATUSES and not can(actor, Permission.PLAN_MANAGE):
        raise NotFound("plan-not-found", number=number)
    return found


def list_plan_titles(actor: Actor) -> list[tuple[int, str]]:
    """Number and title of every plan, the newest first; a draft for the office alone."""
    plans = select(ActionPlan.number, ActionPlan.title).order_by(ActionPlan.number.desc())
    if not can(actor, Permission.PLAN_MANAGE):
        plans = plans.where(ActionPlan.status.in_(sorted(PUBLIC_PLAN_STATUSES)))
    return [(number, title) for number, title in db.session.execute(plans)]


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
