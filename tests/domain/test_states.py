"""Rule 7: the state of an item on a day, from its schedule and its two figures; rule 5: the worst of many."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.facts import (
    INAP,
    INFOM,
    SCEP,
    day,
    days,
    figure_of,
    lead,
    month,
    months,
    publication_monthly,
    report,
    schedule,
    validated,
)
from tracker.domain.facts import ReportFact, RoleFact
from tracker.domain.progress import VALIDATED_ONLY, figure
from tracker.domain.schedule import Schedule, occurrences
from tracker.domain.states import (
    CLOSED_BY_GRAVITY,
    COMPLETE,
    OPEN_BY_GRAVITY,
    Standing,
    State,
    expected_progress,
    is_behind,
    standing,
    worst,
)
from tracker.domain.workflow import ReportStatus

MARCH = schedule(month(2019, 3))
LONG = schedule(months(2019, 1, 2019, 10))
TWO_WINDOWS = schedule(months(2019, 1, 2019, 3), months(2020, 1, 2020, 3))


def stands(
    plan: Schedule,
    today: str,
    *reports: ReportFact,
    roles: tuple[RoleFact, ...] = lead(INFOM),
    **given_too: bool | int,
) -> Standing:
    """The standing that these reports give: the figures as the tree computes them."""
    keys = [one.key for one in occurrences(plan.current, plan.frequency)]
    recurring = plan.frequency is not None
    return standing(
        plan,
        figure(reports, roles, keys, recurring=recurring, statuses=VALIDATED_ONLY),
        figure(reports, roles, keys, recurring=recurring),
        day(today),
        **given_too,
    )


# Without reports


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2018-12-31", State.NOT_DUE),
        ("2019-01-01", State.IN_PROGRESS),
        ("2019-09-30", State.IN_PROGRESS),
        ("2019-10-01", State.DUE_SOON),
        ("2019-10-31", State.DUE_SOON),
        ("2019-11-01", State.OVERDUE),
    ],
)
def test_without_reports_the_state_follows_the_calendar(today, state):
    assert stands(LONG, today).state is state


@pytest.mark.parametrize(("warning", "state"), [(7, State.IN_PROGRESS), (8, State.DUE_SOON)])
def test_due_soon_begins_as_many_days_before_as_the_plan_says(warning, state):
    assert stands(LONG, "2019-10-23", due_soon_days=warning).state is state


def test_without_a_date_there_is_nothing_to_be_late_for():
    assert stands(Schedule(), "2019-10-23") == Standing(State.NO_DATE)
    assert stands(Schedule(), "2019-10-23", report(50, "2019-10-01")).state is State.NO_DATE


def test_no_report_is_not_behind():
    assert stands(LONG, "2019-09-30").state is State.IN_PROGRESS


def test_an_item_with_progress_before_its_window_has_begun():
    assert stands(LONG, "2018-12-20", report(10, "2018-12-15")).state is State.IN_PROGRESS
    assert stands(LONG, "2018-12-20", report(0, "2018-12-15")).state is State.NOT_DUE


def test_a_withdrawn_item_is_withdrawn_whatever_was_reported():
    found = stands(MARCH, "2019-06-01", validated(100, completed="2019-05-01"), withdrawn=True)
    assert (found.state, found.days_late, found.days_late_baseline) == (State.WITHDRAWN, 0, 0)


# Behind


def test_behind_compares_the_progress_submitted_with_what_was_expected_on_its_date():
    on_pace = report(50, "2019-05-30")  # 150 of 304 days had passed
    late = report(49, "2019-05-30")
    assert stands(LONG, "2019-06-01", on_pace).state is State.IN_PROGRESS
    assert stands(LONG, "2019-06-01", late).state is State.BEHIND


def test_progress_that_kept_pace_when_reported_is_not_behind_later():
    assert stands(LONG, "2019-09-30", report(50, "2019-05-30")).state is State.IN_PROGRESS


def test_behind_weighs_more_than_due_soon_and_less_than_overdue():
    assert stands(LONG, "2019-10-15", report(10, "2019-10-10")).state is State.BEHIND
    assert stands(LONG, "2019-11-01", report(10, "2019-10-10")).state is State.OVERDUE


def test_a_short_window_is_no_fair_measure():
    assert not is_behind(MARCH, figure_of(0, "2019-03-31"))
    assert expected_progress(MARCH, day("2019-03-31")) is None


def test_a_short_window_with_a_quantity_has_an_expected_progress():
    assert expected_progress(MARCH, day("2019-03-31"), quantified=True) == 100
    assert stands(MARCH, "2019-03-31", report(50, "2019-03-30"), quantified=True).state is State.BEHIND


def test_several_short_windows_have_an_expected_progress():
    pair = schedule(days("2019-03-01", "2019-03-10"), days("2019-06-01", "2019-06-10"))
    assert expected_progress(pair, day("2019-04-15")) == 50


def test_a_recurring_duty_expects_the_periods_that_have_fallen_due():
    monthly = publication_monthly()
    assert expected_progress(monthly, day("2019-05-31")) == 0
    assert expected_progress(monthly, day("2019-06-01")) == Fraction(100, 16)
    assert expected_progress(monthly, day("2020-08-31")) == Fraction(1500, 16)
    assert expected_progress(monthly, day("2020-09-01")) == 100


def test_without_windows_nothing_is_expected():
    assert expected_progress(Schedule(), day("2020-01-01")) is None


# Waiting, decided, returned


def test_a_claim_of_the_whole_awaits_validation_apart_from_overdue():
    found = stands(MARCH, "2020-01-01", report(100, "2019-04-10", completed="2019-03-20"))
    assert (found.state, found.days_late) == (State.AWAITING_VALIDATION, 0)


@pytest.mark.parametrize("status", [ReportStatus.RETURNED, ReportStatus.WITHDRAWN, ReportStatus.DRAFT])
def test_a_claim_that_does_not_stand_leaves_the_item_overdue(status):
    found = stands(MARCH, "2020-01-01", report(100, "2019-04-10", completed="2019-03-20", status=status))
    assert (found.state, found.days_late) == (State.OVERDUE, 276)


def test_a_reopened_claim_awaits_its_decision_again():
    found = stands(MARCH, "2020-01-01", report(100, "2019-04-10", status=ReportStatus.REOPENED))
    assert found.state is State.AWAITING_VALIDATION


def test_a_newer_claim_of_the_whole_awaits_validation_beside_a_validated_half():
    half, whole = validated(50, "2019-03-10"), report(100, "2019-04-10", sequence=5, completed="2019-04-05")
    found = stands(MARCH, "2020-01-01", half, whole)
    assert (found.state, found.days_late) == (State.AWAITING_VALIDATION, 5)


def test_a_returned_claim_after_a_validated_part_restores_overdue():
    part = validated(40, "2019-03-10")
    returned = report(100, "2019-04-10", sequence=5, status=ReportStatus.RETURNED)
    assert stands(MARCH, "2020-01-01", part, returned).state is State.OVERDUE


def test_what_is_validated_whole_stays_complete_beside_a_newer_lower_claim():
    whole = validated(100, "2019-03-30", completed="2019-03-20")
    lower = report(50, "2019-06-01", sequence=9)
    assert stands(MARCH, "2020-01-01", whole, lower).state is State.COMPLETE_ON_TIME


@pytest.mark.parametrize(
    ("completed", "state", "late"),
    [
        ("2019-02-10", State.COMPLETE_EARLY, 0),
        ("2019-03-31", State.COMPLETE_ON_TIME, 0),
        ("2019-04-04", State.COMPLETE_LATE, 4),
        (None, State.COMPLETE_UNDATED, None),
    ],
)
def test_a_validated_whole_is_complete_by_its_own_date_whenever_reported(completed, state, late):
    found = stands(MARCH, "2021-01-01", validated(100, "2020-08-28", completed=completed))
    assert (found.state, found.days_late, found.due_on) == (state, late, day("2019-03-31"))


def test_a_whole_without_any_due_date_is_complete_with_no_days():
    found = stands(Schedule(), "2021-01-01", validated(100, completed="2020-03-01"))
    assert (found.state, found.days_late, found.due_on) == (State.COMPLETE_UNDATED, None, None)


def test_almost_the_whole_is_not_complete():
    assert stands(MARCH, "2020-01-01", validated("99.99", "2019-03-10")).state is State.OVERDUE


# Two windows


def test_two_windows_unmet_are_overdue_by_the_first():
    found = stands(TWO_WINDOWS, "2019-04-01")
    assert (found.state, found.due_on, found.unmet) == (State.OVERDUE, day("2019-03-31"), ("1", "2"))


def test_once_the_first_is_met_the_second_governs():
    first = report(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    found = stands(TWO_WINDOWS, "2019-04-01", first)
    assert (found.state, found.due_on, found.unmet) == (State.IN_PROGRESS, day("2020-03-31"), ("2",))
    assert stands(TWO_WINDOWS, "2020-04-01", first).state is State.OVERDUE


def test_a_returned_occurrence_is_overdue_again():
    first = report(100, "2019-03-20", occurrence="1", status=ReportStatus.RETURNED)
    assert stands(TWO_WINDOWS, "2019-04-01", first).state is State.OVERDUE


def test_a_partial_report_on_the_whole_does_not_undo_the_window_met():
    first = validated(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    whole = report(60, "2019-12-01", sequence=7)
    found = stands(TWO_WINDOWS, "2020-01-10", first, whole)
    assert (found.state, found.due_on) == (State.IN_PROGRESS, day("2020-03-31"))


def test_the_window_met_earlier_keeps_its_date_when_the_whole_is_claimed():
    first = validated(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    whole = validated(100, "2020-04-05", sequence=7, completed="2020-04-02")
    found = stands(TWO_WINDOWS, "2021-01-01", first, whole)
    assert (found.state, found.days_late) == (State.COMPLETE_LATE, 2)


def test_a_single_date_for_the_whole_is_held_against_every_window_due_before_it():
    found = stands(TWO_WINDOWS, "2021-01-01", validated(100, "2020-03-20", completed="2020-03-10"))
    assert (found.state, found.days_late) == (State.COMPLETE_LATE, 345)


def test_all_windows_claimed_and_some_decided_await_validation():
    first = validated(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    second = report(100, "2020-03-20", occurrence="2", completed="2020-03-20", sequence=7)
    found = stands(TWO_WINDOWS, "2020-06-01", first, second)
    assert (found.state, found.due_on, found.unmet) == (
        State.AWAITING_VALIDATION,
        day("2020-03-31"),
        (),
    )


def test_a_lower_correction_of_a_decided_window_leaves_nothing_unmet_but_waits():
    first = validated(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    second = report(100, "2020-03-20", occurrence="2", sequence=7)
    doubt = report(50, "2020-03-21", occurrence="1", sequence=8)
    found = stands(TWO_WINDOWS, "2020-06-01", first, second, doubt)
    assert (found.state, found.unmet) == (State.AWAITING_VALIDATION, ())


# Recurring


def test_the_first_period_missed_makes_a_recurring_duty_overdue():
    found = stands(publication_monthly(), "2019-06-01")
    assert (found.state, found.due_on, found.days_late) == (State.OVERDUE, day("2019-05-31"), 1)


def test_a_recurring_duty_lists_the_periods_missing():
    met = [
        report(100, f"2019-{number:02d}-28", occurrence=f"2019-{number:02d}", sequence=number)
        for number in (5, 6, 8)
    ]
    found = stands(publication_monthly(), "2019-09-10", *met)
    assert (found.state, found.due_on) == (State.OVERDUE, day("2019-07-31"))
    assert found.unmet[:2] == ("2019-07", "2019-09")
    assert len(found.unmet) == 13


def test_a_recurring_duty_on_pace_is_due_soon_with_its_next_period():
    met = [
        report(100, f"2019-{number:02d}-28", occurrence=f"2019-{number:02d}", sequence=number)
        for number in (5, 6)
    ]
    assert stands(publication_monthly(), "2019-07-10", *met).state is State.DUE_SOON


# Several leads


def test_another_leads_waiting_claim_is_not_passed_over_by_the_first_one_validated():
    leads = lead(INFOM, SCEP)
    first = validated(100, "2019-03-20", completed="2019-03-20")
    partial = report(40, "2019-03-25", institution=SCEP, sequence=4)
    whole = report(100, "2019-03-28", institution=SCEP, sequence=5, completed="2019-03-27")
    assert stands(MARCH, "2019-05-01", first, partial, roles=leads).state is State.OVERDUE
    assert stands(MARCH, "2019-05-01", first, partial, whole, roles=leads).state is State.AWAITING_VALIDATION


def test_of_those_who_reported_all_validated_completes_the_item():
    leads = lead(INFOM, SCEP, INAP)
    first = validated(100, "2019-03-20", completed="2019-03-20")
    second = validated(100, "2019-04-20", completed="2019-04-03", institution=SCEP)
    found = stands(MARCH, "2019-05-01", first, second, roles=leads)
    assert (found.state, found.days_late) == (State.COMPLETE_LATE, 3)


# Fold


def test_every_state_has_its_place_in_the_fold():
    assert set(OPEN_BY_GRAVITY) | set(CLOSED_BY_GRAVITY) == set(State)
    assert not set(OPEN_BY_GRAVITY) & set(CLOSED_BY_GRAVITY)
    assert set(CLOSED_BY_GRAVITY) - {State.WITHDRAWN} == COMPLETE


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], State.NO_DATE),
        ([State.COMPLETE_EARLY, State.COMPLETE_LATE], State.COMPLETE_LATE),
        ([State.COMPLETE_LATE, State.NOT_DUE], State.NOT_DUE),
        ([State.AWAITING_VALIDATION, State.OVERDUE, State.BEHIND], State.OVERDUE),
        ([State.DUE_SOON, State.BEHIND], State.BEHIND),
        ([State.COMPLETE_ON_TIME, State.COMPLETE_UNDATED], State.COMPLETE_UNDATED),
        ([State.WITHDRAWN, State.COMPLETE_EARLY], State.COMPLETE_EARLY),
        ([State.WITHDRAWN], State.WITHDRAWN),
    ],
)
def test_many_stand_where_their_worst_open_one_stands(states, expected):
    assert worst(states) is expected


@given(st.lists(st.sampled_from(State), min_size=1), st.randoms(use_true_random=False))
def test_the_fold_takes_one_of_them_in_any_order_and_any_grouping(states, random):
    found = worst(states)
    assert found in states
    shuffled = list(states)
    random.shuffle(shuffled)
    cut = random.randrange(len(states))
    assert worst(shuffled) is found
    assert worst([worst(states[: cut + 1]), *states[cut + 1 :]]) is found


@given(st.lists(st.sampled_from(State)), st.sampled_from(OPEN_BY_GRAVITY))
def test_an_open_one_never_hides_behind_closed_ones(states, opened):
    assert worst([*states, opened]) in OPEN_BY_GRAVITY
