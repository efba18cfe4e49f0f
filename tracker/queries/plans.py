"""Reads of the plan's own rows: the tree with what hangs on it, institutions, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, Commitment, NodeRole, PlanNode


@dataclass(frozen=True)
class PlanRow:
    """A plan as lists and choices show it."""

    id: int
    uid: str
    number: int
    title: str
    status: PlanStatus
    starts_on: date | None
    ends_on: date | None
    is_historical: bool
    is_demo: bool


def list_plans() -> Sequence[PlanRow]:
    """Every plan, the latest number first."""
    plans = db.session.scalars(select(ActionPlan).order_by(PlanNode.number.desc()))
    return [
        PlanRow(
            one.id,
            one.uid,
            one.number,
            one.title,
            one.status,
            one.starts_on,
            one.ends_on,
            one.is_historical,
            one.is_demo,
        )
        for one in plans
    ]


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
    """The item with that uid; NotFound where there is none."""
    found = db.session.scalar(select(PlanNode).where(PlanNode.uid == uid))
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
    nodes = db.session.scalars(
        select(PlanNode)
        .where(where)
        .options(
            selectinload(PlanNode.windows),
            selectinload(PlanNode.roles).joinedload(NodeRole.institution),
            selectinload(PlanNode.products),
            selectinload(PlanNode.means),
            selectinload(PlanNode.variants),
        )
        .order_by(PlanNode.position, PlanNode.number, PlanNode.id)
    ).all()
    commitments = [one.id for one in nodes if one.kind is NodeKind.COMMITMENT]
    db.session.scalars(
        select(Commitment)
        .where(Commitment.id.in_(commitments))
        .options(selectinload(Commitment.financial_resources))
        .execution_options(populate_existing=False)
    ).all()
    return nodes


def list_institutions() -> Sequence[Institution]:
    """Every institution, by acronym, those without one by name."""
    return db.session.scalars(
        select(Institution).order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    ).all()


def find_institution(*, acronym: str = "", uid: str = "") -> Institution | None:
    """The institution of an acronym (however its case is written) or uid, or None."""
    where = Institution.uid == uid if uid else func.lower(Institution.acronym) == acronym.strip().lower()
    return db.session.scalar(select(Institution).where(where))
