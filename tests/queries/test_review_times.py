"""The review's own time limit: from handing in or reopening, by the plan's calendar, in its time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.models.rounds import ReportingCalendar
from tracker.queries.panel_plan import get_review_panel
from tracker.queries.reviews import QueueFilter, list_queue

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


def in_days(days):
    return TODAY + timedelta(days=days)


def row(scene, on=TODAY, **more):
    return list_queue(scene.contact, today=on, **more).rows[0]


def test_ten_days_where_the_plan_has_no_calendar(scene):
    scene.submitted()
    assert row(scene).review_due_on == in_days(10)
    assert row(scene, in_days(10)).review_days_late == 0
    assert row(scene, in_days(11)).review_days_late == 1


def test_the_days_of_the_plans_own_calendar(scene):
    scene.submitted()
    with transaction():
        db.session.add(
            ReportingCalendar(
                plan_id=scene.made.id,
                every_months=1,
                opens_after_days=0,
                due_after_days=0,
                review_days=3,
                changed_at=NOW,
                recorded_seq=1,
            )
        )
    assert row(scene).review_due_on == in_days(3)


def test_the_day_is_the_governments_own(scene):
    scene.clock.at = datetime(2026, 6, 16, 3, 0, tzinfo=UTC)  # nine in the evening of the day before
    scene.submitted()
    assert row(scene).review_due_on == in_days(10)
    assert row(scene, zone="UTC").review_due_on == in_days(11)


def test_a_reopened_report_waits_since_its_reopening(scene):
    uid = scene.validated()
    later = in_days(20)
    scene.reopen(uid, today=later)
    assert row(scene, later).review_due_on == later + timedelta(days=10)


def test_the_queue_narrows_to_what_is_late_and_to_what_will_be(scene):
    first, second, _third = scene.made.activities
    scene.submitted(first)
    scene.submitted(second, today=in_days(4))
    on = in_days(11)
    late = list_queue(scene.contact, QueueFilter(review="late"), today=on)
    soon = list_queue(scene.contact, QueueFilter(review="soon"), today=on)
    assert ([one.label for one in late.rows], [one.label for one in soon.rows]) == (["1.1"], ["1.2"])
    assert late.counts["review"] == {"": 2, "late": 1, "soon": 1}


def test_the_panel_counts_late_reviews_that_the_person_may_decide_on(scene):
    scene.submitted()
    assert get_review_panel(scene.contact, in_days(10)).late_reviews == 0
    panel = get_review_panel(scene.contact, in_days(12))
    assert (panel.late_reviews, panel.queue[0].review_days_late) == (1, 2)
    own = actor_of(make_user("contact_point", institution="INFOM"))
    assert get_review_panel(own, in_days(12)).late_reviews == 0


def test_the_panel_says_what_rests_on_reopened_evidence(scene):
    node = scene.activity
    half = scene.validated(node, 50, answers=node.means[:1])
    scene.validated(node, 100, answers=node.means[1:])
    assert get_review_panel(scene.contact, TODAY).unsupported == 0
    scene.reopen(half)
    assert get_review_panel(scene.contact, TODAY).unsupported == 1
