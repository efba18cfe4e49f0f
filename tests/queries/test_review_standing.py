"""Reopening a report tells which validated 100 % lose their ground, and only those."""

from __future__ import annotations

import pytest
from sqlalchemy import true

from tests.support.factories.plans import TODAY
from tests.support.factories.reports import evidence_of, make_scene
from tracker.queries.review_findings import Finding
from tracker.queries.review_page import get_review
from tracker.queries.review_standing import list_resting_on, list_unsupported
from tracker.queries.reviews import list_queue

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def resting(scene):
    return [(one.uid, one.missing) for one in list_unsupported(scene.contact, true())]


def two(scene):
    """A half with the first means, then the whole that brings only the second one."""
    node = scene.activity
    half = scene.validated(node, 50, answers=node.means[:1])
    return half, scene.validated(node, 100, answers=node.means[1:])


def test_the_whole_that_rested_on_it_is_named_with_what_it_lacks(scene):
    half, whole = two(scene)
    assert resting(scene) == []
    assert [one.uid for one in list_resting_on(scene.contact, half)] == [whole]
    assert list_resting_on(scene.contact, whole) == ()
    scene.reopen(half)
    assert resting(scene) == [(whole, ("Informe",))]
    row = list_queue(scene.contact, today=TODAY).rows[0]
    assert (row.uid, row.findings) == (half, (Finding.OTHERS_REST_ON_IT,))
    assert [one.uid for one in get_review(scene.contact, half, TODAY).resting] == [whole]


def test_validated_again_all_is_well(scene):
    half, _whole = two(scene)
    scene.reopen(half)
    scene.validate(half)
    assert resting(scene) == []


def test_returned_after_the_reopening_it_still_lacks_its_ground(scene):
    half, whole = two(scene)
    scene.give_back(scene.reopen(half))
    assert [uid for uid, _ in resting(scene)] == [whole]


def test_the_whole_that_brought_everything_rests_on_nothing(scene):
    half = scene.validated(scene.activity, 50)
    scene.validated(scene.activity, 100)
    scene.reopen(half)
    assert resting(scene) == []


def test_a_signed_exception_rests_on_nothing(scene):
    node = scene.activity
    half = scene.validated(node, 50, answers=node.means[:1])
    uid = scene.submitted(node, 100, answers=node.means[1:])
    scene.validate(uid, exception="Visto en sitio.", signed_name="Una persona")
    scene.reopen(half)
    assert resting(scene) == []


def test_what_was_reopened_before_the_whole_was_validated_was_never_its_ground(scene):
    node = scene.activity
    half = scene.reopen(scene.validated(node, 50, answers=node.means[:1]))
    scene.validated(node, 100, actor=scene.helper, institution_uid=scene.made.helper.uid)
    assert resting(scene) == []
    assert list_resting_on(scene.contact, half) == ()


def test_less_than_the_whole_and_other_items_are_left_alone(scene):
    first, second = scene.made.activities
    half = scene.validated(first, 50, answers=first.means[:1])
    scene.validated(first, 90, answers=first.means[1:])
    scene.validated(second, 100)
    scene.reopen(half)
    assert resting(scene) == []


def test_evidence_set_aside_was_no_ground(scene):
    node = scene.activity
    half = scene.draft(node, 50, answers=node.means[:1])
    scene.link(half, node.means[1:])
    scene.validate(scene.submit(half), accepted=evidence_of(half)[1:])
    scene.validated(node, 100)
    scene.reopen(half)
    assert resting(scene) == []


def test_coverage_falls_with_the_reopening_and_the_figure_stays(scene):
    half, _whole = two(scene)
    scene.reopen(half)
    row = list_queue(scene.contact, today=TODAY).rows[0]
    assert (row.answered, row.required) == (2, 2)
    status = get_review(scene.contact, half, TODAY).activity.status
    assert (len(status.coverage.answered), len(status.coverage.required)) == (1, 2)
    assert status.own is not None
    assert status.own.validated is not None
    assert status.own.validated.percent == 100


def test_it_takes_the_same_queries_however_much_was_reopened(query_counter):
    scene = make_scene(number=7, activities_per_milestone=6)
    counts = []
    for nodes in (scene.made.activities[:1], scene.made.activities[1:]):
        for node in nodes:
            half = scene.validated(node, 50, answers=node.means[:1])
            scene.validated(node, 100, answers=node.means[1:])
            scene.reopen(half)
        with query_counter() as queries:
            found = list_unsupported(scene.contact, true())
        counts.append((len(queries), len(found)))
    assert counts == [(5, 1), (5, 6)]
