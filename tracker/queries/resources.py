"""The resources of commitments: what the plan gives, what was written beside it, and who may write."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.canonical import decode
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut, latest
from tracker.domain.permissions import AccountRole, Actor, Permission, can
from tracker.domain.plans import PUBLIC_PLAN_STATUSES, NodeKind, PlanStatus, Role
from tracker.domain.resources import ProviderLine, ResourceEntry, ResourceKind, by_provider, together
from tracker.models.audit import AuditEvent
from tracker.models.plans import ActionPlan, FactVersion, FinancialResource, NodeRole, PlanNode
from tracker.queries.history import RESOURCE


@dataclass(frozen=True)
class ResourceLine:
    """A resource as it stands, with who wrote it down and when."""

    entry: ResourceEntry
    sequence: int
    at: datetime


@dataclass(frozen=True)
class CommitmentResources:
    """Everything known of a commitment's resources beside the texts of the plan."""

    plan_amounts: tuple[tuple[str, int], ...]
    lines: tuple[ResourceLine, ...]

    @property
    def money(self) -> tuple[ProviderLine, ...]:
        """Planned against spent, provider by provider."""
        return by_provider(self.plan_amounts, [one.entry for one in self.lines])

    @property
    def total(self) -> ProviderLine:
        """All providers together."""
        return together(self.money)

    def of(self, kind: str) -> list[ResourceLine]:
        """The entries of one kind, by day."""
        found = [one for one in self.lines if one.entry.kind == ResourceKind(kind)]
        return sorted(found, key=lambda one: (one.entry.on or one.at.date(), one.sequence))


NO_RESOURCES = CommitmentResources((), ())


@dataclass(frozen=True)
class ResourcePlace:
    """A commitment whose resources the reader writes."""

    uid: str
    id: int
    plan_id: int
    plan_number: int
    label: str
    title: str
    number: int


_OPEN = frozenset(PlanStatus) - {PlanStatus.ARCHIVED}


def list_places(actor: Actor) -> list[ResourcePlace]:
    """The commitments whose resources the actor writes: the contact point all, a liaison those it leads.

    A plan is a draft for the office alone.
    """
    if not can(actor, Permission.RESOURCE_WRITE):
        return []
    return [_place(row) for row in _rows(actor)]


def get_place(actor: Actor, uid: str) -> ResourcePlace:
    """A commitment whose resources the actor writes; NotFound for any other."""
    found = next((_place(row) for row in _rows(actor, uid)), None)
    if found is None or not can(actor, Permission.RESOURCE_WRITE):
        raise NotFound("node-not-found", uid=uid)
    return found


def _place(row: Any) -> ResourcePlace:
    return ResourcePlace(row.uid, row.id, row.plan_id, row.plan_number, row.label, row.title, row.number)


def _rows(actor: Actor, uid: str = "") -> Sequence[Any]:
    nodes, plan = PlanNode.__table__, PlanNode.__table__.alias("plan")
    statement = (
        select(
            nodes.c.uid,
            nodes.c.id,
            nodes.c.plan_id,
            plan.c.number.label("plan_number"),
            nodes.c.label,
            nodes.c.title,
            nodes.c.number,
        )
        .join(plan, plan.c.id == nodes.c.plan_id)
        .join(ActionPlan.__table__, ActionPlan.__table__.c.id == plan.c.id)
        .where(
            nodes.c.kind == NodeKind.COMMITMENT,
            nodes.c.withdrawn_on.is_(None),
            ActionPlan.__table__.c.status.in_(sorted(_OPEN)),
        )
        .order_by(plan.c.number.desc(), nodes.c.number, nodes.c.label)
    )
    if uid:
        statement = statement.where(nodes.c.uid == uid)
    if actor.role is AccountRole.LIAISON:
        statement = statement.where(
            nodes.c.id.in_(_led(actor)), ActionPlan.__table__.c.status.in_(sorted(PUBLIC_PLAN_STATUSES))
        )
    return db.session.execute(statement).all()


def _led(actor: Actor) -> Any:
    """Commitments that the actor's institutions answer for: as lead of them or of something in them."""
    return (
        select(PlanNode.commitment_id)
        .join(NodeRole, NodeRole.node_id == PlanNode.id)
        .where(NodeRole.role == Role.LEAD, NodeRole.institution_id.in_(sorted(actor.institution_ids)))
    )


def resources_of(
    commitment_id: int, cut: Cut, plan_amounts: tuple[tuple[str, int], ...] | None = None
) -> CommitmentResources:
    """A commitment's resources at a cut: the plan's amounts, and what was written beside them.

    The plan's amounts are those of its rows, where they are not given as they were at the cut.
    """
    rows = db.session.execute(
        select(
            FactVersion.subject_uid,
            FactVersion.effective_on,
            FactVersion.recorded_seq,
            FactVersion.content,
            AuditEvent.at,
        )
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(FactVersion.commitment_id == commitment_id, FactVersion.subject_kind == RESOURCE)
        .order_by(FactVersion.recorded_seq)
    )
    by_subject: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject_uid].append(row)
    chosen = (
        latest(one, cut, effective=lambda v: v.effective_on, sequence=lambda v: v.recorded_seq)
        for one in by_subject.values()
    )
    lines = tuple(
        ResourceLine(decode(ResourceEntry, json.loads(one.content)), one.recorded_seq, one.at)
        for one in chosen
        if one is not None
    )
    amounts = _plan_amounts(commitment_id) if plan_amounts is None else plan_amounts
    return CommitmentResources(amounts, tuple(one for one in lines if not one.entry.is_withdrawn))


def _plan_amounts(commitment_id: int) -> tuple[tuple[str, int], ...]:
    rows = db.session.execute(
        select(FinancialResource.provider, FinancialResource.centavos)
        .where(FinancialResource.commitment_id == commitment_id)
        .order_by(FinancialResource.id)
    )
    return tuple((provider, centavos) for provider, centavos in rows)


def get_resource(uid: str) -> tuple[int, ResourceEntry] | None:
    """The sequence and the content of a resource's last version; None where there is none."""
    row = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content)
        .where(FactVersion.subject_kind == RESOURCE, FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.recorded_seq, decode(ResourceEntry, json.loads(row.content)))


def resource_history(uid: str) -> list[ResourceLine]:
    """Every version of a resource, the last one first."""
    rows = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content, AuditEvent.at)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(FactVersion.subject_kind == RESOURCE, FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
    )
    return [
        ResourceLine(decode(ResourceEntry, json.loads(content)), sequence, at)
        for sequence, content, at in rows
    ]
