"""Delegations: somebody's rights, given to another person for a time, and which sign-in acts by which."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.accounts import User, UserSession
from tracker.models.types import UID_LENGTH, UtcDateTime, new_uid


class Delegation(Base):
    """The rights of one account lent to another from a day to a day; ended early only with a reason."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("delegator_id <> delegate_id", name="to_another"),
        CheckConstraint("ended_at IS NULL OR (end_reason <> '' AND ended_by_uid <> '')", name="ended_why"),
        Index("ix_delegations_delegator_id", "delegator_id"),
        Index("ix_delegations_delegate_id", "delegate_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    delegator_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day of it."""
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Ended before its last day."""
    ended_by_uid: Mapped[str] = mapped_column(String(32), default="")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))

    delegator: Mapped[User] = relationship(foreign_keys=[delegator_id])
    delegate: Mapped[User] = relationship(foreign_keys=[delegate_id])


class ActingSession(Base):
    """A sign-in that acts by a delegation; without a row it acts in its own right."""

    __tablename__ = "acting_sessions"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("user_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id", ondelete="RESTRICT"))

    session: Mapped[UserSession] = relationship()
    delegation: Mapped[Delegation] = relationship()
