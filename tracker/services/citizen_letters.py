"""Letters to people without an account leave by the outbox, each once; what followers were told is marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from tracker.db import db
from tracker.models.citizens import CitizenLetter, Subscription, SubscriptionStatus
from tracker.models.notices import OutboxMail
from tracker.queries.batches import in_batches
from tracker.services.mail import LetterText


def queue_citizen_letter(letter_id: int, recipient: str, words: LetterText, *, now: datetime) -> bool:
    """Put a letter into the outbox; False where it stands there already."""
    letter = db.session.scalar(
        select(CitizenLetter)
        .where(CitizenLetter.id == letter_id, CitizenLetter.mail_id.is_(None))
        .with_for_update()
    )
    if letter is None:
        return False
    letter.mail_id = _queue(f"citizen/{letter_id}", recipient, words, now).id
    db.session.flush()
    return True


def _queue(key: str, recipient: str, words: LetterText, now: datetime) -> OutboxMail:
    mail = OutboxMail(
        recipient=recipient,
        subject=words.subject,
        body=words.text,
        html=words.html,
        headers=dict(words.headers),
        dedup_key=key,
        next_attempt_at=now,
        created_at=now,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def tell_follower(
    email: str,
    told: Mapping[str, int],
    words: LetterText,
    *,
    until: int,
    now: datetime,
) -> bool:
    """Put what happened into the outbox, one mail for a person, and mark their subscriptions as told.

    `told` says up to where each was told when the mail was worded. Where one has moved on or ended since,
    nothing is sent: the next run words it again.
    """
    rows = db.session.scalars(
        select(Subscription)
        .where(
            Subscription.uid.in_(sorted(told)),
            Subscription.email == email,
            Subscription.status == SubscriptionStatus.ACTIVE,
        )
        .order_by(Subscription.id)
        .with_for_update()
    ).all()
    if {one.uid: one.told_seq for one in rows} != dict(told):
        return False
    for row in rows:
        row.told_seq = until
    _queue(f"followers/{rows[0].uid}/{until}", email, words, now)
    return True


def mark_quiet(told: Mapping[str, int], *, until: int) -> None:
    """Mark subscriptions of whose subject nothing happened, where nobody told them anything meanwhile."""
    for seq in set(told.values()):
        uids = sorted(uid for uid, one in told.items() if one == seq)
        for some in in_batches(uids):
            still = Subscription.uid.in_(some), Subscription.told_seq == seq
            db.session.execute(update(Subscription).where(*still).values(told_seq=until))
