"""The steps of a plan's life: signed by name, on a day, knowing what is lacking; none is undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_life import LEADS_TO, WRITABLE, Check, PlanAction, check_step
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.text import squeeze
from tracker.models.plan_life import PlanStep
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.types import new_uid
from tracker.queries.plan_life import checks_of, list_steps
from tracker.services.accounts import check_signature
from tracker.services.audit import EventTag, record
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes


def take_step(
    actor: Actor,
    *,
    plan_number: int,
    action: PlanAction,
    signed_name: str,
    on: date | None,
    note: str = "",
    knowing: bool = False,
    now: datetime,
    today: date,
) -> PlanStep:
    """Take a plan to its next stage. Approving freezes its baseline: the windows it has, for good.

    Raises NotAllowed, NotFound, what `check_step` raises, and what a signature may lack.
    """
    require(actor, Permission.PLAN_MANAGE)
    plan = locked_plan(plan_number)
    checks = checks_of(plan, action, today)
    steps = list_steps(plan.id)
    not_before = steps[0].on_day if steps else None
    day = check_step(plan.status, action, checks, knowing=knowing, on=on, today=today, not_before=not_before)
    check_signature(actor, signed_name)
    step = _step(actor, plan, action, checks, signed_name=signed_name, on=day, note=note, now=now)
    db.session.add(step)
    plan.status = step.led_to
    if step.led_to is PlanStatus.APPROVED:
        plan.approved_on = day
    record_nodes(actor, [plan], effective_on=None, now=now)
    refresh_plan(plan.id, today)
    return step


def _step(
    actor: Actor,
    plan: ActionPlan,
    action: PlanAction,
    checks: Sequence[Check],
    *,
    signed_name: str,
    on: date,
    note: str,
    now: datetime,
) -> PlanStep:
    """The row of a step with its place in the chain."""
    step = PlanStep(
        uid=new_uid(),
        plan_id=plan.id,
        came_from=plan.status,
        led_to=LEADS_TO[action],
        on_day=on,
        signed_name=squeeze(signed_name),
        note=note.strip(),
        lacking={one.lack.value: one.count for one in checks if not one.is_met},
        taken_by_uid=actor.uid,
        taken_at=now,
    )
    content = step_content(step, plan.uid)
    step.recorded_seq = record(actor, EventTag.PLAN_STEP, "plan", plan.uid, content, now=now)
    return step


def step_content(step: PlanStep, plan_uid: str) -> dict[str, Any]:
    """A step as history keeps it; `verify` compares its row with this."""
    return {
        "plan": plan_uid,
        "came_from": step.came_from.value,
        "led_to": step.led_to.value,
        "on": step.on_day.isoformat(),
        "signed_name": step.signed_name,
        "note": step.note,
        "lacking": step.lacking,
        "taken_by": step.taken_by_uid,
    }


def locked_plan(number: int) -> ActionPlan:
    """The plan of a number, held until the commit; NotFound where there is none."""
    plan = db.session.scalar(
        select(ActionPlan)
        .where(PlanNode.kind == NodeKind.PLAN, PlanNode.number == number)
        .with_for_update(of=PlanNode.__table__)
        .execution_options(populate_existing=True)
    )
    if plan is None:
        raise NotFound("plan-not-found", number=number)
    return plan


def writable_plan(actor: Actor, number: int) -> ActionPlan:
    """The plan of a number while it is written, held until the commit; Conflict `plan-not-writable` after."""
    require(actor, Permission.PLAN_MANAGE)
    plan = locked_plan(number)
    if plan.status not in WRITABLE:
        raise Conflict("plan-not-writable", number=number)
    return plan
