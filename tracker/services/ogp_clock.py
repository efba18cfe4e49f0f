"""Recording what counts for the clock of the Open Government Partnership; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, SeveralErrors
from tracker.domain.ogp_clock import Duty
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.text import squeeze
from tracker.models.ogp_clock import OgpClockEvent
from tracker.models.types import new_uid
from tracker.services.audit import EventTag, record


@dataclass(frozen=True)
class Happening:
    """What was done, as it was typed; `kind` is None where none was chosen."""

    kind: Duty | None
    held_on: date | None
    note: str
    link: str


def record_happening(actor: Actor, happening: Happening, *, now: datetime, today: date) -> OgpClockEvent:
    """Record a meeting of the forum or an update of the repository, with its day and what shows it.

    Raises SeveralErrors with all that is wrong, each beside its field.
    """
    require(actor, Permission.TABLE_MANAGE)
    if errors := _errors(happening, today):
        raise SeveralErrors(errors)
    return _add(actor, happening, None, "", is_withdrawal=False, now=now)


def correct_happening(
    actor: Actor, *, uid: str, happening: Happening, reason: str, now: datetime, today: date
) -> OgpClockEvent:
    """Record, with its reason, what should have been recorded; the row before it stays and counts no more.

    Raises Conflict where somebody corrected it in between, SeveralErrors with all that is wrong.
    """
    row = _locked(actor, uid)
    errors = _errors(happening, today)
    if not reason.strip():
        errors.append(DomainError("why-required", field="reason"))
    if errors:
        raise SeveralErrors(errors)
    return _add(actor, happening, row, reason, is_withdrawal=False, now=now)


def withdraw_happening(actor: Actor, *, uid: str, reason: str, now: datetime) -> OgpClockEvent:
    """Say, with the reason, that what was recorded does not count; both stay to be read."""
    row = _locked(actor, uid)
    if not reason.strip():
        raise DomainError("why-required", field="reason")
    happening = Happening(row.kind, row.held_on, row.note, row.link)
    return _add(actor, happening, row, reason, is_withdrawal=True, now=now)


def event_content(row: OgpClockEvent, replaces: str) -> dict[str, Any]:
    """A row as the log keeps it."""
    return {
        "kind": row.kind.value,
        "held_on": row.held_on.isoformat(),
        "note": row.note,
        "link": row.link,
        "replaces": replaces,
        "is_withdrawal": row.is_withdrawal,
        "reason": row.reason,
    }


def _errors(happening: Happening, today: date) -> list[DomainError]:
    errors = []
    if happening.kind is None:
        errors.append(DomainError("clock-kind-required", field="kind"))
    if happening.held_on is None:
        errors.append(DomainError("clock-day-required", field="held_on"))
    elif happening.held_on > today:
        errors.append(DomainError("date-in-future", field="held_on"))
    if not happening.note.strip():
        errors.append(DomainError("clock-note-required", field="note"))
    if happening.link.strip() and not _is_link(happening.link.strip()):
        errors.append(DomainError("clock-link-not-valid", field="link"))
    return errors


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text


def _locked(actor: Actor, uid: str) -> OgpClockEvent:
    """A row that stands, held until the end; Conflict where it was corrected meanwhile."""
    require(actor, Permission.TABLE_MANAGE)
    row = db.session.scalar(select(OgpClockEvent).where(OgpClockEvent.uid == uid).with_for_update())
    replaced = row is not None and db.session.scalar(
        select(OgpClockEvent.id).where(OgpClockEvent.replaces_id == row.id)
    )
    if row is None or row.is_withdrawal or replaced:
        raise Conflict("clock-event-replaced")
    return row


def _add(
    actor: Actor,
    happening: Happening,
    replaced: OgpClockEvent | None,
    reason: str,
    *,
    is_withdrawal: bool,
    now: datetime,
) -> OgpClockEvent:
    if happening.kind is None or happening.held_on is None:
        raise DomainError("clock-kind-required", field="kind")
    row = OgpClockEvent(
        uid=new_uid(),
        kind=happening.kind,
        held_on=happening.held_on,
        note=squeeze(happening.note),
        link=happening.link.strip(),
        replaces_id=replaced.id if replaced else None,
        is_withdrawal=is_withdrawal,
        reason=squeeze(reason),
        actor_uid=actor.uid,
        at=now,
    )
    content = event_content(row, replaced.uid if replaced else "")
    row.recorded_seq = record(actor, EventTag.CLOCK_RECORDED, "ogp-clock", row.uid, content, now=now)
    db.session.add(row)
    db.session.flush()
    return row
