"""The audit chain: every fact takes its place in the order of recording here (design sections 11 and 12)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text

from tracker.db import db
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.snapshots import canonical
from tracker.models.audit import AuditEvent, AuditPayload

GENESIS = "0" * 64
CHAIN_LOCK = 0x43554D504C45


class EventTag(StrEnum):
    """What happened, `subject:action`; alphabetical."""

    ACCOUNT_CALENDAR_MADE = "account:calendar-made"
    ACCOUNT_CALENDAR_REVOKED = "account:calendar-revoked"
    ACCOUNT_CHANGED = "account:changed"
    ACCOUNT_CREATED = "account:created"
    ACCOUNT_CREDENTIAL_CHANGED = "account:credential-changed"
    ACCOUNT_HANDED_OVER = "account:handed-over"
    ACCOUNT_MEMBERSHIP_CHANGED = "account:membership-changed"
    ACCOUNT_NOTICES_CHANGED = "account:notices-changed"
    ACCOUNT_ROLE_CHANGED = "account:role-changed"
    ACCOUNT_SESSION_REVOKED = "account:session-revoked"
    ACCOUNT_SIGNED_IN = "account:signed-in"
    ACCOUNT_SIGNED_OUT = "account:signed-out"
    ACCOUNT_TOKEN_ENDED = "account:token-ended"  # noqa: S105 - a tag
    ACCOUNT_TOKEN_MADE = "account:token-made"  # noqa: S105 - a tag
    AGREEMENT_OVERDUE_CLOSED = "agreement:overdue-closed"
    AGREEMENT_OVERDUE_OPENED = "agreement:overdue-opened"
    AGREEMENT_VERSION = "agreement:version"
    AMENDMENT_APPROVED = "amendment:approved"
    AMENDMENT_DISCARDED = "amendment:discarded"
    AMENDMENT_PREPARED = "amendment:prepared"
    ASSESSMENT_RECORDED = "assessment:recorded"
    ATTENDANCE_RECORDED = "attendance:recorded"
    CALENDAR_CHANGED = "calendar:changed"
    CLOCK_RECORDED = "clock:recorded"
    COMPILATION_APPROVED = "compilation:approved"
    COMPILATION_FROZEN = "compilation:frozen"
    COMPILATION_PUBLISHED = "compilation:published"
    COMPILATION_REQUESTED = "compilation:requested"
    CONSULTATION_ANSWERED = "consultation:answered"
    CONSULTATION_CLOSED = "consultation:closed"
    CONSULTATION_COMMENTED = "consultation:commented"
    CONSULTATION_OPENED = "consultation:opened"
    DATA_FROZEN = "data:frozen"
    DELEGATION_ENDED = "delegation:ended"
    DELEGATION_GIVEN = "delegation:given"
    DELEGATION_TAKEN_UP = "delegation:taken-up"
    DOUBT_RESOLVED = "doubt:resolved"
    EVIDENCE_RECORDED = "evidence:recorded"
    EVIDENCE_REDACTED = "evidence:redacted"
    GROUP_VERSION = "group:version"
    INDICATOR_RECORDED = "indicator:recorded"
    INSTITUTION_CLOSED = "institution:closed"
    INSTITUTION_DESCRIBED = "institution:described"
    INSTITUTION_MERGED = "institution:merged"
    INSTITUTION_RENAMED = "institution:renamed"
    INSTITUTION_VERSION = "institution:version"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    INVITATION_SENT = "invitation:sent"
    MAIL_ADDRESS_CONFIRMED = "mail:address-confirmed"
    MAIL_BOUNCED = "mail:bounced"
    MAIL_DISCARDED = "mail:discarded"
    MAIL_RETRIED = "mail:retried"
    MEETING_VERSION = "meeting:version"
    NODE_VERSION = "node:version"
    NODE_WITHDRAWN = "node:withdrawn"
    OBSERVATION_ASKED = "observation:asked"
    OBSERVATION_CONFIRMED = "observation:confirmed"
    OBSERVATION_DRAFTED = "observation:drafted"
    OBSERVATION_MODERATED = "observation:moderated"
    OBSERVATION_OVERDUE = "observation:overdue"
    OBSERVATION_RECEIVED = "observation:received"
    OBSERVATION_REPLIED = "observation:replied"
    OVERDUE_CLOSED = "overdue:closed"
    OVERDUE_OPENED = "overdue:opened"
    PAYLOAD_ERASED = "payload:erased"
    PLAN_CONFIGURED = "plan:configured"
    PLAN_CONTACT_CHANGED = "plan:contact-changed"
    PLAN_STEP = "plan:step"
    REPORT_ACTION = "report:action"
    REPORT_SUBMITTED = "report:submitted"
    RESCHEDULING_DECIDED = "rescheduling:decided"
    RESCHEDULING_REQUESTED = "rescheduling:requested"
    RESCHEDULING_WITHDRAWN = "rescheduling:withdrawn"
    RESOURCE_RECORDED = "resource:recorded"
    ROUND_OPENED = "round:opened"
    ROUND_REMINDED = "round:reminded"
    SEAT_NAMED = "seat:named"
    SEAT_VERSION = "seat:version"
    SUBSCRIPTION_CONFIRMED = "subscription:confirmed"
    SUBSCRIPTION_ENDED = "subscription:ended"
    SUBSCRIPTION_REQUESTED = "subscription:requested"
    TARGETS_ACCEPTED = "targets:accepted"
    TARGETS_RECORDED = "targets:recorded"
    VARIANT_SETTLED = "variant:settled"
    WEBHOOK_CHANGED = "webhook:changed"
    WEBHOOK_DISABLED = "webhook:disabled"
    WEBHOOK_PAUSED = "webhook:paused"
    WEBHOOK_REGISTERED = "webhook:registered"
    WEBHOOK_REMOVED = "webhook:removed"
    WEBHOOK_RENEWED = "webhook:renewed"
    WEBHOOK_RESUMED = "webhook:resumed"


def record(
    actor: Actor,
    tag: EventTag,
    subject_kind: str,
    subject_uid: str,
    content: Mapping[str, Any],
    *,
    now: datetime,
) -> int:
    """Append an event and give its sequence number, the order of recording of the fact it is about.

    The chain's lock is taken here and held to the commit, so that numbers have no gaps and no two orders:
    call it after everything that may wait.
    """
    return record_many(actor, [Happened(tag, subject_kind, subject_uid, content)], now=now)[0]


@dataclass(frozen=True)
class Happened:
    """One event to be recorded."""

    tag: EventTag
    subject_kind: str
    subject_uid: str
    content: Mapping[str, Any]


def record_many(actor: Actor, happened: Sequence[Happened], *, now: datetime) -> list[int]:
    """Append several events of one instant, in their order, in constantly many statements; their numbers."""
    session = db.session
    if not happened:
        return []
    hold_chain()
    last = session.execute(
        select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    events, payloads = [], []
    for one in happened:
        salt, payload, seq = secrets.token_hex(16), canonical(one.content), seq + 1
        event = AuditEvent(
            seq=seq,
            at=now.astimezone(UTC),
            actor_uid=actor.uid,
            on_behalf_uid=actor.on_behalf_uid,
            tag=one.tag.value,
            subject_kind=one.subject_kind,
            subject_uid=one.subject_uid,
            payload_hash=salted_hash(salt, payload),
            previous_hash=previous,
            hash="",
        )
        event.hash = previous = event_hash(event)
        events.append(event)
        payloads.append(AuditPayload(seq=seq, salt=salt, content=payload))
    session.add_all(events)
    session.flush()
    session.add_all(payloads)
    session.flush()
    return [one.seq for one in events]


def hold_chain() -> None:
    """Take the chain's lock, until the commit: whether something is there may then be asked and relied on.

    SQLite has one writer anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})


def erase_payload(actor: Actor, seq: int, *, reason: str, now: datetime) -> None:
    """Erase what an event was about (personal data), with its salt; the chain stays whole, and says so."""
    require(actor, Permission.ACCOUNT_MANAGE)
    if not reason.strip():
        raise DomainError("reason-required", field="reason")
    payload = db.session.get(AuditPayload, seq)
    if payload is None:
        raise NotFound("payload-not-found", seq=seq)
    db.session.delete(payload)
    db.session.flush()
    record(actor, EventTag.PAYLOAD_ERASED, "payload", str(seq), {"reason": reason.strip()}, now=now)


def salted_hash(salt: str, payload: str) -> str:
    """What the chain covers of a payload; tells nothing once salt and payload are erased."""
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def event_hash(event: AuditEvent) -> str:
    """The hash of an event over the one before it."""
    parts = (
        event.previous_hash,
        str(event.seq),
        event.at.isoformat(),
        event.actor_uid,
        event.tag,
        event.subject_kind,
        event.subject_uid,
        event.payload_hash,
        # Only where it says something: events from before there were delegations keep their hash.
        *((event.on_behalf_uid,) if event.on_behalf_uid else ()),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
