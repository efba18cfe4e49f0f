"""Following a plan, a commitment or an institution by mail: asked for, confirmed, ended by one click."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.observations import SubjectRef
from tracker.domain.permissions import PUBLIC
from tracker.models.citizens import CitizenLetter, LetterKind, Subscription, SubscriptionStatus
from tracker.models.types import new_uid
from tracker.queries.portal.topics import followed_subject, get_subject
from tracker.services.accounts import checked_email
from tracker.services.audit import EventTag, record
from tracker.services.public_tokens import CONFIRMING, Purpose, read

SUBJECT = "subscription"
ASKED_AGAIN = timedelta(hours=1)


def follow(ref: SubjectRef, *, email: str, language: str = "es", now: datetime) -> None:
    """Ask somebody by mail whether they want to follow a published thing; nothing is told of what was before.

    Who follows it already is told so by mail. Neither is written to twice in an hour. Raises NotFound for
    what is not published or not followed, DomainError on the e-mail.
    """
    ref = followed_subject(get_subject(ref)).ref
    address = checked_email(email)
    row = _live(ref, address)
    if row is not None and now - row.asked_at < ASKED_AGAIN:
        return
    try:
        with db.session.begin_nested():
            row = row or _request(ref, address, language, now)
    except IntegrityError:
        # The same was asked for at this very moment, and is being written about.
        return
    row.asked_at = now
    # Whoever asks says that the address works; where it does not, that will show again.
    row.mail_bounced_at, row.mail_bounce_reason = None, ""
    is_new = row.status is SubscriptionStatus.UNCONFIRMED
    kind = LetterKind.CONFIRM_SUBSCRIPTION if is_new else LetterKind.ALREADY_FOLLOWED
    db.session.add(CitizenLetter(kind=kind, subscription_id=row.id, created_at=now))
    db.session.flush()


def _live(ref: SubjectRef, email: str) -> Subscription | None:
    return db.session.scalar(
        select(Subscription)
        .where(
            Subscription.email == email,
            Subscription.subject_kind == ref.kind,
            Subscription.subject_uid == ref.uid,
            Subscription.status != SubscriptionStatus.ENDED,
        )
        .with_for_update()
    )


def _request(ref: SubjectRef, email: str, language: str, now: datetime) -> Subscription:
    row = Subscription(
        uid=new_uid(),
        email=email,
        subject_kind=ref.kind,
        subject_uid=ref.uid,
        language=language,
        status=SubscriptionStatus.UNCONFIRMED,
        created_at=now,
        asked_at=now,
    )
    content = {"about": ref.address, "language": language}
    row.recorded_seq = record(PUBLIC, EventTag.SUBSCRIPTION_REQUESTED, SUBJECT, row.uid, content, now=now)
    db.session.add(row)
    db.session.flush()
    return row


def subscription_of(secret: str, token: str, *, now: datetime) -> str:
    """The uid that a link of confirmation is for; BadToken where it is not valid any more."""
    return read(secret, Purpose.CONFIRM_SUBSCRIPTION, token, now=now, most_age=CONFIRMING).value


def confirm_subscription(secret: str, token: str, *, now: datetime) -> bool:
    """Begin to follow, by the link in the mail; False where that was done, or ended, before.

    What is told is what happens from then on.
    """
    row = db.session.scalar(
        select(Subscription)
        .where(Subscription.uid == subscription_of(secret, token, now=now))
        .with_for_update()
    )
    if row is None:
        raise NotFound("subscription-not-found")
    if row.status is not SubscriptionStatus.UNCONFIRMED:
        return False
    seq = record(PUBLIC, EventTag.SUBSCRIPTION_CONFIRMED, SUBJECT, row.uid, {}, now=now)
    row.status, row.confirmed_at, row.told_seq = SubscriptionStatus.ACTIVE, now, seq
    db.session.flush()
    return True


def check_ending(secret: str, token: str, *, everything: bool, now: datetime) -> None:
    """Refuse a link of unsubscribing that was not made here; such a link never gets too old."""
    read(secret, _ending(everything), token, now=now)


def end_by_link(secret: str, token: str, *, everything: bool, now: datetime) -> int:
    """Stop following one thing, or everything that the person follows; how many ended now."""
    value = read(secret, _ending(everything), token, now=now).value
    if everything:
        return _end(_live_of(secret, value), now)
    rows = db.session.scalars(
        select(Subscription)
        .where(Subscription.uid == value, Subscription.status != SubscriptionStatus.ENDED)
        .with_for_update()
    )
    return _end(rows, now)


def _ending(everything: bool) -> Purpose:
    return Purpose.END_ALL if everything else Purpose.END_SUBSCRIPTION


def person_key(secret: str, email: str) -> str:
    """Who a link to end everything is for: it tells nobody the e-mail, and outlives its erasure."""
    return hmac.new(secret.encode(), f"follower {email}".encode(), hashlib.sha256).hexdigest()[:32]


def _live_of(secret: str, key: str) -> Iterable[Subscription]:
    """Everything that the person of a key follows, or asked to."""
    live = Subscription.status != SubscriptionStatus.ENDED
    emails = db.session.scalars(select(Subscription.email).where(live).distinct())
    mine = [one for one in emails if hmac.compare_digest(person_key(secret, one), key)]
    return db.session.scalars(
        select(Subscription)
        .where(live, Subscription.email.in_(mine))
        .order_by(Subscription.id)
        .with_for_update()
    )


def _end(rows: Iterable[Subscription], now: datetime) -> int:
    ended = list(rows)
    for row in ended:
        row.status, row.ended_at = SubscriptionStatus.ENDED, now
    db.session.flush()
    for row in ended:
        record(PUBLIC, EventTag.SUBSCRIPTION_ENDED, SUBJECT, row.uid, {}, now=now)
    return len(ended)
