"""Dated editions of the open data: frozen with their hash, kept for good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.types import UID_LENGTH, UtcDateTime, new_uid


class DataEdition(Base):
    """One edition: a zip kept under its hash beside the compiled reports, which never changes."""

    __tablename__ = "data_editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    day: Mapped[date] = mapped_column(unique=True)
    """The day of its figures; there is one edition of a day."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    data_sha256: Mapped[str] = mapped_column(String(64))
    """Of all rows, without what changes with the day alone: the same means that nothing changed."""
    rows: Mapped[int]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Path, size and hash of each file in the zip."""
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
