"""When jobs fall due: days at the edges, what is missing, what is next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tracker.domain.slots import Daily, EveryMinute, MonthEnd, Rule, Slot, Weekly

ZONE = "America/Guatemala"  # UTC-6 all the year
MORNING = Daily(time(6, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def missing(rule: Rule, last: str | None, now: str, *, zone: str = ZONE, limit: int = 31) -> list[str]:
    return [slot.key for slot in rule.missing(last, at(now), zone, limit)]


def test_a_daily_slot_is_due_at_its_civil_time():
    assert MORNING.slot(date(2026, 6, 15), ZONE) == Slot(
        "2026-06-15", date(2026, 6, 15), at("2026-06-15 12:30")
    )
    assert missing(MORNING, "2026-06-14", "2026-06-15 12:29") == []
    assert missing(MORNING, "2026-06-14", "2026-06-15 12:30") == ["2026-06-15"]


def test_late_in_the_evening_the_civil_day_is_still_the_same_though_utc_is_a_day_ahead():
    assert missing(MORNING, "2026-06-15", "2026-06-16 05:00") == []


def test_every_missed_day_is_named_oldest_first():
    assert missing(MORNING, "2026-06-11", "2026-06-15 13:00") == [
        "2026-06-12",
        "2026-06-13",
        "2026-06-14",
        "2026-06-15",
    ]


def test_after_a_long_rest_only_the_newest_days_are_made_up():
    assert missing(MORNING, "2026-01-01", "2026-06-15 13:00", limit=2) == ["2026-06-14", "2026-06-15"]


def test_before_the_first_run_there_is_nothing_to_make_up_but_the_last_slot():
    assert missing(MORNING, None, "2026-06-15 13:00") == ["2026-06-15"]
    assert missing(MORNING, None, "2026-06-15 11:00") == ["2026-06-14"]


def test_a_slot_known_from_the_future_leaves_nothing_missing():
    assert missing(MORNING, "2026-07-01", "2026-06-15 13:00") == []


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        ("2028-01-31", "2028-03-01 10:00", ["2028-02-29"]),
        ("2026-01-31", "2026-03-01 10:00", ["2026-02-28"]),
        ("2100-01-31", "2100-03-01 10:00", ["2100-02-28"]),
        ("2026-11-30", "2027-01-01 10:00", ["2026-12-31"]),
        ("2026-03-31", "2026-05-01 08:59", []),
        ("2026-03-31", "2026-07-02 09:00", ["2026-04-30", "2026-05-31", "2026-06-30"]),
    ],
)
def test_a_month_is_closed_the_day_after_its_last_one(last, now, expected):
    assert missing(MonthEnd(time(3, 0)), last, now) == expected


def test_a_weekly_slot_falls_on_its_day():
    monday = Weekly(time(6, 30), weekday=0)
    assert missing(monday, "2026-06-08", "2026-06-15 12:30") == ["2026-06-15"]
    assert missing(monday, "2026-06-08", "2026-06-14 23:00") == []
    assert missing(monday, None, "2026-06-17 12:30") == ["2026-06-15"]


def test_a_minute_is_not_made_up():
    rule = EveryMinute()
    assert missing(rule, None, "2026-06-15 12:30:42") == ["2026-06-15T12:30Z"]
    assert missing(rule, "2026-06-15T12:30Z", "2026-06-15 12:30:59") == []
    assert missing(rule, "2026-06-15T09:00Z", "2026-06-15 12:31:00") == ["2026-06-15T12:31Z"]


@pytest.mark.parametrize(
    ("rule", "now", "expected"),
    [
        (MORNING, "2026-06-15 12:29", "2026-06-15 12:30"),
        (MORNING, "2026-06-15 12:30", "2026-06-16 12:30"),
        (Weekly(time(6, 30)), "2026-06-16 12:00", "2026-06-22 12:30"),
        (MonthEnd(time(3, 0)), "2028-02-10 00:00", "2028-03-01 09:00"),
        (MonthEnd(time(3, 0)), "2026-06-01 08:00", "2026-06-01 09:00"),
        (EveryMinute(), "2026-06-15 12:30:42", "2026-06-15 12:31"),
    ],
)
def test_the_next_run_is_told(rule, now, expected):
    assert rule.next_at(at(now), ZONE) == at(expected)


def test_where_clocks_change_a_daily_job_runs_once_a_day():
    days = ["2026-03-28", "2026-03-29", "2026-03-30"]
    rule = Daily(time(2, 30))
    assert missing(rule, "2026-03-27", "2026-03-30 10:00", zone="Europe/Madrid") == days
    instants = [rule.slot(date.fromisoformat(day), "Europe/Madrid").due_at for day in days]
    assert instants == sorted(set(instants))


def test_rules_say_when_they_run():
    rules = [MORNING, Weekly(time(6, 30)), MonthEnd(time(3, 0)), EveryMinute()]
    assert [str(rule) for rule in rules] == [
        "daily at 06:30",
        "on Monday at 06:30",
        "at the end of each month, at 03:00 of the next day",
        "every minute, when there is something to do",
    ]
