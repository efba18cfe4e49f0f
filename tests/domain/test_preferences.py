"""A person's rhythm: when the next letter is due, which hours are quiet, what does not hold together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.preferences import Digest, Preferences

GUATEMALA = "America/Guatemala"
MADRID = "Europe/Madrid"


def local(zone, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(zone))


def next_local(chosen, zone, *parts):
    return chosen.next_digest(local(zone, *parts), zone).astimezone(ZoneInfo(zone))


def test_who_chose_nothing_is_written_to_every_day_at_six():
    assert next_local(Preferences(), GUATEMALA, 2026, 6, 15, 5, 59) == local(GUATEMALA, 2026, 6, 15, 6)
    assert next_local(Preferences(), GUATEMALA, 2026, 6, 15, 6, 0) == local(GUATEMALA, 2026, 6, 16, 6)


def test_a_weekly_letter_comes_on_its_day_across_a_month_and_a_leap_day():
    friday = Preferences(Digest.WEEKLY, hour=18, weekday=4)
    assert next_local(friday, GUATEMALA, 2028, 2, 25, 18, 0) == local(GUATEMALA, 2028, 3, 3, 18)
    assert next_local(friday, GUATEMALA, 2026, 12, 29, 8, 0) == local(GUATEMALA, 2027, 1, 1, 18)


def test_without_letters_what_may_not_be_silenced_still_has_a_moment():
    assert next_local(Preferences(Digest.NEVER, hour=9), GUATEMALA, 2026, 6, 15, 8) == local(
        GUATEMALA, 2026, 6, 15, 9
    )


def test_at_midnight_the_letter_waits_for_the_days_notices():
    assert next_local(Preferences(hour=0), GUATEMALA, 2026, 6, 15, 0, 0) == local(
        GUATEMALA, 2026, 6, 15, 0, 50
    )


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("start", [(2026, 3, 27), (2026, 10, 23)])
def test_on_short_and_long_days_there_is_one_letter_a_day(hour, start):
    chosen, now = Preferences(hour=hour), local(MADRID, *start, 12).astimezone(UTC)
    days = []
    for _ in range(5):
        following = chosen.next_digest(now, MADRID)
        assert following > now
        now = following
        days.append(now.astimezone(ZoneInfo(MADRID)).date())
    assert [(b - a).days for a, b in pairwise(days)] == [1, 1, 1, 1]
    assert now - local(MADRID, *start, 12) < timedelta(days=6)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ((20, 6), {20, 21, 22, 23, 0, 1, 2, 3, 4, 5}),
        ((13, 15), {13, 14}),
        ((0, 1), {0}),
        ((None, None), set()),
    ],
)
def test_quiet_hours_may_go_over_midnight_and_end_on_their_hour(quiet, hours):
    chosen = Preferences(quiet_from=quiet[0], quiet_until=quiet[1], hour=7)
    found = {
        hour for hour in range(24) if chosen.is_quiet(local(GUATEMALA, 2026, 6, 15, hour, 59), GUATEMALA)
    }
    assert found == hours


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (Preferences(hour=24), "hour-not-valid", "hour"),
        (Preferences(weekday=7), "weekday-not-valid", "weekday"),
        (Preferences(quiet_from=22), "quiet-hours-half", "quiet_until"),
        (Preferences(quiet_until=5), "quiet-hours-half", "quiet_from"),
        (Preferences(quiet_from=-1, quiet_until=5), "hour-not-valid", "quiet_from"),
        (Preferences(quiet_from=5, quiet_until=24), "hour-not-valid", "quiet_until"),
        (Preferences(quiet_from=5, quiet_until=5), "quiet-hours-empty", "quiet_until"),
        (Preferences(hour=6, quiet_from=22, quiet_until=7), "digest-in-quiet-hours", "hour"),
    ],
)
def test_hours_that_do_not_hold_together_are_refused_beside_their_field(wrong, code, field):
    with pytest.raises(DomainError) as refused:
        wrong.check()
    assert (refused.value.code, refused.value.field) == (code, field)


def test_hours_that_hold_together_are_taken():
    Preferences(Digest.WEEKLY, 7, 6, 22, 7).check()
