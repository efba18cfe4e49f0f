"""Examples of the methodology: real, of a published plan, and adding up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.support.factories.plans import make_plan, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.plans import PlanStatus
from tracker.models.plans import ActionPlan
from tracker.queries.portal.examples import get_examples

PAST = window(date(2026, 1, 1), date(2026, 3, 31))


def test_there_are_none_where_nobody_informed(app_context):
    make_plan(3, windows=[PAST])
    assert get_examples() is None


def test_a_plan_that_is_not_published_is_no_example(app_context):
    scene = make_scene(windows=[PAST])
    scene.submitted(scene.made.activity, 40)
    with transaction():
        db.session.get(ActionPlan, scene.made.id).status = PlanStatus.DRAFT
    assert get_examples() is None


def test_a_plan_in_course_comes_before_a_historical_one(app_context):
    old = make_scene(number=9, is_historical=True, windows=[PAST])
    old.submitted(old.made.activity, 40)
    new = make_scene(number=4, windows=[PAST], lead="CGC", helper="SCEP")
    new.submitted(new.made.activity, 40)
    assert get_examples().header.number == 4


def test_days_late_are_the_days_between_the_two_dates_told(app_context):
    scene = make_scene(windows=[PAST])
    scene.submitted(scene.made.activities[0], 40)
    late = get_examples().late
    assert late.due_on == date(2026, 3, 31)
    assert (late.counted_on - late.due_on).days == late.days_late > 0


def test_what_is_claimed_beyond_the_proof_is_told_with_its_means(app_context):
    scene = make_scene(windows=[PAST])
    scene.validated(scene.made.activities[0], 50)
    scene.submitted(scene.made.activities[0], 80)
    claimed = get_examples().claimed
    assert claimed.uid == scene.made.activities[0].uid
    assert (claimed.validated, claimed.reported) == (50, 80)
    assert claimed.answered <= claimed.required == 2


def test_a_counted_percent_is_delivered_over_planned(app_context):
    scene = make_scene(windows=[PAST], planned=Decimal(8))
    scene.validated(scene.made.activities[0], 25, delivered=Decimal(2))
    counted = get_examples().counted
    assert (counted.delivered, counted.planned, counted.percent) == (2, 8, 25)


def test_a_percent_that_departs_from_its_quantity_is_no_example_of_it(app_context):
    scene = make_scene(windows=[PAST], planned=Decimal(8))
    scene.validated(scene.made.activities[0], 60, delivered=Decimal(2), departure_reason="Cuenta el diseño.")
    assert get_examples().counted is None


def test_quantities_wait_for_validation(app_context):
    scene = make_scene(windows=[PAST], planned=Decimal(8))
    scene.submitted(scene.made.activities[0], 25, delivered=Decimal(2))
    assert get_examples().counted is None


def test_the_parts_are_those_that_the_plans_figure_averages(app_context):
    scene = make_scene(windows=[PAST], axes=2, commitments=2)
    scene.submitted(scene.made.activities[0], 40)
    examples = get_examples()
    assert [one.label for one in examples.parts] == ["1", "2"]
    assert sum(one.totals.reported or 0 for one in examples.parts) / 2 == examples.header.totals.reported
