"""The versions that a plan has had, and any two of them compared: out of history alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.plan_versions import PlanDifference, compare_plans
from tracker.domain.plans import PlanStatus
from tracker.models.amendments import Amendment, AmendmentStatus
from tracker.models.plan_life import PlanStep
from tracker.models.plans import ActionPlan
from tracker.queries.history import nodes_at, sequence_at

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TODAY, BASELINE = "hoy", "linea-base"


class VersionKind(StrEnum):
    """What made a version one that people speak of."""

    CONSULTED = "consulted"
    APPROVED = "approved"
    AMENDED = "amended"
    TODAY = "today"
    DAY = "day"


@dataclass(frozen=True)
class PlanVersion:
    """A version of a plan: how addresses name it, and which facts count in it."""

    key: str
    kind: VersionKind
    on: date
    known_by: datetime | None = None
    """Only what was recorded by then counts; None for everything."""
    number: int = 0
    title: str = ""

    @property
    def cut(self) -> Cut:
        """The cut of its facts, asked for of the versions that are compared alone."""
        return Cut(self.on, sequence_at(self.known_by) if self.known_by else None)


@dataclass(frozen=True)
class Comparison:
    """Two versions of a plan, and what they differ in."""

    versions: tuple[PlanVersion, ...]
    before: PlanVersion | None = None
    after: PlanVersion | None = None
    difference: PlanDifference | None = None


def list_versions(plan: ActionPlan, today: date, *, zone: str) -> tuple[PlanVersion, ...]:
    """The versions of a plan in their order: consulted, approved, as each amendment left it, today.

    A version is what had been recorded by then, so that nothing written later changes it; a plan that was
    approved elsewhere has its baseline by the day alone.
    """
    steps = db.session.scalars(
        select(PlanStep).where(PlanStep.plan_id == plan.id).order_by(PlanStep.id)
    ).all()
    found = [one for one in (_of_step(step) for step in steps) if one is not None]
    if plan.approved_on is not None and not any(one.key == BASELINE for one in found):
        found.append(PlanVersion(BASELINE, VersionKind.APPROVED, plan.approved_on))
    rows = db.session.execute(
        select(Amendment.number, Amendment.title, Amendment.approved_at)
        .where(Amendment.plan_id == plan.id, Amendment.status == AmendmentStatus.APPROVED)
        .order_by(Amendment.number)
    )
    for number, title, approved_at in rows:
        if approved_at is not None:
            found.append(_of_amendment(number or 0, title, approved_at, zone))
    return (*found, PlanVersion(TODAY, VersionKind.TODAY, today))


def _of_step(step: PlanStep) -> PlanVersion | None:
    """The version that a step made public or froze; other steps change nothing of what a plan says."""
    kinds = {
        PlanStatus.CONSULTATION: ("consulta", VersionKind.CONSULTED),
        PlanStatus.APPROVED: (BASELINE, VersionKind.APPROVED),
    }
    if step.led_to not in kinds:
        return None
    key, kind = kinds[step.led_to]
    return PlanVersion(key, kind, step.on_day, step.taken_at)


def _of_amendment(number: int, title: str, approved_at: datetime, zone: str) -> PlanVersion:
    day = approved_at.astimezone(ZoneInfo(zone)).date()
    return PlanVersion(f"enmienda-{number}", VersionKind.AMENDED, day, approved_at, number, title)


def compare_versions(plan: ActionPlan, first: str, second: str, today: date, *, zone: str) -> Comparison:
    """Two versions by their names in addresses, or by days; without names, the baseline and today.

    A version that there is not, or a day to come, is NotFound.
    """
    known = list_versions(plan, today, zone=zone)
    fallback = next((one.key for one in known if one.key == BASELINE), known[0].key)
    before = _chosen(known, first or fallback, today)
    after = _chosen(known, second or TODAY, today)
    difference = compare_plans(nodes_at(plan.id, before.cut), nodes_at(plan.id, after.cut))
    return Comparison(known, before, after, difference)


def _chosen(known: tuple[PlanVersion, ...], key: str, today: date) -> PlanVersion:
    found = next((one for one in known if one.key == key), None)
    if found is not None:
        return found
    try:
        day = date.fromisoformat(key) if _DAY.fullmatch(key) else None
    except ValueError:
        day = None
    if day is None:
        raise NotFound("plan-version-unknown")
    if day > today:
        raise NotFound("day-to-come")
    return PlanVersion(key, VersionKind.DAY, day)
