"""What is recorded for the clock of the Open Government Partnership; append-only, corrected by new rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.domain.ogp_clock import Duty
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class OgpClockEvent(Base):
    """Something that counts for the clock, or the correction or withdrawal of what was recorded before."""

    __tablename__ = "ogp_clock_events"
    __table_args__ = (
        CheckConstraint("note <> ''", name="says_what"),
        CheckConstraint("replaces_id IS NULL OR reason <> ''", name="correction_has_reason"),
        CheckConstraint("NOT is_withdrawal OR replaces_id IS NOT NULL", name="withdraws_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    kind: Mapped[Duty] = mapped_column(choice(Duty, "clock_duty"))
    held_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text, default="")
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("ogp_clock_events.id", ondelete="RESTRICT"), unique=True
    )
    """The row that this one stands for now; each is replaced at most once."""
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    """True: what it replaces does not count any more."""
    reason: Mapped[str] = mapped_column(Text, default="")
    actor_uid: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
