"""Outcome indicators: baseline, goal, year and source (design 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.targets import LARGEST, NO_ALIGNMENT, Alignment, TargetSource

LONGEST = 1000


@dataclass(frozen=True)
class Measurement:
    """What an indicator was in a year."""

    year: int
    value: Decimal


@dataclass(frozen=True)
class OutcomeIndicator:
    """A result that an institution means to move: from a baseline to a goal, each with its year."""

    uid: str
    institution: InstitutionRef
    name: str
    unit: str
    baseline: Measurement
    goal: Measurement
    source: TargetSource
    measured: tuple[Measurement, ...] = ()
    alignment: Alignment = NO_ALIGNMENT
    by: str = ""
    reason: str = ""
    is_withdrawn: bool = False
    plan_uid: str = ""

    @property
    def last(self) -> Measurement | None:
        """The last measurement; None before there is one."""
        return max(self.measured, key=lambda one: one.year, default=None)

    @property
    def way(self) -> Decimal | None:
        """How much of the way from the baseline to the goal was made, to two decimals; None of no way."""
        if self.last is None or self.goal.value == self.baseline.value:
            return None
        share = (self.last.value - self.baseline.value) / (self.goal.value - self.baseline.value)
        return (share * 100).quantize(Decimal("0.01"))


def indicator_errors(said: OutcomeIndicator, today: date) -> Iterator[DomainError]:
    """Everything that keeps an indicator from being recorded, each beside its field."""
    years = [one.year for one in said.measured]
    amounts = (said.baseline.value, said.goal.value, *(one.value for one in said.measured))
    broken = (
        ("indicator-name-required", "name", not said.name.strip()),
        ("indicator-unit-required", "unit", not said.unit.strip()),
        ("indicator-goal-not-later", "goal_year", said.goal.year <= said.baseline.year),
        ("target-source-required", "report", not said.source.report.strip()),
        ("indicator-year-repeated", "measured", len(set(years)) != len(years)),
        (
            "indicator-year-out-of-range",
            "measured",
            any(not said.baseline.year <= one <= today.year for one in years),
        ),
        ("target-amount-out-of-range", "baseline_value", any(abs(one) > LARGEST for one in amounts)),
    )
    yield from (DomainError(code, field=name) for code, name, is_broken in broken if is_broken)
    for name in ("name", "unit", "reason"):
        if len(getattr(said, name)) > LONGEST:
            yield DomainError("target-text-too-long", field=name, most=LONGEST)
