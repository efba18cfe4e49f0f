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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.plans import Role
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.accounts import Institution, User
from tracker.models.evidence import Evidence
from tracker.models.plans import PlanNode
from tracker.models.types import UID_LENGTH, Scaled, UtcDateTime, choice, new_uid

# What an institution is writing; letters and imports are drafts only until their transaction ends.
_WRITING = "status = 'draft' AND origin <> 'letter' AND origin <> 'import'"


def _one_draft(of: str, *columns: str, where: str) -> Index:
    """An institution writes one draft at a time of an item, or of each of its occurrences."""
    name = f"uq_progress_reports_draft_{of}"
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


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
        CheckConstraint(
            "origin <> 'letter' OR (letter_number <> '' AND letter_on IS NOT NULL)", name="letter_is_named"
        ),
        Index("ix_progress_reports_node_id", "node_id"),
        Index("ix_progress_reports_institution_id_status", "institution_id", "status"),
        Index("ix_progress_reports_status", "status"),
        _one_draft("whole", "node_id", "institution_id", where=f"{_WRITING} AND occurrence IS NULL"),
        _one_draft("occurrence", "node_id", "institution_id", "occurrence", where=_WRITING),
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
    obstacle_kind: Mapped[ObstacleKind | None] = mapped_column(choice(ObstacleKind, "obstacle_kind"))
    needed: Mapped[str] = mapped_column(Text, default="")
    new_expected_on: Mapped[date | None]
    claimed_role: Mapped[Role | None] = mapped_column(choice(Role, "claimed_role"))
    origin: Mapped[str] = mapped_column(String(16), default="form")
    """Where it came from: form, sheet (a round's workbook), letter (on behalf), import."""
    letter_number: Mapped[str] = mapped_column(String(120), default="", server_default="")
    letter_on: Mapped[date | None]
    """The official letter that the contact point recorded on the institution's behalf."""
    request_key: Mapped[str | None] = mapped_column(String(80))
    """The form it was last sent with: the same one sent twice is one report."""
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
    quantities: Mapped[list[ReportQuantity]] = relationship(
        back_populates="report", order_by="ReportQuantity.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": lock_version}  # noqa: RUF012 - SQLAlchemy's own name


class ReportQuantity(Base):
    """One row of an itemised quantity: a municipality, say, with its date and evidence."""

    __tablename__ = "report_quantities"
    __table_args__ = (
        UniqueConstraint("report_id", "position"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("label <> ''", name="is_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Scaled)
    delivered_on: Mapped[date | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id", ondelete="RESTRICT"))

    report: Mapped[ProgressReport] = relationship(back_populates="quantities")
    evidence: Mapped[Evidence | None] = relationship()


class ReportOpening(Base):
    """That a reviewer had a report's page open, as it then was: no batch decides on what nobody opened."""

    __tablename__ = "report_openings"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    lock_version: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    comment_field: Mapped[str] = mapped_column(String(24), default="", server_default="")
    """The field of the report that the comment is about; empty: the whole."""
    exception: Mapped[str] = mapped_column(Text, default="")
    signed_name: Mapped[str] = mapped_column(Text, default="")
    contradicts_narrative: Mapped[bool] = mapped_column(default=False)
    accepted_evidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    evidence_reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """Why an item of evidence was not accepted, by its uid, where the reviewer said so."""

    report: Mapped[ProgressReport] = relationship(back_populates="actions")
