"""Consultations on a compiled report: the period, the comments and their answers, all kept for good."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.consultations import Outcome
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User
from tracker.models.reports import CompiledReport
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class ReportConsultation(Base):
    """A period in which a finished report is commented on; closed early only with a reason."""

    __tablename__ = "report_consultations"
    __table_args__ = (
        CheckConstraint(
            "closed_at IS NULL OR (close_reason <> '' AND closed_by_uid <> '')", name="closed_why"
        ),
        Index("ix_report_consultations_report_id", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    report_id: Mapped[int] = mapped_column(ForeignKey("compiled_reports.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_uid: Mapped[str] = mapped_column(String(32))
    closes_on: Mapped[date]
    """The last day on which comments are received."""
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The instant at which that day ends in the government's time zone."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_uid: Mapped[str] = mapped_column(String(32), default="")
    close_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))

    report: Mapped[CompiledReport] = relationship()
    comments: Mapped[list[ReportComment]] = relationship(
        back_populates="consultation", order_by="ReportComment.id"
    )


class ReportComment(Base):
    """What somebody said of a report, or of one of its items; append-only."""

    __tablename__ = "report_comments"
    __table_args__ = (
        CheckConstraint("text <> ''", name="says_something"),
        Index("ix_report_comments_consultation_id", "consultation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("report_consultations.id", ondelete="RESTRICT"))
    item_uid: Mapped[str] = mapped_column(String(UID_LENGTH), default="")
    """Empty: the whole report."""
    item_label: Mapped[str] = mapped_column(Text, default="")
    """The item as the report names it."""
    text: Mapped[str] = mapped_column(Text)
    author_user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    actor_uid: Mapped[str] = mapped_column(String(32))
    actor_role: Mapped[AccountRole] = mapped_column(choice(AccountRole, "commenting_role"))
    actor_label: Mapped[str] = mapped_column(Text, default="")
    """The institutions it was said for, as they were named that day."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))

    consultation: Mapped[ReportConsultation] = relationship(back_populates="comments")
    author: Mapped[User] = relationship()
    answer: Mapped[ReportCommentAnswer | None] = relationship(back_populates="comment")


class ReportCommentAnswer(Base):
    """The one answer to a comment, with its reason; append-only."""

    __tablename__ = "report_comment_answers"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("report_comments.id", ondelete="RESTRICT"), unique=True
    )
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "comment_outcome"))
    reason: Mapped[str] = mapped_column(Text)
    actor_uid: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))

    comment: Mapped[ReportComment] = relationship(back_populates="answer")
