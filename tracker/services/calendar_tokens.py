"""The private address of a person's calendar: made, used, revoked; only its hash is kept."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.models.accounts import User
from tracker.models.preferences import CalendarToken
from tracker.queries.accounts import actor_of, token_hash
from tracker.services.audit import EventTag, record

TOKEN_BYTES = 32
# A calendar program asks several times a day: its last use is written down once an hour.
USED_EVERY = timedelta(hours=1)


def make_calendar(actor: Actor, *, now: datetime) -> str:
    """A new secret for the actor's calendar, told this once; the one before it ends with it."""
    require(actor, Permission.CALENDAR_SELF)
    user = db.session.scalars(select(User).where(User.id == actor.user_id).with_for_update()).one()
    _end(user.id, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(CalendarToken(user_id=user.id, token_hash=token_hash(token), created_at=now))
    db.session.flush()
    record(actor, EventTag.ACCOUNT_CALENDAR_MADE, "user", user.uid, {}, now=now)
    return token


def revoke_calendar(actor: Actor, *, now: datetime) -> bool:
    """End the actor's address; False where there was none."""
    require(actor, Permission.CALENDAR_SELF)
    if not _end(actor.user_id or 0, now):
        return False
    record(actor, EventTag.ACCOUNT_CALENDAR_REVOKED, "user", actor.uid, {}, now=now)
    return True


def _end(user_id: int, now: datetime) -> int:
    ended = db.session.execute(
        update(CalendarToken)
        .where(CalendarToken.user_id == user_id, CalendarToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(CalendarToken.id)
    )
    return len(ended.all())


def open_calendar(token: str, *, now: datetime, today: date) -> Actor:
    """Whose calendar a secret opens; NotFound for a wrong or revoked one, and for a closed account."""
    row = db.session.scalar(
        select(CalendarToken)
        .join(User, User.id == CalendarToken.user_id)
        .where(
            CalendarToken.token_hash == token_hash(token), CalendarToken.revoked_at.is_(None), User.is_active
        )
    )
    actor = actor_of(row.user, today) if row else None
    if row is None or actor is None or not can(actor, Permission.CALENDAR_SELF):
        raise NotFound("calendar-not-found")
    if row.last_used_at is None or now - row.last_used_at >= USED_EVERY:
        row.last_used_at = now
    db.session.flush()
    return actor
