"""What the administration reads: the outbox, institutions by what people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.accounts import Institution
from tracker.models.notices import MailStatus, OutboxMail

PAGE = 50


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


@dataclass(frozen=True)
class MailText:
    """A mail with its words, as they left or will leave."""

    row: MailRow
    body: str


def list_mail(actor: Actor, *, status: str = "", before_id: int = 0, limit: int = PAGE) -> Sequence[MailRow]:
    """The outbox, newest first, for those who manage accounts: it names people's addresses."""
    require(actor, Permission.ACCOUNT_MANAGE)
    statement = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)
    if status in set(MailStatus):
        statement = statement.where(OutboxMail.status == MailStatus(status))
    if before_id:
        statement = statement.where(OutboxMail.id < before_id)
    return [_mail(one) for one in db.session.scalars(statement)]


def count_mail(actor: Actor) -> Mapping[str, int]:
    """How many mails stand at each point."""
    require(actor, Permission.ACCOUNT_MANAGE)
    rows = db.session.execute(select(OutboxMail.status, func.count()).group_by(OutboxMail.status))
    found = {status.value: count for status, count in rows}
    return {status.value: found.get(status.value, 0) for status in MailStatus}


def get_mail(actor: Actor, uid: str) -> MailText:
    """One mail with its words; NotFound where there is none."""
    require(actor, Permission.ACCOUNT_MANAGE)
    mail = db.session.scalar(select(OutboxMail).where(OutboxMail.uid == uid))
    if mail is None:
        raise NotFound("mail-not-found")
    return MailText(_mail(mail), mail.body)


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
