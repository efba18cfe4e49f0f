"""What looking after evidence found, outside of history: how links answer, if bytes are what they were."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.domain.links import LinkOutcome
from tracker.models.types import UtcDateTime, choice


class LinkCheck(Base):
    """An address and how it stands; changed by every look, and no part of what was handed in or accepted."""

    __tablename__ = "link_checks"
    __table_args__ = (
        CheckConstraint("(failed_days = 0) = (failing_since IS NULL)", name="failing_since_a_day"),
        CheckConstraint("down_since IS NULL OR failing_since IS NOT NULL", name="down_is_failing"),
        # A hash: addresses are longer than a B-tree takes.
        Index("ix_link_checks_url", "url", postgresql_using="hash"),
        Index("ix_link_checks_next_on", "next_on"),
    )

    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[LinkOutcome] = mapped_column(choice(LinkOutcome, "link_outcome"))
    http_status: Mapped[int] = mapped_column(default=0)
    """0 where no answer came."""
    final_url: Mapped[str] = mapped_column(Text, default="")
    """Where redirections ended."""
    next_on: Mapped[date]
    failing_since: Mapped[date | None]
    failed_days: Mapped[int] = mapped_column(default=0)
    last_failed_on: Mapped[date | None]
    down_since: Mapped[date | None]


class FileDamage(StrEnum):
    """What can be wrong with stored bytes."""

    MISSING = "missing"
    CHANGED = "changed"


class FileCheck(Base):
    """When a stored file was last held against its hash, and what was found; without a row: never yet."""

    __tablename__ = "file_checks"
    __table_args__ = (Index("ix_file_checks_verified_at", "verified_at"),)

    sha256: Mapped[str] = mapped_column(
        ForeignKey("stored_files.sha256", ondelete="RESTRICT"), primary_key=True
    )
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    damage: Mapped[FileDamage | None] = mapped_column(choice(FileDamage, "file_damage"))
