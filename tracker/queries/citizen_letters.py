"""Letters to people without an account that nobody has worded yet, and what each of them is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.consultations import Outcome
from tracker.domain.observations import ObservationKind, Rejection, SubjectRef
from tracker.models.audit import AuditEvent
from tracker.models.citizens import CitizenLetter, Observation, Subscription, SubscriptionStatus
from tracker.queries.portal.topics import Subject, list_subjects

MOST = 200


@dataclass(frozen=True)
class CitizenLetterToWrite:
    """A letter with all that its words need; what it is not about is empty."""

    id: int
    kind: str
    uid: str
    """Of the observation or the subscription."""
    email: str
    language: str
    created_at: datetime
    subject: Subject | None
    text: str = ""
    observation_kind: ObservationKind | None = None
    due_on: date | None = None
    rejection: Rejection | None = None
    outcome: Outcome | None = None
    reply: str = ""
    replied_label: str = ""


@dataclass(frozen=True)
class Followed:
    """One thing that somebody follows, and up to where they were told."""

    uid: str
    ref: SubjectRef
    told_seq: int


@dataclass(frozen=True)
class Follower:
    """A person by their e-mail, with all that they follow, in the language in which they last asked."""

    email: str
    language: str
    follows: tuple[Followed, ...]


def _unwritten() -> Select[CitizenLetter]:
    return (
        select(CitizenLetter)
        .outerjoin(Observation, Observation.id == CitizenLetter.observation_id)
        .outerjoin(Subscription, Subscription.id == CitizenLetter.subscription_id)
        .where(CitizenLetter.mail_id.is_(None), or_(Observation.email != "", Subscription.email != ""))
        .order_by(CitizenLetter.id)
    )


def has_unwritten_letters() -> bool:
    """True where somebody waits to be written to."""
    return db.session.scalar(_unwritten().limit(1)) is not None


def list_unwritten_letters() -> list[CitizenLetterToWrite]:
    """The letters that nobody has worded yet, oldest first, so many at once."""
    rows = db.session.scalars(
        _unwritten()
        .options(joinedload(CitizenLetter.observation), joinedload(CitizenLetter.subscription))
        .limit(MOST)
    ).all()
    subjects = list_subjects([_ref(one.observation or one.subscription) for one in rows])
    return [_letter(one, subjects.get(_ref(one.observation or one.subscription))) for one in rows]


def _ref(row: Observation | Subscription | None) -> SubjectRef:
    if row is None:
        raise LookupError("a letter is about an observation or a subscription")
    return SubjectRef(row.subject_kind, row.subject_uid)


def _letter(one: CitizenLetter, subject: Subject | None) -> CitizenLetterToWrite:
    said, followed = one.observation, one.subscription
    if said is None:
        if followed is None:
            raise LookupError("a letter is about an observation or a subscription")
        return CitizenLetterToWrite(
            one.id,
            one.kind.value,
            followed.uid,
            followed.email,
            followed.language,
            one.created_at,
            subject,
        )
    return CitizenLetterToWrite(
        one.id,
        one.kind.value,
        said.uid,
        said.email,
        said.language,
        one.created_at,
        subject,
        text=said.text,
        observation_kind=said.kind,
        due_on=said.due_on,
        rejection=said.rejection,
        outcome=said.outcome,
        reply=said.reply,
        replied_label=said.replied_label,
    )


def list_followers() -> Sequence[Follower]:
    """Everybody who follows something and whom mail reaches, each once."""
    by_email: dict[str, list[Subscription]] = defaultdict(list)
    for row in db.session.scalars(
        select(Subscription)
        .where(Subscription.status == SubscriptionStatus.ACTIVE, Subscription.mail_bounced_at.is_(None))
        .order_by(Subscription.id)
    ):
        by_email[row.email].append(row)
    return [
        Follower(
            email,
            rows[-1].language,
            tuple(Followed(one.uid, _ref(one), one.told_seq or 0) for one in rows),
        )
        for email, rows in by_email.items()
    ]


def latest_seq() -> int:
    """The last place that was given in the order of recording."""
    return db.session.scalar(select(func.max(AuditEvent.seq))) or 0
