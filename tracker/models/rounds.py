"""Reporting rounds: a plan's calendar, the rounds opened, and what each asks of each institution."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.types import UID_LENGTH, UtcDateTime, new_uid


class ReportingCalendar(Base):
    """A plan's own calendar; a plan without one follows the default (`domain.rounds.Calendar`)."""

    __tablename__ = "reporting_calendars"
    __table_args__ = (
        CheckConstraint("every_months IN (1, 2, 3, 4, 6)", name="known_rhythm"),
        CheckConstraint("due_after_days <= opens_after_days", name="no_overlap"),
        CheckConstraint("review_days > 0", name="review_takes_days"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    every_months: Mapped[int]
    opens_after_days: Mapped[int]
    due_after_days: Mapped[int]
    review_days: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger)


class ReportingRound(Base):
    """One round of a plan: opened once for its period, its days as the calendar had them then."""

    __tablename__ = "reporting_rounds"
    __table_args__ = (
        UniqueConstraint("plan_id", "period_start"),
        CheckConstraint("period_start <= period_end", name="days_in_order"),
        CheckConstraint("opens_on <= due_on", name="opens_before_due"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger)

    plan: Mapped[PlanNode] = relationship()
    items: Mapped[list[RoundItem]] = relationship(back_populates="round", order_by="RoundItem.id")


class RoundItem(Base):
    """What a round asks of an institution: one item, or one occurrence of it."""

    __tablename__ = "round_items"
    __table_args__ = (
        UniqueConstraint("round_id", "institution_id", "node_id", "occurrence"),
        Index("ix_round_items_node_id_institution_id", "node_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("reporting_rounds.id", ondelete="RESTRICT"))
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    occurrence: Mapped[str] = mapped_column(String(16), default="")
    """Empty: the whole item."""

    round: Mapped[ReportingRound] = relationship(back_populates="items")
    node: Mapped[PlanNode] = relationship()
    institution: Mapped[Institution] = relationship()


class RoundAnswer(Base):
    """The round that a report answers, set when it is handed in."""

    __tablename__ = "round_answers"
    __table_args__ = (Index("ix_round_answers_round_id", "round_id"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("reporting_rounds.id", ondelete="RESTRICT"))
    answered_on: Mapped[date]
    """The day it was handed in, in the plan's time zone."""
