"""Published observations with their replies; of those that were not published, only how many and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true

from tracker.db import db
from tracker.domain.consultations import Outcome
from tracker.domain.errors import NotFound
from tracker.domain.observations import (
    Answered,
    ObservationKind,
    ObservationStatus,
    Rejection,
    SubjectRef,
    is_reply_overdue,
)
from tracker.models.citizens import Observation
from tracker.queries.portal.topics import Subject, get_subject, list_subjects

PAGE_SIZE = 20
MOST_ON_A_PAGE = 5


@dataclass(frozen=True)
class PublicObservation:
    """An observation as everybody reads it: never an e-mail, never who moderated."""

    uid: str
    subject: Subject | None
    kind: ObservationKind
    name: str
    text: str
    language: str
    on: date
    due_on: date | None
    days_late: int
    """Of a reply that nobody has given."""
    reply: str
    outcome: Outcome | None
    replied_label: str
    replied_at: datetime | None


@dataclass(frozen=True)
class ObservationList:
    """Some of the observations on something; None: on anything."""

    subject: Subject | None
    rows: tuple[PublicObservation, ...]
    total: int
    page: int
    pages: int
    rejected: Mapping[Rejection, int]


def list_observations(
    ref: SubjectRef | None, state: str, page: int, *, today: date, zone: str
) -> ObservationList:
    """Published observations on a published thing, or on all, newest first; NotFound for what is not."""
    subject = get_subject(ref) if ref else None
    about = _about(ref)
    where = [Observation.status == ObservationStatus.PUBLISHED, about, _narrowed(state, today)]
    total = db.session.scalar(select(func.count(Observation.id)).where(*where)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    if not 1 <= page <= pages:
        raise NotFound("page-not-found", page=page)
    rows = _newest(where, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    subjects = {ref: subject} if ref else list_subjects([_ref(one) for one in rows])
    found = tuple(_public(one, subjects.get(_ref(one)), today, zone) for one in rows)
    return ObservationList(subject, found, total, page, pages, _counts(about)[1])


def list_last_observations(ref: SubjectRef, *, today: date, zone: str) -> ObservationList:
    """The last few on what a published page is about: one query, and another where there are any."""
    about = _about(ref)
    total, rejected = _counts(about)
    where = [Observation.status == ObservationStatus.PUBLISHED, about]
    rows = _newest(where, MOST_ON_A_PAGE, 0) if total else ()
    return ObservationList(
        None, tuple(_public(one, None, today, zone) for one in rows), total, 1, 1, rejected
    )


def _newest(where: Sequence[ColumnElement[bool]], most: int, after: int) -> Sequence[Observation]:
    return db.session.scalars(
        select(Observation)
        .where(*where)
        .order_by(Observation.confirmed_at.desc(), Observation.id.desc())
        .limit(most)
        .offset(after)
    ).all()


def _about(ref: SubjectRef | None) -> ColumnElement[bool]:
    if ref is None:
        return true()
    return (Observation.subject_kind == ref.kind) & (Observation.subject_uid == ref.uid)


def _narrowed(state: str, today: date) -> ColumnElement[bool]:
    """A word that is not known asks for everything."""
    owed = Observation.replied_at.is_(None)
    return {
        Answered.WAITING.value: owed,
        Answered.OVERDUE.value: owed & (Observation.due_on < today),
        Answered.ANSWERED.value: Observation.replied_at.is_not(None),
    }.get(state, true())


def _counts(about: ColumnElement[bool]) -> tuple[int, dict[Rejection, int]]:
    """How many are published, and how many are not for each reason."""
    rows = db.session.execute(
        select(Observation.status, Observation.rejection, func.count())
        .where(
            Observation.status.in_([ObservationStatus.PUBLISHED, ObservationStatus.REJECTED]),
            about,
        )
        .group_by(Observation.status, Observation.rejection)
    )
    counts = {why: number for _status, why, number in rows}
    return counts.get(None, 0), {one: counts[one] for one in Rejection if one in counts}


def _ref(row: Observation) -> SubjectRef:
    return SubjectRef(row.subject_kind, row.subject_uid)


def _public(row: Observation, subject: Subject | None, today: date, zone: str) -> PublicObservation:
    civil = ZoneInfo(zone)
    replied_on = row.replied_at.astimezone(civil).date() if row.replied_at else None
    late = is_reply_overdue(row.status, row.due_on, replied_on, today)
    return PublicObservation(
        uid=row.uid,
        subject=subject,
        kind=row.kind,
        name=row.name,
        text=row.text,
        language=row.language,
        on=(row.confirmed_at or row.created_at).astimezone(civil).date(),
        due_on=row.due_on,
        days_late=(today - row.due_on).days if late and row.due_on else 0,
        reply=row.reply,
        outcome=row.outcome,
        replied_label=row.replied_label,
        replied_at=row.replied_at,
    )
