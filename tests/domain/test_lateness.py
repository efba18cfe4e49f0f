"""Rule 7: lateness runs to the completion date, against current and baseline dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.facts import (
    day,
    days,
    figure_of,
    month,
    months,
    publication_monthly,
    rescheduled,
    schedule,
)
from tracker.domain.schedule import NEVER, Precision, Schedule, Window, accumulated_days_late, due_dates
from tracker.domain.states import State, standing, timeliness

MARCH = schedule(month(2019, 3))
TWO_WINDOWS = schedule(months(2019, 1, 2019, 3), months(2020, 1, 2020, 3))


def completed(plan: Schedule, **dates: str | None):
    return timeliness(plan, {key[1:]: day(text) if text else None for key, text in dates.items()})


# Accumulated days


@pytest.mark.parametrize(
    ("until", "late"),
    [("2019-03-31", 0), ("2019-04-01", 1), ("2019-04-30", 30), ("2020-03-31", 366)],
)
def test_days_late_count_from_the_day_after_the_due_date(until, late):
    assert accumulated_days_late(due_dates(MARCH)["1"], day(until)) == late


def test_a_completion_181_days_after_the_last_of_february():
    dues = due_dates(schedule(month(2020, 2)))["1"]
    assert accumulated_days_late(dues, day("2020-08-28")) == 181


def test_no_dates_are_never_late():
    assert accumulated_days_late((), day("2020-01-01")) == 0


@pytest.mark.parametrize(
    ("until", "late"),
    [("2019-04-10", 0), ("2019-06-30", 0), ("2019-07-01", 1)],
)
def test_dates_changed_before_they_fell_due_count_from_the_new_ones(until, late):
    changed = rescheduled(MARCH, "2019-03-15", month(2019, 6))
    assert accumulated_days_late(due_dates(changed)["1"], day(until)) == late


@pytest.mark.parametrize(
    ("until", "late"),
    [("2019-04-10", 10), ("2019-04-19", 19), ("2019-04-20", 19), ("2019-06-30", 19), ("2019-07-01", 20)],
)
def test_dates_changed_after_they_fell_due_never_erase_the_days_already_late(until, late):
    changed = rescheduled(MARCH, "2019-04-20", month(2019, 6))
    assert accumulated_days_late(due_dates(changed)["1"], day(until)) == late


def test_dates_changed_on_the_day_after_the_due_date_leave_no_day_late():
    changed = rescheduled(MARCH, "2019-04-01", month(2019, 6))
    assert accumulated_days_late(due_dates(changed)["1"], day("2019-06-30")) == 0


def test_dates_brought_forward_make_late_only_from_the_day_of_the_change():
    changed = rescheduled(schedule(month(2019, 6)), "2019-04-10", month(2019, 3))
    assert accumulated_days_late(due_dates(changed)["1"], day("2019-04-09")) == 0
    assert accumulated_days_late(due_dates(changed)["1"], day("2019-04-10")) == 1


def test_several_changes_add_up_without_counting_a_day_twice():
    changed = rescheduled(MARCH, "2019-04-11", month(2019, 5))
    changed = rescheduled(changed, "2019-06-06", month(2019, 8))
    dues = due_dates(changed)["1"]
    assert accumulated_days_late(dues, day("2019-08-31")) == 10 + 5
    assert accumulated_days_late(dues, day("2019-09-02")) == 10 + 5 + 2


def test_two_changes_on_one_day_leave_the_last_in_force():
    changed = rescheduled(rescheduled(MARCH, "2019-03-01", month(2019, 2)), "2019-03-01", month(2019, 6))
    assert accumulated_days_late(due_dates(changed)["1"], day("2019-06-30")) == 0


def test_an_occurrence_taken_out_keeps_the_days_it_was_late_until_then():
    dues = ((None, day("2019-03-31")), (day("2019-04-11"), NEVER))
    assert accumulated_days_late(dues, day("2020-01-01")) == 10


DAYS = st.dates(date(2018, 1, 1), date(2022, 12, 31))


@st.composite
def due_histories(draw):
    dues = draw(st.lists(st.one_of(DAYS, st.just(NEVER)), min_size=1, max_size=5))
    changes = sorted(draw(st.lists(DAYS, min_size=len(dues) - 1, max_size=len(dues) - 1)))
    return tuple(zip([None, *changes], dues, strict=True))


@given(due_histories(), DAYS, st.integers(0, 500))
def test_days_late_never_become_fewer_as_time_passes(dues, until, further):
    later = accumulated_days_late(dues, until + timedelta(days=further))
    assert 0 <= accumulated_days_late(dues, until) <= later
    assert later <= accumulated_days_late(dues, until) + further


@given(due_histories(), DAYS, DAYS)
def test_a_change_of_dates_never_erases_a_day_already_late(dues, new_due, until):
    changed_on = max([from_on for from_on, _ in dues if from_on], default=date(2018, 1, 1)) + timedelta(
        days=1
    )
    before = accumulated_days_late(dues, min(until, changed_on - timedelta(days=1)))
    assert accumulated_days_late((*dues, (changed_on, new_due)), until) >= before


# Complete: early, on time, late, undated


@pytest.mark.parametrize(
    ("on", "state", "late"),
    [
        ("2019-02-28", State.COMPLETE_EARLY, 0),
        ("2019-03-01", State.COMPLETE_ON_TIME, 0),
        ("2019-03-31", State.COMPLETE_ON_TIME, 0),
        ("2019-04-01", State.COMPLETE_LATE, 1),
        ("2020-04-01", State.COMPLETE_LATE, 367),
    ],
)
def test_a_completion_is_early_on_time_or_late_by_the_month_it_is_due(on, state, late):
    found = completed(MARCH, _1=on)
    assert (found.state, found.days_late, found.days_late_baseline) == (state, late, late)


@pytest.mark.parametrize(
    ("precision", "end", "early", "on_time"),
    [
        (Precision.DAY, "2019-06-30", "2019-06-29", "2019-06-30"),
        (Precision.QUARTER, "2019-06-30", "2019-03-31", "2019-04-01"),
        (Precision.FOUR_MONTH, "2019-08-31", "2019-04-30", "2019-05-01"),
        (Precision.HALF_YEAR, "2019-12-31", "2019-06-30", "2019-07-01"),
        (Precision.YEAR, "2019-12-31", "2018-12-31", "2019-01-01"),
    ],
)
def test_early_is_before_the_period_that_names_the_end(precision, end, early, on_time):
    plan = schedule(Window(end=day(end), end_precision=precision))
    assert completed(plan, _1=early).state is State.COMPLETE_EARLY
    assert completed(plan, _1=on_time).state is State.COMPLETE_ON_TIME


def test_without_a_completion_date_it_is_complete_and_no_days_are_told():
    found = completed(MARCH, _1=None)
    assert (found.state, found.days_late, found.days_late_baseline) == (State.COMPLETE_UNDATED, None, None)


def test_without_a_due_date_no_days_can_be_told():
    assert timeliness(Schedule(), {}).days_late is None
    assert timeliness(Schedule(), {}).state is State.COMPLETE_UNDATED


def test_of_two_windows_the_latest_completion_counts():
    assert completed(TWO_WINDOWS, _1="2019-03-20", _2="2020-04-10").days_late == 10
    assert completed(TWO_WINDOWS, _1="2019-04-20", _2="2020-03-10").days_late == 20


def test_two_windows_are_early_only_when_both_were():
    assert completed(TWO_WINDOWS, _1="2019-02-20", _2="2020-02-10").state is State.COMPLETE_EARLY
    assert completed(TWO_WINDOWS, _1="2019-02-20", _2="2020-03-10").state is State.COMPLETE_ON_TIME


def test_one_window_without_its_date_leaves_the_whole_undated():
    assert completed(TWO_WINDOWS, _1="2019-04-20", _2=None).state is State.COMPLETE_UNDATED
    assert completed(TWO_WINDOWS, _1="2019-03-20").state is State.COMPLETE_UNDATED


def test_a_claim_on_one_occurrence_is_judged_by_that_occurrence_alone():
    met = {"1": day("2019-04-20"), "2": day("2020-03-10")}
    assert timeliness(TWO_WINDOWS, met, only={"1"}).days_late == 20
    assert timeliness(TWO_WINDOWS, met, only={"2"}).state is State.COMPLETE_ON_TIME
    assert timeliness(TWO_WINDOWS, met, only={"3"}).state is State.COMPLETE_UNDATED


# Current dates and baseline


def test_lateness_is_told_against_current_dates_and_baseline():
    changed = rescheduled(MARCH, "2019-03-15", month(2019, 6))
    found = completed(changed, _1="2019-06-15")
    assert (found.state, found.days_late, found.days_late_baseline) == (State.COMPLETE_ON_TIME, 0, 76)


def test_a_change_approved_after_the_due_date_leaves_the_completion_late():
    changed = rescheduled(MARCH, "2019-04-20", month(2019, 6))
    found = completed(changed, _1="2019-06-15")
    assert (found.state, found.days_late, found.days_late_baseline) == (State.COMPLETE_LATE, 19, 76)


def test_a_change_approved_after_the_completion_changes_nothing():
    changed = rescheduled(MARCH, "2019-04-20", month(2019, 6))
    assert completed(changed, _1="2019-04-10").days_late == 10


def test_days_late_of_an_occurrence_taken_out_remain_in_the_completion():
    shrunk = rescheduled(TWO_WINDOWS, "2020-04-21", months(2019, 1, 2019, 3))
    found = completed(shrunk, _1="2019-03-20")
    assert (found.state, found.days_late) == (State.COMPLETE_ON_TIME, 0)
    moved = rescheduled(publication_monthly(), "2019-07-11", month(2020, 8))
    assert timeliness(moved, {"2020-08": day("2020-08-10")}).days_late == 40
    assert timeliness(moved, {"2020-08": day("2020-08-10")}).state is State.COMPLETE_LATE


def test_an_occurrence_met_before_it_was_taken_out_is_late_only_to_its_completion():
    moved = rescheduled(schedule(month(2019, 3), month(2019, 5)), "2019-07-11", month(2020, 8))
    assert timeliness(moved, {"1": day("2020-08-10"), "2": day("2019-06-02")}).days_late == 101
    kept = rescheduled(schedule(month(2020, 8), month(2019, 5)), "2019-07-11", month(2020, 8))
    assert timeliness(kept, {"1": day("2020-08-10"), "2": day("2019-06-02")}).days_late == 2
    assert timeliness(kept, {"1": day("2020-08-10"), "2": None}).days_late == 0
    assert timeliness(kept, {"1": day("2020-08-10")}).days_late == 40


# Days late of what is open


def late_on(plan: Schedule, today: str, **figures):
    found = standing(plan, figures.get("validated"), figures.get("reported"), day(today))
    return found.state, found.days_late, found.days_late_baseline


def test_the_days_late_of_an_open_item_run_to_today():
    assert late_on(MARCH, "2019-03-31") == (State.DUE_SOON, 0, 0)
    assert late_on(MARCH, "2019-04-01") == (State.OVERDUE, 1, 1)


def test_a_rescheduled_item_is_not_overdue_but_keeps_the_days_it_was_late():
    changed = rescheduled(MARCH, "2019-04-20", months(2019, 3, 2019, 6))
    assert late_on(changed, "2019-05-01") == (State.IN_PROGRESS, 19, 31)
    assert late_on(changed, "2019-07-01") == (State.OVERDUE, 20, 92)


def test_taking_the_late_occurrences_out_does_not_erase_their_days():
    moved = rescheduled(publication_monthly(), "2019-07-11", months(2020, 7, 2020, 8))
    state, late, _ = late_on(moved, "2020-07-15")
    assert (state, late) == (State.DUE_SOON, 40)


def test_of_several_unmet_occurrences_the_longest_late_counts():
    assert late_on(TWO_WINDOWS, "2020-04-10") == (State.OVERDUE, 376, 376)


def test_an_occurrence_met_leaves_only_the_others_late():
    first_met = figure_of(50, "2019-03-20", met={"1": day("2019-03-20")})
    assert late_on(TWO_WINDOWS, "2020-04-10", reported=first_met) == (State.OVERDUE, 10, 10)


def test_a_claim_that_waits_for_its_decision_is_late_to_its_completion_date():
    claim = figure_of(100, "2019-09-01", met={"1": day("2019-04-10")}, completed_on=day("2019-04-10"))
    assert late_on(MARCH, "2020-01-01", reported=claim) == (State.AWAITING_VALIDATION, 10, 10)


def test_a_claim_without_its_date_tells_no_days():
    claim = figure_of(100, "2019-09-01", met={"1": None})
    assert late_on(MARCH, "2020-01-01", reported=claim) == (State.AWAITING_VALIDATION, None, None)
    assert late_on(MARCH, "2020-01-01", validated=claim) == (State.COMPLETE_UNDATED, None, None)


def test_without_dates_nothing_is_late():
    assert late_on(Schedule(), "2020-01-01") == (State.NO_DATE, 0, 0)


def test_a_day_precise_window_is_late_the_next_day():
    assert late_on(schedule(days("2019-04-01", "2019-04-30")), "2019-05-01") == (State.OVERDUE, 1, 1)
