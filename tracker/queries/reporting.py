"""Which institutions have a part in an item, with inheritance (design section 2, rule 10)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import literal, select

from tracker.db import db
from tracker.domain.plans import Role
from tracker.models.plans import NodeRole, PlanNode


def reporting_institutions(node_id: int) -> dict[int, Role]:
    """Institution ids with their part in an item: its own roles, else those of what stands next above it."""
    line = list(_line(node_id))
    rows = db.session.execute(
        select(NodeRole.node_id, NodeRole.institution_id, NodeRole.role).where(NodeRole.node_id.in_(line))
    ).all()
    for one in line:
        parts = {row.institution_id: row.role for row in rows if row.node_id == one}
        if parts:
            return parts
    return {}


def withdrawn_by(node_id: int, day: date) -> bool:
    """True where the item, or what it stands under, was taken out of the plan by a day."""
    return any(gone is not None and gone <= day for gone in _line(node_id).values())


def _line(node_id: int) -> dict[int, date | None]:
    """The item and what stands above it, nearest first, each with the day it was taken out of the plan."""
    wanted = (PlanNode.id, PlanNode.parent_id, PlanNode.withdrawn_on)
    line = select(*wanted, literal(0).label("height")).where(PlanNode.id == node_id).cte(recursive=True)
    line = line.union_all(select(*wanted, line.c.height + 1).where(PlanNode.id == line.c.parent_id))
    rows = db.session.execute(select(line.c.id, line.c.withdrawn_on).order_by(line.c.height))
    return {row.id: row.withdrawn_on for row in rows}
