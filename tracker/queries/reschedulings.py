"""Requests for other dates before those who decide on them, and what became of the last ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, is_of, require, wrote
from tracker.domain.schedule import Window
from tracker.domain.snapshots import window_from
from tracker.models.current import ActivityCurrent
from tracker.models.plans import NodeWindow, PlanNode, Rescheduling, ReschedulingStatus


@dataclass(frozen=True)
class RequestRow:
    """A request for other dates, with the dates in force and those of the beginning."""

    uid: str
    node_uid: str
    label: str
    title: str
    plan_number: int
    institution: str
    reason: str
    requested_at: datetime
    windows: tuple[Window, ...]
    current: tuple[Window, ...]
    slippage: int | None
    """Days by which the last due date would move."""
    days_late: int
    """Days already late, which no other dates erase."""
    baseline: tuple[Window, ...]
    status: ReschedulingStatus
    resolution: str
    resolution_number: str
    decided_on: date | None
    is_withdrawn: bool
    is_initiative: bool
    """Moved by the contact point itself, with a resolution and without a request."""
    may_decide: bool


def list_reschedulings(actor: Actor, *, decided: int = 15) -> tuple[RequestRow, ...]:
    """Requests that wait, oldest first, then the last ones decided; five queries."""
    require(actor, Permission.RESCHEDULING_DECIDE)
    waiting = Rescheduling.status == ReschedulingStatus.REQUESTED
    load = (joinedload(Rescheduling.node), joinedload(Rescheduling.institution))
    rows = [
        *db.session.scalars(select(Rescheduling).where(waiting).options(*load).order_by(Rescheduling.id)),
        *db.session.scalars(
            select(Rescheduling)
            .where(~waiting)
            .options(*load)
            .order_by(Rescheduling.decided_at.desc())
            .limit(decided)
        ),
    ]
    windows = _windows({one.node_id for one in rows})
    plans = _plan_numbers({one.node.plan_id or 0 for one in rows})
    late = _days_late({one.node_id for one in rows})
    return tuple(
        _request(one, windows[one.node_id], plans, late.get(one.node_id) or 0, actor) for one in rows
    )


def _days_late(nodes: Collection[int]) -> dict[int, int | None]:
    rows = db.session.execute(
        select(ActivityCurrent.node_id, ActivityCurrent.days_late).where(ActivityCurrent.node_id.in_(nodes))
    )
    return {row[0]: row[1] for row in rows}


def _windows(nodes: Collection[int]) -> dict[int, dict[int, list[Window]]]:
    """Every revision of the windows of some items."""
    found: dict[int, dict[int, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for one in db.session.scalars(
        select(NodeWindow)
        .where(NodeWindow.node_id.in_(nodes))
        .order_by(NodeWindow.revision, NodeWindow.position)
    ):
        found[one.node_id][one.revision].append(
            Window(one.end_on, one.start_on, one.end_precision, one.start_precision)
        )
    return found


def _plan_numbers(plan_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(PlanNode.id, PlanNode.number).where(PlanNode.id.in_(plan_ids)))
    return {row[0]: row[1] for row in rows}


def _request(
    one: Rescheduling,
    revisions: dict[int, list[Window]],
    plans: dict[int, int],
    days_late: int,
    actor: Actor,
) -> RequestRow:
    current = tuple(revisions[max(revisions)]) if revisions else ()
    asked = tuple(window_from(content) for content in one.windows)
    ends = [window.end for window in current]
    slippage = (max(window.end for window in asked) - max(ends)).days if asked and ends else None
    return RequestRow(
        uid=one.uid,
        node_uid=one.node.uid,
        label=one.node.label,
        title=one.node.title,
        plan_number=plans.get(one.node.plan_id or 0, 0),
        institution=one.institution.label,
        reason=one.reason,
        requested_at=one.requested_at,
        windows=asked,
        current=current,
        slippage=slippage,
        days_late=days_late,
        baseline=tuple(revisions[min(revisions)]) if revisions else (),
        status=one.status,
        resolution=one.resolution,
        resolution_number=one.resolution_number,
        decided_on=one.decided_on,
        is_withdrawn=one.is_withdrawn,
        is_initiative=one.requested_by_uid == one.decided_by_uid and not one.is_withdrawn,
        may_decide=not is_of(actor, one.institution_id) and not wrote(actor, one.requested_by_uid),
    )
