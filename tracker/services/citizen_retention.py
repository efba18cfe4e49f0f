"""What people without an account gave only to be written to is erased once it has served."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from tracker.db import db
from tracker.domain.observations import ObservationStatus
from tracker.domain.permissions import SYSTEM
from tracker.models.audit import AuditPayload
from tracker.models.citizens import CitizenLetter, Observation, Subscription, SubscriptionStatus
from tracker.models.notices import MailStatus, OutboxMail
from tracker.queries.notices import list_notices_of
from tracker.services.audit import EventTag, erase_payload, record

REASON = "retention"
_FOLLOWERS = "followers/"


def erase_settled(before: datetime, *, now: datetime) -> dict[str, int]:
    """Erase the e-mail of what was settled, or never confirmed, before an instant; what was published stays.

    Of an observation that nobody ever saw, name and words go too, out of the chain's payload and the notices
    as well: the chain stays whole and says so. Mail that was sent loses its recipient and its words.
    """
    observations = db.session.scalars(
        select(Observation).where(Observation.erased_at.is_(None), _settled(before)).with_for_update()
    ).all()
    subscriptions = db.session.scalars(
        select(Subscription)
        .where(
            Subscription.erased_at.is_(None),
            or_(
                Subscription.ended_at < before,
                (Subscription.status == SubscriptionStatus.UNCONFIRMED) & (Subscription.asked_at < before),
            ),
        )
        .with_for_update()
    ).all()
    _erase_mail([one.id for one in observations], [one.id for one in subscriptions], before)
    for row in observations:
        row.email, row.erased_at = "", now
        if row.status is not ObservationStatus.PUBLISHED:
            row.name = row.text = ""
    _erase_notices([one.uid for one in observations if one.status is not ObservationStatus.PUBLISHED])
    never = [one for one in subscriptions if one.status is not SubscriptionStatus.ENDED]
    for one in subscriptions:
        # Nobody can follow by an address that is no more there.
        one.status, one.ended_at = SubscriptionStatus.ENDED, one.ended_at or now
        # What a server answered may repeat the address.
        one.email, one.mail_bounce_reason, one.erased_at = "", "", now
    db.session.flush()
    for one in never:
        record(SYSTEM, EventTag.SUBSCRIPTION_ENDED, "subscription", one.uid, {}, now=now)
    for row in observations:
        is_kept = row.status is ObservationStatus.PUBLISHED
        if not is_kept and db.session.get(AuditPayload, row.recorded_seq) is not None:
            erase_payload(SYSTEM, row.recorded_seq, reason=REASON, now=now)
    return {"observations": len(observations), "subscriptions": len(subscriptions)}


def _erase_notices(uids: Collection[str]) -> None:
    """What those who moderate were told of an observation begins with its words."""
    for notice in list_notices_of(uids):
        notice.params = {**notice.params, "text": ""}


def _settled(before: datetime) -> ColumnElement[bool]:
    return or_(
        Observation.replied_at < before,
        (Observation.status == ObservationStatus.REJECTED) & (Observation.decided_at < before),
        (Observation.status == ObservationStatus.UNCONFIRMED) & (Observation.asked_at < before),
    )


def _erase_mail(observations: Collection[int], subscriptions: Collection[int], before: datetime) -> None:
    """Mail that has left, or never will."""
    mails = select(CitizenLetter.mail_id).where(
        or_(CitizenLetter.observation_id.in_(observations), CitizenLetter.subscription_id.in_(subscriptions)),
        CitizenLetter.mail_id.is_not(None),
    )
    told = OutboxMail.dedup_key.startswith(_FOLLOWERS) & (OutboxMail.created_at < before)
    db.session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id.in_(mails) | told,
            OutboxMail.status != MailStatus.QUEUED,
            OutboxMail.recipient != "",
        )
        .values(recipient="", subject="", body="", html="", headers={}, last_error="")
        .execution_options(synchronize_session=False)
    )
