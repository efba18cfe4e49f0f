"""What each person chose about being told, and whose letter is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, exists, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.preferences import Preferences
from tracker.models.accounts import User
from tracker.models.preferences import CalendarToken, NotificationPreferences


@dataclass(frozen=True)
class OwnCalendar:
    """A person's private calendar: since when it has an address, and when that was last used."""

    created_at: datetime
    last_used_at: datetime | None


def get_preferences(actor: Actor) -> Preferences:
    """What the actor chose; the usual rhythm where they chose nothing."""
    require(actor, Permission.ACCOUNT_SELF)
    return preferences_of([actor.user_id or 0]).get(actor.user_id or 0, Preferences())


def preferences_of(user_ids: Collection[int]) -> Mapping[int, Preferences]:
    """What some people chose, by id; who chose nothing is not in it."""
    rows = db.session.scalars(
        select(NotificationPreferences).where(NotificationPreferences.user_id.in_(user_ids))
    )
    return {one.user_id: one.chosen for one in rows}


def list_without_rhythm() -> Sequence[int]:
    """Ids of active accounts whose next letter has no moment yet."""
    return db.session.scalars(select(User.id).where(User.is_active, ~_has_rhythm())).all()


def list_with_digest_due(now: datetime) -> Sequence[int]:
    """Ids of active accounts whose letter is due by an instant."""
    return db.session.scalars(
        select(User.id)
        .join(NotificationPreferences, NotificationPreferences.user_id == User.id)
        .where(User.is_active, NotificationPreferences.next_digest_at <= now)
        .order_by(User.id)
    ).all()


def has_digest_due(now: datetime) -> bool:
    """True where somebody's letter is due by an instant, or has no moment yet."""
    due = exists().where(
        NotificationPreferences.user_id == User.id, NotificationPreferences.next_digest_at <= now
    )
    wanted = select(User.id).where(User.is_active, due | ~_has_rhythm())
    return db.session.scalar(wanted.limit(1)) is not None


def _has_rhythm() -> Exists:
    return exists().where(NotificationPreferences.user_id == User.id)


def get_own_calendar(actor: Actor) -> OwnCalendar | None:
    """The actor's private calendar; None where it has no address."""
    require(actor, Permission.ACCOUNT_SELF)
    row = db.session.scalar(
        select(CalendarToken).where(
            CalendarToken.user_id == actor.user_id, CalendarToken.revoked_at.is_(None)
        )
    )
    return OwnCalendar(row.created_at, row.last_used_at) if row else None
