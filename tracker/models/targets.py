"""Whose a fact is that belongs to an institution: one institution's year is found by itself."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.domain.canonical import UID_LENGTH


class FactOwner(Base):
    """The institution and, where it has one, the fiscal year of everything recorded under one uid."""

    __tablename__ = "fact_owners"
    __table_args__ = (Index("ix_fact_owners_institution_id_year", "institution_id", "year"),)

    subject_uid: Mapped[str] = mapped_column(String(UID_LENGTH), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(16))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    year: Mapped[int | None]
