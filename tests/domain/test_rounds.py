"""Rounds: one current at any moment, none overlapping, whatever the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import DomainError
from tracker.domain.rounds import (
    MONTHS_CHOICES,
    Calendar,
    check_calendar,
    current_round,
    period_start,
    review_due_on,
    round_of_period,
    rounds_between,
)

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@st.composite
def calendars(draw):
    opens = draw(st.integers(0, 60))
    made = Calendar(draw(st.sampled_from(MONTHS_CHOICES)), opens, draw(st.integers(-20, opens)), 10)
    try:
        check_calendar(made)
    except DomainError:
        return Calendar()
    return made


class TestTheDefault:
    def test_asks_about_each_month_within_it(self):
        found = current_round(Calendar(), date(2026, 11, 21))
        assert (found.period_start, found.period_end) == (date(2026, 11, 1), date(2026, 11, 30))
        assert (found.opens_on, found.due_on) == (date(2026, 11, 1), date(2026, 11, 30))


class TestAnotherRhythm:
    def test_of_four_months_starts_with_the_year(self):
        found = current_round(Calendar(every_months=4), date(2026, 7, 3))
        assert (found.period_start, found.period_end) == (date(2026, 5, 1), date(2026, 8, 31))

    def test_that_opens_on_the_25th_is_due_on_the_5th(self):
        calendar = Calendar(opens_after_days=24, due_after_days=5)
        check_calendar(calendar)
        found = current_round(calendar, date(2026, 3, 5))
        assert (found.opens_on, found.due_on) == (date(2026, 2, 25), date(2026, 3, 5))
        assert found.period_end == date(2026, 2, 28)


class TestEveryCalendar:
    @given(calendars(), DAYS)
    def test_has_one_current_round_on_any_day(self, calendar, day):
        found = current_round(calendar, day)
        following = round_of_period(calendar, found.period_end + timedelta(days=1))
        assert found.opens_on <= day < following.opens_on
        assert found.opens_on <= found.due_on < following.opens_on

    @given(calendars(), DAYS)
    def test_lists_the_rounds_between_two_days_once_each(self, calendar, day):
        found = list(rounds_between(calendar, day, day + timedelta(days=500)))
        assert found == sorted(set(found), key=lambda one: one.opens_on)
        assert current_round(calendar, day + timedelta(days=500)) == found[-1]
        assert all(period_start(calendar, one.period_end) == one.period_start for one in found)


@pytest.mark.parametrize(
    ("calendar", "code", "field"),
    [
        (Calendar(every_months=5), "calendar-rhythm-unknown", "every_months"),
        (Calendar(opens_after_days=-1), "calendar-days-out-of-range", "opens_after_days"),
        (Calendar(opens_after_days=181), "calendar-days-out-of-range", "opens_after_days"),
        (Calendar(review_days=0), "calendar-days-out-of-range", "review_days"),
        (Calendar(due_after_days=1), "calendar-rounds-overlap", "due_after_days"),
        (Calendar(due_after_days=-28), "calendar-round-empty", "due_after_days"),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_refused_beside_its_field(calendar, code, field):
    with pytest.raises(DomainError) as refused:
        check_calendar(calendar)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_review_is_late_the_day_after_its_limit():
    assert review_due_on(date(2026, 5, 1), 10) == date(2026, 5, 11)
