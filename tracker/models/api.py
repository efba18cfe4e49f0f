"""Tokens of other systems, and what was answered to each of their requests that wrote something."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.accounts import Institution, User
from tracker.models.types import UID_LENGTH, UtcDateTime, new_uid


class ApiToken(Base):
    """A secret of which only the hash is kept, with what it is good for; its beginning names it to people."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint("name <> ''", name="is_named"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_because = '')", name="end_has_reason"),
        Index("ix_api_tokens_user_id", "user_id"),
        Index("ix_api_tokens_institution_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    prefix: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date]
    """The last civil day on which it is good."""
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_because: Mapped[str] = mapped_column(String(24), default="", server_default="")
    """A code of why it ended before its day."""

    user: Mapped[User] = relationship()
    institution: Mapped[Institution | None] = relationship()


class ApiRequest(Base):
    """A request that wrote, with its answer: the same key is answered the same, once (Idempotency-Key)."""

    __tablename__ = "api_requests"
    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        Index("ix_api_requests_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was sent, its files included."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
