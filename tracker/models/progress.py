"""Progress reports, each version its own row, and every action taken on them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.plans import Role
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.accounts import Institution, User
from tracker.models.evidence import Evidence
from tracker.models.plans import PlanNode
from tracker.models.types import UID_LENGTH, Scaled, UtcDateTime, choice, new_uid


class ProgressReport(Base):
    """An institution's report on one item; once submitted it never changes, a correction is a version."""

    __tablename__ = "progress_reports"
    __table_args__ = (
        UniqueConstraint("thread_uid", "version"),
        CheckConstraint("percent IS NULL OR (percent >= 0 AND percent <= 100)", name="percent_in_range"),
        CheckConstraint("completed_on IS NULL OR percent = 100", name="completed_is_full"),
        CheckConstraint("status = 'draft' OR recorded_seq IS NOT NULL", name="submitted_is_recorded"),
        CheckConstraint(
            "status <> 'validated' OR (decided_by_uid <> '' AND decided_at IS NOT NULL)",
            name="validated_is_decided",
        ),
        CheckConstraint(
            "status <> 'validated' OR percent IS NULL OR percent < 100 "
            "OR all_means_answered OR exception <> ''",
            name="validated_full_has_evidence",
        ),
        CheckConstraint(
            "NOT no_progress OR status = 'draft' OR obstacle <> ''", name="no_progress_has_reason"
        ),
        Index("ix_progress_reports_node_id", "node_id"),
        Index("ix_progress_reports_institution_id_status", "institution_id", "status"),
        Index("ix_progress_reports_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    thread_uid: Mapped[str] = mapped_column(String(UID_LENGTH), default=new_uid)
    version: Mapped[int] = mapped_column(default=1)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    status: Mapped[ReportStatus] = mapped_column(
        choice(ReportStatus, "report_status"), default=ReportStatus.DRAFT
    )
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    narrative: Mapped[str] = mapped_column(Text, default="")
    reported_on: Mapped[date]
    completed_on: Mapped[date | None]
    occurrence: Mapped[str | None] = mapped_column(String(16))
    delivered: Mapped[Decimal | None] = mapped_column(Scaled)
    departure_reason: Mapped[str] = mapped_column(Text, default="")
    no_progress: Mapped[bool] = mapped_column(default=False)
    obstacle: Mapped[str] = mapped_column(Text, default="")
    needed: Mapped[str] = mapped_column(Text, default="")
    new_expected_on: Mapped[date | None]
    claimed_role: Mapped[Role | None] = mapped_column(choice(Role, "claimed_role"))
    origin: Mapped[str] = mapped_column(String(16), default="form")
    author_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    author_uid: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)
    decided_by_uid: Mapped[str] = mapped_column(String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    all_means_answered: Mapped[bool] = mapped_column(default=False)
    exception: Mapped[str] = mapped_column(Text, default="")
    lock_version: Mapped[int] = mapped_column(default=1)

    node: Mapped[PlanNode] = relationship()
    institution: Mapped[Institution] = relationship()
    author: Mapped[User | None] = relationship()
    actions: Mapped[list[ReportEvent]] = relationship(
        back_populates="report", order_by="ReportEvent.recorded_seq"
    )
    evidence: Mapped[list[Evidence]] = relationship(back_populates="report", order_by="Evidence.id")

    __mapper_args__ = {"version_id_col": lock_version}  # noqa: RUF012 - SQLAlchemy's own name


class ReportEvent(Base):
    """One action on a report, with its own place in the order of recording; append-only."""

    __tablename__ = "report_events"
    __table_args__ = (
        CheckConstraint("action NOT IN ('return','reopen') OR comment <> ''", name="comment_given"),
        Index("ix_report_events_report_id", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"))
    action: Mapped[ReportAction] = mapped_column(choice(ReportAction, "report_action"))
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_uid: Mapped[str] = mapped_column(String(32))
    actor_label: Mapped[str] = mapped_column(Text)
    """The office that acted, as the public may read it."""
    comment: Mapped[str] = mapped_column(Text, default="")
    exception: Mapped[str] = mapped_column(Text, default="")
    signed_name: Mapped[str] = mapped_column(Text, default="")
    contradicts_narrative: Mapped[bool] = mapped_column(default=False)
    accepted_evidence: Mapped[list[str]] = mapped_column(JSON, default=list)

    report: Mapped[ProgressReport] = relationship(back_populates="actions")
