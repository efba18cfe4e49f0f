"""Rule 1: windows with precision, occurrences, recurring duties, overdue; rule 7: expected progress."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.facts import (
    day,
    days,
    month,
    months,
    publication_monthly,
    rescheduled,
    schedule,
)
from tracker.domain.schedule import (
    MONTHS_BETWEEN,
    NEVER,
    Frequency,
    Occurrence,
    Precision,
    Schedule,
    Window,
    add_months,
    days_after,
    due_dates,
    expected_share,
    has_opened,
    is_overdue,
    occurrences,
    period_containing,
    period_end,
    period_of,
    period_start,
)

TWO_WINDOWS = (months(2019, 1, 2019, 3), months(2020, 1, 2020, 3))


# Periods


@pytest.mark.parametrize(
    ("year", "precision", "index", "first", "last"),
    [
        (2019, Precision.MONTH, 3, "2019-03-01", "2019-03-31"),
        (2019, Precision.MONTH, 4, "2019-04-01", "2019-04-30"),
        (2019, Precision.MONTH, 2, "2019-02-01", "2019-02-28"),
        (2020, Precision.MONTH, 2, "2020-02-01", "2020-02-29"),
        (2100, Precision.MONTH, 2, "2100-02-01", "2100-02-28"),
        (2019, Precision.MONTH, 12, "2019-12-01", "2019-12-31"),
        (2019, Precision.QUARTER, 1, "2019-01-01", "2019-03-31"),
        (2019, Precision.QUARTER, 4, "2019-10-01", "2019-12-31"),
        (2019, Precision.FOUR_MONTH, 1, "2019-01-01", "2019-04-30"),
        (2019, Precision.FOUR_MONTH, 2, "2019-05-01", "2019-08-31"),
        (2019, Precision.FOUR_MONTH, 3, "2019-09-01", "2019-12-31"),
        (2020, Precision.HALF_YEAR, 1, "2020-01-01", "2020-06-30"),
        (2020, Precision.HALF_YEAR, 2, "2020-07-01", "2020-12-31"),
        (2020, Precision.YEAR, 1, "2020-01-01", "2020-12-31"),
    ],
)
def test_a_period_of_a_year_runs_from_its_first_to_its_last_day(year, precision, index, first, last):
    assert period_of(year, precision, index) == (day(first), day(last))


@pytest.mark.parametrize(
    ("precision", "index"),
    [
        (Precision.MONTH, 0),
        (Precision.MONTH, 13),
        (Precision.QUARTER, 5),
        (Precision.FOUR_MONTH, 4),
        (Precision.HALF_YEAR, 3),
        (Precision.YEAR, 2),
        (Precision.DAY, 1),
    ],
)
def test_a_period_that_the_year_does_not_have_is_refused(precision, index):
    with pytest.raises(ValueError, match="impossible-period"):
        period_of(2019, precision, index)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(Precision))
def test_every_day_lies_in_the_period_that_contains_it(one, precision):
    first, last = period_containing(one, precision)
    assert first <= one <= last
    assert period_containing(first, precision) == period_containing(last, precision)


def test_the_period_of_a_day_is_the_day_itself():
    assert period_containing(day("2020-02-29"), Precision.DAY) == (day("2020-02-29"), day("2020-02-29"))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2019-12-31", 1, "2020-01-01"),
        ("2019-01-31", 1, "2019-02-01"),
        ("2019-05-15", 0, "2019-05-01"),
        ("2019-11-30", 14, "2021-01-01"),
        ("2020-01-01", -1, "2019-12-01"),
    ],
)
def test_months_are_added_across_year_ends(start, count, expected):
    assert add_months(day(start), count) == day(expected)


def test_a_month_starts_on_its_first_and_ends_on_its_last_day():
    assert (period_start(2020, 2), period_end(2020, 2)) == (day("2020-02-01"), day("2020-02-29"))


# Windows


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="reversed-window"):
        Window(end=day("2019-03-01"), start=day("2019-03-02"))


@pytest.mark.parametrize("start", [None, "2019-03-01"])
def test_a_window_may_lack_its_start_or_last_one_day(start):
    assert days(start, "2019-03-01").end == day("2019-03-01")


def test_an_item_without_windows_has_neither_current_nor_baseline_dates():
    assert (Schedule().current, Schedule().baseline, due_dates(Schedule())) == ((), (), {})


def test_the_baseline_stays_when_dates_change():
    changed = rescheduled(schedule(month(2019, 3)), "2019-02-01", month(2019, 6))
    assert changed.baseline == (month(2019, 3),)
    assert changed.current == (month(2019, 6),)


@pytest.mark.parametrize(
    ("today", "opened"),
    [("2018-12-31", False), ("2019-01-01", True), ("2019-08-01", True), ("2020-02-01", True)],
)
def test_an_item_has_opened_once_any_window_has_begun(today, opened):
    assert has_opened(TWO_WINDOWS, day(today)) is opened


def test_a_window_without_a_start_is_open_from_the_beginning():
    assert has_opened((days(None, "2019-06-30"),), day("2000-01-01"))


def test_no_windows_have_not_opened():
    assert not has_opened((), day("2019-01-01"))


# Overdue


@pytest.mark.parametrize(
    ("due", "last_good_day"),
    [
        (month(2019, 3), "2019-03-31"),
        (month(2020, 2), "2020-02-29"),
        (month(2019, 2), "2019-02-28"),
        (months(2019, 1, 2019, 12), "2019-12-31"),
        (months(2020, 1, 2020, 6), "2020-06-30"),
        (months(2020, 5, 2020, 8), "2020-08-31"),
        (days("2019-04-01", "2019-04-30"), "2019-04-30"),
    ],
)
def test_an_item_is_overdue_from_the_day_after_its_window_ends(due, last_good_day):
    assert not is_overdue(due.end, day(last_good_day))
    assert is_overdue(due.end, day(last_good_day) + timedelta(days=1))


@pytest.mark.parametrize(
    ("due", "until", "late"),
    [
        ("2020-02-29", "2020-08-28", 181),
        ("2020-02-28", "2020-03-01", 2),
        ("2019-02-28", "2019-03-01", 1),
        ("2019-12-31", "2020-01-01", 1),
        ("2019-12-31", "2019-12-31", 0),
        ("2019-12-31", "2019-01-01", 0),
    ],
)
def test_days_run_from_the_due_date_and_never_below_zero(due, until, late):
    assert days_after(day(due), day(until)) == late


# Occurrences


def test_every_separate_window_is_an_occurrence_with_its_own_due_date():
    assert occurrences(TWO_WINDOWS) == (
        Occurrence("1", day("2019-01-01"), day("2019-03-31"), Precision.MONTH),
        Occurrence("2", day("2020-01-01"), day("2020-03-31"), Precision.MONTH),
    )


def test_the_first_window_of_two_is_overdue_although_the_second_opens_later():
    first, second = occurrences(TWO_WINDOWS)
    assert is_overdue(first.due_on, day("2019-04-01"))
    assert not is_overdue(second.due_on, day("2019-04-01"))


def test_occurrences_come_by_due_date_and_keep_the_key_of_their_place():
    backwards = occurrences((TWO_WINDOWS[1], TWO_WINDOWS[0]))
    assert [(one.key, one.due_on.year) for one in backwards] == [("2", 2019), ("1", 2020)]


def test_of_two_windows_with_one_end_the_one_open_from_the_beginning_comes_first():
    same_end = occurrences((days("2019-03-01", "2019-03-31"), days(None, "2019-03-31")))
    assert [one.key for one in same_end] == ["2", "1"]


def test_monthly_publication_from_may_2019_to_august_2020_falls_due_sixteen_times():
    slots = occurrences((months(2019, 5, 2020, 8),), Frequency.MONTHLY)
    assert len(slots) == 16
    assert slots[0] == Occurrence("2019-05", day("2019-05-01"), day("2019-05-31"), Precision.MONTH)
    assert slots[9].due_on == day("2020-02-29")
    assert slots[-1] == Occurrence("2020-08", day("2020-08-01"), day("2020-08-31"), Precision.MONTH)


@pytest.mark.parametrize(
    ("frequency", "keys"),
    [
        (Frequency.BIMONTHLY, ["2019-01", "2019-03", "2019-05", "2019-07", "2019-09", "2019-11"]),
        (Frequency.QUARTERLY, ["2019-01", "2019-04", "2019-07", "2019-10"]),
        (Frequency.FOUR_MONTHLY, ["2019-01", "2019-05", "2019-09"]),
        (Frequency.HALF_YEARLY, ["2019-01", "2019-07"]),
        (Frequency.YEARLY, ["2019-01"]),
    ],
)
def test_a_year_of_a_recurring_duty_has_as_many_occurrences_as_periods(frequency, keys):
    slots = occurrences((months(2019, 1, 2019, 12),), frequency)
    assert [one.key for one in slots] == keys
    assert slots[-1].due_on == day("2019-12-31")


def test_the_last_period_of_a_recurring_duty_ends_with_its_window():
    slots = occurrences((days("2019-01-15", "2019-05-10"),), Frequency.QUARTERLY)
    assert [(one.start_on, one.due_on) for one in slots] == [
        (day("2019-01-15"), day("2019-03-31")),
        (day("2019-04-01"), day("2019-05-10")),
    ]


def test_a_recurring_duty_without_a_start_falls_due_in_its_last_month():
    (only,) = occurrences((days(None, "2019-06-30"),), Frequency.MONTHLY)
    assert (only.key, only.due_on) == ("2019-06", day("2019-06-30"))


def test_windows_of_a_recurring_duty_that_overlap_name_each_period_once():
    slots = occurrences((months(2019, 1, 2019, 3), months(2019, 3, 2019, 5)), Frequency.MONTHLY)
    assert [one.key for one in slots] == ["2019-01", "2019-02", "2019-03", "2019-04", "2019-05"]


def test_no_windows_have_no_occurrences_whatever_the_frequency():
    assert occurrences(()) == occurrences((), Frequency.MONTHLY) == ()


@given(
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.integers(0, 2000),
    st.sampled_from(Frequency),
)
def test_the_periods_of_a_recurring_duty_cover_its_window_without_gap_or_overlap(start, length, frequency):
    window = Window(end=start + timedelta(days=length), start=start)
    slots = occurrences((window,), frequency)
    assert slots[0].start_on == window.start
    assert slots[-1].due_on == window.end
    for before, after in pairwise(slots):
        assert after.start_on == before.due_on + timedelta(days=1)
    assert len(slots) <= length // (MONTHS_BETWEEN[frequency] * 28) + 2


# Due dates over revisions


def test_every_occurrence_keeps_all_the_dates_it_had():
    changed = rescheduled(
        schedule(*TWO_WINDOWS), "2019-05-10", months(2019, 1, 2019, 6), months(2020, 1, 2020, 3)
    )
    assert due_dates(changed) == {
        "1": ((None, day("2019-03-31")), (day("2019-05-10"), day("2019-06-30"))),
        "2": ((None, day("2020-03-31")), (day("2019-05-10"), day("2020-03-31"))),
    }


def test_an_occurrence_added_later_has_no_earlier_due_date():
    grown = rescheduled(schedule(TWO_WINDOWS[0]), "2019-05-10", *TWO_WINDOWS)
    assert due_dates(grown)["2"] == ((day("2019-05-10"), day("2020-03-31")),)


def test_an_occurrence_taken_out_is_never_due_from_then_on():
    shrunk = rescheduled(schedule(*TWO_WINDOWS), "2019-05-10", TWO_WINDOWS[0])
    assert due_dates(shrunk)["2"] == ((None, day("2020-03-31")), (day("2019-05-10"), NEVER))


def test_a_delivery_stays_the_same_when_it_is_moved_past_another():
    changed = rescheduled(schedule(*TWO_WINDOWS), "2019-03-01", month(2020, 6), TWO_WINDOWS[1])
    assert due_dates(changed)["1"] == ((None, day("2019-03-31")), (day("2019-03-01"), day("2020-06-30")))
    assert [one.key for one in occurrences(changed.current)] == ["2", "1"]


def test_a_recurring_duty_keeps_the_periods_it_shares_with_its_new_window():
    moved = rescheduled(publication_monthly(), "2020-03-01", months(2020, 1, 2020, 12))
    dues = due_dates(moved)
    assert dues["2020-01"] == ((None, day("2020-01-31")), (day("2020-03-01"), day("2020-01-31")))
    assert dues["2019-05"][-1] == (day("2020-03-01"), NEVER)
    assert dues["2020-12"] == ((day("2020-03-01"), day("2020-12-31")),)


# Expected progress


def test_gaps_between_windows_do_not_elapse():
    assert expected_share(TWO_WINDOWS, day("2019-03-31")) == Fraction(90, 181)
    assert expected_share(TWO_WINDOWS, day("2019-12-31")) == Fraction(90, 181)
    assert expected_share(TWO_WINDOWS, day("2020-01-01")) == Fraction(91, 181)


@pytest.mark.parametrize(
    ("today", "share"),
    [
        ("2018-12-31", Fraction(0)),
        ("2019-01-01", Fraction(1, 90)),
        ("2019-03-31", Fraction(1)),
        ("2025-01-01", Fraction(1)),
    ],
)
def test_the_expected_share_runs_from_nothing_to_the_whole(today, share):
    assert expected_share((TWO_WINDOWS[0],), day(today)) == share


def test_time_is_a_fair_measure_only_above_sixty_days():
    sixty = days("2019-01-01", "2019-03-01")
    sixty_one = days("2019-01-01", "2019-03-02")
    assert expected_share((sixty,), day("2019-02-01")) is None
    assert expected_share((sixty_one,), day("2019-02-01")) == Fraction(32, 61)


@pytest.mark.parametrize(
    "windows", [(), (days(None, "2019-06-30"),), (months(2019, 1, 2019, 6), days(None, "2019-12-31"))]
)
def test_what_has_no_beginning_cannot_elapse(windows):
    assert expected_share(windows, day("2019-06-01")) is None
