"""Notices: who may be told, what each person has open, what waits in the outbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole, Actor
from tracker.models.accounts import Institution, Membership, User
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail


@dataclass(frozen=True)
class Recipient:
    """A person who can be told."""

    user_id: int
    uid: str
    role: AccountRole


@dataclass(frozen=True)
class Recipients:
    """Everybody who could be told on a day, by role and by institution."""

    by_role: Mapping[AccountRole, Sequence[Recipient]]
    by_institution: Mapping[tuple[AccountRole, str], Sequence[Recipient]]


@dataclass(frozen=True)
class PendingNotice:
    """A notice that no mail has told yet."""

    id: int
    kind: str
    subject_uid: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class PendingLetter:
    """What one person is to be told by mail, all in one."""

    user_id: int
    user_uid: str
    role: AccountRole
    email: str
    name: str
    locale: str
    notices: tuple[PendingNotice, ...]


@dataclass(frozen=True)
class MailToSend:
    """A mail as it leaves."""

    id: int
    uid: str
    recipient: str
    subject: str
    body: str
    html: str
    created_at: datetime
    attempts: int
    headers: Mapping[str, str] = field(default_factory=dict)


def list_recipients(on: date) -> Recipients:
    """Every active account by role, and by the institutions it belongs to on a day."""
    by_role: dict[AccountRole, list[Recipient]] = defaultdict(list)
    for user in db.session.scalars(select(User).where(User.is_active).order_by(User.id)):
        by_role[user.role].append(Recipient(user.id, user.uid, user.role))
    by_institution: dict[tuple[AccountRole, str], list[Recipient]] = defaultdict(list)
    rows = db.session.execute(
        select(User, Institution.uid)
        .join(Membership, Membership.user_id == User.id)
        .join(Institution, Institution.id == Membership.institution_id)
        .where(
            User.is_active,
            ~Membership.reviews,
            Membership.starts_on <= on,
            Membership.ends_on.is_(None) | (Membership.ends_on >= on),
        )
        .order_by(User.id)
    )
    for user, institution_uid in rows:
        by_institution[(user.role, institution_uid)].append(Recipient(user.id, user.uid, user.role))
    return Recipients(by_role, by_institution)


def list_notices_of(subject_uids: Iterable[str]) -> Sequence[Notice]:
    """Every notice about those subjects, cleared ones included."""
    return db.session.scalars(
        select(Notice).where(Notice.subject_uid.in_(list(subject_uids))).order_by(Notice.id)
    ).all()


@dataclass(frozen=True)
class NewsRow:
    """What a person is told was decided of their institution's reports and dates."""

    event: Event
    node_uid: str
    label: str
    title: str
    plan: str
    institution: str
    percent: str
    outcome: str
    said: str
    on: date


NEWS = (Event.VALIDATED, Event.RESCHEDULING_DECIDED)
MOST_NEWS = 6


def list_news(actor: Actor) -> tuple[NewsRow, ...]:
    """The last decisions that the actor was told of, until they are news no longer."""
    rows = db.session.scalars(
        select(Notice)
        .where(
            Notice.user_id == actor.user_id,
            Notice.kind.in_([one.value for one in NEWS]),
            Notice.status != NoticeStatus.CLEARED,
        )
        .order_by(Notice.id.desc())
        .limit(MOST_NEWS)
    )
    return tuple(_news(one) for one in rows)


def _news(notice: Notice) -> NewsRow:
    params = notice.params
    return NewsRow(
        event=Event(notice.kind),
        node_uid=params["node"],
        label=params["label"],
        title=params["title"],
        plan=params["plan"],
        institution=params["institution"],
        percent=params.get("percent", ""),
        outcome=params.get("outcome", ""),
        said=params.get("comment") or params.get("resolution", ""),
        on=date.fromisoformat(params["told_on"]),
    )


def list_users(roles: Collection[AccountRole]) -> Sequence[User]:
    """Active accounts of some roles, each with the institutions it belongs to or reviews."""
    return db.session.scalars(
        select(User)
        .where(User.is_active, User.role.in_(roles))
        .options(selectinload(User.memberships).joinedload(Membership.institution))
        .order_by(User.id)
    ).all()


def list_live_subjects(*kinds: str) -> set[str]:
    """What notices of some kinds are about, those cleared left out."""
    return set(
        db.session.scalars(
            select(Notice.subject_uid)
            .where(Notice.kind.in_(kinds), Notice.status != NoticeStatus.CLEARED)
            .distinct()
        )
    )


def list_people_to_tell(mailed: Collection[tuple[str, AccountRole]], *, queued: bool = True) -> list[int]:
    """Ids of the active people who have something open that no mail has told yet.

    Nobody is written to whose address mail does not reach: what is open for them waits until it is mended.
    `mailed` are the kinds that go by mail to each role. Without `queued` what stands in a mail that waits in
    the outbox is left out.
    """
    rows = db.session.execute(
        _untold(mailed, Notice.user_id, Notice.kind, User.role, queued=queued).distinct()
    )
    return sorted({user_id for user_id, kind, role in rows if (kind, role) in mailed})


def list_pending_letters(
    mailed: Collection[tuple[str, AccountRole]], user_ids: Collection[int]
) -> Sequence[PendingLetter]:
    """What each of a few people has open and was not told by mail yet, in the order it came up.

    All of it is read at once: whoever writes to many asks for some at a time.
    """
    rows = db.session.execute(
        _untold(mailed, Notice.user_id, Notice.id, Notice.kind, Notice.subject_uid, Notice.params)
        .where(Notice.user_id.in_(user_ids))
        .order_by(Notice.user_id, Notice.id)
    )
    people = {one.id: one for one in db.session.scalars(select(User).where(User.id.in_(user_ids)))}
    by_user: dict[int, list[PendingNotice]] = defaultdict(list)
    for user_id, *notice in rows:
        found = PendingNotice(*notice)
        if (found.kind, people[user_id].role) in mailed:
            by_user[user_id].append(found)
    return [_letter(people[user_id], notices) for user_id, notices in by_user.items()]


def _untold(mailed: Collection[tuple[str, AccountRole]], *columns: Any, queued: bool = True) -> Select[Any]:
    """Open notices of some kinds, to people whom mail reaches, that no mail has told or tried to."""
    unsent = OutboxMail.id.is_(None)
    return (
        select(*columns)
        .select_from(Notice)
        .join(User, User.id == Notice.user_id)
        .outerjoin(OutboxMail, OutboxMail.id == Notice.mail_id)
        .where(
            Notice.status == NoticeStatus.OPEN,
            Notice.kind.in_({kind for kind, _ in mailed}),
            User.is_active,
            User.mail_bounced_at.is_(None),
            unsent | (OutboxMail.status == MailStatus.QUEUED) if queued else unsent,
        )
    )


def _letter(user: User, notices: Sequence[PendingNotice]) -> PendingLetter:
    return PendingLetter(user.id, user.uid, user.role, user.email, user.name, user.locale, tuple(notices))


def list_written_to_since(instant: datetime) -> set[int]:
    """Ids of the people to whom a mail left, or was written, since an instant."""
    since = OutboxMail.created_at >= instant
    rows = db.session.scalars(select(OutboxMail.user_id).where(since, OutboxMail.user_id.is_not(None)))
    return {one for one in rows if one is not None}


def list_unsent_mail_with_nothing_to_tell() -> Sequence[OutboxMail]:
    """Queued mail of notices that were all cleared before it left, or to an account that was closed."""
    told = select(Notice.mail_id).where(Notice.mail_id.is_not(None))
    still = told.where(Notice.status == NoticeStatus.OPEN)
    closed = select(User.id).where(~User.is_active)
    return db.session.scalars(
        select(OutboxMail).where(
            OutboxMail.status == MailStatus.QUEUED,
            (OutboxMail.id.in_(told) & OutboxMail.id.not_in(still)) | OutboxMail.user_id.in_(closed),
        )
    ).all()


def mail_as_sent(mail: OutboxMail) -> MailToSend:
    """A mail as it leaves, apart from its row."""
    return MailToSend(
        id=mail.id,
        uid=mail.uid,
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        html=mail.html,
        created_at=mail.created_at,
        attempts=mail.attempts,
        headers=mail.headers,
    )


def mail_to_send(now: datetime) -> Select[OutboxMail]:
    """The queued mail whose turn it is, the longest waiting first."""
    return (
        select(OutboxMail)
        .where(OutboxMail.status == MailStatus.QUEUED, OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.next_attempt_at, OutboxMail.id)
    )


def has_mail_to_send(now: datetime) -> bool:
    """True where a mail's turn has come."""
    return db.session.scalar(mail_to_send(now).limit(1)) is not None
