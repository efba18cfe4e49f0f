"""Addresses that mail does not reach: marked, written to no more, and mended by hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from tracker.db import db
from tracker.domain.bounces import is_bad_address, status_in
from tracker.domain.errors import NotFound
from tracker.domain.permissions import SYSTEM, Actor, Permission, require
from tracker.importers.bounces import DeliveryReport
from tracker.models.accounts import User
from tracker.models.citizens import Subscription, SubscriptionStatus
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.services.audit import EventTag, record

LONGEST_REASON = 500


class Outcome(StrEnum):
    """What came of a report about one recipient."""

    MARKED = "marked"
    """The address is bad: nothing more is sent to it."""
    NOTED = "noted"
    """The mail did not arrive; the address may still be good."""
    KNOWN = "known"
    """This was reported before."""
    UNMATCHED = "unmatched"
    """No mail of ours, or not to that address: anybody can write such a report."""
    PASSING = "passing"
    """No failure: delayed, delivered or handed on."""


def refuse_address(mail_id: int, reason: str, *, now: datetime) -> None:
    """Write down that the server refused a mail's address for good."""
    _bounced(db.session.get_one(OutboxMail, mail_id), reason, now, bad_address=True)


def take_report(report: DeliveryReport, *, by_address: bool = False, now: datetime) -> Outcome:
    """Write down what a delivery status notification says of one recipient; a second time changes nothing.

    It counts where it names the id of a mail of ours and the address this went to. With `by_address` a
    report without any id counts for the last mail that left to its address: where its source is trusted.
    """
    if not report.is_failure:
        return Outcome.PASSING
    mail = _reported_mail(report, by_address)
    if mail is None or mail.recipient.lower() not in report.addresses:
        return Outcome.UNMATCHED
    if mail.bounced_at is not None:
        return Outcome.KNOWN
    status = report.status if report.status.count(".") == 2 else status_in(report.diagnostic)
    bad = is_bad_address(status)
    _bounced(mail, f"{status} {report.diagnostic}".strip(), now, bad_address=bad)
    return Outcome.MARKED if bad else Outcome.NOTED


def _reported_mail(report: DeliveryReport, by_address: bool) -> OutboxMail | None:
    left = OutboxMail.status.in_([MailStatus.SENT, MailStatus.FAILED])
    found = select(OutboxMail).where(left).with_for_update()
    if report.mail_uids:
        return db.session.scalar(found.where(OutboxMail.uid.in_(report.mail_uids)).limit(1))
    if not by_address or not report.addresses:
        return None
    mine = OutboxMail.recipient.in_(sorted(report.addresses))
    return db.session.scalar(found.where(mine).order_by(OutboxMail.id.desc()).limit(1))


def _bounced(mail: OutboxMail, reason: str, now: datetime, *, bad_address: bool) -> None:
    words = " ".join(reason.split())[:LONGEST_REASON]
    mail.bounced_at, mail.last_error = now, words
    _tell_again(mail)
    if bad_address and mail.recipient:
        _mark(mail.recipient, words, now)
    db.session.flush()


def _tell_again(mail: OutboxMail) -> None:
    """What the mail said to a person with an account waits for their next letter."""
    told = update(Notice).where(Notice.mail_id == mail.id, Notice.status != NoticeStatus.CLEARED)
    db.session.execute(told.values(status=NoticeStatus.OPEN, sent_at=None, mail_id=None))
    if mail.user_id is not None:
        # The next letter may begin with the same notice.
        mail.dedup_key = f"bounced/{mail.uid}"


def _mark(address: str, reason: str, now: datetime) -> None:
    """Mark whoever has the address, and stop what still waits to leave for it."""
    unmarked = User.mail_bounced_at.is_(None)
    users = db.session.scalars(select(User).where(User.email == address, unmarked).with_for_update()).all()
    follows = db.session.scalars(
        select(Subscription)
        .where(
            Subscription.email == address,
            Subscription.status != SubscriptionStatus.ENDED,
            Subscription.mail_bounced_at.is_(None),
        )
        .with_for_update()
    ).all()
    marked: list[User | Subscription] = [*users, *follows]
    for row in marked:
        row.mail_bounced_at, row.mail_bounce_reason = now, reason
    waiting = select(OutboxMail).where(
        OutboxMail.recipient == address, OutboxMail.status == MailStatus.QUEUED
    )
    for mail in db.session.scalars(waiting.with_for_update()).all():
        mail.status, mail.bounced_at, mail.last_error = MailStatus.FAILED, now, reason
        _tell_again(mail)
    db.session.flush()
    # The server's words may repeat the address, which the chain should not.
    content = {"status": status_in(reason) or reason[:3]}
    for user in users:
        record(SYSTEM, EventTag.MAIL_BOUNCED, "user", user.uid, content, now=now)
    for one in follows:
        record(SYSTEM, EventTag.MAIL_BOUNCED, "subscription", one.uid, content, now=now)


def confirm_address(actor: Actor, *, user_uid: str, now: datetime) -> User:
    """Write to a marked address again, for those who manage accounts and know that it works."""
    require(actor, Permission.ACCOUNT_MANAGE)
    user = db.session.scalar(select(User).where(User.uid == user_uid).with_for_update())
    if user is None:
        raise NotFound("account-not-found")
    if user.mail_bounced_at is not None:
        forget_bounce(user)
        record(actor, EventTag.MAIL_ADDRESS_CONFIRMED, "user", user.uid, {}, now=now)
    return user


def forget_bounce(user: User) -> None:
    """Take the mark away: what was open for the person leaves with the next letter."""
    user.mail_bounced_at, user.mail_bounce_reason = None, ""
    db.session.flush()
