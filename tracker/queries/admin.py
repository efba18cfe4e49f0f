"""What the administration reads: the outbox, institutions by what people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.accounts import Institution, User
from tracker.models.notices import MailStatus, OutboxMail
from tracker.queries.notices import MailToSend, mail_as_sent

PAGE = 50
STUCK = timedelta(hours=1)
BOUNCED = "bounced"


@dataclass(frozen=True)
class MailRow:
    """A mail of the outbox, as its list shows it."""

    uid: str
    id: int
    recipient: str
    subject: str
    status: str
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime
    bounced_at: datetime | None
    discarded_why: str

    @property
    def can_be_retried(self) -> bool:
        """True where it failed, and not because of its address."""
        return self.status == MailStatus.FAILED and self.bounced_at is None and bool(self.recipient)

    @property
    def can_be_discarded(self) -> bool:
        """True where it waits or failed."""
        return self.status in {MailStatus.QUEUED, MailStatus.FAILED}


@dataclass(frozen=True)
class MailText:
    """A mail with its words, as they left or will leave."""

    row: MailRow
    body: str
    as_sent: MailToSend


@dataclass(frozen=True)
class MailHealth:
    """Whether mail leaves: the longest waiting, and whether it waits too long."""

    oldest_at: datetime | None
    retriable: int

    def is_stuck(self, now: datetime) -> bool:
        """True where something has waited for more than an hour."""
        return self.oldest_at is not None and now - self.oldest_at > STUCK


def list_mail(
    actor: Actor, *, status: str = "", wanted: str = "", before_id: int = 0, limit: int = PAGE
) -> Sequence[MailRow]:
    """The outbox, newest first, for those who manage accounts: it names people's addresses.

    `wanted` is part of a recipient; the status `bounced` gives what did not arrive.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    statement = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)
    if status in set(MailStatus):
        statement = statement.where(OutboxMail.status == MailStatus(status))
    elif status == BOUNCED:
        statement = statement.where(OutboxMail.bounced_at.is_not(None))
    if wanted.strip():
        statement = statement.where(
            func.lower(OutboxMail.recipient).contains(wanted.strip().lower(), autoescape=True)
        )
    if before_id:
        statement = statement.where(OutboxMail.id < before_id)
    return [_mail(one) for one in db.session.scalars(statement)]


def count_mail(actor: Actor) -> Mapping[str, int]:
    """How many mails stand at each point."""
    require(actor, Permission.ACCOUNT_MANAGE)
    rows = db.session.execute(select(OutboxMail.status, func.count()).group_by(OutboxMail.status))
    found = {status.value: count for status, count in rows}
    bounced = db.session.scalar(select(func.count()).where(OutboxMail.bounced_at.is_not(None))) or 0
    return {status.value: found.get(status.value, 0) for status in MailStatus} | {BOUNCED: bounced}


def mail_health(actor: Actor) -> MailHealth:
    """Since when the longest waiting mail waits, and how much that failed could be tried again."""
    require(actor, Permission.ACCOUNT_MANAGE)
    oldest = select(func.min(OutboxMail.created_at)).where(OutboxMail.status == MailStatus.QUEUED)
    failed = select(func.count()).where(
        OutboxMail.status == MailStatus.FAILED, OutboxMail.bounced_at.is_(None), OutboxMail.recipient != ""
    )
    return MailHealth(db.session.scalar(oldest), db.session.scalar(failed) or 0)


def count_bouncing(actor: Actor) -> int:
    """How many open accounts have an address that mail does not reach."""
    require(actor, Permission.ACCOUNT_MANAGE)
    bouncing = select(func.count()).where(User.is_active, User.mail_bounced_at.is_not(None))
    return db.session.scalar(bouncing) or 0


def get_mail(actor: Actor, uid: str) -> MailText:
    """One mail with its words; NotFound where there is none."""
    require(actor, Permission.ACCOUNT_MANAGE)
    mail = db.session.scalar(select(OutboxMail).where(OutboxMail.uid == uid))
    if mail is None:
        raise NotFound("mail-not-found")
    return MailText(_mail(mail), mail.body, mail_as_sent(mail))


def _mail(mail: OutboxMail) -> MailRow:
    return MailRow(
        mail.uid,
        mail.id,
        mail.recipient,
        mail.subject,
        mail.status.value,
        mail.attempts,
        mail.last_error,
        mail.created_at,
        mail.sent_at,
        mail.next_attempt_at,
        mail.bounced_at,
        mail.discarded_why,
    )


def find_institution_uid(text: str) -> str:
    """The institution of an acronym, slug or name, however its case is written; NotFound for none."""
    wanted = text.strip().lower()
    found = db.session.scalar(
        select(Institution.uid)
        .where(
            or_(
                func.lower(Institution.acronym) == wanted,
                Institution.slug == wanted,
                func.lower(Institution.name) == wanted,
            )
        )
        .order_by(func.lower(Institution.acronym) != wanted, Institution.id)
        .limit(1)
    )
    if found is None:
        raise NotFound("institution-not-found", institution=text)
    return found
