"""What a search looks through: a copy of what is public, and the words that stand in it.

The full-text index over `search_documents` belongs to each database and is made by the migration.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.types import choice


class SearchKind(StrEnum):
    """What is found, in the order in which equals are shown."""

    PLAN = "plan"
    INSTITUTION = "institution"
    AXIS = "axis"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    ACTIVITY = "activity"
    REPORT = "report"
    EVIDENCE = "evidence"
    COMPILATION = "compilation"
    AMENDMENT = "amendment"


class SearchDocument(Base):
    """One public thing with its words; never the truth, always made again from the rows it copies."""

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_search_documents_plan_id", "plan_id"),
        Index("ix_search_documents_node_id", "node_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(choice(SearchKind, "search_kind"))
    subject: Mapped[str] = mapped_column(String(80))
    """Its uid; of an institution also the plan, since it has a page in each."""
    ref_id: Mapped[int]
    """Its row in the table of its kind."""
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="CASCADE"))
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="CASCADE"))
    """The item whose figures it is shown with, or that it is about."""
    label: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    institutions: Mapped[list[int]] = mapped_column(JSON)
    names: Mapped[str] = mapped_column(Text)
    title_terms: Mapped[str] = mapped_column(Text)
    body_terms: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    """Of everything above: what has not changed is not written again."""


class SearchTerm(Base):
    """A word that stands in public documents: what a misspelling may have meant."""

    __tablename__ = "search_terms"
    __table_args__ = (Index("ix_search_terms_length", "length"),)

    term: Mapped[str] = mapped_column(String(40), primary_key=True)
    shown: Mapped[str] = mapped_column(String(80))
    """As it is most often written, with its accents."""
    documents: Mapped[int]
    length: Mapped[int]


class SearchState(Base):
    """Up to where of the order of recording the documents are made, and by which rules."""

    __tablename__ = "search_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    rules: Mapped[int]
