"""When a link is down, and when it is looked at again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.domain.links import LinkOutcome, LinkStanding, after, next_look, outcome_of

DAY = date(2026, 6, 1)
OLD = DAY - timedelta(days=100)


def days(count):
    return timedelta(days=count)


def failing(times, *, n=3, standing=None):
    standing = standing or LinkStanding()
    for number in range(times):
        standing = after(standing, LinkOutcome.NOT_FOUND, DAY + days(number), days=n)
    return standing


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, LinkOutcome.ANSWERS),
        (206, LinkOutcome.ANSWERS),
        (301, LinkOutcome.BROKEN),
        (401, LinkOutcome.CLOSED),
        (403, LinkOutcome.CLOSED),
        (429, LinkOutcome.CLOSED),
        (404, LinkOutcome.NOT_FOUND),
        (410, LinkOutcome.NOT_FOUND),
        (400, LinkOutcome.BROKEN),
        (500, LinkOutcome.BROKEN),
        (503, LinkOutcome.BROKEN),
    ],
)
def test_what_a_status_says(status, outcome):
    assert outcome_of(status) is outcome


def test_a_server_that_lets_no_program_in_is_no_failure():
    assert not LinkOutcome.CLOSED.is_failure
    assert LinkOutcome.NOT_PUBLIC.is_failure


def test_a_link_is_down_after_so_many_separate_days_and_since_the_first():
    assert failing(2).down_since is None
    assert failing(3).down_since == DAY
    assert failing(5).down_since == DAY


def test_a_day_counts_once_however_often_one_looks():
    standing = after(failing(2), LinkOutcome.TOO_SLOW, DAY + days(1), days=3)
    assert (standing.failed_days, standing.down_since) == (2, None)


def test_an_earlier_day_adds_nothing():
    assert after(failing(2), LinkOutcome.TOO_SLOW, DAY, days=3).failed_days == 2


@pytest.mark.parametrize("outcome", [LinkOutcome.ANSWERS, LinkOutcome.CLOSED])
def test_one_answer_settles_everything(outcome):
    assert after(failing(6), outcome, DAY + days(9), days=3) == LinkStanding()


def test_without_a_number_of_days_the_first_failure_counts():
    assert failing(1, n=0).down_since == DAY


def test_the_young_are_looked_at_daily_and_the_old_weekly():
    assert next_look(LinkStanding(), DAY - days(30), DAY, days=3) == DAY + days(1)
    assert next_look(LinkStanding(), DAY - days(31), DAY, days=3) == DAY + days(7)


def test_what_fails_is_looked_at_daily_until_it_is_known_to_be_down_and_then_ever_more_seldom():
    waits = [(next_look(failing(times), OLD, DAY, days=3) - DAY).days for times in (1, 2, 3, 4, 5, 9)]
    assert waits == [1, 1, 2, 4, 7, 7]
