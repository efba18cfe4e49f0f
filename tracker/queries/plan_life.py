"""A plan's life as its page tells it: what the next step asks for and lacks, and the steps taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_life import WRITABLE, Check, ItemName, Lack, PlanAction, lacking, next_step
from tracker.domain.plans import PlanStatus
from tracker.domain.tree import assess
from tracker.domain.workflow import AWAITING_DECISION
from tracker.models.amendments import Amendment, AmendmentStatus
from tracker.models.plan_life import PlanStep
from tracker.models.plans import ActionPlan, Doubt, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.history import plan_facts
from tracker.queries.plans import get_plan


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list."""

    number: int
    title: str
    status: PlanStatus
    starts_on: date | None
    ends_on: date | None
    items: int


@dataclass(frozen=True)
class StepRow:
    """A step that was taken."""

    led_to: PlanStatus
    on: date
    signed_name: str
    note: str
    taken_at: datetime
    lacking: tuple[tuple[Lack, int], ...]


@dataclass(frozen=True)
class LifePage:
    """Where a plan stands, what its next step asks for, and how it came here."""

    number: int
    title: str
    status: PlanStatus
    milestone_word: str
    approved_on: date | None
    action: PlanAction | None
    checks: tuple[Check, ...]
    steps: tuple[StepRow, ...]

    @property
    def is_writable(self) -> bool:
        """True while the plan is written, before its approval."""
        return self.status in WRITABLE

    @property
    def lacks(self) -> tuple[Check, ...]:
        """What is lacking for the next step."""
        return tuple(one for one in self.checks if not one.is_met)

    @property
    def is_stopped(self) -> bool:
        """True where something lacks that no signature makes up for."""
        return any(one.stops for one in self.checks)


def list_plans(actor: Actor) -> tuple[PlanRow, ...]:
    """Every plan, the newest first, in two queries."""
    require(actor, Permission.PLAN_MANAGE)
    counts = dict(
        db.session.execute(
            select(PlanNode.plan_id, func.count())
            .where(PlanNode.parent_id.is_not(None))
            .group_by(PlanNode.plan_id)
        ).all()
    )
    rows = db.session.scalars(select(ActionPlan).order_by(ActionPlan.number.desc()))
    return tuple(
        PlanRow(one.number, one.title, one.status, one.starts_on, one.ends_on, counts.get(one.id, 0))
        for one in rows
    )


def get_life(actor: Actor, number: int, today: date) -> LifePage:
    """One plan's life, in a constant number of queries; NotFound where there is no such plan."""
    require(actor, Permission.PLAN_MANAGE)
    plan = get_plan(number)
    action = next_step(plan.status)
    return LifePage(
        number=plan.number,
        title=plan.title,
        status=plan.status,
        milestone_word=plan.milestone_word,
        approved_on=plan.approved_on,
        action=action,
        checks=checks_of(plan, action, today) if action else (),
        steps=tuple(_step(one) for one in list_steps(plan.id)),
    )


def list_steps(plan_id: int) -> Sequence[PlanStep]:
    """The steps of a plan, the latest first."""
    return db.session.scalars(
        select(PlanStep).where(PlanStep.plan_id == plan_id).order_by(PlanStep.id.desc())
    ).all()


def _step(one: PlanStep) -> StepRow:
    return StepRow(
        led_to=one.led_to,
        on=one.on_day,
        signed_name=one.signed_name,
        note=one.note,
        taken_at=one.taken_at,
        lacking=tuple((Lack(code), count) for code, count in one.lacking.items()),
    )


def checks_of(plan: ActionPlan, action: PlanAction, today: date) -> tuple[Check, ...]:
    """What a step of a plan asks for, from the facts of today."""
    doubts = db.session.execute(
        select(PlanNode.uid, PlanNode.kind, PlanNode.label, Doubt.text)
        .outerjoin(PlanNode, PlanNode.id == func.coalesce(Doubt.node_id, Doubt.plan_id))
        .select_from(Doubt)
        .where(Doubt.plan_id == plan.id, Doubt.resolved_at.is_(None))
        .order_by(Doubt.id)
    )
    undecided = db.session.scalar(
        select(func.count(ProgressReport.id))
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .where(PlanNode.plan_id == plan.id, ProgressReport.status.in_(sorted(AWAITING_DECISION)))
    )
    amendments = db.session.scalar(
        select(func.count(Amendment.id)).where(
            Amendment.plan_id == plan.id, Amendment.status == AmendmentStatus.DRAFT
        )
    )
    return lacking(
        action,
        assess(plan_facts(plan.id, Cut(as_of=today)), today),
        has_period=plan.starts_on is not None and plan.ends_on is not None,
        doubts=[ItemName(uid, kind, label, text) for uid, kind, label, text in doubts],
        undecided=undecided or 0,
        amendments=amendments or 0,
    )
