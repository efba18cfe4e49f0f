"""Outcome indicators: the way from the baseline to the goal, and what keeps one from being recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories import facts as f
from tracker.domain.indicators import Measurement, OutcomeIndicator, indicator_errors
from tracker.domain.targets import TargetSource

TODAY = date(2026, 6, 1)


def at(year: int, value: str) -> Measurement:
    return Measurement(year, Decimal(value))


MADE = OutcomeIndicator(
    "u1", f.INFOM, "Desnutrición crónica", "%", at(2015, "46.5"), at(2028, "36.5"), TargetSource("ENSMI")
)


def test_the_way_made_compares_the_last_measurement_with_baseline_and_goal():
    measured = replace(MADE, measured=(at(2024, "41.5"), at(2020, "44")))
    assert (measured.last, measured.way) == (at(2024, "41.5"), Decimal("50.00"))
    assert (MADE.last, MADE.way) == (None, None)
    assert replace(measured, goal=at(2028, "46.5")).way is None
    assert replace(measured, measured=(at(2024, "47.5"),)).way == Decimal("-10.00")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"unit": ""}, "unit"),
        ({"name": "x" * 1001}, "name"),
        ({"goal": at(2015, "1")}, "goal_year"),
        ({"source": TargetSource()}, "report"),
        ({"measured": (at(2020, "1"), at(2020, "2"))}, "measured"),
        ({"measured": (at(2027, "1"),)}, "measured"),
        ({"measured": (at(2014, "1"),)}, "measured"),
        ({"baseline": at(2015, "1e16")}, "baseline_value"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(given, field):
    assert [one.field for one in indicator_errors(replace(MADE, **given), TODAY)] == [field]
    assert list(indicator_errors(MADE, TODAY)) == []
