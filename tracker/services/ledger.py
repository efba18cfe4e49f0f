"""What the chain says was recorded, and rows held against it: each its event, each event its row."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from tracker.db import db
from tracker.domain.snapshots import canonical
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.services.audit import EventTag


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as history says."""

    kind: str
    subject: str
    detail: str = ""
    expected: str = ""
    """What the chain says, where it is one value."""
    found: str = ""
    seq: int | None = None
    """The link of the chain that it is about."""


@dataclass(frozen=True)
class Recorded:
    """One event, with what it was about; None where that was erased or cannot be read."""

    seq: int
    tag: str
    subject_uid: str
    actor_uid: str
    at: datetime
    payload: dict[str, Any] | None


class Fact(Protocol):
    """A row that one event recorded."""

    recorded_seq: Any


@dataclass(frozen=True)
class Ledger:
    """Every event of the chain by its sequence."""

    events: dict[int, Recorded]

    def of(self, tags: Collection[EventTag]) -> dict[int, Recorded]:
        """The events of those tags."""
        return {seq: one for seq, one in self.events.items() if one.tag in tags}


def read_ledger() -> Ledger:
    """The whole chain with its payloads, in one query."""
    rows = db.session.execute(
        select(
            AuditEvent.seq,
            AuditEvent.tag,
            AuditEvent.subject_uid,
            AuditEvent.actor_uid,
            AuditEvent.at,
            AuditPayload.content,
        ).outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
    )
    return Ledger(
        {
            seq: Recorded(seq, tag, subject_uid, actor_uid, at, _parsed(content))
            for seq, tag, subject_uid, actor_uid, at, content in rows
        }
    )


def _parsed(content: str | None) -> dict[str, Any] | None:
    """A payload's content; what is no JSON object was tampered with, and the chain says so."""
    if content is None:
        return None
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def against_events(
    ledger: Ledger,
    kind: str,
    tag: Collection[EventTag],
    rows: Iterable[Fact],
    *,
    subject: Callable[[Any], str],
    content: Callable[[Any], dict[str, Any]] | None = None,
    more: Callable[[Any, Recorded], Iterable[str]] = lambda _row, _event: (),
) -> Iterator[Mismatch]:
    """Rows against the events that recorded them.

    A row whose event is of something else, or is another row's too, was never recorded; an event whose row
    is gone tells of one deleted. `more` names further fields of a row that are not as its event says.
    """
    expected, seen = ledger.of(tag), set()
    for row in rows:
        event = expected.get(row.recorded_seq)
        if event is None or event.subject_uid != subject(row) or event.seq in seen:
            yield Mismatch(f"{kind}-unrecorded", subject(row))
            continue
        seen.add(event.seq)
        changed = [*(differing(event.payload, content(row)) if content else ()), *more(row, event)]
        if changed:
            yield Mismatch(f"{kind}-changed", subject(row), ", ".join(changed))
    for seq in sorted(expected.keys() - seen):
        yield Mismatch(f"{kind}-missing", expected[seq].subject_uid, str(seq))


def differing(payload: dict[str, Any] | None, content: dict[str, Any]) -> list[str]:
    """The fields in which a row is not as its payload says; an erased payload says nothing."""
    if payload is None:
        return []
    now = json.loads(canonical(content))
    return sorted(key for key in payload.keys() | now.keys() if payload.get(key) != now.get(key))
