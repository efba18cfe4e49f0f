"""Other dates: requested with a reason, decided by the contact point; the baseline stays (design 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.schedule import Window
from tracker.domain.snapshots import day_text, window_content, window_from
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, NodeWindow, PlanNode, Rescheduling, ReschedulingStatus
from tracker.queries.reporting import reporting_institutions, withdrawn_by
from tracker.services.audit import EventTag, record
from tracker.services.totals import refresh_item
from tracker.services.versions import record_nodes, schedule_of


def request_rescheduling(
    actor: Actor,
    *,
    node_uid: str,
    institution_uid: str,
    windows: Sequence[Window],
    reason: str,
    now: datetime,
    today: date,
) -> Rescheduling:
    """Ask for other dates for an item in which one's institution takes part; one open request at a time."""
    node = db.session.scalar(select(PlanNode).where(PlanNode.uid == node_uid).with_for_update())
    institution = db.session.scalar(select(Institution).where(Institution.uid == institution_uid))
    if node is None or institution is None or institution.id not in reporting_institutions(node.id):
        raise NotFound("item-not-found")
    require(actor, Permission.RESCHEDULING_REQUEST, institution_id=institution.id)
    if withdrawn_by(node.id, today):
        raise Conflict("item-withdrawn")
    plan = db.session.get(ActionPlan, node.plan_id)
    if plan is None or not plan.takes_reports:
        raise Conflict("plan-closed")
    _check_request(node, windows, reason)
    request = Rescheduling(
        node=node,
        institution=institution,
        requested_by_uid=actor.uid,
        requested_at=now,
        reason=reason.strip(),
        windows=[window_content(window) for window in windows],
    )
    db.session.add(request)
    db.session.flush()
    record(
        actor, EventTag.RESCHEDULING_REQUESTED, "rescheduling", request.uid, request_content(request), now=now
    )
    return request


def _check_request(node: PlanNode, windows: Sequence[Window], reason: str) -> None:
    """A reason, other dates than those in force, and no other request waiting."""
    if not reason.strip():
        raise DomainError("reason-required", field="reason")
    if not windows:
        raise DomainError("dates-required", field="windows")
    if tuple(windows) == schedule_of(node).current:
        raise DomainError("dates-unchanged", field="windows")
    pending = db.session.scalar(
        select(Rescheduling.id).where(
            Rescheduling.node_id == node.id, Rescheduling.status == ReschedulingStatus.REQUESTED
        )
    )
    if pending is not None:
        raise Conflict("rescheduling-pending")


def decide_rescheduling(
    actor: Actor, *, rescheduling_uid: str, approve: bool, resolution: str, now: datetime, today: date
) -> Rescheduling:
    """Approve or reject a request, with the words of the resolution; approved dates hold from today on."""
    require(actor, Permission.RESCHEDULING_DECIDE)
    request = db.session.scalar(
        select(Rescheduling)
        .where(Rescheduling.uid == rescheduling_uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound("rescheduling-not-found")
    if request.status is not ReschedulingStatus.REQUESTED:
        raise Conflict("already-decided")
    if request.institution_id in actor.institution_ids or request.requested_by_uid == actor.uid:
        raise NotAllowed("own-report")
    if not resolution.strip():
        raise DomainError("resolution-required", field="resolution")
    request.status = ReschedulingStatus.APPROVED if approve else ReschedulingStatus.REJECTED
    request.resolution = resolution.strip()
    request.decided_by_uid, request.decided_at, request.decided_on = actor.uid, now, today
    if approve:
        _apply(request, today)
    db.session.flush()
    request.recorded_seq = record(
        actor, EventTag.RESCHEDULING_DECIDED, "rescheduling", request.uid, request_content(request), now=now
    )
    if approve:
        record_nodes(actor, [request.node], effective_on=today, now=now)
        refresh_item(request.node, today)
    return request


def _apply(request: Rescheduling, today: date) -> None:
    """The new windows as a further revision; those before stay as they were."""
    revision = max((window.revision for window in request.node.windows), default=-1) + 1
    for position, content in enumerate(request.windows):
        window = window_from(content)
        request.node.windows.append(
            NodeWindow(
                revision=revision,
                from_on=today if revision else None,
                position=position,
                start_on=window.start,
                end_on=window.end,
                start_precision=window.start_precision,
                end_precision=window.end_precision,
            )
        )


def request_content(request: Rescheduling) -> dict[str, Any]:
    """A request as history keeps it; `verify` compares the row with this."""
    return {
        "uid": request.uid,
        "node": request.node.uid,
        "institution": request.institution.uid,
        "reason": request.reason,
        "windows": request.windows,
        "status": request.status.value,
        "resolution": request.resolution,
        "requested_by": request.requested_by_uid,
        "decided_by": request.decided_by_uid,
        "decided_on": day_text(request.decided_on),
    }
