"""Flags of overdue occurrences, and the plans that are looked at for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.plans import PlanStatus
from tracker.models.current import NodeTotals
from tracker.models.notices import OverdueFlag
from tracker.models.plans import ActionPlan, PlanNode

# A draft has no dates yet that bind anybody; an archived plan is closed for good.
NOT_FOLLOWED = frozenset({PlanStatus.DRAFT, PlanStatus.ARCHIVED})
REPORTED_ON = frozenset({PlanStatus.APPROVED, PlanStatus.IN_COURSE})


def list_followed_plan_ids() -> Sequence[int]:
    """Every plan whose days late are counted: neither draft nor archived."""
    return db.session.scalars(
        select(ActionPlan.id).where(ActionPlan.status.not_in(NOT_FOLLOWED)).order_by(ActionPlan.id)
    ).all()


def list_reported_plan_ids() -> Sequence[int]:
    """Every plan on which institutions report: approved or in course."""
    return db.session.scalars(
        select(ActionPlan.id).where(ActionPlan.status.in_(REPORTED_ON)).order_by(ActionPlan.id)
    ).all()


def list_flags(plan_id: int) -> Sequence[OverdueFlag]:
    """Every flag of a plan, open and closed."""
    return db.session.scalars(
        select(OverdueFlag)
        .join(PlanNode, PlanNode.id == OverdueFlag.node_id)
        .where(PlanNode.plan_id == plan_id)
        .order_by(OverdueFlag.id)
    ).all()


def get_computed_on(plan_id: int) -> date | None:
    """The day for which a plan's stored figures were last computed; None where there are none."""
    return db.session.scalar(select(NodeTotals.computed_on).where(NodeTotals.node_id == plan_id))


def get_node_ids(plan_id: int) -> dict[str, int]:
    """The id of each item of a plan by its uid."""
    rows = db.session.execute(select(PlanNode.uid, PlanNode.id).where(PlanNode.plan_id == plan_id))
    return dict(rows.all())
