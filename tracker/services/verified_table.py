"""What was recorded for the clock, and delegations, against the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.models.accounts import User
from tracker.models.delegations import Delegation
from tracker.models.ogp_clock import OgpClockEvent
from tracker.services.audit import EventTag
from tracker.services.delegations import delegation_content
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events
from tracker.services.ogp_clock import event_content


def clock_events(ledger: Ledger) -> Iterator[Mismatch]:
    """Everything recorded for the clock, corrections included."""
    rows = db.session.scalars(select(OgpClockEvent).order_by(OgpClockEvent.id)).all()
    uids = {one.id: one.uid for one in rows}
    yield from against_events(
        ledger,
        "clock-event",
        {EventTag.CLOCK_RECORDED},
        rows,
        subject=lambda row: row.uid,
        content=lambda row: event_content(row, uids.get(row.replaces_id, "")),
        more=_unlike_author,
    )


def _unlike_author(row: OgpClockEvent, event: Recorded) -> Iterable[str]:
    if row.at != event.at:
        yield "at"
    if row.actor_uid != event.actor_uid:
        yield "actor_uid"


def delegations(ledger: Ledger) -> Iterator[Mismatch]:
    """Every delegation as it was given, and ended only where the chain says so."""
    rows = db.session.scalars(
        select(Delegation)
        .options(joinedload(Delegation.delegator), joinedload(Delegation.delegate))
        .order_by(Delegation.id)
    ).all()
    yield from against_events(
        ledger,
        "delegation",
        {EventTag.DELEGATION_GIVEN},
        rows,
        subject=lambda row: row.uid,
        content=delegation_content,
        more=lambda row, event: [] if row.given_at == event.at else ["given_at"],
    )
    ended = {one.subject_uid: one for one in ledger.of({EventTag.DELEGATION_ENDED}).values()}
    for row in rows:
        event = ended.get(row.uid)
        told = (event.at, event.actor_uid) if event else (None, "")
        if (row.ended_at, row.ended_by_uid) != told:
            yield Mismatch("delegation-changed", row.uid, "ended_at")


def stand_ins(ledger: Ledger) -> Iterator[Mismatch]:
    """Who may stand in for a contact point is who was last named so."""
    named = {
        one.subject_uid: one.payload["may_stand_in"]
        for _, one in sorted(ledger.of({EventTag.ACCOUNT_CHANGED}).items())
        if one.payload is not None and "may_stand_in" in one.payload
    }
    for uid, may_stand_in in db.session.execute(select(User.uid, User.may_stand_in).order_by(User.id)):
        if named.get(uid, False) is not may_stand_in:
            yield Mismatch("account-changed", uid, "may_stand_in")


CHECKS: tuple[Callable[[Ledger], Iterator[Mismatch]], ...] = (clock_events, delegations, stand_ins)
