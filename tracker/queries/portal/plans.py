"""The list of plans and the page of one plan, from stored figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.text import normalise
from tracker.models.accounts import Institution
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan, NodeRole
from tracker.queries.portal.changes import amendments_approved
from tracker.queries.portal.deliveries import DeliveryRow, due_next, list_deliveries
from tracker.queries.portal.parts import (
    CURRENT,
    NODES,
    InstitutionRow,
    Participation,
    by_institution,
    list_participations,
)
from tracker.queries.portal.quiet import Quiet, who_is_quiet
from tracker.queries.portal.rows import (
    PUBLISHED,
    PlanHeader,
    Totals,
    get_header,
    get_header_with,
    header_of,
    totals_of,
)

INSTITUTION_ORDERS: dict[str, Callable[[InstitutionRow], Any]] = {
    "atraso": lambda one: (-one.overdue, -one.silent, -one.leads),
    "nombre": lambda one: normalise(one.label),
    "responde": lambda one: -one.leads,
    "sin-informacion": lambda one: -one.silent,
    "completas": lambda one: -one.complete,
    "contribuye": lambda one: -one.contributes,
}


@dataclass(frozen=True)
class PlanLine:
    """A plan in the list of plans."""

    header: PlanHeader
    commitments: int
    most_days_late: int


@dataclass(frozen=True)
class Tally:
    """How the delivering items of one commitment stand."""

    overdue: int = 0
    most_days_late: int = 0
    silent: int = 0
    awaiting: int = 0
    complete: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together; of the days late, the most."""
        return Tally(
            self.overdue + other.overdue,
            max(self.most_days_late, other.most_days_late),
            self.silent + other.silent,
            self.awaiting + other.awaiting,
            self.complete + other.complete,
        )


@dataclass(frozen=True)
class AxisRow:
    """An axis with its roll-up."""

    id: int
    label: str
    title: str
    weight: Decimal
    totals: Totals


@dataclass(frozen=True)
class CommitmentRow:
    """A commitment in the plan's list."""

    id: int
    number: int
    label: str
    title: str
    parent_id: int
    weight: Decimal
    totals: Totals
    withdrawn_on: date | None = None
    coordinators: tuple[str, ...] = ()
    slugs: frozenset[str] = frozenset()
    milestones: int = 0
    activities: int = 0
    tally: Tally = field(default_factory=Tally)
    due_next: date | None = None
    """The next due date to come of what it has to deliver."""
    words: str = ""
    """Its title and those of what it has to deliver, as a search reads them."""


@dataclass(frozen=True)
class WithdrawnItem:
    """An item taken out of the plan: listed, never forgotten."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    on: date
    commitment: int


@dataclass(frozen=True)
class PlanPage:
    """Everything the page of a plan shows."""

    header: PlanHeader
    axes: tuple[AxisRow, ...]
    commitments: tuple[CommitmentRow, ...]
    institutions: tuple[InstitutionRow, ...]
    tally: Tally
    deliveries: tuple[DeliveryRow, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    """Who has not reported, and since when."""
    withdrawn: tuple[WithdrawnItem, ...] = ()
    amendments: int = 0

    @property
    def silent(self) -> tuple[InstitutionRow, ...]:
        """Institutions that owe information of items already begun, most first."""
        return tuple(sorted((i for i in self.institutions if i.silent), key=lambda i: (-i.silent, i.label)))


def list_plans() -> list[PlanLine]:
    """Every published plan: those in course first, then the latest."""
    rows = db.session.execute(
        select(ActionPlan, NodeTotals)
        .outerjoin(NodeTotals, NodeTotals.node_id == ActionPlan.id)
        .where(PUBLISHED)
        .order_by(ActionPlan.is_historical, ActionPlan.number.desc())
    ).all()
    counted = db.session.execute(
        select(NODES.c.plan_id, func.count())
        .where(NODES.c.kind == NodeKind.COMMITMENT)
        .group_by(NODES.c.plan_id)
    )
    counts = {row[0]: int(row[1]) for row in counted}
    late = _most_days_late()
    return [
        PlanLine(header_of(plan, totals), counts.get(plan.id, 0), late.get(plan.id, 0))
        for plan, totals in rows
    ]


def get_plan(number: int) -> PlanPage:
    """The page of a published plan, in a constant number of queries."""
    header, amendments = get_header_with(number, amendments_approved())
    axes, commitments = list_axes_and_commitments(header.id)
    parts = list_participations(header.id)
    counts = _counts(header.id)
    named = _coordinators(header.id)
    slugs = _slugs(parts)
    deliveries = list_deliveries(header.id)
    tallies, coming, words = _tallies(deliveries), due_next(deliveries), _words(deliveries)
    institutions = tuple(by_institution(parts))
    filled = tuple(
        replace(
            one,
            coordinators=tuple(named.get(one.id, ())),
            slugs=slugs.get(one.id, frozenset()),
            milestones=counts.get((one.id, NodeKind.MILESTONE), 0),
            activities=counts.get((one.id, NodeKind.ACTIVITY), 0),
            tally=tallies.get(one.id, Tally()),
            due_next=coming.get(one.id),
            words=normalise(f"{one.label} {one.title} {words.get(one.id, '')}"),
        )
        for one in commitments
    )
    return PlanPage(
        header=header,
        axes=axes,
        commitments=filled,
        institutions=institutions,
        tally=sum(tallies.values(), Tally()),
        deliveries=deliveries,
        quiet=who_is_quiet(header, institutions),
        withdrawn=_withdrawn(header.id),
        amendments=amendments,
    )


def list_institutions(number: int, order: str = "atraso") -> tuple[PlanHeader, list[InstitutionRow]]:
    """The institutions of a published plan, those with most overdue first unless another order is named."""
    header = get_header(number)
    rows = by_institution(list_participations(header.id))
    return header, sorted(rows, key=INSTITUTION_ORDERS.get(order, INSTITUTION_ORDERS["atraso"]))


def list_axes_and_commitments(plan_id: int) -> tuple[tuple[AxisRow, ...], tuple[CommitmentRow, ...]]:
    """The axes and the commitments of a plan with their roll-ups, in its order."""
    columns = [NODES.c[name] for name in ("id", "kind", "number", "label", "title", "parent_id", "weight")]
    rows = db.session.execute(
        select(*columns, NODES.c.withdrawn_on, NodeTotals)
        .select_from(NODES.outerjoin(NodeTotals.__table__, NodeTotals.node_id == NODES.c.id))
        .where(NODES.c.plan_id == plan_id, NODES.c.kind.in_([NodeKind.AXIS, NodeKind.COMMITMENT]))
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    ).all()
    axes = tuple(
        AxisRow(row.id, row.label, row.title, row.weight, totals_of(row.NodeTotals))
        for row in rows
        if row.kind is NodeKind.AXIS
    )
    commitments = tuple(_commitment(row) for row in rows if row.kind is NodeKind.COMMITMENT)
    return axes, commitments


def _commitment(row: Any) -> CommitmentRow:
    return CommitmentRow(
        id=row.id,
        number=row.number,
        label=row.label,
        title=row.title,
        parent_id=row.parent_id,
        weight=row.weight,
        totals=totals_of(row.NodeTotals),
        withdrawn_on=row.withdrawn_on,
    )


def _counts(plan_id: int) -> dict[tuple[int, NodeKind], int]:
    """How many items of each level stand under each commitment, withdrawn ones left out."""
    rows = db.session.execute(
        select(NODES.c.commitment_id, NODES.c.kind, func.count())
        .where(NODES.c.plan_id == plan_id, NODES.c.commitment_id.is_not(None), NODES.c.withdrawn_on.is_(None))
        .group_by(NODES.c.commitment_id, NODES.c.kind)
    )
    return {(commitment_id, kind): count for commitment_id, kind, count in rows}


def _tallies(deliveries: Iterable[DeliveryRow]) -> dict[int, Tally]:
    """How delivering items stand, by commitment."""
    found: dict[int, Tally] = {}
    for row in deliveries:
        own = Tally(
            overdue=row.is_overdue,
            most_days_late=(row.days_late or 0) if row.is_overdue else 0,
            silent=row.is_silent,
            awaiting=row.state is State.AWAITING_VALIDATION,
            complete=row.is_complete,
        )
        found[row.commitment_id] = found.get(row.commitment_id, Tally()) + own
    return found


def _most_days_late() -> dict[int, int]:
    """How late the latest overdue item of each plan is."""
    rows = db.session.execute(
        select(NODES.c.plan_id, func.max(CURRENT.c.days_late))
        .select_from(CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id))
        .where(CURRENT.c.state == State.OVERDUE)
        .group_by(NODES.c.plan_id)
    )
    return {plan_id: int(days or 0) for plan_id, days in rows}


def _coordinators(plan_id: int) -> dict[int, list[str]]:
    """Who coordinates each commitment, else who leads it."""
    rows = db.session.execute(
        select(NodeRole.node_id, NodeRole.role, Institution.acronym, Institution.name)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .join(NODES, NODES.c.id == NodeRole.node_id)
        .where(
            NODES.c.plan_id == plan_id,
            NODES.c.kind == NodeKind.COMMITMENT,
            NodeRole.role.in_([Role.COORDINATOR, Role.LEAD]),
        )
        .order_by(NodeRole.role, NodeRole.position, NodeRole.id)
    ).all()
    found: dict[int, list[str]] = {}
    for role in (Role.COORDINATOR, Role.LEAD):
        labels: dict[int, list[str]] = {}
        for row in rows:
            if row.role is role:
                labels.setdefault(row.node_id, []).append(row.acronym or row.name)
        found = labels | found
    return found


def _slugs(parts: Iterable[Participation]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for part in parts:
        found.setdefault(part.commitment_id, set()).add(part.slug)
    return {commitment_id: frozenset(slugs) for commitment_id, slugs in found.items()}


def _words(deliveries: Iterable[DeliveryRow]) -> dict[int, str]:
    """The titles of what each commitment has to deliver."""
    found: dict[int, list[str]] = {}
    for row in deliveries:
        found.setdefault(row.commitment_id, []).append(row.title)
    return {commitment_id: " ".join(titles) for commitment_id, titles in found.items()}


def _withdrawn(plan_id: int) -> tuple[WithdrawnItem, ...]:
    """Items taken out of a plan, in its order."""
    above = NODES.alias()
    rows = db.session.execute(
        select(
            *(NODES.c[name] for name in ("uid", "kind", "label", "title", "withdrawn_on")),
            above.c.number.label("commitment"),
        )
        .select_from(NODES.join(above, above.c.id == NODES.c.commitment_id))
        .where(NODES.c.plan_id == plan_id, NODES.c.withdrawn_on.is_not(None))
        .order_by(NODES.c.withdrawn_on, NODES.c.position, NODES.c.id)
    )
    return tuple(
        WithdrawnItem(row.uid, row.kind, row.label, row.title, row.withdrawn_on, row.commitment)
        for row in rows
    )
