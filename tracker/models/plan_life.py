"""The steps of a plan's life, each signed, and which items an item came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.domain.plans import PlanStatus
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class PlanStep(Base):
    """One step of a plan's life: who took it, on which day, knowing what was lacking; never undone."""

    __tablename__ = "plan_steps"
    __table_args__ = (
        CheckConstraint("signed_name <> ''", name="is_signed"),
        Index("ix_plan_steps_plan_id", "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    came_from: Mapped[PlanStatus] = mapped_column(choice(PlanStatus, "came_from"))
    led_to: Mapped[PlanStatus] = mapped_column(choice(PlanStatus, "led_to"))
    on_day: Mapped[date]
    signed_name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    lacking: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was told as lacking, by code with its count, and accepted with the signature."""
    taken_by_uid: Mapped[str] = mapped_column(String(32))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger)
