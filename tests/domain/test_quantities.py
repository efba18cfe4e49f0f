"""Rule 4: a planned quantity offers the percent; departing from it needs a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import DomainError
from tracker.domain.quantities import check_departure, claims_above_quantity, percent_offered


def decimal(value: int | str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(
    ("delivered", "planned", "offered"),
    [
        (0, 8, "0.00"),
        (5, 8, "62.50"),
        (8, 8, "100"),
        (12, 8, "100"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        ("2.5", 10, "25.00"),
        (99999, 100000, "99.99"),
        (999999, 1000000, "99.99"),
    ],
)
def test_the_percent_offered_is_delivered_over_planned_capped_at_the_whole(delivered, planned, offered):
    assert percent_offered(decimal(delivered), decimal(planned)) == Decimal(offered)


@pytest.mark.parametrize(("delivered", "planned"), [(5, None), (None, 8), (None, None), (5, 0), (5, -1)])
def test_without_a_planned_or_a_delivered_quantity_nothing_is_offered(delivered, planned):
    assert percent_offered(decimal(delivered), decimal(planned)) is None


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_whole_is_offered_only_when_all_was_delivered(delivered, planned):
    offered = percent_offered(Decimal(delivered), Decimal(planned))
    assert offered is not None
    assert 0 <= offered <= 100
    assert (offered == 100) is (delivered >= planned)


@pytest.mark.parametrize(
    ("percent", "offered", "reason"),
    [
        ("62.5", "62.50", ""),
        ("80", "62.50", "Tres portales en prueba, falta su publicación"),
        ("50", "62.50", "Dos se retiraron"),
        (None, "62.50", ""),
        ("80", None, ""),
    ],
)
def test_the_percent_offered_or_a_reason_is_accepted(percent, offered, reason):
    check_departure(decimal(percent), decimal(offered), reason)


@pytest.mark.parametrize("percent", ["80", "50", "0", "100"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_departing_from_the_percent_offered_needs_a_reason(percent, reason):
    with pytest.raises(DomainError) as refused:
        check_departure(Decimal(percent), Decimal("62.50"), reason)
    assert (refused.value.code, refused.value.field) == ("departure-needs-reason", "departure_reason")
    assert refused.value.params == {"offered": "62.50"}


@pytest.mark.parametrize(
    ("percent", "delivered", "planned", "above"),
    [
        ("100", 5, 8, True),
        ("62.5", 5, 8, False),
        ("40", 5, 8, False),
        ("100", 12, 8, False),
        (None, 5, 8, False),
        ("100", None, 8, False),
        ("100", 5, None, False),
    ],
)
def test_a_claim_above_what_was_delivered_is_found(percent, delivered, planned, above):
    assert claims_above_quantity(decimal(percent), decimal(delivered), decimal(planned)) is above
