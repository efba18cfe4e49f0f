"""Two versions of a published plan, for everybody."""

from __future__ import annotations

from datetime import date

from tracker.db import db
from tracker.models.plans import ActionPlan
from tracker.queries.plan_versions import Comparison, compare_versions
from tracker.queries.portal.rows import PlanHeader, get_header


def get_comparison(
    number: int, first: str, second: str, today: date, *, zone: str
) -> tuple[PlanHeader, Comparison]:
    """A published plan with two of its versions compared; else NotFound."""
    header = get_header(number)
    plan = db.session.get_one(ActionPlan, header.id)
    return header, compare_versions(plan, first, second, today, zone=zone)
