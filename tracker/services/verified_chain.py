"""The chain itself: its triggers, each link over the one before, and its head against one kept outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.triggers import installed_triggers, trigger_names
from tracker.services.audit import GENESIS, EventTag, event_hash, salted_hash
from tracker.services.ledger import Ledger, Mismatch

BATCH = 1000
# What breaks the chain, as against rows that are not as the chain says.
BREAKS = frozenset({"chain-gap", "chain-broken", "payload-changed", "payload-missing", "anchor-changed"})
_ANCHOR = re.compile(r"(\d+):([0-9a-f]{64})")


@dataclass(frozen=True)
class Anchor:
    """A place in the chain with its hash: whoever keeps it elsewhere sees later whether it was rewritten."""

    seq: int
    hash: str
    at: datetime | None = None

    def __str__(self) -> str:
        """As it is written down: SEQ:HASH."""
        return f"{self.seq}:{self.hash}"


def parse_anchor(text: str) -> Anchor:
    """An anchor as it was written down; DomainError where it is none."""
    found = _ANCHOR.fullmatch(text.strip().lower())
    if found is None:
        raise DomainError("anchor-not-valid", field="expect", text=text)
    return Anchor(int(found[1]), found[2])


def head() -> Anchor:
    """The chain's last link; before the first, the hash that it starts from."""
    last = db.session.execute(
        select(AuditEvent.seq, AuditEvent.hash, AuditEvent.at).order_by(AuditEvent.seq.desc()).limit(1)
    ).first()
    return Anchor(last.seq, last.hash, last.at) if last else Anchor(0, GENESIS)


def triggers() -> Iterator[Mismatch]:
    """The triggers that keep the tables append-only are all there."""
    connection = db.session.connection()
    for name in sorted(trigger_names(connection.dialect.name) - installed_triggers(connection)):
        yield Mismatch("trigger-missing", name)


def chain(ledger: Ledger) -> Iterator[Mismatch]:
    """Each event over the one before it, without gaps, with the payload that its hash covers.

    A payload may be missing only where another event says that it was erased.
    """
    erased = {one.subject_uid for one in ledger.of({EventTag.PAYLOAD_ERASED}).values()}
    previous, expected = GENESIS, 1
    rows: Iterable[tuple[AuditEvent, AuditPayload | None]] = db.session.execute(
        select(AuditEvent, AuditPayload)
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    for event, payload in rows:
        if event.seq != expected:
            yield Mismatch(
                "chain-gap",
                str(event.seq),
                f"{expected}",
                expected=str(expected),
                found=str(event.seq),
                seq=expected,
            )
        yield from _link(event, previous)
        yield from _payload(event, payload, erased)
        previous, expected = event.hash, event.seq + 1


def _link(event: AuditEvent, previous: str) -> Iterator[Mismatch]:
    """The event names the one before it, and its own hash is that of its words."""
    own = event_hash(event)
    for part, right, kept in (("previous_hash", previous, event.previous_hash), ("hash", own, event.hash)):
        if right != kept:
            yield Mismatch("chain-broken", str(event.seq), part, expected=right, found=kept, seq=event.seq)


def _payload(event: AuditEvent, payload: AuditPayload | None, erased: set[str]) -> Iterator[Mismatch]:
    subject = str(event.seq)
    if payload is None:
        if subject not in erased:
            yield Mismatch("payload-missing", subject, event.tag, expected=event.payload_hash, seq=event.seq)
        return
    found = salted_hash(payload.salt, payload.content)
    if found != event.payload_hash:
        yield Mismatch(
            "payload-changed", subject, event.tag, expected=event.payload_hash, found=found, seq=event.seq
        )


def anchored(kept: Sequence[Anchor]) -> Iterator[Mismatch]:
    """Anchors kept elsewhere: the chain still has that link, with that hash; else it was cut or rewritten."""
    hashes = dict(
        db.session.execute(
            select(AuditEvent.seq, AuditEvent.hash).where(AuditEvent.seq.in_([one.seq for one in kept]))
        ).all()
    )
    hashes[0] = GENESIS
    for one in kept:
        found = hashes.get(one.seq, "")
        if not found:
            yield Mismatch("anchor-missing", str(one.seq), expected=one.hash, seq=one.seq)
        elif found != one.hash:
            yield Mismatch("anchor-changed", str(one.seq), expected=one.hash, found=found, seq=one.seq)


def first_break(mismatches: Iterable[Mismatch]) -> Mismatch | None:
    """The first link of the chain that does not hold; None where all of them do."""
    broken = [one for one in mismatches if one.kind in BREAKS and one.seq is not None]
    return min(broken, key=lambda one: one.seq or 0, default=None)
