"""Evidence: stored files under their SHA-256, captured links, and the means they answer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tracker.db import Base
from tracker.domain.evidence import Access, EvidenceKind
from tracker.models.checks import LinkCheck
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

    first_pictures: Mapped[list[Rendition]] = relationship(
        primaryjoin="and_(Rendition.source_sha256 == StoredFile.sha256, Rendition.page == 1)",
        foreign_keys="Rendition.source_sha256",
        viewonly=True,
    )
    """The thumbnail and preview of its first page, and its copy without metadata; of what has been drawn."""


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
        Index("ix_evidence_thread_uid", "thread_uid"),
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
    resolution_number: Mapped[str] = mapped_column(String(120), default="", server_default="")
    resolution_authority: Mapped[str] = mapped_column(Text, default="", server_default="")
    resolution_on: Mapped[date | None]
    reserved_until: Mapped[date | None]
    thread_uid: Mapped[str] = mapped_column(String(UID_LENGTH), default=new_uid, server_default="")
    """The same evidence through its versions and through the versions of its report."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    author_uid: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)

    report: Mapped[ProgressReport] = relationship(back_populates="evidence")
    file: Mapped[StoredFile | None] = relationship()
    link_check: Mapped[LinkCheck | None] = relationship(
        primaryjoin=lambda: LinkCheck.url == foreign(Evidence.url), viewonly=True
    )
    means: Mapped[list[VerificationMeans]] = relationship(
        secondary=evidence_means, order_by=VerificationMeans.id
    )
    redactions: Mapped[list[Redaction]] = relationship(
        back_populates="evidence", order_by="Redaction.id", cascade="all, delete-orphan"
    )


class Redaction(Base):
    """A public version of a restricted file, with what may not be read taken out; the last one counts."""

    __tablename__ = "evidence_redactions"
    __table_args__ = (Index("ix_evidence_redactions_evidence_id", "evidence_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id", ondelete="RESTRICT"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(Text)
    author_uid: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)

    evidence: Mapped[Evidence] = relationship(back_populates="redactions")
    file: Mapped[StoredFile] = relationship()


class RenditionKind(StrEnum):
    """What a rendition is for."""

    PREVIEW = "preview"
    THUMBNAIL = "thumbnail"
    PUBLIC_COPY = "public_copy"


class Rendition(Base):
    """A re-encoded picture of a stored file, with its own hash: a preview, or a copy without metadata."""

    __tablename__ = "renditions"
    __table_args__ = (UniqueConstraint("source_sha256", "kind", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    kind: Mapped[RenditionKind] = mapped_column(choice(RenditionKind, "rendition_kind"))
    page: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=1)
    """How many pages the source has."""
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(foreign_keys=[sha256])
