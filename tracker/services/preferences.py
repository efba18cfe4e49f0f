"""Each person's rhythm: what they choose, and whose letter was written for this time."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.preferences import Digest, Preferences
from tracker.models.accounts import User
from tracker.models.preferences import NotificationPreferences
from tracker.queries.accounts import actor_of
from tracker.queries.preferences import list_without_rhythm, preferences_of
from tracker.services.audit import EventTag, record
from tracker.services.public_tokens import Purpose, read


def set_preferences(actor: Actor, chosen: Preferences, *, zone: str, now: datetime) -> bool:
    """Keep what the actor chose, from the next letter on; False where that is what it was.

    Raises DomainError beside the field where the hours do not hold together.
    """
    require(actor, Permission.ACCOUNT_SELF)
    chosen.check()
    user = db.session.scalars(select(User).where(User.id == actor.user_id).with_for_update()).one()
    row = db.session.get(NotificationPreferences, user.id)
    if (row.chosen if row else Preferences()) == chosen:
        return False
    if row is None:
        row = NotificationPreferences(user_id=user.id)
        db.session.add(row)
    for name, value in asdict(chosen).items():
        setattr(row, name, value)
    row.next_digest_at = chosen.next_digest(now, zone)
    db.session.flush()
    record(actor, EventTag.ACCOUNT_NOTICES_CHANGED, "user", user.uid, asdict(chosen), now=now)
    return True


def check_letters_link(secret: str, token: str, *, now: datetime) -> str:
    """The uid of the account whose letters a mail's link stops; BadToken for what is no such link."""
    return read(secret, Purpose.END_LETTERS, token, now=now).value


def end_letters(secret: str, token: str, *, zone: str, now: datetime, today: date) -> bool:
    """Stop a person's letters by the link in one of them, as they could on their page; False where they had.

    What may not be silenced still comes. Raises BadToken, NotFound for an account that is no more.
    """
    uid = check_letters_link(secret, token, now=now)
    user = db.session.scalar(select(User).where(User.uid == uid, User.is_active))
    if user is None:
        raise NotFound("account-not-found")
    chosen = preferences_of([user.id]).get(user.id, Preferences())
    return set_preferences(actor_of(user, today), replace(chosen, digest=Digest.NEVER), zone=zone, now=now)


def start_rhythms(*, zone: str, now: datetime) -> int:
    """Give accounts that have none the moment of their next letter; how many they were."""
    usual, people = Preferences(), list_without_rhythm()
    next_at = usual.next_digest(now, zone)
    db.session.add_all(NotificationPreferences(user_id=one, next_digest_at=next_at) for one in people)
    db.session.flush()
    return len(people)


def take_digest(user_id: int, *, zone: str, now: datetime) -> bool:
    """Take up a person's letter for this time; False where somebody else has, or it is not due.

    Their next one is due at their next hour, however many went by meanwhile.
    """
    row = db.session.scalar(
        select(NotificationPreferences)
        .where(NotificationPreferences.user_id == user_id, NotificationPreferences.next_digest_at <= now)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return False
    row.next_digest_at = row.chosen.next_digest(now, zone)
    db.session.flush()
    return True
