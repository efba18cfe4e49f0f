"""What the sources of open data share: what is looked at, and the columns that several tables have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.facts import NodeFacts
from tracker.domain.history import Cut
from tracker.models.plans import ActionPlan
from tracker.queries.portal.rows import PUBLISHED, Totals

Value = str | int | Decimal | date | datetime | Enum | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Country:
    """Whose plans these are, as the Open Government Partnership names it."""

    name: str
    code: str
    region: str
    commitment_url: str = ""
    """A commitment's page at the partnership, with {identifier}."""


@dataclass(frozen=True)
class View:
    """The cut that is read; the past is told from history, today as it is stored."""

    cut: Cut
    is_past: bool
    country: Country
    ends_at: datetime
    """The instant at which the day is over."""

    @property
    def day(self) -> date:
        """The day of the figures."""
        return self.cut.as_of


def figures(totals: Totals) -> dict[str, Any]:
    """The columns of a roll-up."""
    return {
        "validated_percent": totals.validated,
        "reported_percent": totals.reported,
        "validated_mean": totals.validated_mean,
        "reported_mean": totals.reported_mean,
        "items_total": totals.total,
        "validated_informed": totals.validated_informed,
        "reported_informed": totals.reported_informed,
        "not_started": totals.not_started,
        "complete_items": totals.complete,
        "overdue_items": totals.overdue,
        "means_answered": totals.coverage.answered,
        "means_required": totals.coverage.required,
        "due_on": totals.due_on,
        "state": totals.state,
        "level": totals.level,
        "days_late": totals.days_late,
        "computed_on": totals.computed_on,
    }


def item(facts: NodeFacts) -> dict[str, Any]:
    """Number, name and weight of an item."""
    weight = Decimal(facts.weight.numerator) / Decimal(facts.weight.denominator)
    return {"number": facts.number, "label": facts.label, "title": facts.title, "weight": weight}


def public_plans() -> Sequence[tuple[int, int]]:
    """Id and number of every published plan."""
    rows = db.session.execute(
        select(ActionPlan.id, ActionPlan.number).where(PUBLISHED).order_by(ActionPlan.number)
    )
    return [(plan_id, number) for plan_id, number in rows]
