"""The part of a timeline that the plan makes: versions of its facts, dates, amendments, flags, doubts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.changes import FieldChange, node_changes
from tracker.domain.schedule import Window
from tracker.domain.snapshots import node_from, window_from
from tracker.domain.timeline import Entry, EntryKind, Quote
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.notices import OverdueFlag
from tracker.models.plans import Doubt, FactVersion, Rescheduling, ReschedulingStatus

_RESCHEDULING_REQUESTED = "rescheduling:requested"
_WITHDRAWN = "node:withdrawn"
_FLAGS = {"overdue:opened": "overdue-opened", "overdue:closed": "overdue-closed"}


@dataclass(frozen=True)
class Version:
    """One version of the item's facts."""

    seq: int
    at: datetime
    actor_uid: str
    effective_on: date | None
    content: Mapping[str, Any]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows in force with it."""
        return node_from(self.content).schedule.current


@dataclass(frozen=True)
class Recorded:
    """An event of the chain that a row does not keep whole."""

    seq: int
    at: datetime
    actor_uid: str
    tag: str
    subject_uid: str
    payload: Mapping[str, Any]


def load_versions(node_uid: str) -> Sequence[Version]:
    """Every version of an item's facts, in the order of recording."""
    rows = db.session.execute(
        select(FactVersion, AuditEvent.at, AuditEvent.actor_uid)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(FactVersion.subject_uid == node_uid)
        .order_by(FactVersion.recorded_seq)
    )
    return [
        Version(row.recorded_seq, at, actor, row.effective_on, json.loads(row.content))
        for row, at, actor in rows
    ]


def load_reschedulings(node_id: int) -> Sequence[Rescheduling]:
    """Every request for other dates of an item, in order."""
    return db.session.scalars(
        select(Rescheduling)
        .where(Rescheduling.node_id == node_id)
        .options(joinedload(Rescheduling.institution))
        .order_by(Rescheduling.id)
    ).all()


def load_events(subjects: Sequence[str]) -> Sequence[Recorded]:
    """What the chain says of these subjects, where their rows do not say it themselves."""
    tags = (_RESCHEDULING_REQUESTED, _WITHDRAWN, *_FLAGS)
    rows = db.session.execute(
        select(AuditEvent, AuditPayload.content)
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .where(AuditEvent.subject_uid.in_(subjects), AuditEvent.tag.in_(tags))
        .order_by(AuditEvent.seq)
    )
    return [
        Recorded(one.seq, one.at, one.actor_uid, one.tag, one.subject_uid, json.loads(content or "{}"))
        for one, content in rows
    ]


def load_amendments(node_id: int) -> Sequence[Amendment]:
    """Approved amendments with what they change of an item."""
    return (
        db.session.scalars(
            select(Amendment)
            .join(AmendmentChange, AmendmentChange.amendment_id == Amendment.id)
            .where(AmendmentChange.node_id == node_id, Amendment.status == AmendmentStatus.APPROVED)
            .options(joinedload(Amendment.changes))
            .order_by(Amendment.recorded_seq)
        )
        .unique()
        .all()
    )


def version_entries(
    versions: Sequence[Version],
    told: Mapping[datetime, frozenset[str]],
    events: Sequence[Recorded],
    zone: str,
) -> Iterator[Entry]:
    """The item's entry into the plan, then each version with what differs from the one before.

    `told` are the fields that another entry of the same instant tells already; "*" is all of them.
    """
    reasons = {one.at: str(one.payload.get("reason", "")) for one in events if one.tag == _WITHDRAWN}
    before: Version | None = None
    for one in versions:
        known = told.get(one.at, frozenset())
        changes = () if before is None else node_changes(before.content, one.content)
        changes = tuple(c for c in changes if "*" not in known and c.field not in known)
        if before is None or changes:
            reason = reasons.get(one.at, "") if any(c.field == "withdrawn_on" for c in changes) else ""
            yield Entry(
                key=f"asiento-{one.seq}",
                kind=EntryKind.PLAN,
                what="planned" if before is None else "changed",
                on=one.effective_on or one.at.astimezone(ZoneInfo(zone)).date(),
                at=one.at,
                seq=one.seq,
                actor_uid=one.actor_uid,
                changes=changes,
                quotes=(Quote("reason", reason),) if reason else (),
            )
        before = one


def rescheduling_entries(
    rows: Sequence[Rescheduling],
    versions: Sequence[Version],
    events: Sequence[Recorded],
    zone: str,
    *,
    public: bool,
) -> Iterator[Entry]:
    """Requests and decisions about dates, with the windows before and after; the public the approved ones."""
    asked = {one.subject_uid: one for one in events if one.tag == _RESCHEDULING_REQUESTED}
    for row in rows:
        after = tuple(window_from(content) for content in row.windows)
        event = asked.get(row.uid)
        if not public:
            before = _windows_before(versions, event.seq if event else row.recorded_seq or 0)
            yield Entry(
                key=f"solicitud-{row.uid}",
                kind=EntryKind.DATES,
                what="dates-requested",
                on=row.requested_at.astimezone(ZoneInfo(zone)).date(),
                at=row.requested_at,
                seq=event.seq if event else None,
                office=row.institution.label,
                actor_uid=row.requested_by_uid,
                days=slippage(before, after),
                changes=(FieldChange("windows", before, after),),
                quotes=(Quote("reason", row.reason),),
            )
        if row.decided_on is not None and (not public or row.status is ReschedulingStatus.APPROVED):
            yield _dates_decided(row, after, versions, public=public)


def _dates_decided(
    row: Rescheduling, after: tuple[Window, ...], versions: Sequence[Version], *, public: bool
) -> Entry:
    approved = row.status is ReschedulingStatus.APPROVED
    # Inside, the reason stands with the request.
    quotes = [Quote("reason", row.reason)] if public else []
    quotes.append(Quote("resolution", row.resolution))
    before = _windows_before(versions, row.recorded_seq or 0)
    return Entry(
        key=f"fechas-{row.uid}",
        kind=EntryKind.DATES,
        what="dates-approved" if approved else "dates-withdrawn" if row.is_withdrawn else "dates-rejected",
        on=row.decided_on or row.requested_at.date(),
        at=row.decided_at,
        seq=row.recorded_seq,
        office=row.institution.label if row.is_withdrawn else "contact_point",
        actor_uid="" if public else row.decided_by_uid,
        days=slippage(before, after) if approved else None,
        due_on=max((one.end for one in after), default=None),
        number=row.resolution_number,
        institutions=(row.institution.label,),
        changes=(FieldChange("windows", before, after),) if approved else (),
        quotes=tuple(one for one in quotes if one.text),
    )


def _windows_before(versions: Sequence[Version], seq: int) -> tuple[Window, ...]:
    """The windows in force when something was recorded."""
    earlier = [one for one in versions if one.seq < seq]
    return earlier[-1].windows if earlier else ()


def slippage(before: Sequence[Window], after: Sequence[Window]) -> int | None:
    """Days by which the last end moved; None where there was none to move."""
    if not before or not after:
        return None
    return (max(one.end for one in after) - max(one.end for one in before)).days


def amendment_entries(rows: Sequence[Amendment], node_id: int, *, public: bool) -> Iterator[Entry]:
    """Approved amendments: each field of the item before and after, with number, reason and act."""
    for row in rows:
        quotes = [Quote(code, getattr(row, code)) for code in ("title", "reason", "resolution")]
        yield Entry(
            key=f"enmienda-{row.uid}",
            kind=EntryKind.PLAN,
            what="amended",
            on=row.effective_on or row.prepared_at.date(),
            at=row.approved_at,
            seq=row.recorded_seq,
            office="contact_point",
            actor_uid="" if public else row.approved_by_uid,
            number=str(row.number or ""),
            changes=tuple(
                FieldChange(one.field, one.before, one.after) for one in row.changes if one.node_id == node_id
            ),
            quotes=tuple(one for one in quotes if one.text),
        )


def flag_entries(
    node_id: int, node_uid: str, events: Sequence[Recorded], overdue_from: date | None
) -> Iterator[Entry]:
    """Flags opened and closed; what is overdue without a flag yet is told all the same, from the dates."""
    rows = db.session.scalars(
        select(OverdueFlag).where(OverdueFlag.node_id == node_id).order_by(OverdueFlag.due_on)
    ).all()
    recorded: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for one in events:
        if one.tag in _FLAGS and one.subject_uid == node_uid:
            recorded[(str(one.payload.get("occurrence", "")), str(one.payload.get("due_on", "")))].append(one)
    for row in rows:
        known = recorded.get((row.occurrence, row.due_on.isoformat()), [])
        if not any(_FLAGS[one.tag] == "overdue-opened" for one in known):
            yield _flagged(row, "overdue-opened", row.due_on + timedelta(days=1), None)
        for one in known:
            what = _FLAGS[one.tag]
            opened = row.due_on + timedelta(days=1)
            closed = date.fromisoformat(str(one.payload["on"]))
            yield _flagged(row, what, opened if what == "overdue-opened" else closed, one)
        if row.closed_on is not None and not any(_FLAGS[one.tag] == "overdue-closed" for one in known):
            yield _flagged(row, "overdue-closed", row.closed_on, None)
    if overdue_from is not None and overdue_from not in {row.due_on for row in rows}:
        yield Entry(
            key=f"atraso-{overdue_from.isoformat()}",
            kind=EntryKind.OVERDUE,
            what="overdue-opened",
            on=overdue_from + timedelta(days=1),
            at=None,
            due_on=overdue_from,
        )


def _flagged(row: OverdueFlag, what: str, on: date, event: Recorded | None) -> Entry:
    """One opening or closing of a flag; older ones have no event of their own in the chain."""
    name = "atraso" if what == "overdue-opened" else "atraso-cerrado"
    days = row.days_late if event is None else event.payload.get("days_late")
    return Entry(
        key=f"{name}-{event.seq}" if event else f"{name}-{row.id}",
        kind=EntryKind.OVERDUE,
        what=what,
        on=on,
        at=event.at if event else None,
        seq=event.seq if event else None,
        due_on=row.due_on,
        days=days if what == "overdue-closed" else None,
        occurrence=row.occurrence,
    )


def doubt_entries(node_id: int, zone: str) -> Iterator[Entry]:
    """Doubts of imported documents about the item, once resolved."""
    for row in db.session.scalars(
        select(Doubt).where(Doubt.node_id == node_id, Doubt.resolved_at.is_not(None)).order_by(Doubt.id)
    ):
        at = row.resolved_at or row.created_at
        quotes = (Quote("doubt", row.text), Quote("resolution", row.resolution))
        yield Entry(
            key=f"duda-{row.uid}",
            kind=EntryKind.PLAN,
            what="doubt-resolved",
            on=at.astimezone(ZoneInfo(zone)).date(),
            at=at,
            actor_uid=row.resolved_by_uid,
            quotes=tuple(one for one in quotes if one.text),
        )
