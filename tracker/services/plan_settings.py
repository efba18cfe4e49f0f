"""A plan's settings, changed from a day on, for a reason; what was compiled before never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.amendments import check_day
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_settings import CONFIGURABLE, WEIGHED, PlanSettings, check_settings, check_weight
from tracker.domain.plans import PlanStatus
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.queries.plans import load_nodes
from tracker.services.audit import EventTag, record
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes


def configure_plan(
    actor: Actor,
    *,
    plan_number: int,
    settings: PlanSettings,
    weights: Mapping[str, Decimal],
    reason: str,
    on: date | None,
    now: datetime,
    today: date,
) -> int:
    """Set a plan's thresholds and days, and weights of its items; gives how many versions were written.

    They hold from the day given; of a plan that was never approved from the beginning. Raises NotAllowed,
    NotFound, Conflict `plan-not-configurable`, DomainError `settings-reason-required`, or what is amiss.
    """
    require(actor, Permission.PLAN_CONFIGURE)
    plan = _locked(plan_number)
    _check(settings, weights)
    changed = _changed_weights(plan, weights)
    before = settings_of(plan)
    if before == settings and not changed:
        return 0
    if not reason.strip():
        raise DomainError("settings-reason-required", field="reason")
    weighed = load_nodes(sorted(changed.values()))
    nodes: list[PlanNode] = [*([plan] if before != settings else []), *weighed]
    day = _day(plan, nodes, on, today)
    said = {"reason": reason.strip(), "effective_on": day and day.isoformat()}
    told = {"before": _content(before, weighed)}
    for name, value in asdict(settings).items():
        setattr(plan, name, value)
    for one in weighed:
        one.weight = weights[one.uid]
    db.session.flush()
    told["after"] = _content(settings, weighed)
    record(actor, EventTag.PLAN_CONFIGURED, "node", plan.uid, {**said, **told}, now=now)
    written = record_nodes(actor, nodes, effective_on=day, now=now)
    refresh_plan(plan.id, today)
    return written


def _check(settings: PlanSettings, weights: Mapping[str, Decimal]) -> None:
    check_settings(settings)
    for uid, weight in weights.items():
        check_weight(weight, f"weight-{uid}")


def settings_of(plan: ActionPlan) -> PlanSettings:
    """A plan's settings as they stand."""
    return PlanSettings(plan.substantial_from, plan.due_soon_days, plan.grace_days)


def _content(settings: PlanSettings, weighed: Sequence[PlanNode]) -> dict[str, Any]:
    told = {name: None if value is None else str(value) for name, value in asdict(settings).items()}
    return {**told, "weights": {one.label: str(one.weight.normalize()) for one in weighed}}


def _locked(number: int) -> ActionPlan:
    plan = db.session.scalars(
        select(ActionPlan)
        .where(ActionPlan.number == number)
        .with_for_update(of=PlanNode.__table__)
        .execution_options(populate_existing=True)
    ).first()
    if plan is None:
        raise NotFound("plan-not-found", number=number)
    if plan.status not in CONFIGURABLE:
        raise Conflict("plan-not-configurable", number=number)
    return plan


def _changed_weights(plan: ActionPlan, weights: Mapping[str, Decimal]) -> dict[str, int]:
    """The ids of the items whose weight is to be another one; NotFound for an item of another plan."""
    rows = db.session.execute(
        select(PlanNode.uid, PlanNode.id, PlanNode.weight).where(
            PlanNode.plan_id == plan.id, PlanNode.kind.in_(WEIGHED), PlanNode.uid.in_(sorted(weights))
        )
    ).all()
    if len(rows) != len(weights):
        raise NotFound("node-not-found", uid="")
    return {uid: node_id for uid, node_id, weight in rows if weight != weights[uid]}


def _day(plan: ActionPlan, nodes: list[PlanNode], on: date | None, today: date) -> date | None:
    """The day it holds from; none while the plan is still being drawn up."""
    if plan.status in {PlanStatus.DRAFT, PlanStatus.CONSULTATION}:
        return None
    labels = {one.uid: one.label for one in nodes}
    rows = db.session.execute(
        select(FactVersion.subject_uid, func.max(FactVersion.effective_on))
        .where(FactVersion.subject_uid.in_(labels), FactVersion.effective_on.is_not(None))
        .group_by(FactVersion.subject_uid)
    )
    last = [(labels[uid], day) for uid, day in rows if day is not None]
    return check_day(on, today=today, begins_on=plan.approved_on or plan.starts_on, last=last)
