"""Reminders: what is open, what falls due, whom it has reached."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.domain.facts import NodeFacts, PlanFacts
from tracker.domain.plans import NodeKind
from tracker.domain.reminders import (
    REMINDED_AFTER_END,
    has_escalated,
    is_reminded,
    reminder_due,
    week_of,
)
from tracker.domain.schedule import Schedule, ScheduleRevision, Window

DAYS = (30, 7, 1, 0)
DUE = date(2028, 3, 1)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2028, 1, 31), 30),  # February has 29 days in 2028
        (date(2028, 1, 30), None),
        (date(2028, 2, 23), 7),
        (date(2028, 2, 29), 1),
        (date(2028, 3, 1), 0),
        (date(2028, 3, 2), None),
        (date(2028, 2, 24), None),
    ],
)
def test_a_reminder_is_due_on_its_day_alone(on, expected):
    assert reminder_due(DUE, DAYS, since=on, on=on) == expected


@pytest.mark.parametrize(
    ("since", "on", "expected"),
    [
        (date(2028, 2, 20), date(2028, 2, 27), 7),  # missed by four days: told once, late
        (date(2028, 1, 31), date(2028, 2, 29), 1),  # three were missed: the last one serves for all
        (date(2028, 3, 1), date(2028, 3, 3), 0),  # the day itself was missed: still told
        (date(2028, 2, 24), date(2028, 2, 28), None),
    ],
)
def test_what_was_missed_is_made_up_once(since, on, expected):
    assert reminder_due(DUE, DAYS, since=since, on=on) == expected


def test_an_overdue_item_reaches_the_next_person_after_the_days_of_grace():
    assert [has_escalated(days, 15, 1) for days in (15, 16, 31)] == [False, True, True]
    assert [has_escalated(days, 15, 2) for days in (30, 31)] == [False, True]


def test_weeks_are_those_of_the_calendar_at_the_turn_of_the_year():
    assert week_of(date(2026, 12, 31)) == week_of(date(2027, 1, 1)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"


def plan(ends_on: date | None, due: date | None = None) -> PlanFacts:
    schedule = Schedule((ScheduleRevision((Window(due),)),)) if due else Schedule()
    root = NodeFacts("p", NodeKind.PLAN, 4, "4", "Plan")
    node = NodeFacts("a", NodeKind.ACTIVITY, 1, "1", "Actividad", "p", schedule=schedule)
    return PlanFacts(root, (root, node), ends_on=ends_on)


@pytest.mark.parametrize("ends", [plan(date(2020, 8, 31)), plan(None, date(2020, 8, 31))])
def test_reminders_end_a_quarter_after_the_plan(ends):
    last = date(2020, 8, 31) + REMINDED_AFTER_END
    assert is_reminded(ends, last)
    assert not is_reminded(ends, last + timedelta(days=1))


def test_a_plan_without_any_date_ends_never():
    assert is_reminded(plan(None), date(2050, 1, 1))
