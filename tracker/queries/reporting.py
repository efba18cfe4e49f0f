"""Which institutions have a part in an item, with inheritance (design section 2, rule 10)."""

from __future__ import annotations

from sqlalchemy import select

from tracker.db import db
from tracker.domain.plans import Role
from tracker.models.plans import NodeRole, PlanNode


def reporting_institutions(node_id: int) -> dict[int, Role]:
    """Institution ids with their part in an item: its own roles, else those of what stands next above it."""
    line: list[int] = []
    current: int | None = node_id
    while current is not None:
        line.append(current)
        current = db.session.scalar(select(PlanNode.parent_id).where(PlanNode.id == current))
    rows = db.session.execute(
        select(NodeRole.node_id, NodeRole.institution_id, NodeRole.role).where(NodeRole.node_id.in_(line))
    ).all()
    for one in line:
        parts = {row.institution_id: row.role for row in rows if row.node_id == one}
        if parts:
            return parts
    return {}
