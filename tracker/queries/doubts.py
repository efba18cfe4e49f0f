"""What imports left open for the contact point: doubts, and fields on which sources disagree (rule 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind
from tracker.models.plans import ActionPlan, Doubt, PlanNode, SourceVariant
from tracker.queries.plans import load_nodes
from tracker.queries.source_fields import current, institutions_of, is_empty, words


@dataclass(frozen=True)
class ItemRef:
    """The item a question is about."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: str
    """Label of its commitment; empty for the plan itself and its axes."""


@dataclass(frozen=True)
class DoubtRow:
    """One thing an import understood only in part, with the words it was read from."""

    uid: str
    plan_number: int
    item: ItemRef | None
    source: str
    sheet: str
    cell: str
    code: str
    text: str
    params: Mapping[str, str]
    created_at: datetime
    resolved_at: datetime | None
    resolution: str


@dataclass(frozen=True)
class VariantRow:
    """A field of which two sources say different things: what is in force, and what the other says."""

    uid: str
    plan_number: int
    item: ItemRef
    field: str
    current: str
    current_source: str
    current_institutions: tuple[str, ...]
    value: str
    source: str
    source_version: str
    is_draft: bool
    institutions: tuple[str, ...]


def list_doubts(
    actor: Actor, plan_number: int | None = None, *, resolved: bool = False
) -> Sequence[DoubtRow]:
    """Open doubts (or those resolved) of a plan or of all, in the plan's order; for the contact point."""
    require(actor, Permission.DOUBT_RESOLVE)
    plan, node = aliased(ActionPlan, flat=True), aliased(PlanNode, flat=True)
    above = aliased(PlanNode, flat=True)
    statement = (
        select(Doubt, plan.number, node, above.label)
        .join(plan, plan.id == Doubt.plan_id)
        .outerjoin(node, node.id == Doubt.node_id)
        .outerjoin(above, above.id == node.commitment_id)
        .where(Doubt.resolved_at.is_not(None) if resolved else Doubt.resolved_at.is_(None))
        .order_by(plan.number.desc(), above.position.is_(None), above.position, Doubt.id)
    )
    if plan_number is not None:
        statement = statement.where(plan.number == plan_number)
    return [
        DoubtRow(
            uid=doubt.uid,
            plan_number=number,
            item=_item(item, commitment) if item is not None else None,
            source=doubt.source,
            sheet=doubt.sheet,
            cell=doubt.cell,
            code=doubt.code,
            text=doubt.text,
            params=dict(doubt.params),
            created_at=doubt.created_at,
            resolved_at=doubt.resolved_at,
            resolution=doubt.resolution,
        )
        for doubt, number, item, commitment in db.session.execute(statement).all()
    ]


def list_variants(actor: Actor, plan_number: int | None = None) -> Sequence[VariantRow]:
    """Fields on which sources disagree and nobody chose yet, in the plan's order; for the contact point."""
    require(actor, Permission.DOUBT_RESOLVE)
    plan, node = aliased(ActionPlan, flat=True), aliased(PlanNode, flat=True)
    above = aliased(PlanNode, flat=True)
    statement = (
        select(SourceVariant, plan.number, above.label)
        .join(node, node.id == SourceVariant.node_id)
        .join(plan, plan.id == node.plan_id)
        .outerjoin(above, above.id == node.commitment_id)
        .where(SourceVariant.settled_at.is_(None))
        .order_by(plan.number.desc(), above.position, _level(node.kind), node.position, SourceVariant.id)
    )
    if plan_number is not None:
        statement = statement.where(plan.number == plan_number)
    rows = db.session.execute(statement).all()
    nodes = {one.id: one for one in load_nodes([variant.node_id for variant, _, _ in rows])}
    return [
        _variant(variant, number, commitment, nodes[variant.node_id]) for variant, number, commitment in rows
    ]


def _level(kind: InstrumentedAttribute[NodeKind]) -> ColumnElement[int]:
    """From the commitment down."""
    levels = {NodeKind.COMMITMENT.value: 1, NodeKind.MILESTONE.value: 2, NodeKind.ACTIVITY.value: 3}
    return case(levels, value=cast(kind, String), else_=0)


def _variant(variant: SourceVariant, number: int, commitment: str | None, node: PlanNode) -> VariantRow:
    in_force = current(node, variant.field)
    return VariantRow(
        uid=variant.uid,
        plan_number=number,
        item=_item(node, commitment),
        field=variant.field,
        current="" if is_empty(variant.field, in_force) else words(variant.field, in_force),
        current_source=node.field_sources.get(variant.field, ""),
        current_institutions=tuple(institutions_of(node, variant.field)),
        value=variant.shown,
        source=variant.source,
        source_version=variant.source_version,
        is_draft=variant.is_draft,
        institutions=tuple(variant.institutions),
    )


def _item(node: PlanNode, commitment: str | None) -> ItemRef:
    return ItemRef(node.uid, node.kind, node.label, node.title, commitment or "")


def count_open(actor: Actor) -> int:
    """How many doubts and disagreements wait for the contact point."""
    require(actor, Permission.DOUBT_RESOLVE)
    doubts = select(func.count()).select_from(Doubt).where(Doubt.resolved_at.is_(None))
    variants = select(func.count()).select_from(SourceVariant).where(SourceVariant.settled_at.is_(None))
    return (db.session.scalar(doubts) or 0) + (db.session.scalar(variants) or 0)


def get_doubt(uid: str) -> Doubt:
    """The doubt with that uid; NotFound where there is none."""
    found = db.session.scalar(select(Doubt).where(Doubt.uid == uid))
    if found is None:
        raise NotFound("doubt-not-found")
    return found


def get_variant(uid: str) -> SourceVariant:
    """The variant with that uid; NotFound where there is none."""
    found = db.session.scalar(select(SourceVariant).where(SourceVariant.uid == uid))
    if found is None:
        raise NotFound("variant-not-found")
    return found
