"""Overdue flags, notices (one row per cause) and the outbox of mail."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.accounts import User
from tracker.models.plans import PlanNode
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class OverdueFlag(Base):
    """An occurrence found overdue; opened and closed by `flag-overdue`, with its day count."""

    __tablename__ = "overdue_flags"
    __table_args__ = (
        UniqueConstraint("node_id", "occurrence", "due_on"),
        Index(
            "ix_overdue_flags_open",
            "node_id",
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    occurrence: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    days_late: Mapped[int] = mapped_column(default=0)
    counted_on: Mapped[date]

    node: Mapped[PlanNode] = relationship()


class NoticeStatus(StrEnum):
    """A notice is open until sent, and cleared when its cause is gone."""

    OPEN = "open"
    SENT = "sent"
    CLEARED = "cleared"


class Notice(Base):
    """One cause for one person: unique by kind, subject and due day, so that a second run adds nothing."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "subject_uid", "cause"),
        Index("ix_notices_user_id_status", "user_id", "status"),
        Index("ix_notices_subject_uid", "subject_uid"),
        Index("ix_notices_mail_id", "mail_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(48))
    subject_uid: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(64))
    """What makes it one cause: due date and days before ("2026-05-31/7")."""
    params: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    status: Mapped[NoticeStatus] = mapped_column(
        choice(NoticeStatus, "notice_status"), default=NoticeStatus.OPEN
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mails.id", ondelete="RESTRICT"))
    """The mail that tells it; one mail tells all that a person has open."""

    user: Mapped[User] = relationship()


class MailStatus(StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OutboxMail(Base):
    """A mail to be sent after the commit that caused it."""

    __tablename__ = "outbox_mails"
    __table_args__ = (Index("ix_outbox_mails_status", "status", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """Further headers, such as where to unsubscribe."""
    dedup_key: Mapped[str] = mapped_column(String(160), unique=True)
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus, "mail_status"), default=MailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it came to light that it did not arrive: refused for good, or reported back."""
    discarded_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The reason of whoever decided that it should not be sent any more."""
