"""The public part of an item's timeline, where its plan is published."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.timeline import Entry
from tracker.models.plans import ActionPlan
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import PUBLISHED
from tracker.queries.timeline import public_timeline


def get_history(uid: str, *, zone: str, overdue_from: date | None = None) -> tuple[Entry, ...]:
    """What everybody may read of what happened to a published item, newest first; else NotFound."""
    node = NODES.alias()
    node_id = db.session.scalar(
        select(node.c.id)
        .join_from(node, ActionPlan, ActionPlan.id == node.c.plan_id)
        .where(node.c.uid == uid, PUBLISHED)
    )
    if node_id is None:
        raise NotFound("node-not-found", uid=uid)
    return public_timeline(node_id, uid, zone=zone, overdue_from=overdue_from)
