"""The schedule as it is read: in the plan's order, narrowed, folded, with what was met and what was moved."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.plans import TODAY, make_plan
from tests.support.factories.reports import make_scene
from tests.support.factories.schedules import (
    FIRST_QUARTER,
    UNTIL_SEPTEMBER,
    make_monthly,
    make_varied,
)
from tracker.domain.plans import NodeKind
from tracker.domain.states import State
from tracker.queries.portal import schedule, schedule_choice
from tracker.queries.portal.schedule_choice import ScheduleChoice

pytestmark = pytest.mark.usefixtures("app_context")


def read(page=None, **choice):
    return schedule.get_schedule(4, TODAY, ScheduleChoice(**choice), page=page)


def labels(found):
    return [row.label for row in found.rows]


def activities(found):
    return [row for row in found.rows if row.kind is NodeKind.ACTIVITY]


class TestItsLines:
    def test_stand_in_the_plans_order(self):
        make_scene(commitments=2, axes=2)
        assert labels(read()) == ["1", "1", "1.1", "1.2", "2", "1", "1.1", "1.2"]

    def test_a_milestone_without_dates_spans_its_activities(self):
        make_varied()
        heads = [row for row in read().rows if row.kind is NodeKind.MILESTONE]
        assert [[(one.start, one.end) for one in row.windows] for row in heads] == [
            [(date(2026, 1, 1), date(2026, 3, 31))],
            [(date(2026, 1, 1), date(2026, 9, 30))],
        ]

    def test_know_when_each_was_met_as_accepted_or_as_claimed(self):
        make_varied()
        assert [(row.state, row.completed_on) for row in activities(read())] == [
            (State.COMPLETE_ON_TIME, date(2026, 3, 10)),
            (State.COMPLETE_LATE, date(2026, 4, 20)),
            (State.AWAITING_VALIDATION, date(2026, 3, 20)),
            (State.IN_PROGRESS, None),
            (State.OVERDUE, None),
            (State.OVERDUE, None),
        ]

    def test_keep_the_windows_approved_beside_those_in_force(self):
        make_varied()
        moved = activities(read())[3]
        assert (moved.baseline, moved.windows) == ((FIRST_QUARTER,), (UNTIL_SEPTEMBER,))
        assert (moved.moved, moved.slippage) == (True, 183)
        assert not activities(read())[0].moved

    def test_of_a_monthly_duty_have_each_month(self):
        make_monthly()
        own = activities(read())[0].occasions
        assert [(one.proven, one.claimed, one.missed) for one in own] == [
            (True, True, False),
            (False, True, False),
            *[(False, False, True)] * 3,
            *[(False, False, False)] * 7,
        ]

    def test_count_no_report_that_was_returned(self):
        scene = make_varied()
        scene.give_back(scene.submitted(scene.made.activities[4], 100, completed_on=date(2026, 3, 1)))
        assert activities(read())[4].completed_on is None


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            ({"state": "completas"}, ["1.1", "1.2"]),
            ({"state": "atrasadas"}, ["1.2", "1.3"]),
            # What was moved after its due date has been late all the same.
            ({"late": True}, ["1.2", "1.1", "1.2", "1.3"]),
            ({"late": True, "commitment": 1}, ["1.2"]),
            ({"state": "por-comprobar", "institution": "inap"}, ["1.3"]),
            ({"state": "sin-fecha"}, []),
            ({"state": "otra-cosa"}, ["1.1", "1.2", "1.3"] * 2),
        ],
    )
    def test_leaves_the_others_out(self, choice, expected):
        make_varied()
        assert [row.label for row in activities(read(**choice))] == expected

    def test_keeps_what_stands_above_what_is_found_and_nothing_else(self):
        make_varied()
        assert labels(read(state="completas")) == ["1", "1", "1.1", "1.2"]

    def test_is_everything_where_the_plan_has_no_such_commitment_or_institution(self):
        make_varied()
        found = read(commitment=77, institution="nadie")
        assert found.choice == ScheduleChoice()
        assert found.total == len(found.rows) == 10

    def test_names_every_institution_of_the_plan(self):
        make_varied()
        assert {one.slug for one in read().institutions} == {"infom", "inap"}


class TestALongPlan:
    def test_is_folded_to_its_milestones_unless_a_commitment_is_chosen(self, monkeypatch):
        assert schedule_choice.MOST_ROWS == 500
        monkeypatch.setattr(schedule_choice, "MOST_ROWS", 15)
        make_plan(4, commitments=2, milestones=2, activities_per_milestone=3)
        whole, one = read(), read(commitment=2)
        assert (whole.folded, len(whole.rows), whole.total) == (True, 6, 18)
        assert [row.folded for row in whole.rows] == [0, 3, 3, 0, 3, 3]
        assert (one.folded, len(one.rows), one.choice.commitment) == (False, 9, 2)

    def test_is_folded_to_its_commitments_where_milestones_are_too_many(self, monkeypatch):
        monkeypatch.setattr(schedule_choice, "MOST_ROWS", 3)
        make_plan(4, commitments=2, milestones=2, activities_per_milestone=3)
        assert [(row.kind, row.folded) for row in read().rows] == [(NodeKind.COMMITMENT, 6)] * 2

    def test_as_a_table_has_pages_and_loses_nothing(self, monkeypatch):
        assert schedule.PAGE_SIZE == 100
        monkeypatch.setattr(schedule, "PAGE_SIZE", 7)
        make_plan(4, commitments=2, milestones=2, activities_per_milestone=3)
        pages = [read(page=number) for number in (1, 2, 3)]
        assert [len(one.rows) for one in pages] == [7, 7, 4]
        assert len({row.uid for one in pages for row in one.rows}) == 18
        assert not any(one.folded for one in pages)
        assert read(page=9).page == 3
