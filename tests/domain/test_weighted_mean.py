"""The weighted mean: the same exact number as adding up fraction by fraction."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.domain.progress import weighted_mean

_NUMBERS = st.builds(Fraction, st.integers(1, 100), st.integers(1, 60))
PARTS = st.lists(st.tuples(st.one_of(st.just(Fraction(0)), _NUMBERS), _NUMBERS), max_size=6)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the numbers
@given(PARTS)
def test_it_is_the_sum_over_the_weights(parts):
    weights = sum((weight for _, weight in parts), Fraction(0))
    total = sum((value * weight for value, weight in parts), Fraction(0))
    assert weighted_mean(parts) == (total / weights if weights else None)
