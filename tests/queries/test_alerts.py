"""Early warning: each kind finds its items, whoever reads, and takes as many queries for 1,000 as for 10."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotAllowed
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.schedule import Frequency, Precision
from tracker.queries.alert_rows import AlertFilter, AlertKind
from tracker.queries.alerts import get_warnings
from tracker.services import overdue, rounds

STUCK = {
    "no_progress": True,
    "obstacle": "Sin presupuesto asignado",
    "obstacle_kind": ObstacleKind.FUNDS,
    "needed": "Ampliación",
}
DUE = date(2026, 12, 31)


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2, activities_per_milestone=3)


def warnings(scene, today=TODAY, **chosen):
    db.session.rollback()
    return get_warnings(scene.contact, AlertFilter(**chosen), today)


def of(scene, kind, today=TODAY, **chosen):
    return warnings(scene, today, **chosen).alerts[kind]


def stuck(scene, node=None, *, day=TODAY, expected=date(2027, 2, 10), actor=None, **more):
    told = {**STUCK, **more}
    return scene.submitted(node, 10, answers=(), today=day, actor=actor, new_expected_on=expected, **told)


class TestEachKind:
    def test_behind_is_less_than_the_elapsed_time_asks_for_on_the_day_of_the_report(self, scene):
        scene.submitted(percent=10, answers=())
        scene.submitted(scene.made.activities[1], percent=90, answers=())
        (one,) = of(scene, AlertKind.BEHIND)
        assert (one.node_uid, one.percent, one.on) == (scene.activity.uid, 10, TODAY)
        assert one.expected > 40
        assert one.institutions == ("INFOM",)

    def test_due_soon_without_a_word_from_who_answers_for_it(self, scene):
        soon = DUE - timedelta(days=20)
        scene.submitted(percent=60, answers=(), today=soon)
        found = of(scene, AlertKind.DUE_SOON, soon)
        assert scene.activity.uid not in {one.node_uid for one in found}
        assert {one.days for one in found} == {20}
        assert of(scene, AlertKind.DUE_SOON, DUE - timedelta(days=31)) == ()

    def test_a_declared_date_is_told_against_both_dates(self, scene):
        stuck(scene)
        (one,) = of(scene, AlertKind.DECLARED_LATE)
        assert (one.declared_on, one.due_on, one.baseline_due_on) == (date(2027, 2, 10), DUE, DUE)
        assert one.days == 41
        later = TODAY + timedelta(days=3)
        scene.give_back(stuck(scene, scene.made.activities[1], day=later), today=later)
        assert len(of(scene, AlertKind.DECLARED_LATE, later)) == 1, "returned words do not stand"

    def test_only_what_was_last_said_counts(self, scene):
        scene.withdraw(stuck(scene))
        scene.submitted(percent=20, answers=())
        assert of(scene, AlertKind.OBSTACLE) == ()

    def test_obstacles_are_counted_by_kind_and_institution(self, scene):
        first, second, *_ = scene.made.activities
        stuck(scene, first)
        stuck(scene, second, obstacle_kind=ObstacleKind.LEGAL)
        stuck(scene, first, actor=scene.helper)
        found = warnings(scene)
        assert [(row.institution, row.total) for row in found.obstacles] == [("INFOM", 2), ("INAP", 1)]
        assert found.obstacles[0].counts[ObstacleKind.FUNDS] == 1
        assert (found.of_obstacle(ObstacleKind.FUNDS), found.of_obstacle(ObstacleKind.LEGAL)) == (1, 1)
        (one,) = of(scene, AlertKind.OBSTACLE, obstacle="legal")
        assert (one.obstacle, one.needed) == ("Sin presupuesto asignado", "Ampliación")

    def test_no_progress_in_a_row_counts_each_round_once_and_ends_with_progress(self, scene):
        day = TODAY
        for _ in range(3):
            with transaction():
                rounds.open_rounds(SYSTEM, today=day, now=scene.clock.next(day))
            scene.validate(zero(scene, day), today=day)
            day += timedelta(days=31)
        (one,) = of(scene, AlertKind.STALLED, day)
        assert (one.node_uid, one.in_a_row) == (scene.activity.uid, 3)
        scene.submitted(percent=5, answers=(), today=day)
        assert of(scene, AlertKind.STALLED, day) == ()

    def test_institutions_that_answer_no_round_are_told_with_how_many(self, scene):
        days = [date(2026, month, 5) for month in (6, 7, 8)]
        for day in days:
            with transaction():
                assert rounds.open_rounds(SYSTEM, today=day, now=scene.clock.next(day)).opened
            if day.month == 6:
                scene.validated(percent=60, actor=scene.helper, today=day)
        (helper, lead) = sorted(warnings(scene, date(2026, 9, 2)).silent, key=lambda row: row.rounds)
        assert (lead.institution, lead.rounds, lead.since) == ("INFOM", 3, date(2026, 6, 1))
        assert helper.institution == "INAP"
        assert lead.asked == 6
        assert [row.institution for row in warnings(scene, date(2026, 7, 2)).silent] == ["INFOM"]

    def test_missed_deliveries_of_a_recurring_duty_are_listed(self, app_context):
        months = window(date(2026, 1, 1), date(2026, 8, 31), Precision.MONTH)
        scene = make_scene(windows=[months], frequency=Frequency.MONTHLY, activities_per_milestone=1)
        scene.submitted(percent=100, occurrence="2026-02", completed_on=date(2026, 2, 20), answers=())
        with transaction():
            overdue.flag_plan(scene.made.id, on=TODAY, today=TODAY, now=scene.clock.next())
        (one,) = of(scene, AlertKind.OCCURRENCES)
        assert one.occurrences == ("2026-01", "2026-03", "2026-04", "2026-05")
        assert one.days == (TODAY - date(2026, 1, 31)).days


def zero(scene, day):
    """A report of no progress at 0 %, which can be validated without evidence."""
    told = {**STUCK, "new_expected_on": date(2027, 2, 10)}
    return scene.submitted(None, 0, answers=(), today=day, **told)


class TestNarrowing:
    def test_by_plan_commitment_and_institution(self, scene):
        first, *_, last = scene.made.activities
        stuck(scene, first)
        stuck(scene, last, actor=scene.helper)

        def nodes(**chosen):
            return {one.node_uid for one in of(scene, AlertKind.OBSTACLE, **chosen)}

        assert nodes() == {first.uid, last.uid}
        assert nodes(commitment=scene.made.commitments[0].uid) == {first.uid}
        assert nodes(institution=scene.made.helper.uid) == {last.uid}
        assert nodes(plan=4) == {first.uid, last.uid}
        assert nodes(plan=9) == set()

    def test_plans_that_take_no_reports_warn_of_nothing(self, scene):
        closed = make_plan(number=9, status=PlanStatus.CLOSED)
        found = warnings(scene, DUE - timedelta(days=5))
        assert closed.activity.uid not in {one.node_uid for one in found.alerts[AlertKind.DUE_SOON]}

    def test_plans_long_over_warn_of_nothing_any_more(self, app_context):
        scene = make_scene(ends_on=date(2026, 8, 31))
        stuck(scene, expected=date(2027, 2, 10))
        for today, warns in ((date(2026, 11, 30), True), (date(2026, 12, 2), False)):
            assert bool(of(scene, AlertKind.OBSTACLE, today)) == warns

    @pytest.mark.parametrize("role", [AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD, AccountRole.ADMIN])
    def test_is_for_who_reads_everything(self, app_context, role):
        person = actor_of(make_user(role, institution="INFOM"))
        with pytest.raises(NotAllowed):
            get_warnings(person, AlertFilter(), TODAY)


def test_takes_the_same_queries_for_10_and_100_activities(app_context, query_counter):
    late = [window(TODAY - timedelta(days=100), TODAY + timedelta(days=9))]

    def counted(scene):
        stuck(scene)
        with transaction():
            rounds.open_rounds(SYSTEM, today=TODAY, now=scene.clock.next())
        db.session.rollback()
        with query_counter() as queries:
            get_warnings(scene.contact, AlertFilter(), TODAY + timedelta(days=31))
        return len(queries)

    few = counted(make_scene(number=4, activities_per_milestone=10, windows=late))
    many = counted(make_scene(number=5, milestones=5, activities_per_milestone=20, windows=late))
    assert few == many <= 16
