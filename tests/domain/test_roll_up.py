"""Rule 5: weighted means in exact arithmetic, floor, mean of those informed, n of m; rule 6: the scale."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.assessment import Assessor, CompletionLevel, Thresholds, completion_level
from tracker.domain.progress import Share, Weighted, as_percent, leaf_share, roll_up

WEIGHTS = st.fractions(Fraction(1, 1000), 1000)
PERCENTS = st.decimals(0, 100, places=2, allow_nan=False)


def informed(percent: int | str | Decimal) -> Share:
    return leaf_share(Decimal(percent), opened=True)


MISSING = leaf_share(None, opened=True)
NOT_STARTED = leaf_share(None, opened=False)


def weigh(*shares: Share, weights: tuple[int, ...] = ()) -> list[Weighted]:
    return [
        Weighted(share, Fraction(weight))
        for share, weight in zip(shares, weights or (1,) * len(shares), strict=True)
    ]


# Leaves


def test_an_informed_item_counts_whether_or_not_it_has_opened():
    assert informed(40) == leaf_share(Decimal(40), opened=False) == Share(Fraction(40), Fraction(40), 1, 1, 0)


def test_zero_percent_is_information():
    assert (informed(0).informed, informed(0).informed_mean, informed(0).percent) == (1, 0, 0)


def test_no_report_is_missing_and_not_zero():
    assert (MISSING.missing, MISSING.informed_mean, MISSING.percent) == (1, None, None)


def test_what_has_not_opened_is_not_started_rather_than_missing():
    assert (NOT_STARTED.missing, NOT_STARTED.not_started, NOT_STARTED.nothing_opened) == (0, 1, True)
    assert not MISSING.nothing_opened
    assert not Share().nothing_opened


# Roll-up


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 1000)])
def test_two_halves_are_a_half_whatever_the_weights(weights):
    found = roll_up(weigh(informed(50), informed(50), weights=weights))
    assert found == Share(Fraction(50), Fraction(50), 2, 2, 0)


def test_weights_default_to_one():
    assert roll_up([Weighted(informed(100)), Weighted(informed(0))]).floor == 50


def test_weights_pull_the_mean():
    assert roll_up(weigh(informed(100), informed(0), weights=(3, 1))).floor == 75


def test_missing_counts_as_nothing_in_the_floor_and_not_at_all_in_the_mean():
    found = roll_up(weigh(informed(100), informed(50), MISSING, NOT_STARTED))
    assert (found.floor, found.informed_mean) == (Fraction(150, 4), 75)
    assert (found.informed, found.total, found.missing, found.not_started) == (2, 4, 1, 1)
    assert found.percent == found.floor


def test_nobody_informed_is_no_figure():
    found = roll_up(weigh(MISSING, MISSING))
    assert (found.percent, found.informed_mean, found.floor) == (None, None, 0)


def test_thirds_are_exact():
    found = roll_up(weigh(informed(100), informed(0), informed(0)))
    assert found.floor == Fraction(100, 3)
    assert roll_up([Weighted(found)] * 3).floor == Fraction(100, 3)


def test_levels_weigh_their_children_and_not_their_grandchildren():
    one = roll_up(weigh(informed(100)))
    nine = roll_up(weigh(*[informed(0)] * 9))
    assert roll_up(weigh(one, nine)).floor == 50


def test_no_children_give_nothing():
    assert roll_up([]) == Share()


def test_a_child_without_any_item_weighs_nothing():
    assert roll_up(weigh(informed(100), Share())) == informed(100)


@pytest.mark.parametrize("weight", [0, -1])
def test_a_weight_not_above_zero_is_refused(weight):
    with pytest.raises(ValueError, match="weight-not-positive"):
        roll_up([Weighted(informed(50), Fraction(weight))])


@given(st.lists(st.tuples(PERCENTS, WEIGHTS), min_size=1))
def test_a_mean_lies_between_the_lowest_and_the_highest(children):
    found = roll_up([Weighted(informed(percent), weight) for percent, weight in children])
    low, high = min(p for p, _ in children), max(p for p, _ in children)
    assert Fraction(low) <= found.floor <= Fraction(high)
    assert found.floor == found.informed_mean


@given(PERCENTS, st.lists(WEIGHTS, min_size=1))
def test_equal_children_give_their_own_value_whatever_the_weights(percent, weights):
    assert roll_up([Weighted(informed(percent), weight) for weight in weights]).floor == Fraction(percent)


@given(st.lists(st.tuples(st.one_of(st.none(), PERCENTS), st.booleans(), WEIGHTS)))
def test_the_floor_is_at_most_the_mean_of_those_informed(children):
    found = roll_up([Weighted(leaf_share(p, opened=opened), weight) for p, opened, weight in children])
    assert found.total == len(children) == found.informed + found.missing + found.not_started
    if found.informed_mean is not None:
        assert 0 <= found.floor <= found.informed_mean <= 100


@given(st.lists(st.tuples(PERCENTS, WEIGHTS), min_size=1))
def test_the_whole_is_reached_only_when_every_child_is_whole(children):
    found = roll_up([Weighted(informed(percent), weight) for percent, weight in children])
    assert (found.floor == 100) is all(percent == 100 for percent, _ in children)
    assert (as_percent(found.floor) == 100) is all(percent == 100 for percent, _ in children)


# Rounding


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1, 10**9), "0.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction(100, 3), "33.33"),
        (Fraction(200, 3), "66.67"),
        (Fraction("12.345"), "12.35"),
        (Fraction("12.3449"), "12.34"),
        (Fraction("99.994"), "99.99"),
        (Fraction("99.996"), "99.99"),
        (100 - Fraction(1, 10**40), "99.99"),
        (Fraction(100), "100.00"),
    ],
)
def test_two_decimals_half_up_and_never_the_whole_or_nothing_by_rounding(value, shown):
    assert str(as_percent(value)) == shown


@given(st.fractions(0, 100))
def test_a_figure_shown_is_within_a_hundredth_and_honest_at_both_ends(value):
    shown = as_percent(value)
    assert abs(Fraction(shown) - value) <= Fraction(1, 100)
    assert (shown == 100) is (value == 100)
    assert (shown == 0) is (value == 0)
    assert shown.as_tuple().exponent == -2


# The completion scale


@pytest.mark.parametrize(
    ("validated", "level"),
    [
        (None, CompletionLevel.NO_EVIDENCE),
        (Fraction(0), CompletionLevel.NOT_STARTED),
        (Fraction(1, 100), CompletionLevel.LIMITED),
        (50 - Fraction(1, 10**9), CompletionLevel.LIMITED),
        (Fraction(50), CompletionLevel.SUBSTANTIAL),
        (100 - Fraction(1, 10**9), CompletionLevel.SUBSTANTIAL),
        (Fraction(100), CompletionLevel.COMPLETE),
    ],
)
def test_the_level_follows_the_validated_figure(validated, level):
    assert completion_level(validated) is level


def test_what_has_not_opened_is_not_started():
    assert completion_level(None, opened=False) is CompletionLevel.NOT_STARTED
    assert completion_level(Fraction(30), opened=False) is CompletionLevel.LIMITED


def test_thresholds_are_settings():
    strict = Thresholds(substantial=Fraction(75), complete=Fraction(95))
    assert completion_level(Fraction(74), thresholds=strict) is CompletionLevel.LIMITED
    assert completion_level(Fraction(75), thresholds=strict) is CompletionLevel.SUBSTANTIAL
    assert completion_level(Fraction(95), thresholds=strict) is CompletionLevel.COMPLETE


def test_the_four_assessors_and_five_values_are_those_of_the_mechanism():
    beside = [one.value for one in Assessor if one is not Assessor.CONTACT_POINT]  # that one gives no level
    assert beside == ["computed", "institution", "technical_table", "irm"]
    assert [one.value for one in CompletionLevel] == [
        "no_evidence",
        "not_started",
        "limited",
        "substantial",
        "complete",
    ]
