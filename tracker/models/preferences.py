"""What a person chose about being told: their rhythm, and the address of their private calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.preferences import Digest, Preferences
from tracker.models.accounts import User
from tracker.models.types import UtcDateTime, choice


class NotificationPreferences(Base):
    """A person's rhythm with the moment of their next letter; made with the first of either."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_the_day"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_the_week"),
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)"
            " AND (quiet_from IS NULL OR quiet_from BETWEEN 0 AND 23)"
            " AND (quiet_until IS NULL OR quiet_until BETWEEN 0 AND 23)",
            name="quiet_hours_whole",
        ),
        Index("ix_notification_preferences_next_digest_at", "next_digest_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    digest: Mapped[Digest] = mapped_column(choice(Digest, "digest"), default=Digest.DAILY)
    hour: Mapped[int] = mapped_column(default=6)
    weekday: Mapped[int] = mapped_column(default=0)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    next_digest_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @property
    def chosen(self) -> Preferences:
        """The row as the rule reads it."""
        return Preferences(self.digest, self.hour, self.weekday, self.quiet_from, self.quiet_until)


class CalendarToken(Base):
    """The secret part of a private calendar's address, of which only the hash is kept; one lives a person."""

    __tablename__ = "calendar_tokens"
    __table_args__ = (
        Index(
            "uq_calendar_tokens_live",
            "user_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
