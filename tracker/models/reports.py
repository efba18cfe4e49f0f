"""Compiled reports: frozen document, hash, version, and its rendered files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class CompiledReport(Base):
    """One request and what came of it; a changed figure makes a new version, a published one stays."""

    __tablename__ = "compiled_reports"
    __table_args__ = (
        UniqueConstraint("series_key", "version"),
        CheckConstraint(
            "status NOT IN ('ready','approved','published') OR (sha256 <> '' AND document <> '')",
            name="ready_is_frozen",
        ),
        CheckConstraint(
            "status NOT IN ('approved','published') OR (approved_by_uid <> '' AND approved_at IS NOT NULL)",
            name="approved_by_name",
        ),
        Index("ix_compiled_reports_plan_id", "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("action_plans.id", ondelete="RESTRICT"))
    kind: Mapped[CompilationKind] = mapped_column(choice(CompilationKind, "compilation_kind"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    commitment_number: Mapped[int | None]
    cutoff_on: Mapped[date]
    known_at: Mapped[int | None] = mapped_column(BigInteger)
    locale: Mapped[str] = mapped_column(String(8), default="es")
    status: Mapped[CompilationStatus] = mapped_column(
        choice(CompilationStatus, "compilation_status"), default=CompilationStatus.REQUESTED
    )
    failure: Mapped[str] = mapped_column(Text, default="")
    series_key: Mapped[str] = mapped_column(String(200))
    """What is asked for (plan, kind, institution, cut-off): versions count within it."""
    version: Mapped[int]
    document: Mapped[str] = mapped_column(Text, default="", deferred=True)
    """Its frozen content: megabytes for a large plan, so it is read where it is asked for and in no list."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    requested_by_uid: Mapped[str] = mapped_column(String(32))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    compiled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_uid: Mapped[str] = mapped_column(String(32), default="")
    approved_label: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)

    plan: Mapped[ActionPlan] = relationship()
    institution: Mapped[Institution | None] = relationship()
    files: Mapped[list[CompiledFile]] = relationship(back_populates="report", order_by="CompiledFile.format")


class CompiledFile(Base):
    """One rendering of a compiled report, stored under its own hash."""

    __tablename__ = "compiled_files"
    __table_args__ = (UniqueConstraint("report_id", "format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("compiled_reports.id", ondelete="RESTRICT"))
    format: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    filename: Mapped[str] = mapped_column(Text)

    report: Mapped[CompiledReport] = relationship(back_populates="files")
