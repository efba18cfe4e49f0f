"""A plan's settings: what is in range, and the plan's facts as they would be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.facts import NodeFacts, PlanFacts
from tracker.domain.plan_settings import PlanSettings, check_settings, check_weight, configured
from tracker.domain.plans import NodeKind

GOOD = PlanSettings(Decimal(50), 30, None)


@pytest.mark.parametrize("percent", ["0.01", "50", "99.99"])
def test_a_threshold_leaves_room_on_both_sides(percent):
    check_settings(PlanSettings(Decimal(percent), 0, 365))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (PlanSettings(Decimal(0), 30, None), "substantial_from"),
        (PlanSettings(Decimal(100), 30, None), "substantial_from"),
        (PlanSettings(Decimal("NaN"), 30, None), "substantial_from"),
        (PlanSettings(Decimal("1.001"), 30, None), "substantial_from"),
        (PlanSettings(Decimal(50), -1, None), "due_soon_days"),
        (PlanSettings(Decimal(50), 30, 366), "grace_days"),
    ],
)
def test_what_is_out_of_range_is_told_beside_its_field(settings, field):
    with pytest.raises(DomainError) as raised:
        check_settings(settings)
    assert raised.value.field == field


@pytest.mark.parametrize("weight", ["0", "-1", "1000.1", "0.00001", "Infinity"])
def test_a_weight_is_above_nothing_and_not_too_exact(weight):
    with pytest.raises(DomainError):
        check_weight(Decimal(weight), "w")
    check_weight(Decimal("0.0001"), "w")


def test_only_what_is_set_changes():
    nodes = tuple(NodeFacts(uid, NodeKind.COMMITMENT, 1, "1", uid) for uid in "ab")
    facts = PlanFacts(NodeFacts("p", NodeKind.PLAN, 4, "4", "Plan"), nodes)
    after = configured(facts, PlanSettings(Decimal("66.5"), 15, 5), {"b": Decimal("2.5")})
    assert after.thresholds.substantial == Fraction(133, 2)
    assert after.due_soon_days == 15
    assert [one.weight for one in after.nodes] == [1, Fraction(5, 2)]
    assert configured(facts, GOOD, {}) == facts
