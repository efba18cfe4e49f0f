"""The clock: how often, by when, every time that a duty was not kept."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.ogp_clock import (
    ClockState,
    Duty,
    Missed,
    Rhythm,
    counts_for,
    months_after,
    rhythms,
    stand,
)

FORUM, TWICE = Rhythm(1, 6), Rhythm(2, 12)


def day(text: str) -> date:
    return date.fromisoformat(text)


def forum(*kept: str, today: str, starts_on: str | None = None):
    return stand(Duty.FORUM, FORUM, map(day, kept), starts_on=starts_on and day(starts_on), today=day(today))


def twice(*kept: str, today: str, starts_on: str | None = None):
    start = starts_on and day(starts_on)
    return stand(Duty.REPOSITORY, TWICE, map(day, kept), starts_on=start, today=day(today))


def test_the_rhythms_are_those_of_the_standards_unless_the_settings_say_otherwise():
    assert rhythms(6, 2, 2) == {Duty.FORUM: FORUM, Duty.RESULTS: TWICE, Duty.REPOSITORY: TWICE}
    with pytest.raises(DomainError, match="clock-rhythm-not-valid"):
        rhythms(0, 2, 2)


def test_a_meeting_with_results_is_a_meeting_of_the_forum_too():
    assert counts_for(Duty.RESULTS) == {Duty.RESULTS, Duty.FORUM}
    assert counts_for(Duty.FORUM) == {Duty.FORUM}
    assert counts_for(Duty.REPOSITORY) == {Duty.REPOSITORY}


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [("2026-01-15", 6, "2026-07-15"), ("2025-08-31", 6, "2026-02-28"), ("2024-02-29", 12, "2025-02-28")],
)
def test_months_later_is_the_same_day_or_the_months_last(start, months, then):
    assert months_after(day(start), months) == day(then)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-05-15", ClockState.KEPT),  # 61 days before
        ("2026-05-16", ClockState.DUE_SOON),
        ("2026-07-15", ClockState.DUE_SOON),  # the last day is in time
        ("2026-07-16", ClockState.MISSED),
    ],
)
def test_the_forum_is_due_six_months_after_it_met(today, state):
    found = forum("2025-08-01", "2026-01-15", today=today)
    assert (found.state, found.due_on, found.last_on, found.needed) == (
        state,
        day("2026-07-15"),
        day("2026-01-15"),
        1,
    )


def test_without_a_record_and_without_a_plan_in_course_there_is_nothing_to_count_from():
    found = forum(today="2026-01-15")
    assert (found.state, found.due_on, found.last_on, found.missed) == (ClockState.NO_RECORD, None, None, ())
    assert forum(today="2026-01-15", starts_on="2026-02-01").state is ClockState.NO_RECORD


def test_without_a_record_it_counts_from_the_start_and_is_missed_when_that_is_too_long_ago():
    assert forum(today="2026-03-01", starts_on="2026-01-01").due_on == day("2026-07-01")
    found = forum(today="2026-07-02", starts_on="2026-01-01")
    assert (found.state, found.last_on, found.missed) == (
        ClockState.MISSED,
        None,
        (Missed(day("2026-07-01"), None),),
    )


def test_every_time_it_was_missed_stays_to_be_read_after_it_was_kept_again():
    found = forum("2024-01-10", "2024-09-01", "2025-02-01", "2025-09-30", today="2025-10-01")
    assert found.missed == (
        Missed(day("2024-07-10"), day("2024-09-01")),
        Missed(day("2025-08-01"), day("2025-09-30")),
    )
    assert found.state is ClockState.KEPT


def test_what_is_still_to_come_counts_not_yet_and_a_day_counts_once():
    assert forum("2026-01-15", "2026-05-01", today="2026-04-30").due_on == day("2026-07-15")
    found = twice("2026-01-15", "2026-01-15", today="2026-02-01")
    assert (found.due_on, found.needed) == (day("2027-01-15"), 1)


def test_twice_in_any_twelve_months_is_due_a_year_after_the_last_but_one():
    found = twice("2025-03-01", "2025-10-01", "2026-01-20", today="2026-02-01")
    assert (found.due_on, found.needed, found.state) == (day("2026-10-01"), 1, ClockState.KEPT)


def test_in_the_first_year_both_times_are_still_needed():
    assert twice(today="2026-02-01", starts_on="2026-01-01").needed == 2
    found = twice("2026-03-01", today="2026-04-01", starts_on="2026-01-01")
    assert (found.due_on, found.needed) == (day("2027-01-01"), 1)


def test_times_that_run_into_each_other_are_one_until_it_was_kept_often_enough():
    found = twice("2021-03-01", "2021-05-01", today="2021-06-01", starts_on="2020-01-01")
    assert found.missed == (Missed(day("2021-01-01"), day("2021-05-01")),)
    late = twice("2021-03-01", today="2021-06-01", starts_on="2020-01-01")
    assert late.missed == (Missed(day("2021-01-01"), None),)
    assert late.state is ClockState.MISSED


def test_an_earlier_record_moves_the_start_back():
    assert forum("2025-12-01", today="2026-02-01", starts_on="2026-01-01").due_on == day("2026-06-01")
