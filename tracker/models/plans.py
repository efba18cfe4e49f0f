"""The plan's tree: plan, axes, commitments, milestones, activities, and what hangs on them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.evidence import Access
from tracker.domain.plans import ContactVisibility, Continuity, NodeKind, PlanStatus, Role
from tracker.domain.schedule import Frequency, Precision
from tracker.models.accounts import Institution
from tracker.models.template_texts import TemplateTexts
from tracker.models.types import UID_LENGTH, Scaled, UtcDateTime, choice, new_uid


def _unique_in(kind: NodeKind, scope: str) -> Index:
    """A number is given once: partial, so that each level counts for itself."""
    where = text(f"kind = '{kind.value}'")
    name = f"uq_plan_nodes_{kind.value}_label"
    return Index(name, scope, "label", unique=True, sqlite_where=where, postgresql_where=where)


class PlanNode(Base):
    """One item of the tree; what all levels share."""

    __tablename__ = "plan_nodes"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight_positive"),
        CheckConstraint("(kind = 'plan') = (parent_id IS NULL)", name="only_plans_are_roots"),
        _unique_in(NodeKind.PLAN, "kind"),
        _unique_in(NodeKind.AXIS, "plan_id"),
        _unique_in(NodeKind.COMMITMENT, "plan_id"),
        _unique_in(NodeKind.MILESTONE, "parent_id"),
        _unique_in(NodeKind.ACTIVITY, "parent_id"),
        Index("ix_plan_nodes_plan_id_kind", "plan_id", "kind"),
        Index("ix_plan_nodes_parent_id", "parent_id"),
        Index("ix_plan_nodes_commitment_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    kind: Mapped[NodeKind] = mapped_column(choice(NodeKind, "node_kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(32))
    """The number as shown, whole: "2.1" for activity 1 of milestone 2, "3a"."""
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(Numeric(9, 4), default=Decimal(1))
    frequency: Mapped[Frequency | None] = mapped_column(choice(Frequency, "frequency"))
    withdrawn_on: Mapped[date | None]
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    starting_quantity: Mapped[Decimal | None] = mapped_column(Scaled)
    """What its predecessor had delivered when it was carried over; it counts for nothing here."""
    field_sources: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Which source document each field now in force was taken from."""

    predecessor: Mapped[PlanNode | None] = relationship(foreign_keys=[predecessor_id], remote_side=[id])
    """The item of an earlier plan that this one continues."""
    windows: Mapped[list[NodeWindow]] = relationship(order_by="NodeWindow.revision, NodeWindow.position")
    roles: Mapped[list[NodeRole]] = relationship(order_by="NodeRole.position", cascade="all, delete-orphan")
    products: Mapped[list[Product]] = relationship(secondary="product_nodes", order_by="Product.id")
    means: Mapped[list[VerificationMeans]] = relationship(
        secondary="means_nodes", order_by="VerificationMeans.id"
    )
    variants: Mapped[list[SourceVariant]] = relationship(order_by="SourceVariant.id")
    origins: Mapped[list[NodeOrigin]] = relationship(
        foreign_keys="NodeOrigin.node_id", order_by="NodeOrigin.origin_id"
    )

    __mapper_args__ = {"polymorphic_on": "kind", "with_polymorphic": None}  # noqa: RUF012 - SQLAlchemy's own name


class ActionPlan(PlanNode):
    """A national action plan."""

    __tablename__ = "action_plans"

    id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    status: Mapped[PlanStatus] = mapped_column(choice(PlanStatus, "plan_status"), default=PlanStatus.DRAFT)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    is_historical: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    milestone_word: Mapped[str] = mapped_column(String(40), default="hito")
    ogp_identifier: Mapped[str] = mapped_column(String(40), default="")
    substantial_from: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(50))
    due_soon_days: Mapped[int] = mapped_column(default=30)
    grace_days: Mapped[int | None]
    """Days overdue after which the institution's head is told; None: as the installation is set."""

    @property
    def takes_reports(self) -> bool:
        """True while institutions report on it: approved, in course; a historical plan only by import."""
        return self.status in {PlanStatus.APPROVED, PlanStatus.IN_COURSE}

    __mapper_args__ = {"polymorphic_identity": NodeKind.PLAN}  # noqa: RUF012 - SQLAlchemy's own name


class Axis(PlanNode):
    """A thematic group of commitments."""

    __tablename__ = "axes"

    id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)

    __mapper_args__ = {"polymorphic_identity": NodeKind.AXIS}  # noqa: RUF012 - SQLAlchemy's own name


class Commitment(TemplateTexts, PlanNode):
    """A commitment with the official template's fields (design section 3)."""

    __tablename__ = "commitments"

    id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    contact_names: Mapped[str] = mapped_column(Text, default="")
    contact_posts: Mapped[str] = mapped_column(Text, default="")
    contact_channels: Mapped[str] = mapped_column(Text, default="")
    contact_visibility: Mapped[ContactVisibility] = mapped_column(
        choice(ContactVisibility, "contact_visibility"), default=ContactVisibility.INTERNAL
    )

    financial_resources: Mapped[list[FinancialResource]] = relationship(
        order_by="FinancialResource.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"polymorphic_identity": NodeKind.COMMITMENT}  # noqa: RUF012 - SQLAlchemy's own name


class Milestone(PlanNode):
    """A milestone ("hito"); it may itself carry windows, product, means and reports."""

    __tablename__ = "milestones"

    id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    continuity: Mapped[Continuity | None] = mapped_column(choice(Continuity, "continuity"))

    __mapper_args__ = {"polymorphic_identity": NodeKind.MILESTONE}  # noqa: RUF012 - SQLAlchemy's own name


class Activity(PlanNode):
    """An activity, within a milestone or directly within a commitment."""

    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)

    __mapper_args__ = {"polymorphic_identity": NodeKind.ACTIVITY}  # noqa: RUF012 - SQLAlchemy's own name


class FinancialResource(Base):
    """An amount in centavos of quetzal, with who provides it."""

    __tablename__ = "financial_resources"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="RESTRICT"), index=True)
    centavos: Mapped[int] = mapped_column(BigInteger)
    provider: Mapped[str] = mapped_column(Text, default="")


class NodeWindow(Base):
    """One window of one revision of an item's schedule; revision 0 is the baseline."""

    __tablename__ = "node_windows"
    __table_args__ = (
        UniqueConstraint("node_id", "revision", "position"),
        CheckConstraint("start_on IS NULL OR start_on <= end_on", name="days_in_order"),
        CheckConstraint("(revision = 0) = (from_on IS NULL)", name="only_baseline_from_beginning"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    revision: Mapped[int] = mapped_column(default=0)
    from_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    start_on: Mapped[date | None]
    end_on: Mapped[date]
    start_precision: Mapped[Precision] = mapped_column(choice(Precision, "start_precision"))
    end_precision: Mapped[Precision] = mapped_column(choice(Precision, "end_precision"))


class NodeRole(Base):
    """An institution's part in an item."""

    __tablename__ = "node_roles"
    __table_args__ = (
        UniqueConstraint("node_id", "institution_id"),
        Index("ix_node_roles_institution_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[date | None]
    """Where the part was taken over by a merger: the day."""
    follows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """Whose part it was until then (`domain.facts.Forerunner`), whose reports go on counting."""

    institution: Mapped[Institution] = relationship()


product_nodes = Table(
    "product_nodes",
    Base.metadata,
    Column("product_id", ForeignKey("products.id", ondelete="RESTRICT"), primary_key=True),
    Column("node_id", ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True, index=True),
)
means_nodes = Table(
    "means_nodes",
    Base.metadata,
    Column("means_id", ForeignKey("verification_means.id", ondelete="RESTRICT"), primary_key=True),
    Column("node_id", ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Product(Base):
    """What items deliver; a planned quantity comes only from the approved plan, with its words quoted."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("planned IS NULL OR (planned > 0 AND quote <> '')", name="quantity_is_quoted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), index=True)
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(80), default="")
    planned: Mapped[Decimal | None] = mapped_column(Scaled)
    quote: Mapped[str] = mapped_column(Text, default="")


class VerificationMeans(Base):
    """What must be shown; one row, linked to every item that shares it (all within one commitment)."""

    __tablename__ = "verification_means"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), index=True)
    text: Mapped[str] = mapped_column(Text)
    access: Mapped[Access] = mapped_column(choice(Access, "means_access"), default=Access.PUBLIC)


class SourceVariant(Base):
    """What another source says of a field, kept until the contact point chooses (rule 10)."""

    __tablename__ = "source_variants"
    __table_args__ = (UniqueConstraint("node_id", "field", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    field: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(24))
    source_version: Mapped[str] = mapped_column(String(80), default="")
    is_draft: Mapped[bool] = mapped_column(default=False)
    value: Mapped[Any] = mapped_column(JSON)
    shown: Mapped[str] = mapped_column(Text)
    """The value in words, as the source gives it."""
    institutions: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Acronyms (or names) that the variant gives a part, for roles."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Doubt(Base):
    """What an import understood only in part: written, its text kept, marked for the contact point."""

    __tablename__ = "doubts"
    __table_args__ = (UniqueConstraint("plan_id", "fingerprint"), Index("ix_doubts_node_id", "node_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(24))
    sheet: Mapped[str] = mapped_column(String(80), default="")
    cell: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[str] = mapped_column(String(48))
    text: Mapped[str] = mapped_column(Text, default="")
    params: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_uid: Mapped[str] = mapped_column(String(32), default="")
    resolution: Mapped[str] = mapped_column(Text, default="")

    node: Mapped[PlanNode | None] = relationship(foreign_keys=[node_id])


class NodeOrigin(Base):
    """That an item came from another of its plan; what was reported stays with that other one."""

    __tablename__ = "node_origins"
    __table_args__ = (
        CheckConstraint("how IN ('split', 'merge')", name="known_way"),
        CheckConstraint("node_id <> origin_id", name="of_another"),
        Index("ix_node_origins_origin_id", "origin_id"),
    )

    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"), primary_key=True)
    how: Mapped[str] = mapped_column(String(8))

    origin: Mapped[PlanNode] = relationship(foreign_keys=[origin_id])


class FactVersion(Base):
    """Structure, weights, thresholds, roles, names and texts as versioned facts (rule 8)."""

    __tablename__ = "fact_versions"
    __table_args__ = (
        Index("ix_fact_versions_plan_id", "plan_id"),
        Index("ix_fact_versions_subject_uid", "subject_uid"),
        Index("ix_fact_versions_commitment_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_uid: Mapped[str] = mapped_column(String(UID_LENGTH))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
    effective_on: Mapped[date | None]
    content: Mapped[str] = mapped_column(Text)


class ReschedulingStatus(StrEnum):
    """Where a request for other dates stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"


class Rescheduling(Base):
    """A reasoned request for other dates and its decision; the baseline stays."""

    __tablename__ = "reschedulings"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("status = 'requested' OR decided_at IS NOT NULL", name="decided_has_date"),
        Index("ix_reschedulings_node_id", "node_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    requested_by_uid: Mapped[str] = mapped_column(String(32))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    windows: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)
    status: Mapped[ReschedulingStatus] = mapped_column(
        choice(ReschedulingStatus, "rescheduling_status"), default=ReschedulingStatus.REQUESTED
    )
    resolution: Mapped[str] = mapped_column(Text, default="")
    resolution_number: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The act that decided it; one may move many items."""
    is_withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Taken back by who asked, before anybody decided: it stands as rejected, by its own side."""
    decided_by_uid: Mapped[str] = mapped_column(String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_on: Mapped[date | None]
    recorded_seq: Mapped[int | None] = mapped_column(BigInteger)

    node: Mapped[PlanNode] = relationship()
    institution: Mapped[Institution] = relationship()
