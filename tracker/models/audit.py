"""The audit log: a hash chain that cannot be changed, and the payloads, which can only be erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.types import UtcDateTime


class AuditEvent(Base):
    """One thing that happened; `seq` is the order of recording of every fact."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject_uid", "subject_uid"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_uid: Mapped[str] = mapped_column(String(32))
    on_behalf_uid: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """By whose delegation they acted; empty: in their own right."""
    tag: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_uid: Mapped[str] = mapped_column(String(64))
    payload_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditPayload(Base):
    """What it was about; salted, so that the chain tells nothing of an erased one."""

    __tablename__ = "audit_payloads"

    seq: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(Text)
