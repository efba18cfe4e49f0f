"""The technical table against the chain: rows against their last version, flags and names against events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.models.accounts import Institution
from tracker.models.meetings import (
    AgreementFlag,
    Attendee,
    TableAgreement,
    TableFile,
    TableMeeting,
    TableSeat,
)
from tracker.models.plans import FactVersion, PlanNode
from tracker.queries.history import AGREEMENT, MEETING, SEAT
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded


def rows(_ledger: Ledger) -> Iterator[Mismatch]:
    """Seats, meetings and agreements as their last version says, columns included; none is missing."""
    institutions = dict(db.session.execute(select(Institution.id, Institution.uid)).all())
    plans = dict(db.session.execute(select(PlanNode.id, PlanNode.number)).all())
    yield from _of_kind(SEAT, TableSeat, lambda row, said: _seat(row, said, institutions))
    yield from _of_kind(MEETING, TableMeeting, lambda row, said: _meeting(row, said, plans))
    yield from _of_kind(AGREEMENT, TableAgreement, lambda row, said: _agreement(row, said, institutions))


def _of_kind(kind: str, table: type[Any], differing: Any) -> Iterator[Mismatch]:
    last = dict(
        db.session.execute(
            select(FactVersion.subject_uid, FactVersion.content)
            .where(FactVersion.subject_kind == kind)
            .order_by(FactVersion.recorded_seq)
        ).all()
    )
    for row in db.session.scalars(select(table).order_by(table.id)):
        content = last.pop(row.uid, "{}")
        changed = ["content"] if row.content != content else list(differing(row, json.loads(content)))
        if changed:
            yield Mismatch(f"{kind}-changed", row.uid, ", ".join(changed))
    for uid in sorted(last):
        yield Mismatch(f"{kind}-missing", uid)


def _seat(row: TableSeat, said: dict[str, Any], institutions: dict[int, str]) -> Iterable[str]:
    if _uid(said["institution"]) != institutions.get(row.institution_id or 0):
        yield "institution_id"


def _uid(institution: dict[str, str] | None) -> str | None:
    return institution["uid"] if institution else None


def _meeting(row: TableMeeting, said: dict[str, Any], plans: dict[int, int]) -> Iterable[str]:
    pairs = {
        "number": (row.number, said["number"]),
        "status": (row.status.value, said["status"]),
        "held_on": (row.held_on.isoformat(), said["on"]),
        "plan_id": (plans.get(row.plan_id or 0), said["plan_number"]),
    }
    yield from (name for name, (one, other) in pairs.items() if one != other)
    files = {one.uid: one.sha256 for one in _files(TableFile.meeting_id == row.id)}
    minutes = said["minutes"]
    if minutes and files.get(minutes["uid"]) != minutes["sha256"]:
        yield "minutes"


def _files(which: Any) -> Sequence[TableFile]:
    return db.session.scalars(select(TableFile).where(which)).all()


def _agreement(row: TableAgreement, said: dict[str, Any], institutions: dict[int, str]) -> Iterable[str]:
    pairs = {
        "number": (row.number, said["number"]),
        "status": (row.status.value, said["status"]),
        "due_on": (row.due_on.isoformat(), said["due_on"]),
        "institution_id": (institutions.get(row.institution_id), _uid(said["institution"])),
    }
    yield from (name for name, (one, other) in pairs.items() if one != other)
    files = {one.uid: one.sha256 for one in _files(TableFile.agreement_id == row.id)}
    named = [one for answer in said["answers"] for one in answer["files"]]
    if any(files.get(one["uid"]) != one["sha256"] for one in named):
        yield "files"


def flags(ledger: Ledger) -> Iterator[Mismatch]:
    """Each flag of an agreement against the events that opened and closed it."""
    opening, closing = EventTag.AGREEMENT_OVERDUE_OPENED, EventTag.AGREEMENT_OVERDUE_CLOSED
    events: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for _, one in sorted(ledger.of({opening, closing}).items()):
        if one.payload is not None:
            events[one.subject_uid, one.payload["due_on"]].append(one)
    found = db.session.execute(
        select(AgreementFlag, TableAgreement.uid)
        .join(TableAgreement, TableAgreement.id == AgreementFlag.agreement_id)
        .order_by(AgreementFlag.id)
    ).all()
    for flag, uid in found:
        steps = events.pop((uid, flag.due_on.isoformat()), [])
        if not steps:
            yield Mismatch("agreement-flag-unrecorded", uid, flag.due_on.isoformat())
        elif changed := sorted(_unlike(flag, steps)):
            yield Mismatch("agreement-flag-changed", uid, ", ".join(changed))
    for uid, due_on in sorted(events):
        yield Mismatch("agreement-flag-missing", uid, due_on)


def _unlike(flag: AgreementFlag, steps: Sequence[Recorded]) -> Iterable[str]:
    first, last = steps[0].payload or {}, steps[-1].payload or {}
    if flag.opened_on != date.fromisoformat(first["on"]):
        yield "opened_on"
    is_closed = steps[-1].tag == EventTag.AGREEMENT_OVERDUE_CLOSED
    if flag.closed_on != (date.fromisoformat(last["on"]) if is_closed else None):
        yield "closed_on"
    days = last["days_late"] if is_closed else (flag.counted_on - flag.due_on).days
    if flag.days_late != days:
        yield "days_late"


def attendees(ledger: Ledger) -> Iterator[Mismatch]:
    """The names of those who came against the event that took them down; one that was erased says nothing."""
    events = ledger.of({EventTag.ATTENDANCE_RECORDED})
    named: dict[int, list[list[str]]] = defaultdict(list)
    for row in db.session.scalars(select(Attendee).order_by(Attendee.id)):
        named[row.recorded_seq].append([row.person, row.organisation, row.sector.value])
    for seq, event in sorted(events.items()):
        told = named.pop(seq, [])
        if event.payload is not None and sorted(event.payload["people"]) != sorted(told):
            yield Mismatch("attendance-changed", event.subject_uid)
    for seq in sorted(named):
        yield Mismatch("attendance-unrecorded", str(seq))


CHECKS = (rows, flags, attendees)
