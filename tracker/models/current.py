"""What history adds up to now: refreshed by services in the same transaction, compared by `verify`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.assessment import CompletionLevel
from tracker.domain.states import State
from tracker.models.plans import PlanNode
from tracker.models.types import choice


class ActivityCurrent(Base):
    """Both figures of an item that delivers (an activity, or a milestone with its own product or reports)."""

    __tablename__ = "activity_current"
    __table_args__ = (
        Index("ix_activity_current_state", "state"),
        Index("ix_activity_current_due_on", "due_on"),
    )

    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    validated_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    validated_on: Mapped[date | None]
    validated_by: Mapped[str] = mapped_column(Text, default="")
    reported_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    reported_on: Mapped[date | None]
    reported_by: Mapped[str] = mapped_column(Text, default="")
    answered: Mapped[int] = mapped_column(default=0)
    required: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    baseline_due_on: Mapped[date | None]
    expected: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[State] = mapped_column(choice(State, "activity_state"))
    days_late: Mapped[int | None]
    computed_on: Mapped[date]

    node: Mapped[PlanNode] = relationship()


class NodeTotals(Base):
    """The roll-up of a milestone, commitment, axis or plan; shares are exact fractions "n/d" of percent."""

    __tablename__ = "node_totals"

    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    validated_floor: Mapped[str] = mapped_column(Text)
    validated_mean: Mapped[str | None] = mapped_column(Text)
    validated_informed: Mapped[int]
    reported_floor: Mapped[str] = mapped_column(Text)
    reported_mean: Mapped[str | None] = mapped_column(Text)
    reported_informed: Mapped[int]
    validated_with_withdrawn: Mapped[str] = mapped_column(Text)
    """The validated floor as it would be with the items withdrawn."""
    reported_with_withdrawn: Mapped[str] = mapped_column(Text)
    withdrawn: Mapped[int] = mapped_column(default=0)
    """How many delivering items below were taken out of the plan."""
    total: Mapped[int]
    not_started: Mapped[int]
    answered: Mapped[int]
    required: Mapped[int]
    expected: Mapped[str] = mapped_column(Text, default="")
    overdue: Mapped[int] = mapped_column(default=0)
    """How many delivering items below are overdue."""
    unproven: Mapped[int] = mapped_column(default=0)
    """How many are reported at 100 % with a means not answered."""
    complete: Mapped[int] = mapped_column(default=0)
    """How many are complete and proven."""
    state: Mapped[State] = mapped_column(choice(State, "totals_state"))
    days_late: Mapped[int | None]
    due_on: Mapped[date | None]
    level: Mapped[CompletionLevel] = mapped_column(choice(CompletionLevel, "completion_level"))
    computed_on: Mapped[date]

    node: Mapped[PlanNode] = relationship()
