"""The audit log as it is read: searched, paged, exported whole; for those who may read it (AUDIT_READ)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from tracker.db import db
from tracker.domain.changes import FieldChange, node_changes
from tracker.domain.permissions import SYSTEM_UID, Actor, Permission, require
from tracker.domain.text import normalise
from tracker.models.accounts import Institution, User
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.plans import FactVersion, PlanNode
from tracker.models.progress import ProgressReport

PAGE = 50
BATCH = 1000
_ESCAPE = "\\"


@dataclass(frozen=True)
class AuditFilter:
    """What the log is narrowed to; empty means everything."""

    text: str = ""
    """In what was recorded, and in names; without regard to accents or case."""
    who: str = ""
    """Part of the name or address of who acted, or their identifier."""
    tag: str = ""
    kind: str = ""
    subject: str = ""
    """The kind or identifier of what an event is about, or the identifier of who acted."""
    since: date | None = None
    until: date | None = None
    first: int | None = None
    last: int | None = None
    zone: str = "UTC"
    """In which the days of `since` and `until` are meant."""


@dataclass(frozen=True)
class AuditRow:
    """One event of the log; `payload` is None where it was erased."""

    seq: int
    at: datetime
    actor_uid: str
    actor: str
    tag: str
    subject_kind: str
    subject_uid: str
    payload_hash: str
    previous_hash: str
    hash: str
    salt: str | None
    payload: str | None
    email: str = ""
    on_behalf_uid: str = ""
    """By whose delegation they acted, where by one."""
    changes: tuple[FieldChange, ...] = ()
    """What a version says otherwise than the one before it."""
    is_first: bool = False
    """The first version of its subject."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the identifiers in it stand for."""

    @property
    def content(self) -> Mapping[str, Any] | None:
        """What was recorded, as JSON says it; None where it was erased or is no JSON object."""
        try:
            parsed = json.loads(self.payload) if self.payload is not None else None
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None


def list_events(
    actor: Actor, chosen: AuditFilter, *, before_seq: int = 0, limit: int = PAGE
) -> Sequence[AuditRow]:
    """The log, newest first; `before_seq` continues a list. NotAllowed for who may not read it."""
    require(actor, Permission.AUDIT_READ)
    found: list[AuditRow] = []
    while len(found) < limit:
        rows = _batch(chosen, before=before_seq, limit=BATCH if chosen.text else limit)
        found += [one for one in rows if _says(one, chosen.text)]
        if not rows or not chosen.text:
            break
        before_seq = rows[-1].seq
    return _explained(found[:limit])


def stream_events(actor: Actor, chosen: AuditFilter) -> Iterator[AuditRow]:
    """The log in its order, read batch by batch, so that it may be of any length; NotAllowed as above."""
    require(actor, Permission.AUDIT_READ)
    return _stream(chosen)


def _stream(chosen: AuditFilter) -> Iterator[AuditRow]:
    after = 0
    while rows := _batch(chosen, after=after, limit=BATCH):
        yield from (one for one in rows if _says(one, chosen.text))
        after = rows[-1].seq


def _batch(
    chosen: AuditFilter, *, before: int = 0, after: int | None = None, limit: int
) -> Sequence[AuditRow]:
    """Some events, newest first; in the order of recording where they continue after one."""
    statement: Select[*tuple[Any, ...]] = (
        select(AuditEvent, AuditPayload.salt, AuditPayload.content, User.name, User.email)
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .outerjoin(User, User.uid == AuditEvent.actor_uid)
        .where(*_conditions(chosen))
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(AuditEvent.seq > after).order_by(AuditEvent.seq)
    else:
        statement = statement.order_by(AuditEvent.seq.desc())
    if before:
        statement = statement.where(AuditEvent.seq < before)
    return [_row(*row) for row in db.session.execute(statement)]


def _row(
    event: AuditEvent, salt: str | None, payload: str | None, name: str | None, email: str | None
) -> AuditRow:
    return AuditRow(
        seq=event.seq,
        at=event.at,
        actor_uid=event.actor_uid,
        actor=name or email or event.actor_uid,
        tag=event.tag,
        subject_kind=event.subject_kind,
        subject_uid=event.subject_uid,
        payload_hash=event.payload_hash,
        previous_hash=event.previous_hash,
        hash=event.hash,
        salt=salt,
        payload=payload,
        email=email or "",
        on_behalf_uid=event.on_behalf_uid,
    )


def _conditions(chosen: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if chosen.tag:
        yield AuditEvent.tag == chosen.tag
    if chosen.kind:
        yield AuditEvent.subject_kind == chosen.kind
    if chosen.subject:
        columns = (
            AuditEvent.subject_uid,
            AuditEvent.subject_kind,
            AuditEvent.actor_uid,
            AuditEvent.on_behalf_uid,
        )
        yield or_(*(column == chosen.subject for column in columns))
    if chosen.who:
        yield AuditEvent.actor_uid.in_(sorted(_people(chosen.who)))
    if chosen.text:
        yield _like(chosen.text)
    yield from _bounds(chosen)


def _bounds(chosen: AuditFilter) -> Iterator[ColumnElement[bool]]:
    """Civil days and places in the order of recording, both ends within."""
    zone = ZoneInfo(chosen.zone)
    if chosen.since is not None:
        yield AuditEvent.at >= datetime.combine(chosen.since, time.min, zone)
    if chosen.until is not None:
        yield AuditEvent.at < datetime.combine(chosen.until + timedelta(days=1), time.min, zone)
    if chosen.first is not None:
        yield AuditEvent.seq >= chosen.first
    if chosen.last is not None:
        yield AuditEvent.seq <= chosen.last


def _people(wanted: str) -> set[str]:
    """The identifiers of those whose name or address contains the words; the system among them."""
    needle = normalise(wanted)
    rows = db.session.execute(select(User.uid, User.name, User.email))
    found = {uid for uid, name, email in rows if needle in normalise(f"{name} {email}")}
    return found | {wanted.strip()} | ({SYSTEM_UID} if needle in normalise("el sistema") else set())


def _like(text: str) -> ColumnElement[bool]:
    """Everything that may contain the text, and little more: marks and case are compared afterwards."""
    pattern = "".join(_loosened(one) for one in unicodedata.normalize("NFC", text.strip()))
    columns = (AuditPayload.content, User.name, User.email, AuditEvent.subject_uid)
    return or_(*(column.ilike(f"%{pattern}%", escape=_ESCAPE) for column in columns))


def _loosened(letter: str) -> str:
    """A letter as a pattern: one that may bear a mark is any letter, white space is anything."""
    if letter.isspace() or letter in {'"', _ESCAPE}:
        return "%"
    if letter in "%_":
        return f"{_ESCAPE}{letter}"
    return "_" if letter.lower() in "aeiounc" or ord(letter) > 127 else letter


def _says(row: AuditRow, text: str) -> bool:
    """True where the event really contains the text, read without accents and case."""
    if not text:
        return True
    payload = (row.payload or "").replace("\\n", " ").replace("\\", "")
    return normalise(text) in normalise(f"{payload} {row.actor} {row.email} {row.subject_uid}")


def _explained(rows: Sequence[AuditRow]) -> Sequence[AuditRow]:
    """Rows with what changed in each version, and with names for the identifiers that they speak of."""
    before = _versions_before(rows)
    names = _names(rows)
    return [_with_words(one, before, names) for one in rows]


def _with_words(
    row: AuditRow, before: Mapping[int, tuple[str, str | None]], names: Mapping[str, str]
) -> AuditRow:
    row = replace(row, names=names)
    if row.seq not in before:
        return row
    content, last = before[row.seq]
    if last is None:
        return replace(row, is_first=True)
    old, new = json.loads(last), json.loads(content)
    if row.subject_kind == "node":
        return replace(row, changes=node_changes(old, new))
    changed = tuple(FieldChange(key, old.get(key), new[key]) for key in new if old.get(key) != new[key])
    return replace(row, changes=changed)


def _versions_before(rows: Sequence[AuditRow]) -> dict[int, tuple[str, str | None]]:
    """The content of each version among the events, and of the one before it."""
    seqs = [one.seq for one in rows if one.tag.endswith(":version")]
    subjects = {one.subject_uid for one in rows if one.seq in set(seqs)}
    earlier = func.lag(FactVersion.content).over(
        partition_by=FactVersion.subject_uid, order_by=FactVersion.recorded_seq
    )
    versions = (
        select(FactVersion.recorded_seq, FactVersion.content, earlier.label("earlier"))
        .where(FactVersion.subject_uid.in_(sorted(subjects)))
        .subquery()
    )
    found = db.session.execute(select(versions).where(versions.c.recorded_seq.in_(seqs)))
    return {seq: (content, last) for seq, content, last in found}


def _names(rows: Sequence[AuditRow]) -> dict[str, str]:
    """What the identifiers of subjects and of payloads stand for."""
    uids = {one.subject_uid for one in rows} | {one.on_behalf_uid for one in rows}
    for one in rows:
        uids |= {text for text in (one.content or {}).values() if isinstance(text, str) and len(text) <= 64}
    wanted = sorted(uids)
    reports = (
        select(ProgressReport.uid, PlanNode.label, _called(Institution.acronym, Institution.name))
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
    )
    statements: tuple[tuple[str, Select[*tuple[Any, ...]]], ...] = (
        (" ", select(PlanNode.uid, PlanNode.label, PlanNode.title).where(PlanNode.uid.in_(wanted))),
        ("", _named(Institution.uid, Institution.acronym, Institution.name, wanted)),
        ("", _named(User.uid, User.name, User.email, wanted)),
        (", ", reports.where(ProgressReport.uid.in_(wanted))),
    )
    return {
        uid: between.join(words).strip()
        for between, statement in statements
        for uid, *words in db.session.execute(statement)
    }


def _called(first: Any, other: Any) -> ColumnElement[str]:
    return case((first != "", first), else_=other)


def _named(uid: Any, first: Any, other: Any, wanted: Sequence[str]) -> Select[*tuple[Any, ...]]:
    return select(uid, _called(first, other)).where(uid.in_(wanted))
