"""Whether a plan is still what a preview was made beside: a preview that went stale is told, not applied."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.errors import Conflict
from tracker.domain.snapshots import canonical
from tracker.models.plans import Doubt, FactVersion, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.plans import find_plan, list_institutions


def stamp_of(plan_number: int | None) -> str:
    """What was last written of a plan (structure, reports, doubts) and of the institutions, as one text."""
    institutions = [
        [one.uid, one.acronym, one.name, one.sector.value, one.is_group, one.parent_id]
        for one in list_institutions()
    ]
    mark = hashlib.sha256(canonical(institutions).encode()).hexdigest()[:16]
    plan = find_plan(plan_number) if plan_number is not None else None
    if plan is None:
        return f"-.{mark}"
    facts = select(func.max(FactVersion.recorded_seq)).where(FactVersion.plan_id == plan.id)
    reports = (
        select(func.max(ProgressReport.recorded_seq))
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .where(PlanNode.plan_id == plan.id)
    )
    doubts = select(func.count()).select_from(Doubt).where(Doubt.plan_id == plan.id)
    last = [db.session.scalar(one) or 0 for one in (facts, reports, doubts)]
    return ".".join([str(plan.id), *(str(one) for one in last), mark])


def hold_unchanged(plan_number: int | None, seen: str) -> None:
    """Hold the plan until the end of the unit of work; Conflict `import-changed-meanwhile` where it moved on.

    Two confirmations at once wait for one another here, and the second sees what the first wrote.
    """
    plan = find_plan(plan_number) if plan_number is not None else None
    if plan is not None:
        db.session.scalar(select(PlanNode.id).where(PlanNode.id == plan.id).with_for_update())
    if stamp_of(plan_number) != seen:
        raise Conflict("import-changed-meanwhile")
