"""A plan's settings: versioned facts that enter its figures from a day on (rules 5, 6 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tracker.domain.errors import DomainError
from tracker.domain.facts import PlanFacts
from tracker.domain.plans import LIVING_PLAN_STATUSES, NodeKind

MOST_DAYS = 365
LARGEST_WEIGHT = Decimal(1000)
WEIGHT_PLACES = 4
PERCENT_PLACES = 2
WEIGHED = (NodeKind.AXIS, NodeKind.COMMITMENT, NodeKind.MILESTONE, NodeKind.ACTIVITY)
# A closed plan's figures are final: nothing of what they rest on changes any more.
CONFIGURABLE = LIVING_PLAN_STATUSES


@dataclass(frozen=True)
class PlanSettings:
    """What may be set of a plan as a whole."""

    substantial_from: Decimal
    """From what validated percent a commitment is substantial on the IRM's scale."""
    due_soon_days: int
    """How many days before its end an item is due soon."""
    grace_days: int | None
    """Days overdue before the institution's head is told; None: as the installation is set."""


def check_settings(settings: PlanSettings) -> None:
    """Raises DomainError beside the field for a threshold or days out of range.

    "Limited" and "substantial" both keep some room: the threshold is above 0 and below 100.
    """
    threshold = settings.substantial_from
    if not threshold.is_finite() or not 0 < threshold < 100:
        raise DomainError("threshold-out-of-range", field="substantial_from")
    if threshold != round(threshold, PERCENT_PLACES):
        raise DomainError("threshold-too-exact", field="substantial_from")
    for field, days in (("due_soon_days", settings.due_soon_days), ("grace_days", settings.grace_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise DomainError("settings-days-out-of-range", field=field, most=MOST_DAYS)


def check_weight(weight: Decimal, field: str) -> None:
    """A weight is above nothing, at most a thousand, with four decimals at most; DomainError beside it."""
    if not weight.is_finite() or not 0 < weight <= LARGEST_WEIGHT:
        raise DomainError("weight-out-of-range", field=field, most=LARGEST_WEIGHT)
    if weight != round(weight, WEIGHT_PLACES):
        raise DomainError("weight-too-exact", field=field)


def configured(facts: PlanFacts, settings: PlanSettings, weights: Mapping[str, Decimal]) -> PlanFacts:
    """The plan's facts as they would be with other settings; `weights` by the uid of an item."""
    return replace(
        facts,
        thresholds=replace(facts.thresholds, substantial=Fraction(settings.substantial_from)),
        due_soon_days=settings.due_soon_days,
        nodes=tuple(
            replace(one, weight=Fraction(weights[one.uid])) if one.uid in weights else one
            for one in facts.nodes
        ),
    )
