"""Outcome indicators: baseline, goal, year and source (design 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.targets import LARGEST, Alignment, TargetSource

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
    alignment: Alignment = Alignment()
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
    for name in ("name", "unit"):
        text = getattr(said, name)
        if not text.strip():
            yield DomainError(f"indicator-{name}-required", field=name)
        if len(text) > LONGEST:
            yield DomainError("target-text-too-long", field=name, most=LONGEST)
    if said.goal.year <= said.baseline.year:
        yield DomainError("indicator-goal-not-later", field="goal_year")
    if not said.source.report.strip():
        yield DomainError("target-source-required", field="report")
    years = [one.year for one in said.measured]
    if len(set(years)) != len(years):
        yield DomainError("indicator-year-repeated", field="measured")
    if any(one.year > today.year or one.year < said.baseline.year for one in said.measured):
        yield DomainError("indicator-year-out-of-range", field="measured")
    amounts = [said.baseline.value, said.goal.value, *(one.value for one in said.measured)]
    if any(abs(one) > LARGEST for one in amounts):
        yield DomainError("target-amount-out-of-range", field="baseline_value")
