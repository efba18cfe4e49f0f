"""The plan at any day: nothing that happened later changes it, and what was recorded later is told."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.factories.amendments import approve, change, part, prepare
from tests.support.factories.plans import TODAY, make_institution, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.plans import PlanStatus
from tracker.domain.states import State
from tracker.queries.portal import changes, items, lines, plans
from tracker.queries.portal.past import get_past_plan, past_view
from tracker.services import reschedulings

ZONE = "America/Guatemala"
DAY = timedelta(days=1)
BEFORE = TODAY - 10 * DAY
SPRING = window(date(2026, 1, 1), date(2026, 5, 31))


def seen(scene, day=BEFORE, known_at=None, *, today=TODAY + 400 * DAY):
    db.session.rollback()
    return get_past_plan(scene.made.number, past_view(day, known_at, today=today), zone=ZONE)


def figures(page):
    """All that a page says of a plan, without the day on which its documents were read in."""
    return replace(page, header=None, past=None)


def move(scene, node, *, today):
    with transaction():
        reschedulings.move_item(
            scene.contact,
            node_uid=node.uid,
            windows=[window(None, today + 60 * DAY)],
            reason="La ley cambió",
            resolution="Se mueve",
            resolution_number="12",
            now=scene.clock.next(today),
            today=today,
        )


def amend(scene, today, *changed, **heading):
    uid = prepare(scene, effective_on=today, **heading)
    for node, values in changed:
        change(scene, uid, node, **values)
    approve(scene, uid, today=today)


@pytest.fixture
def scene(app_context):
    scene = make_scene(commitments=2, activities_per_milestone=3, windows=[SPRING], today=BEFORE)
    scene.validated(scene.activity, 100, completed_on=BEFORE - DAY, today=BEFORE)
    scene.submitted(scene.made.activities[1], 60, today=BEFORE)
    return scene


class TestADayGoneBy:
    def test_shows_titles_dates_parts_and_figures_as_they_were(self, scene):
        before = seen(scene)
        amend(scene, TODAY, (scene.activity, {"title": "Otra cosa"}), (scene.made, {"title": "Otro plan"}))
        amend(scene, TODAY, (scene.made.activities[1], {"withdrawn_on": True}))
        move(scene, scene.made.activities[2], today=TODAY)
        assert figures(seen(scene)) == figures(before)
        now = seen(scene, TODAY)
        assert (now.title, [one.number for one in now.amendments]) == ("Otro plan", [1, 2])
        states = {one.uid: one for one in lines.walk(now.item)}
        assert states[scene.activity.uid].title == "Otra cosa"
        assert [mark.number for mark in states[scene.activity.uid].amendments] == [1]
        assert states[scene.made.activities[1].uid].state is State.WITHDRAWN
        assert states[scene.made.activities[2].uid].slippage == (TODAY + 60 * DAY - SPRING.end).days

    def test_tells_both_figures_with_and_without_what_is_withdrawn(self, scene):
        amend(scene, TODAY, (scene.made.activities[1], {"withdrawn_on": True}))
        totals = seen(scene, TODAY).item.totals
        assert totals.withdrawn == 1
        assert totals.reported_with_withdrawn > totals.reported - 1
        assert totals.reported != totals.reported_with_withdrawn

    def test_takes_up_an_amendment_that_holds_from_before_and_says_it_was_recorded_later(self, scene):
        uid = prepare(scene, effective_on=BEFORE)
        change(scene, uid, scene.made.activities[2], title="Otra")
        approve(scene, uid, today=TODAY)
        page = seen(scene)
        line = next(one for one in lines.walk(page.item) if one.uid == scene.made.activities[2].uid)
        assert (line.title, line.later) == ("Otra", ("plan",))
        assert seen(scene, BEFORE - DAY).item != page.item

    def test_known_at_an_instant_knows_nothing_of_what_came_after(self, scene):
        instant, before = scene.clock.at, seen(scene)
        uid = prepare(scene, effective_on=BEFORE)
        change(scene, uid, scene.made.activities[2], title="Otra")
        approve(scene, uid, today=TODAY)
        assert figures(seen(scene, BEFORE, instant)) == figures(before)
        assert figures(seen(scene, TODAY, instant)).title == before.title

    def test_says_which_reports_and_decisions_were_recorded_later(self, scene):
        node = scene.made.activities[2]
        scene.validated(node, 30, today=TODAY, reported_on=BEFORE)
        line = next(one for one in lines.walk(seen(scene).item) if one.uid == node.uid)
        assert line.later == ("report", "decision")
        assert line.totals.reported == 30

    def test_that_has_not_been_is_not_to_be_seen(self):
        with pytest.raises(NotFound, match="day-to-come"):
            past_view(TODAY + DAY, None, today=TODAY)

    def test_before_anything_was_recorded_nothing_is_known(self, scene):
        with pytest.raises(NotFound, match="plan-not-recorded"):
            seen(scene, BEFORE, datetime(2020, 1, 1, tzinfo=UTC))

    def test_of_a_plan_nobody_may_see_is_not_found(self, app_context):
        draft = make_scene(number=6, status=PlanStatus.DRAFT)
        with pytest.raises(NotFound, match="plan-not-found"):
            seen(draft)


class TestOneItem:
    def test_of_a_commitment_and_an_activity_too(self, scene):
        view = past_view(BEFORE, None, today=TODAY)
        node = scene.activity
        before = items.get_activity(node.uid, BEFORE, past=view, zone=ZONE)
        whole = items.get_commitment(4, 1, BEFORE, past=view, zone=ZONE)
        amend(scene, TODAY, (node, {"title": "Otra", "means": []}))
        move(scene, node, today=TODAY)
        assert items.get_activity(node.uid, BEFORE, past=view, zone=ZONE) == before
        assert items.get_commitment(4, 1, BEFORE, past=view, zone=ZONE) == whole
        now = items.get_activity(node.uid, TODAY)
        assert (now.item.title, len(now.moves), len(now.item.amendments)) == ("Otra", 1, 1)

    def test_that_was_not_recorded_yet_is_not_found(self, scene):
        view = past_view(BEFORE, datetime(2020, 1, 1, tzinfo=UTC), today=TODAY)
        with pytest.raises(NotFound):
            items.get_activity(scene.activity.uid, BEFORE, past=view)


class TestAmendmentsInPublic:
    def test_have_each_change_before_and_after_and_name_no_person(self, scene):
        amend(scene, TODAY, (scene.activity, {"title": "Otra cosa"}))
        _header, (found,) = changes.list_amendments(4)
        (told,) = found.changes
        assert (told.field, told.before, told.after, told.commitment) == (
            "title",
            "Actividad 1.1",
            "Otra cosa",
            1,
        )
        assert "Quien aprueba" not in repr(found)

    def test_drafts_and_discarded_ones_stay_inside(self, scene):
        uid = prepare(scene)
        change(scene, uid, scene.activity, title="Otra cosa")
        assert changes.list_amendments(4)[1] == ()
        assert plans.get_plan(4).amendments == 0


def things(scene, chance, day):
    """Something that changes the plan on a day, by chance."""
    node = chance.choice(scene.made.activities)
    what = chance.choice(["title", "roles", "withdraw", "means", "move", "report", "commitment"])
    if what == "move":
        move(scene, node, today=day)
    elif what == "report":
        scene.submitted(node, chance.randint(0, 100), today=day, answers=())
    else:
        new = make_institution(chance.choice(["MINFIN", "CGC", "INAP"]))
        changed = {
            "title": (node, {"title": f"Título {day}"}),
            "roles": (node, {"roles": [part(new, "lead")]}),
            "withdraw": (node, {"withdrawn_on": True}),
            "means": (node, {"means": [{"uid": "", "text": f"Acta {day}", "access": "public"}]}),
            "commitment": (chance.choice(scene.made.commitments), {"problem": f"Problema {day}"}),
        }[what]
        amend(scene, day, changed)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_later_an_earlier_day_stays_as_it_was(scene, seed):
    chance, day = random.Random(seed), TODAY  # noqa: S311  # a test's chance
    kept = {BEFORE: figures(seen(scene))}
    for _ in range(8):
        day += chance.randint(1, 20) * DAY
        try:
            things(scene, chance, day)
        except DomainError:  # what a rule refuses changes nothing
            db.session.rollback()
        for earlier, before in kept.items():
            assert figures(seen(scene, earlier)) == before, (earlier, day)
        kept[day] = figures(seen(scene, day))


def test_a_day_takes_the_same_queries_whatever_the_plan_and_its_changes(app_context, query_counter):
    small = make_scene(number=4, activities_per_milestone=2)
    large = make_scene(number=5, commitments=3, milestones=2, activities_per_milestone=12)
    for place in range(3):
        amend(large, TODAY, (large.made.activities[place], {"title": f"T{place}"}))
        move(large, large.made.activities[place + 10], today=TODAY)
    counts = []
    for scene in (small, large):
        db.session.rollback()
        with query_counter() as queries:
            get_past_plan(scene.made.number, past_view(TODAY, None, today=TODAY), zone=ZONE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
