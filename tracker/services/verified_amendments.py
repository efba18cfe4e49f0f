"""Changes of a plan against the chain: requests for other dates, amendments, and that they were applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.plan_life import PlanStep
from tracker.models.plans import FactVersion, PlanNode, Rescheduling, ReschedulingStatus
from tracker.services.amendment_structure import changed_uids
from tracker.services.amendments import amendment_content, approved_content
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events, differing
from tracker.services.plan_life import step_content
from tracker.services.reschedulings import request_content


def reschedulings(ledger: Ledger) -> Iterator[Mismatch]:
    """Requests for other dates against their events, and what was decided of them or taken back."""
    rows = db.session.scalars(
        select(Rescheduling)
        .options(joinedload(Rescheduling.node), joinedload(Rescheduling.institution))
        .order_by(Rescheduling.id)
    ).all()
    yield from against_events(
        ledger,
        "rescheduling",
        {EventTag.RESCHEDULING_DECIDED, EventTag.RESCHEDULING_WITHDRAWN},
        [row for row in rows if row.recorded_seq is not None],
        subject=lambda row: row.uid,
        content=request_content,
        more=_unlike_decision,
    )
    asked = {one.subject_uid: one for one in ledger.of({EventTag.RESCHEDULING_REQUESTED}).values()}
    for row in rows:
        event = asked.pop(row.uid, None)
        if event is None:
            yield Mismatch("rescheduling-unrecorded", row.uid)
        elif row.recorded_seq is None:
            changed = differing(event.payload, request_content(row))
            if changed or row.status is not ReschedulingStatus.REQUESTED:
                yield Mismatch("rescheduling-changed", row.uid, ", ".join(changed))
    for uid in sorted(asked):
        yield Mismatch("rescheduling-missing", uid)


def _unlike_decision(row: Rescheduling, event: Recorded) -> Iterable[str]:
    if row.is_withdrawn != (event.tag == EventTag.RESCHEDULING_WITHDRAWN):
        yield "is_withdrawn"
    if row.decided_at != event.at:
        yield "decided_at"


def amendments(ledger: Ledger) -> Iterator[Mismatch]:
    """Amendments with their changes against the events that prepared, discarded and approved them."""
    rows = db.session.scalars(
        select(Amendment)
        .options(
            joinedload(Amendment.plan),
            selectinload(Amendment.changes).joinedload(AmendmentChange.node),
        )
        .order_by(Amendment.id)
    ).all()
    by_status = {status: [row for row in rows if row.status is status] for status in AmendmentStatus}
    ends: tuple[tuple[AmendmentStatus, EventTag, Callable[[Any], dict[str, Any]]], ...] = (
        (AmendmentStatus.APPROVED, EventTag.AMENDMENT_APPROVED, approved_content),
        (AmendmentStatus.DISCARDED, EventTag.AMENDMENT_DISCARDED, amendment_content),
    )
    for status, tag, content in ends:
        yield from against_events(
            ledger,
            "amendment",
            {tag},
            by_status[status],
            subject=lambda row: row.uid,
            content=content,
            more=_unlike_approval,
        )
    yield from _prepared(ledger, rows)
    yield from _applied(by_status[AmendmentStatus.APPROVED])


def _unlike_approval(row: Amendment, event: Recorded) -> Iterable[str]:
    approved = row.status is AmendmentStatus.APPROVED
    if approved and row.approved_at != event.at:
        yield "approved_at"
    if not approved and row.number is not None:
        yield "number"


def _prepared(ledger: Ledger, rows: Iterable[Amendment]) -> Iterator[Mismatch]:
    """Every amendment was once prepared, by whom it says and of the plan it says; none is missing."""
    prepared = {one.subject_uid: one for one in ledger.of({EventTag.AMENDMENT_PREPARED}).values()}
    for row in rows:
        event = prepared.pop(row.uid, None)
        if event is None:
            yield Mismatch("amendment-unrecorded", row.uid)
        elif row.status is AmendmentStatus.DRAFT:
            other_plan = event.payload is not None and event.payload.get("plan") != row.plan.uid
            if other_plan or event.actor_uid != row.prepared_by_uid or row.recorded_seq is not None:
                yield Mismatch("amendment-changed", row.uid)
    for uid in sorted(prepared):
        yield Mismatch("amendment-missing", uid)


def plan_steps(ledger: Ledger) -> Iterator[Mismatch]:
    """The steps of each plan's life against their events."""
    uids = dict(
        db.session.execute(select(PlanNode.id, PlanNode.uid).where(PlanNode.kind == NodeKind.PLAN)).all()
    )
    rows = db.session.scalars(select(PlanStep).order_by(PlanStep.id)).all()
    yield from against_events(
        ledger,
        "plan-step",
        {EventTag.PLAN_STEP},
        rows,
        subject=lambda row: uids.get(row.plan_id, ""),
        content=lambda row: step_content(row, uids.get(row.plan_id, "")),
        more=lambda row, event: () if row.taken_at == event.at else ("taken_at",),
    )


def _applied(rows: Iterable[Amendment]) -> Iterator[Mismatch]:
    """Every item that an approved amendment changes has a version from its day, recorded with it."""
    approved = list(rows)
    uids = {uid for row in approved for change in row.changes for uid in changed_uids(change)}
    versions: dict[tuple[str, Any], list[int]] = {}
    for uid, day, seq in db.session.execute(
        select(FactVersion.subject_uid, FactVersion.effective_on, FactVersion.recorded_seq).where(
            FactVersion.subject_uid.in_(uids)
        )
    ):
        versions.setdefault((uid, day), []).append(seq)
    for row in approved:
        for uid in sorted({uid for change in row.changes for uid in changed_uids(change)}):
            if not any(seq > (row.recorded_seq or 0) for seq in versions.get((uid, row.effective_on), ())):
                yield Mismatch("amendment-not-applied", row.uid, uid)


CHECKS: tuple[Callable[[Ledger], Iterator[Mismatch]], ...] = (reschedulings, amendments, plan_steps)
