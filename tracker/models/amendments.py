"""Amendments of an approved plan: dated, reasoned, approved by name, public (design section 5)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.plans import PlanNode
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class AmendmentStatus(StrEnum):
    """Where an amendment stands; a draft changes nothing."""

    DRAFT = "draft"
    APPROVED = "approved"
    DISCARDED = "discarded"


class AmendmentKind(StrEnum):
    """What a change touches."""

    TEXT = "text"
    ROLES = "roles"
    WITHDRAWAL = "withdrawal"


class Amendment(Base):
    """One amendment of a plan with its changes; its number is given at the approval."""

    __tablename__ = "amendments"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint(
            "status <> 'approved' OR (number IS NOT NULL AND reason <> '' AND approved_name <> '' "
            "AND approved_at IS NOT NULL AND effective_on IS NOT NULL AND recorded_seq IS NOT NULL)",
            name="approved_is_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    number: Mapped[int | None]
    status: Mapped[AmendmentStatus] = mapped_column(
        choice(AmendmentStatus, "amendment_status"), default=AmendmentStatus.DRAFT
    )
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    """The act that decided it: number, date, authority."""
    effective_on: Mapped[date | None]
    prepared_by_uid: Mapped[str] = mapped_column(String(32))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_uid: Mapped[str] = mapped_column(String(32), default="")
    approved_name: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)
    lock_version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[PlanNode] = relationship()
    changes: Mapped[list[AmendmentChange]] = relationship(
        back_populates="amendment", order_by="AmendmentChange.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": lock_version}  # noqa: RUF012 - SQLAlchemy's own name


class AmendmentChange(Base):
    """One change: an item's field before and after."""

    __tablename__ = "amendment_changes"
    __table_args__ = (
        UniqueConstraint("amendment_id", "node_id", "field"),
        Index("ix_amendment_changes_node_id", "node_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id", ondelete="RESTRICT"))
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    kind: Mapped[AmendmentKind] = mapped_column(choice(AmendmentKind, "amendment_kind"))
    field: Mapped[str] = mapped_column(String(40))
    """The column of a text, "roles", or "withdrawn_on"."""
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)

    amendment: Mapped[Amendment] = relationship(back_populates="changes")
    node: Mapped[PlanNode] = relationship()
