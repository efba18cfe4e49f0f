"""Changes of a plan as everybody reads them: its amendments, and the dates that were moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Window
from tracker.domain.snapshots import window_from
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.plans import ActionPlan, PlanNode, Rescheduling, ReschedulingStatus
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import PlanHeader, get_header


@dataclass(frozen=True)
class AmendmentMark:
    """That an amendment is in force, and since when."""

    number: int
    title: str
    on: date


@dataclass(frozen=True)
class PublicChange:
    """One change of an amendment, before and after."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: int | None
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PublicAmendment:
    """An approved amendment with all it changed; who approved it is told as an office."""

    number: int
    title: str
    reason: str
    resolution: str
    on: date
    approved_at: datetime | None
    changes: tuple[PublicChange, ...]

    @property
    def items(self) -> tuple[tuple[PublicChange, ...], ...]:
        """The changes of each item together, in the order in which they were written."""
        grouped: dict[str, list[PublicChange]] = {}
        for one in self.changes:
            grouped.setdefault(one.uid, []).append(one)
        return tuple(tuple(rows) for rows in grouped.values())


@dataclass(frozen=True)
class Move:
    """Dates that were moved: why, by which resolution, and from which day."""

    windows: tuple[Window, ...]
    on: date
    institution: str
    """Who asked; empty where the contact point moved them without a request."""
    reason: str
    resolution_number: str
    resolution: str


def list_amendments(plan_number: int) -> tuple[PlanHeader, tuple[PublicAmendment, ...]]:
    """The approved amendments of a published plan, the latest first, in four queries; else NotFound."""
    header = get_header(plan_number)
    rows = db.session.scalars(
        select(Amendment)
        .where(Amendment.plan_id == header.id, Amendment.status == AmendmentStatus.APPROVED)
        .options(selectinload(Amendment.changes).joinedload(AmendmentChange.node))
        .order_by(Amendment.number.desc())
    ).all()
    numbers = _commitment_numbers(header.id)
    return header, tuple(_amendment(row, numbers) for row in rows)


def _commitment_numbers(plan_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(NODES.c.id, NODES.c.number).where(
            NODES.c.plan_id == plan_id, NODES.c.kind == NodeKind.COMMITMENT
        )
    )
    return {row[0]: row[1] for row in rows}


def _amendment(row: Amendment, numbers: Mapping[int, int]) -> PublicAmendment:
    return PublicAmendment(
        number=row.number or 0,
        title=row.title,
        reason=row.reason,
        resolution=row.resolution,
        on=row.effective_on or date.min,
        approved_at=row.approved_at,
        changes=tuple(_change(one, one.node, numbers) for one in row.changes),
    )


def _change(one: AmendmentChange, node: PlanNode, numbers: Mapping[int, int]) -> PublicChange:
    return PublicChange(
        uid=node.uid,
        kind=node.kind,
        label=node.label,
        title=node.title,
        commitment=numbers.get(node.commitment_id or 0),
        field=one.field,
        before=one.before,
        after=one.after,
    )


def amendments_approved() -> ScalarSelect[int]:
    """How many amendments of a plan were approved, beside the row of the plan."""
    return (
        select(func.count(Amendment.id))
        .where(Amendment.plan_id == ActionPlan.id, Amendment.status == AmendmentStatus.APPROVED)
        .correlate(ActionPlan)
        .scalar_subquery()
    )


def is_in_force(cut: Cut) -> list[ColumnElement[bool]]:
    """Amendments that hold at a cut."""
    where = [Amendment.status == AmendmentStatus.APPROVED, Amendment.effective_on <= cut.as_of]
    if cut.known_at is not None:
        where.append(Amendment.recorded_seq <= cut.known_at)
    return where


def amendments_in_force(plan_id: int, cut: Cut) -> tuple[AmendmentMark, ...]:
    """The amendments of a plan that hold at a cut, in order."""
    rows = db.session.execute(
        select(Amendment.number, Amendment.title, Amendment.effective_on)
        .where(Amendment.plan_id == plan_id, *is_in_force(cut))
        .order_by(Amendment.number)
    )
    return tuple(AmendmentMark(number or 0, title, on or date.min) for number, title, on in rows)


def marks_of(plan_id: int, uids: Collection[str], cut: Cut) -> dict[str, tuple[AmendmentMark, ...]]:
    """Which amendments that hold at a cut changed each of some items, in one query."""
    rows = db.session.execute(
        select(NODES.c.uid, Amendment.number, Amendment.title, Amendment.effective_on)
        .select_from(Amendment)
        .join(AmendmentChange, AmendmentChange.amendment_id == Amendment.id)
        .join(NODES, NODES.c.id == AmendmentChange.node_id)
        .where(Amendment.plan_id == plan_id, NODES.c.uid.in_(sorted(uids)), *is_in_force(cut))
        .order_by(Amendment.number)
        .distinct()
    )
    found: dict[str, tuple[AmendmentMark, ...]] = {}
    for uid, number, title, on in rows:
        found[uid] = (*found.get(uid, ()), AmendmentMark(number or 0, title, on or date.min))
    return found


def is_moved(cut: Cut) -> list[ColumnElement[bool]]:
    """Dates that had been moved by a cut: asked for and approved."""
    where = [Rescheduling.status == ReschedulingStatus.APPROVED, Rescheduling.decided_on <= cut.as_of]
    if cut.known_at is not None:
        where.append(Rescheduling.recorded_seq <= cut.known_at)
    return where


def moves_of(uid: str, cut: Cut) -> tuple[Move, ...]:
    """How the dates of an item were moved up to a cut, in order, each with its reason and resolution."""
    rows = db.session.scalars(
        select(Rescheduling)
        .join(NODES, NODES.c.id == Rescheduling.node_id)
        .where(NODES.c.uid == uid, *is_moved(cut))
        .options(joinedload(Rescheduling.institution))
        .order_by(Rescheduling.recorded_seq)
    )
    return tuple(
        Move(
            windows=tuple(window_from(one) for one in row.windows),
            on=row.decided_on or date.min,
            institution="" if row.requested_by_uid == row.decided_by_uid else row.institution.label,
            reason=row.reason,
            resolution_number=row.resolution_number,
            resolution=row.resolution,
        )
        for row in rows
    )
