"""Observations and subscriptions against the chain: what was said, and each step of what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.observations import ObservationStatus, SubjectRef
from tracker.models.citizens import Observation, Subscription, SubscriptionStatus
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events
from tracker.services.observations import said

_STEPS = frozenset(
    {
        EventTag.OBSERVATION_CONFIRMED,
        EventTag.OBSERVATION_MODERATED,
        EventTag.OBSERVATION_REPLIED,
    }
)
_ENDS = {
    EventTag.SUBSCRIPTION_CONFIRMED.value: SubscriptionStatus.ACTIVE,
    EventTag.SUBSCRIPTION_ENDED.value: SubscriptionStatus.ENDED,
}


def observations(ledger: Ledger) -> Iterator[Mismatch]:
    """Each observation: its words as received, then confirmed, moderated and replied to as recorded."""
    rows = db.session.scalars(select(Observation).order_by(Observation.id)).all()
    yield from against_events(
        ledger,
        "observation",
        {EventTag.OBSERVATION_RECEIVED},
        rows,
        subject=lambda row: row.uid,
        content=said,
    )
    steps = _by_subject(ledger, _STEPS)
    for row in rows:
        expected = _told(steps.get(row.uid, ()))
        now = _standing(row)
        changed = sorted(name for name in now if now[name] != expected[name])
        if changed:
            yield Mismatch("observation-changed", row.uid, ", ".join(changed))


def _by_subject(ledger: Ledger, tags: frozenset[EventTag]) -> Mapping[str, Sequence[Recorded]]:
    found: dict[str, list[Recorded]] = defaultdict(list)
    for _seq, event in sorted(ledger.of(tags).items()):
        found[event.subject_uid].append(event)
    return found


def _standing(row: Observation) -> dict[str, Any]:
    return {
        "status": row.status.value,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "rejection": row.rejection.value if row.rejection else "",
        "decided_by_uid": row.decided_by_uid,
        "outcome": row.outcome.value if row.outcome else "",
        "reply": row.reply,
        "replied_label": row.replied_label,
        "replied_by_uid": row.replied_by_uid,
        "replied_at": row.replied_at,
        "replied_seq": row.replied_seq,
    }


def _told(events: Sequence[Recorded]) -> dict[str, Any]:
    """The same as the chain tells it."""
    found: dict[str, Any] = dict.fromkeys(
        ("due_on", "rejection", "decided_by_uid", "outcome", "reply", "replied_label", "replied_by_uid"), ""
    )
    found |= {"status": ObservationStatus.UNCONFIRMED.value, "replied_at": None, "replied_seq": None}
    for event in events:
        payload = event.payload or {}
        if event.tag == EventTag.OBSERVATION_CONFIRMED:
            found |= {"status": ObservationStatus.WAITING.value, "due_on": payload.get("due_on")}
        elif event.tag == EventTag.OBSERVATION_MODERATED:
            found |= {"status": payload.get("status"), "rejection": payload.get("reason")}
            found["decided_by_uid"] = event.actor_uid
        else:
            found |= {"outcome": payload.get("outcome"), "reply": payload.get("text")}
            found |= {"replied_label": payload.get("by"), "replied_by_uid": event.actor_uid}
            found |= {"replied_at": event.at, "replied_seq": event.seq}
    return found


def subscriptions(ledger: Ledger) -> Iterator[Mismatch]:
    """Each subscription: to what, and where it stands."""
    rows = db.session.scalars(select(Subscription).order_by(Subscription.id)).all()
    yield from against_events(
        ledger,
        "subscription",
        {EventTag.SUBSCRIPTION_REQUESTED},
        rows,
        subject=lambda row: row.uid,
        content=lambda row: {
            "about": SubjectRef(row.subject_kind, row.subject_uid).address,
            "language": row.language,
        },
    )
    steps = _by_subject(ledger, frozenset({EventTag.SUBSCRIPTION_CONFIRMED, EventTag.SUBSCRIPTION_ENDED}))
    for row in rows:
        events = steps.get(row.uid, ())
        expected = _ENDS[events[-1].tag] if events else SubscriptionStatus.UNCONFIRMED
        if row.status is not expected:
            yield Mismatch("subscription-changed", row.uid, "status")


CHECKS = (observations, subscriptions)
