"""Overdue flags: opened and closed for each occurrence, with their day counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.schedule import Frequency, Precision
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.notices import OverdueFlag
from tracker.models.plans import PlanNode
from tracker.services import plans, reschedulings
from tracker.services.overdue import FlagCounts, flag_plan

DUE = date(2028, 2, 29)
WINDOWS = (window(date(2028, 1, 1), DUE, Precision.MONTH),)
DAY = timedelta(days=1)
PLAN = {"starts_on": date(2028, 1, 1), "ends_on": date(2029, 12, 31), "activities_per_milestone": 1}


@pytest.fixture
def scene(app_context):
    return make_scene(windows=WINDOWS, today=date(2028, 1, 10), **PLAN)


def flag(scene, on, today=None):
    with transaction():
        return flag_plan(scene.made.id, on=on, today=today or on, now=NOW)


def flags():
    db.session.rollback()
    rows = db.session.scalars(select(OverdueFlag).order_by(OverdueFlag.due_on, OverdueFlag.id))
    return [(one.occurrence, one.due_on, one.opened_on, one.closed_on, one.days_late) for one in rows]


def test_on_its_due_date_nothing_is_overdue_and_the_day_after_it_is(scene):
    assert flag(scene, DUE) == FlagCounts()
    assert flags() == []
    assert flag(scene, date(2028, 3, 1)) == FlagCounts(opened=1, counted=1)
    assert flags() == [("1", DUE, date(2028, 3, 1), None, 1)]


def test_days_are_counted_and_a_second_run_for_a_day_changes_nothing(scene):
    flag(scene, DUE + 3 * DAY)
    before = flags()
    assert flag(scene, DUE + 3 * DAY) == FlagCounts(counted=1)
    assert flags() == before
    flag(scene, DUE + 40 * DAY)
    assert flags() == [("1", DUE, DUE + 3 * DAY, None, 40)]


def test_a_report_of_100_percent_closes_it_with_the_days_up_to_its_completion(scene):
    flag(scene, DUE + 2 * DAY)
    on = DUE + 9 * DAY
    scene.submitted(percent=100, completed_on=DUE + 5 * DAY, today=on)
    assert flag(scene, on) == FlagCounts(closed=1)
    assert flags() == [("1", DUE, DUE + 2 * DAY, on, 5)]


def test_what_was_done_in_time_and_reported_late_was_no_day_late(scene):
    flag(scene, DUE + 2 * DAY)
    scene.submitted(percent=100, completed_on=DUE, today=DUE + 4 * DAY)
    flag(scene, DUE + 4 * DAY)
    assert flags()[0][-1] == 0


def test_a_completion_without_a_date_keeps_the_days_until_it_was_found(scene):
    flag(scene, DUE + 2 * DAY)
    scene.submitted(percent=100, today=DUE + 4 * DAY)
    flag(scene, DUE + 4 * DAY)
    assert flags()[0][-2:] == (DUE + 4 * DAY, 4)


def test_a_return_restores_overdue(scene):
    flag(scene, DUE + 2 * DAY)
    report = scene.submitted(percent=100, completed_on=DUE + 3 * DAY, today=DUE + 4 * DAY)
    flag(scene, DUE + 4 * DAY)
    scene.give_back(report, today=DUE + 6 * DAY)
    assert flag(scene, DUE + 6 * DAY) == FlagCounts(reopened=1, counted=1)
    assert flags() == [("1", DUE, DUE + 2 * DAY, None, 6)]


def test_a_partial_report_leaves_it_overdue(scene):
    scene.submitted(percent=99, today=DUE + DAY)
    flag(scene, DUE + 2 * DAY)
    assert flags()[0][3] is None


def test_a_rescheduling_closes_the_flag_with_the_days_already_late_and_a_new_one_opens_for_the_new_date(
    scene,
):
    flag(scene, DUE + 10 * DAY)
    with transaction():
        request = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(date(2028, 1, 1), date(2028, 4, 30))],
            reason="Faltó el convenio.",
            now=scene.clock.next(DUE + 20 * DAY),
            today=DUE + 20 * DAY,
        ).uid
    with transaction():
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=request,
            approve=True,
            resolution="Se aprueba.",
            now=scene.clock.next(),
            today=DUE + 20 * DAY,
        )
    assert flag(scene, DUE + 21 * DAY) == FlagCounts(closed=1)
    assert flags() == [("1", DUE, DUE + 10 * DAY, DUE + 21 * DAY, 19)]
    assert flag(scene, date(2028, 5, 1)) == FlagCounts(opened=1, counted=1)
    assert flags()[1] == ("1", date(2028, 4, 30), date(2028, 5, 1), None, 1)


def test_a_withdrawn_item_is_not_overdue(scene):
    flag(scene, DUE + 2 * DAY)
    with transaction():
        node = db.session.get(PlanNode, scene.activity.id)
        plans.withdraw_node(SYSTEM, node, on=DUE + 3 * DAY, reason="Ya no procede.", now=NOW)
    flag(scene, DUE + 4 * DAY)
    assert flags()[0][3] == DUE + 4 * DAY


def test_each_separate_window_is_flagged_for_itself(app_context):
    two = (window(date(2028, 1, 1), DUE), window(date(2029, 1, 1), date(2029, 3, 31)))
    scene = make_scene(windows=two, today=date(2028, 1, 10), **PLAN)
    flag(scene, DUE + DAY)
    assert [one[0] for one in flags()] == ["1"]
    flag(scene, date(2029, 4, 1))
    assert [(one[0], one[4]) for one in flags()] == [("1", (date(2029, 4, 1) - DUE).days), ("2", 1)]


def test_each_period_of_a_recurring_duty_is_flagged_and_closed_for_itself(app_context):
    scene = make_scene(
        windows=(window(date(2028, 1, 1), date(2028, 3, 31)),),
        frequency=Frequency.MONTHLY,
        today=date(2028, 1, 10),
        **PLAN,
    )
    flag(scene, date(2028, 3, 1))
    assert [(one[0], one[1]) for one in flags()] == [("2028-01", date(2028, 1, 31)), ("2028-02", DUE)]
    scene.submitted(percent=100, occurrence="2028-01", completed_on=date(2028, 2, 2), today=date(2028, 3, 2))
    flag(scene, date(2028, 3, 2))
    assert [(one[0], one[3], one[4]) for one in flags()] == [
        ("2028-01", date(2028, 3, 2), 2),
        ("2028-02", None, 2),
    ]


def stored(scene):
    db.session.rollback()
    return db.session.get(ActivityCurrent, scene.activity.id), db.session.get(NodeTotals, scene.made.id)


def test_stored_figures_are_brought_to_the_day(scene):
    assert stored(scene)[0].state is not State.OVERDUE
    flag(scene, DUE + DAY)
    activity, plan = stored(scene)
    assert (activity.state, activity.days_late, plan.overdue) == (State.OVERDUE, 1, 1)
    assert plan.computed_on == DUE + DAY


def test_a_run_by_hand_for_an_earlier_day_takes_nothing_back(scene):
    flag(scene, DUE + 30 * DAY)
    before = flags()
    flag(scene, DUE + 5 * DAY, today=DUE + 30 * DAY)
    assert flags() == before
    assert stored(scene)[1].computed_on == DUE + 30 * DAY


def test_a_run_for_a_day_that_has_not_come_stores_no_figure_of_it(scene):
    flag(scene, DUE - DAY)
    flag(scene, DUE + 5 * DAY, today=DUE - DAY)
    assert stored(scene)[1].computed_on == DUE - DAY
    assert stored(scene)[0].state is not State.OVERDUE


def test_queries_do_not_grow_with_the_plan(app_context, query_counter):
    counts = []
    for number, activities in ((4, 2), (5, 40)):
        made = make_scene(
            number=number,
            windows=WINDOWS,
            today=date(2028, 1, 10),
            **{**PLAN, "activities_per_milestone": activities},
        )
        flag(made, DUE)
        with query_counter() as queries:
            flag(made, DUE + DAY)
        counts.append(len([one for one in queries if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1]
