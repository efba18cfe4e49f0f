"""Real figures for the methodology: each rule is shown on something of a published plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select

from tracker.db import db
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan, Product, product_nodes
from tracker.models.progress import ProgressReport
from tracker.queries.portal.parts import CURRENT, NODES
from tracker.queries.portal.plans import AxisRow, CommitmentRow, list_axes_and_commitments
from tracker.queries.portal.rows import PUBLISHED, PlanHeader, header_of

_MOST_PARTS = 25
_DAYS_TRIED = 40


@dataclass(frozen=True)
class LateItem:
    """Something overdue, with the two days between which its days late are counted."""

    uid: str
    label: str
    title: str
    due_on: date
    counted_on: date
    days_late: int


@dataclass(frozen=True)
class ClaimedItem:
    """Something of which more is claimed than proven."""

    uid: str
    label: str
    title: str
    reported: Decimal
    reported_on: date
    validated: Decimal | None
    answered: int
    required: int


@dataclass(frozen=True)
class CountedItem:
    """Something with a planned quantity, and what a validated report says was delivered."""

    uid: str
    label: str
    title: str
    unit: str
    planned: Decimal
    delivered: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Examples:
    """What the methodology shows of one plan; None where it has nothing of the kind."""

    header: PlanHeader
    parts: tuple[AxisRow | CommitmentRow, ...]
    """What the plan's figure is the mean of."""
    commitments: tuple[CommitmentRow, ...]
    late: LateItem | None
    claimed: ClaimedItem | None
    counted: CountedItem | None


def get_examples() -> Examples | None:
    """Examples from the latest plan in course that is informed; None where no published plan is."""
    row = db.session.execute(
        select(ActionPlan, NodeTotals)
        .join(NodeTotals, NodeTotals.node_id == ActionPlan.id)
        .where(PUBLISHED, NodeTotals.reported_informed > 0)
        .order_by(ActionPlan.is_historical, ActionPlan.number.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    header = header_of(row[0], row[1])
    axes, commitments = list_axes_and_commitments(header.id)
    commitments = tuple(one for one in commitments if one.withdrawn_on is None)
    return Examples(
        header=header,
        parts=(axes or commitments)[:_MOST_PARTS],
        commitments=commitments[:_MOST_PARTS],
        late=_late(header.id),
        claimed=_claimed(header.id),
        counted=_counted(header.id),
    )


def _items(plan_id: int) -> Select[tuple[str, str, str]]:
    """What a plan's delivering items are called."""
    return (
        select(NODES.c.uid, NODES.c.label, NODES.c.title)
        .select_from(CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id))
        .where(NODES.c.plan_id == plan_id, NODES.c.withdrawn_on.is_(None))
    )


def _late(plan_id: int) -> LateItem | None:
    """The most late item whose days are the plain count from its due date: one moved when late has more."""
    rows = db.session.execute(
        _items(plan_id)
        .add_columns(CURRENT.c.due_on, CURRENT.c.computed_on, CURRENT.c.days_late)
        .where(CURRENT.c.state == State.OVERDUE, CURRENT.c.due_on.is_not(None))
        .order_by(CURRENT.c.days_late.desc(), NODES.c.id)
        .limit(_DAYS_TRIED)
    )
    return next((LateItem(*row) for row in rows if (row[4] - row[3]).days == row[5]), None)


def _claimed(plan_id: int) -> ClaimedItem | None:
    """The item of which most is claimed beyond what is proven."""
    gap = CURRENT.c.reported_percent - func.coalesce(CURRENT.c.validated_percent, 0)
    columns = ("reported_percent", "reported_on", "validated_percent", "answered", "required")
    row = db.session.execute(
        _items(plan_id)
        .add_columns(*(CURRENT.c[name] for name in columns))
        .where(gap > 0, CURRENT.c.required > 0)
        .order_by(CURRENT.c.validated_percent.is_(None), gap.desc(), NODES.c.id)
        .limit(1)
    ).first()
    return ClaimedItem(*row) if row else None


def _counted(plan_id: int) -> CountedItem | None:
    """The first item whose validated percent is the count of what it delivered."""
    row = db.session.execute(
        _items(plan_id)
        .join(product_nodes, product_nodes.c.node_id == NODES.c.id)
        .join(Product, Product.id == product_nodes.c.product_id)
        .join(ProgressReport, ProgressReport.node_id == NODES.c.id)
        .add_columns(Product.unit, Product.planned, ProgressReport.delivered, ProgressReport.percent)
        .where(
            Product.planned.is_not(None),
            ProgressReport.status == ReportStatus.VALIDATED,
            ProgressReport.departure_reason == "",
            ProgressReport.delivered > Decimal(0),
        )
        .order_by(ProgressReport.recorded_seq.desc(), NODES.c.id)
        .limit(1)
    ).first()
    return CountedItem(*row) if row else None
