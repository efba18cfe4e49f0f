"""What the reports of a month's end are made of: plans in course, institutions taking part, reports made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, NodeRole, PlanNode
from tracker.models.reports import CompiledReport
from tracker.queries.overdue import REPORTED_ON


def list_plans_running(cutoff: date) -> Sequence[ActionPlan]:
    """Plans on which institutions report and whose period reaches into the month of a cut-off."""
    month = cutoff.replace(day=1)
    return db.session.scalars(
        select(ActionPlan)
        .where(
            ActionPlan.status.in_(REPORTED_ON),
            ActionPlan.starts_on.is_(None) | (ActionPlan.starts_on <= cutoff),
            ActionPlan.ends_on.is_(None) | (ActionPlan.ends_on >= month),
        )
        .order_by(ActionPlan.number)
    ).all()


def list_institution_uids_of_plan(plan_id: int) -> Sequence[str]:
    """Institutions with a part in anything of a plan, withdrawn items left out."""
    return db.session.scalars(
        select(Institution.uid)
        .join(NodeRole, NodeRole.institution_id == Institution.id)
        .join(PlanNode, PlanNode.id == NodeRole.node_id)
        .where(PlanNode.plan_id == plan_id, PlanNode.withdrawn_on.is_(None))
        .distinct()
        .order_by(Institution.uid)
    ).all()


def has_report(plan_id: int, kind: CompilationKind, cutoff: date, institution_uid: str) -> bool:
    """True where such a report was asked for and did not fail."""
    statement = select(CompiledReport.id).where(
        CompiledReport.plan_id == plan_id,
        CompiledReport.kind == kind,
        CompiledReport.cutoff_on == cutoff,
        CompiledReport.status != CompilationStatus.FAILED,
    )
    if institution_uid:
        statement = statement.join(Institution, Institution.id == CompiledReport.institution_id).where(
            Institution.uid == institution_uid
        )
    return db.session.scalar(statement.limit(1)) is not None
