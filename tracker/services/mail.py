"""The outbox: one mail for all that a person has open, sent after the commit, again where it could not be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.accounts import User
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.queries import notices as queries
from tracker.queries.batches import in_batches
from tracker.queries.notices import MailToSend, PendingLetter
from tracker.services.audit import EventTag, record

# While a mail is being sent nobody else takes it up; after a crash it is taken up again.
SENDING = timedelta(minutes=10)
# How long to wait after each failed attempt; after the last one it has failed, three days on.
BACK_OFF = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 240, 480, 720, 1440, 1440))


@dataclass(frozen=True)
class LetterText:
    """A mail's words."""

    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Where to unsubscribe, and what the letter belongs with."""


def queue_letter(letter: PendingLetter, words: LetterText, *, now: datetime) -> bool:
    """Put a person's letter into the outbox; one that still waits there is rewritten. True for a new mail."""
    told = {one.id for one in letter.notices}
    mine = select(Notice.id, Notice.mail_id).where(
        Notice.user_id == letter.user_id, Notice.status == NoticeStatus.OPEN
    )
    open_ = {one.id: one.mail_id for one in db.session.execute(mine) if one.id in told}
    if not open_:
        return False
    waiting = _waiting_mail({one for one in open_.values() if one is not None})
    mail = waiting or OutboxMail(
        user_id=letter.user_id,
        dedup_key=f"notices/{letter.user_uid}/{min(open_)}",
        next_attempt_at=now,
        created_at=now,
    )
    mail.recipient, mail.subject = letter.email, words.subject
    mail.body, mail.html, mail.headers = words.text, words.html, dict(words.headers)
    db.session.add(mail)
    db.session.flush()
    for ids in in_batches([one for one, mail_id in open_.items() if mail_id != mail.id]):
        db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(mail_id=mail.id))
    return waiting is None


def _waiting_mail(ids: Collection[int]) -> OutboxMail | None:
    """The person's mail that was queued before and has not left."""
    return db.session.scalar(
        select(OutboxMail)
        .where(OutboxMail.id.in_(ids), OutboxMail.status == MailStatus.QUEUED)
        .order_by(OutboxMail.id)
        .limit(1)
    )


def cancel_needless_mail() -> int:
    """Cancel queued mail whose every cause is gone, or whose person has no account any more."""
    needless = queries.list_unsent_mail_with_nothing_to_tell()
    for mail in needless:
        mail.status = MailStatus.CANCELLED
    db.session.flush()
    return len(needless)


def take_next_mail(now: datetime) -> MailToSend | None:
    """Take up the mail whose turn it is; it counts as an attempt, and comes back if nothing more is heard."""
    mail = db.session.scalar(queries.mail_to_send(now).limit(1).with_for_update(skip_locked=True))
    if mail is None:
        return None
    mail.attempts += 1
    mail.next_attempt_at = now + SENDING
    db.session.flush()
    return queries.mail_as_sent(mail)


def record_sent(sent: MailToSend, *, now: datetime) -> None:
    """Write down that a mail left; its notices count as sent. One rewritten meanwhile goes out again."""
    mail = db.session.get_one(OutboxMail, sent.id, with_for_update=True)
    if (mail.subject, mail.body) != (sent.subject, sent.body):
        mail.next_attempt_at = now
        return
    mail.status, mail.sent_at, mail.last_error = MailStatus.SENT, now, ""
    told = update(Notice).where(Notice.mail_id == mail.id, Notice.status == NoticeStatus.OPEN)
    db.session.execute(told.values(status=NoticeStatus.SENT, sent_at=now))
    db.session.flush()


def record_failure(failed: MailToSend, error: str, *, permanent: bool, now: datetime) -> MailStatus:
    """Write down that a mail did not leave: it is tried again, after longer each time, up to three days."""
    mail = db.session.get_one(OutboxMail, failed.id, with_for_update=True)
    if mail.status is not MailStatus.QUEUED:
        # Discarded or cancelled while it was being sent.
        return mail.status
    mail.last_error = error
    if permanent or failed.attempts > len(BACK_OFF):
        mail.status = MailStatus.FAILED
    else:
        mail.next_attempt_at = now + BACK_OFF[failed.attempts - 1]
    db.session.flush()
    return mail.status


def retry_mail(actor: Actor, *, uid: str, now: datetime) -> None:
    """Send a failed mail once more from the beginning of the schedule, under the id it had.

    It goes to the address that the person has now. Raises Conflict `mail-not-failed`, or `mail-bounced` for
    one whose address was refused: what it said is told by the person's next letter.
    """
    mail = _managed(actor, uid)
    if mail.status is not MailStatus.FAILED or not mail.recipient:
        raise Conflict("mail-not-failed")
    if mail.bounced_at is not None:
        raise Conflict("mail-bounced")
    _queue_again([mail], now)
    record(actor, EventTag.MAIL_RETRIED, "mail", mail.uid, {"mails": 1}, now=now)


def retry_failed(actor: Actor, *, now: datetime) -> int:
    """Send every failed mail once more, those left out whose address was refused; how many."""
    require(actor, Permission.ACCOUNT_MANAGE)
    mails = db.session.scalars(
        select(OutboxMail)
        .where(
            OutboxMail.status == MailStatus.FAILED,
            OutboxMail.bounced_at.is_(None),
            OutboxMail.recipient != "",
        )
        .order_by(OutboxMail.id)
        .with_for_update()
    ).all()
    _queue_again(mails, now)
    if mails:
        content = {"mails": len(mails)}
        record(actor, EventTag.MAIL_RETRIED, "mail", mails[-1].uid, content, now=now)
    return len(mails)


def _queue_again(mails: Sequence[OutboxMail], now: datetime) -> None:
    people = {one.user_id for one in mails if one.user_id is not None}
    emails = {one.id: one.email for one in db.session.scalars(select(User).where(User.id.in_(people)))}
    for mail in mails:
        mail.status, mail.attempts, mail.next_attempt_at = MailStatus.QUEUED, 0, now
        if mail.user_id is not None:
            mail.recipient = emails[mail.user_id]
    db.session.flush()


def discard_mail(actor: Actor, *, uid: str, reason: str, now: datetime) -> None:
    """Decide that a mail which waits or failed is not sent any more, with the reason. Raises DomainError."""
    mail = _managed(actor, uid)
    if not reason.strip():
        raise DomainError("discard-reason-required", field="reason")
    if mail.status not in {MailStatus.QUEUED, MailStatus.FAILED}:
        raise Conflict("mail-not-waiting")
    mail.status, mail.discarded_why = MailStatus.CANCELLED, reason.strip()
    db.session.flush()
    record(actor, EventTag.MAIL_DISCARDED, "mail", mail.uid, {"reason": mail.discarded_why}, now=now)


def _managed(actor: Actor, uid: str) -> OutboxMail:
    """A mail of the outbox, for those who manage accounts."""
    require(actor, Permission.ACCOUNT_MANAGE)
    mail = db.session.scalar(select(OutboxMail).where(OutboxMail.uid == uid).with_for_update())
    if mail is None:
        raise NotFound("mail-not-found")
    return mail
