"""Other dates: asked for with a reason, decided with a named resolution; the baseline stays (design 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Actor, Permission, can, is_of, require, wrote
from tracker.domain.plans import Role
from tracker.domain.schedule import Window
from tracker.domain.snapshots import day_text, window_content, window_from
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, NodeWindow, PlanNode, Rescheduling, ReschedulingStatus
from tracker.queries.reporting import reporting_institutions, withdrawn_by
from tracker.services.audit import EventTag, record
from tracker.services.decision_notices import tell_of_reschedulings
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
    _check_open(node, today)
    _check_request(node, windows, reason)
    return _request(actor, node, institution, windows, reason, now)


def _check_open(node: PlanNode, today: date) -> None:
    """An item of the plan still, in a plan that takes reports."""
    if withdrawn_by(node.id, today):
        raise Conflict("item-withdrawn")
    plan = db.session.get(ActionPlan, node.plan_id)
    if plan is None or not plan.takes_reports:
        raise Conflict("plan-closed")


def _request(
    actor: Actor,
    node: PlanNode,
    institution: Institution,
    windows: Sequence[Window],
    reason: str,
    now: datetime,
) -> Rescheduling:
    """The request as it is recorded."""
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
    actor: Actor,
    *,
    rescheduling_uid: str,
    approve: bool,
    resolution: str,
    resolution_number: str = "",
    now: datetime,
    today: date,
) -> Rescheduling:
    """Approve or reject one request, with the words of the resolution; approved dates hold from today on.

    Raises NotFound, Conflict `already-decided`, NotAllowed `own-report`, DomainError `resolution-required`.
    """
    act = _Act(approve, resolution.strip(), resolution_number.strip(), now, today)
    return _decide(actor, _decidable(actor, [rescheduling_uid], act), act)[0]


def decide_reschedulings(
    actor: Actor,
    *,
    rescheduling_uids: Sequence[str],
    approve: bool,
    resolution: str,
    resolution_number: str,
    now: datetime,
    today: date,
) -> list[Rescheduling]:
    """Decide several requests by one resolution, all of them or none; several need the number of the act.

    Raises what the single decision raises, DomainError `nothing-chosen` and `resolution-number-required`.
    """
    act = _Act(approve, resolution.strip(), resolution_number.strip(), now, today)
    uids = list(dict.fromkeys(rescheduling_uids))
    if not uids:
        raise DomainError("nothing-chosen", field="chosen")
    if len(uids) > 1 and not act.number:
        raise DomainError("resolution-number-required", field="resolution_number")
    return _decide(actor, _decidable(actor, uids, act), act)


@dataclass(frozen=True)
class _Act:
    """What decides: its number and words, and which way."""

    approve: bool
    words: str
    number: str
    now: datetime
    today: date


def _decidable(actor: Actor, uids: Sequence[str], act: _Act) -> list[Rescheduling]:
    """The requests, held until the commit; every one of them must still wait, and be of somebody else."""
    require(actor, Permission.RESCHEDULING_DECIDE)
    requests = [_locked(uid) for uid in uids]
    for request in requests:
        if request.status is not ReschedulingStatus.REQUESTED:
            raise Conflict("already-decided")
        if is_of(actor, request.institution_id) or wrote(actor, request.requested_by_uid):
            raise NotAllowed("own-report")
    if not act.words:
        raise DomainError("resolution-required", field="resolution")
    return requests


def _locked(uid: str) -> Rescheduling:
    found = db.session.scalar(
        select(Rescheduling)
        .where(Rescheduling.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("rescheduling-not-found")
    return found


def _decide(actor: Actor, requests: list[Rescheduling], act: _Act) -> list[Rescheduling]:
    """Write the decision on each, then refresh what their dates add up to."""
    for request in requests:
        request.status = ReschedulingStatus.APPROVED if act.approve else ReschedulingStatus.REJECTED
        request.resolution, request.resolution_number = act.words, act.number
        request.decided_by_uid, request.decided_at, request.decided_on = actor.uid, act.now, act.today
        if act.approve:
            _apply(request, act.today)
        db.session.flush()
        request.recorded_seq = record(
            actor,
            EventTag.RESCHEDULING_DECIDED,
            "rescheduling",
            request.uid,
            request_content(request),
            now=act.now,
        )
    if act.approve:
        record_nodes(actor, [one.node for one in requests], effective_on=act.today, now=act.now)
        for request in requests:
            refresh_item(request.node, act.today)
    tell_of_reschedulings(requests, now=act.now, today=act.today)
    return requests


def withdraw_rescheduling(actor: Actor, *, rescheduling_uid: str, now: datetime, today: date) -> Rescheduling:
    """Take back a request of one's own institution that nobody has decided yet; it stays, as taken back.

    Raises NotFound for another institution's, Conflict `already-decided`.
    """
    request = _locked(rescheduling_uid)
    if not can(actor, Permission.RESCHEDULING_REQUEST, institution_id=request.institution_id):
        raise NotFound("rescheduling-not-found")
    if request.status is not ReschedulingStatus.REQUESTED:
        raise Conflict("already-decided")
    request.status, request.is_withdrawn = ReschedulingStatus.REJECTED, True
    request.decided_by_uid, request.decided_at, request.decided_on = actor.uid, now, today
    db.session.flush()
    request.recorded_seq = record(
        actor, EventTag.RESCHEDULING_WITHDRAWN, "rescheduling", request.uid, request_content(request), now=now
    )
    return request


def move_item(
    actor: Actor,
    *,
    node_uid: str,
    windows: Sequence[Window],
    reason: str,
    resolution: str,
    resolution_number: str,
    now: datetime,
    today: date,
) -> Rescheduling:
    """Move an item without a request: what decides is a named resolution, whose number and words are needed.

    Not for an item in which the actor's own institution has a part. Raises NotFound, NotAllowed `own-item`,
    Conflict where it waits for a decision or takes none, DomainError beside the field.
    """
    require(actor, Permission.RESCHEDULING_DECIDE)
    node = db.session.scalar(select(PlanNode).where(PlanNode.uid == node_uid).with_for_update())
    parts = reporting_institutions(node.id) if node is not None else {}
    if node is None or not parts:
        raise NotFound("item-not-found")
    if any(is_of(actor, one) for one in parts):
        raise NotAllowed("own-item")
    _check_open(node, today)
    _check_request(node, windows, reason)
    act = _Act(True, resolution.strip(), resolution_number.strip(), now, today)
    if not act.number:
        raise DomainError("resolution-number-required", field="resolution_number")
    if not act.words:
        raise DomainError("resolution-required", field="resolution")
    answers = min(parts, key=lambda one: (list(Role).index(parts[one]), one))
    request = _request(actor, node, db.session.get_one(Institution, answers), windows, reason, now)
    return _decide(actor, [request], act)[0]


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
    content = {
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
    # What came later stands only where it is set, so that what was recorded before still agrees.
    later = {"resolution_number": request.resolution_number, "is_withdrawn": request.is_withdrawn}
    return content | {name: value for name, value in later.items() if value}
