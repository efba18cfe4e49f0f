"""Evidence: stored files under their SHA-256, captured links, and the means they answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.evidence import Access, EvidenceKind
from tracker.models.plans import VerificationMeans
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid

if TYPE_CHECKING:
    from tracker.models.progress import ProgressReport


class StoredFile(Base):
    """Bytes kept once, under their hash; the same bytes handed in twice are one row."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


evidence_means = Table(
    "evidence_means",
    Base.metadata,
    Column("evidence_id", ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "means_id", ForeignKey("verification_means.id", ondelete="RESTRICT"), primary_key=True, index=True
    ),
)


class Evidence(Base):
    """One file or link handed in with a report, with its own date, apart from its upload."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'file' AND sha256 IS NOT NULL AND url = '') "
            "OR (kind = 'link' AND sha256 IS NULL AND url <> '')",
            name="file_or_link",
        ),
        CheckConstraint("access <> 'reserved' OR legal_ground <> ''", name="reserved_has_ground"),
        Index("ix_evidence_report_id", "report_id"),
        Index("ix_evidence_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"))
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind, "evidence_kind"))
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    effective_on: Mapped[date]
    access: Mapped[Access] = mapped_column(choice(Access, "evidence_access"), default=Access.PUBLIC)
    legal_ground: Mapped[str] = mapped_column(Text, default="")
    author_uid: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)

    report: Mapped[ProgressReport] = relationship(back_populates="evidence")
    file: Mapped[StoredFile | None] = relationship()
    means: Mapped[list[VerificationMeans]] = relationship(
        secondary=evidence_means, order_by=VerificationMeans.id
    )
