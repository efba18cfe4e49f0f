"""The outbox: one mail for all that a person has open, sent after the commit, again where it could not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.db import db
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.queries import notices as queries
from tracker.queries.notices import MailToSend, PendingLetter

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


def queue_letter(letter: PendingLetter, words: LetterText, *, now: datetime) -> bool:
    """Put a person's letter into the outbox; one that still waits there is rewritten. True for a new mail."""
    notices = db.session.scalars(
        select(Notice).where(
            Notice.id.in_([one.id for one in letter.notices]), Notice.status == NoticeStatus.OPEN
        )
    ).all()
    if not notices:
        return False
    waiting = _waiting_mail(notices)
    mail = waiting or OutboxMail(
        user_id=letter.user_id,
        dedup_key=f"notices/{letter.user_uid}/{min(one.id for one in notices)}",
        next_attempt_at=now,
        created_at=now,
    )
    mail.recipient, mail.subject = letter.email, words.subject
    mail.body, mail.html = words.text, words.html
    db.session.add(mail)
    db.session.flush()
    for notice in notices:
        notice.mail_id = mail.id
    db.session.flush()
    return waiting is None


def _waiting_mail(notices: Sequence[Notice]) -> OutboxMail | None:
    """The person's mail that was queued before and has not left."""
    ids = {one.mail_id for one in notices if one.mail_id is not None}
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


def record_sent(sent: MailToSend, *, now: datetime) -> None:
    """Write down that a mail left; its notices count as sent. One rewritten meanwhile goes out again."""
    mail = db.session.get_one(OutboxMail, sent.id)
    if (mail.subject, mail.body) != (sent.subject, sent.body):
        mail.next_attempt_at = now
        return
    mail.status, mail.sent_at, mail.last_error = MailStatus.SENT, now, ""
    told = db.session.scalars(
        select(Notice).where(Notice.mail_id == mail.id, Notice.status == NoticeStatus.OPEN)
    )
    for notice in told:
        notice.status, notice.sent_at = NoticeStatus.SENT, now
    db.session.flush()


def record_failure(failed: MailToSend, error: str, *, permanent: bool, now: datetime) -> MailStatus:
    """Write down that a mail did not leave: it is tried again, after longer each time, up to three days."""
    mail = db.session.get_one(OutboxMail, failed.id)
    mail.last_error = error
    if permanent or failed.attempts > len(BACK_OFF):
        mail.status = MailStatus.FAILED
    else:
        mail.next_attempt_at = now + BACK_OFF[failed.attempts - 1]
    db.session.flush()
    return mail.status
