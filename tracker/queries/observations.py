"""Observations in the work area: the tray by urgency, one of them, and how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.consultations import Outcome
from tracker.domain.errors import NotFound
from tracker.domain.observations import (
    ObservationKind,
    ObservationStatus,
    Rejection,
    SubjectRef,
    is_reply_overdue,
)
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.models.accounts import User
from tracker.models.citizens import Observation
from tracker.queries.portal.topics import InstitutionPart, Subject, list_parts, list_subjects

PAGE_SIZE = 30
OWED = Observation.replied_at.is_(None) & Observation.status.in_(
    [ObservationStatus.WAITING, ObservationStatus.PUBLISHED]
)
# What the tray can be narrowed to; the words of the address are Spanish.
WORK: dict[str, ColumnElement[bool]] = {
    "por-moderar": Observation.status == ObservationStatus.WAITING,
    "por-responder": (Observation.status == ObservationStatus.PUBLISHED) & Observation.replied_at.is_(None),
    "respondidas": Observation.replied_at.is_not(None),
    "no-publicadas": Observation.status == ObservationStatus.REJECTED,
}


@dataclass(frozen=True)
class TrayRow:
    """An observation as the work area shows it; the author's e-mail is not shown there either."""

    uid: str
    ref: SubjectRef
    subject: Subject | None
    """None where it is published no more."""
    kind: ObservationKind
    name: str
    text: str
    language: str
    status: ObservationStatus
    confirmed_at: datetime | None
    due_on: date | None
    is_overdue: bool
    days_late: int
    rejection: Rejection | None
    institution: str
    draft: str
    drafted_at: datetime | None
    drafted_by: str
    reply: str
    outcome: Outcome | None
    replied_at: datetime | None
    replied_label: str
    may_moderate: bool
    may_reply: bool
    may_draft: bool


@dataclass(frozen=True)
class Tray:
    """One page of the tray, and how many there are of each."""

    rows: tuple[TrayRow, ...]
    counts: dict[str, int]
    page: int
    pages: int


@dataclass(frozen=True)
class TrayCounts:
    """How many observations somebody has to see to."""

    to_moderate: int
    to_reply: int
    overdue: int


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Every confirmed one for those who read all reports; for institutions those on which they were asked."""
    confirmed = Observation.status != ObservationStatus.UNCONFIRMED
    if can(actor, Permission.REPORT_READ_ALL):
        return confirmed
    return confirmed & Observation.institution_id.in_(sorted(actor.institution_ids))


def list_newly_overdue(on: date) -> Sequence[Observation]:
    """Those whose last day for a reply went by without one, and that were not marked yet."""
    return db.session.scalars(
        select(Observation)
        .where(OWED, Observation.due_on < on, Observation.overdue_on.is_(None))
        .order_by(Observation.id)
        .with_for_update()
    ).all()


def get_tray(actor: Actor, what: str, page: int, *, today: date) -> Tray:
    """The observations that the actor may see, what is owed first and by its last day; in five queries."""
    require(actor, Permission.OBSERVATION_READ)
    counts = _counts(actor)
    total = counts.get(what, sum(counts.values()))
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    statement = _rows(actor).order_by(case((OWED, 0), else_=1), Observation.due_on, Observation.id.desc())
    if what in WORK:
        statement = statement.where(WORK[what])
    rows = db.session.scalars(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Tray(_tray_rows(actor, rows, today), counts, page, pages)


def _rows(actor: Actor) -> Select[Observation]:
    return select(Observation).where(visible_to(actor)).options(joinedload(Observation.institution))


def _counts(actor: Actor) -> dict[str, int]:
    columns = [func.count().filter(condition).label(name) for name, condition in WORK.items()]
    row = db.session.execute(select(*columns).where(visible_to(actor))).one()
    return dict(zip(WORK, (int(one) for one in row), strict=True))


def _tray_rows(actor: Actor, rows: Sequence[Observation], today: date) -> tuple[TrayRow, ...]:
    subjects = list_subjects([_ref(one) for one in rows])
    uids = {one.drafted_by_uid for one in rows if one.drafted_by_uid}
    people = {
        uid: name or email
        for uid, name, email in db.session.execute(
            select(User.uid, User.name, User.email).where(User.uid.in_(sorted(uids)))
        )
    }
    return tuple(
        _tray_row(actor, one, subjects.get(_ref(one)), people.get(one.drafted_by_uid, ""), today)
        for one in rows
    )


def _ref(row: Observation) -> SubjectRef:
    return SubjectRef(row.subject_kind, row.subject_uid)


def _tray_row(
    actor: Actor, row: Observation, subject: Subject | None, drafted_by: str, today: date
) -> TrayRow:
    replied_on = row.replied_at.date() if row.replied_at else None
    is_overdue = is_reply_overdue(row.status, row.due_on, replied_on, today)
    is_open = row.status is ObservationStatus.PUBLISHED and row.replied_at is None
    moderates = can(actor, Permission.OBSERVATION_MODERATE)
    own = row.institution_id is not None and can(
        actor, Permission.OBSERVATION_REPLY, institution_id=row.institution_id
    )
    return TrayRow(
        uid=row.uid,
        ref=_ref(row),
        subject=subject,
        kind=row.kind,
        name=row.name,
        text=row.text,
        language=row.language,
        status=row.status,
        confirmed_at=row.confirmed_at,
        due_on=row.due_on,
        is_overdue=is_overdue,
        days_late=(today - row.due_on).days if is_overdue and row.due_on else 0,
        rejection=row.rejection,
        institution=row.institution.label if row.institution else "",
        draft=row.draft,
        drafted_at=row.drafted_at,
        drafted_by=drafted_by,
        reply=row.reply,
        outcome=row.outcome,
        replied_at=row.replied_at,
        replied_label=row.replied_label,
        may_moderate=moderates and row.status is ObservationStatus.WAITING,
        may_reply=moderates and is_open,
        may_draft=own and is_open,
    )


def get_observation(actor: Actor, uid: str, *, today: date) -> tuple[TrayRow, list[InstitutionPart]]:
    """One observation with the institutions that may be asked; NotFound where the actor may not see it."""
    require(actor, Permission.OBSERVATION_READ)
    row = db.session.scalar(_rows(actor).where(Observation.uid == uid))
    if row is None:
        raise NotFound("observation-not-found")
    (found,) = _tray_rows(actor, [row], today)
    return found, list_parts(found.ref) if found.may_reply else []


def count_tray(actor: Actor, *, today: date) -> TrayCounts:
    """How many the actor has to moderate, to reply to, and how many of them are overdue; in one query."""
    columns = (
        func.count().filter(WORK["por-moderar"]),
        func.count().filter(WORK["por-responder"]),
        func.count().filter(OWED & (Observation.due_on < today)),
    )
    row = db.session.execute(select(*columns).where(visible_to(actor))).one()
    return TrayCounts(*(int(one) for one in row))
