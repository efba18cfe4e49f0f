"""The review queue, one report before its reviewer, and requests for other dates."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, window
from tests.support.factories.reports import make_scene, stalled
from tracker.db import transaction
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.schedule import Window
from tracker.queries.reschedulings import list_reschedulings
from tracker.queries.review_findings import Finding
from tracker.queries.review_page import get_review
from tracker.queries.reviews import list_queue
from tracker.services.reschedulings import decide_rescheduling, request_rescheduling

pytestmark = pytest.mark.usefixtures("app_context")
LATE = (window(TODAY - timedelta(days=100), TODAY - timedelta(days=9)),)


def findings(scene):
    return [row.findings for row in list_queue(scene.contact, today=TODAY).rows]


def test_the_queue_is_oldest_first_with_claim_and_proof():
    scene = make_scene(activities_per_milestone=2)
    first, second = scene.made.activities
    scene.validated(first, 40)
    scene.submitted(second, 10)
    scene.submitted(first, 70)
    rows = list_queue(scene.contact, today=TODAY).rows
    assert [(row.label, row.percent, row.validated) for row in rows] == [("1.2", 10, None), ("1.1", 70, 40)]
    assert [(row.answered, row.required) for row in rows] == [(2, 2), (2, 2)]


def test_coverage_counts_what_was_accepted_before():
    scene = make_scene(activities_per_milestone=1)
    node = scene.activity
    scene.validated(node, 40, answers=[node.means[0]])
    scene.submitted(node, 70, answers=[node.means[1]])
    row = list_queue(scene.contact, today=TODAY).rows[0]
    assert (row.answered, row.required) == (2, 2)


def test_a_full_claim_without_evidence_is_said_aloud():
    scene = make_scene(activities_per_milestone=1, windows=LATE)
    scene.submitted(percent=100, answers=(), completed_on=TODAY)
    assert findings(scene) == [(Finding.FULL_WITHOUT_EVIDENCE, Finding.COMPLETED_LATE)]


def test_a_full_claim_with_some_means_missing_is_told_apart():
    scene = make_scene(activities_per_milestone=1)
    scene.submitted(percent=100, answers=[scene.activity.means[0]])
    assert findings(scene) == [(Finding.MEANS_MISSING,)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"percent": 50, "answers": ()}, (Finding.NO_EVIDENCE,)),
        ({"percent": 0, "answers": (), **stalled()}, (Finding.NO_PROGRESS,)),
        ({"percent": 50}, ()),
    ],
)
def test_findings_of_a_partial_claim(more, expected):
    scene = make_scene(activities_per_milestone=1)
    scene.submitted(**more)
    assert findings(scene) == [expected]


def test_less_than_was_proven_and_more_than_was_delivered():
    scene = make_scene(activities_per_milestone=1, planned=Decimal(8))
    scene.validated(percent=75, delivered=Decimal(6))
    scene.submitted(percent=60, delivered=Decimal(4), departure_reason="Contado de otra manera.")
    assert findings(scene) == [(Finding.ABOVE_QUANTITY, Finding.BELOW_VALIDATED)]


def test_a_contribution_is_not_measured_by_what_the_lead_has_proven():
    scene = make_scene(activities_per_milestone=1)
    scene.validated(percent=80)
    scene.submitted(percent=30, actor=scene.helper, institution_uid=scene.made.helper.uid)
    row = list_queue(scene.contact, today=TODAY).rows[0]
    assert (row.institution, row.validated, row.findings) == ("INAP", None, ())


def test_evidence_dated_after_the_report_is_found():
    scene = make_scene(activities_per_milestone=1)
    report = scene.draft(percent=50, answers=(), reported_on=TODAY - timedelta(days=5))
    scene.link(report, scene.activity.means)
    scene.submit(report)
    assert findings(scene) == [(Finding.EVIDENCE_AFTER_REPORT,)]


def test_the_queue_tells_who_may_not_decide():
    scene = make_scene(activities_per_milestone=1)
    scene.submitted()
    own = actor_of(make_user("contact_point", institution="INFOM"))
    assert [row.may_decide for row in list_queue(own, today=TODAY).rows] == [False]
    assert [row.may_decide for row in list_queue(scene.contact, today=TODAY).rows] == [True]
    with pytest.raises(NotAllowed):
        list_queue(scene.liaison, today=TODAY)


def test_a_named_reviewer_has_its_own_queue():
    scene = make_scene(activities_per_milestone=1)
    scene.submitted()
    assert list_queue(actor_of(make_user("table_member", reviews="INFOM")), today=TODAY).total == 1
    assert list_queue(actor_of(make_user("table_member", reviews="SCEP")), today=TODAY).total == 0


def test_one_report_stands_beside_what_was_said_before():
    scene = make_scene(activities_per_milestone=1)
    scene.give_back(scene.submitted(percent=50, narrative="Doce."), "¿Cuántas?")
    second = scene.submitted(percent=60, narrative="Quince.")
    page = get_review(scene.contact, second, TODAY)
    changed = [(one.field, one.returned, one.now) for one in page.compared if one.is_changed]
    assert changed == [("percent", 50, 60), ("narrative", "Doce.", "Quince.")]
    assert page.returned is not None
    assert page.returned.last_return is not None
    assert page.returned.last_return.comment == "¿Cuántas?"


def test_an_exception_is_asked_for_only_where_the_evidence_is_not_enough():
    scene = make_scene(activities_per_milestone=2)
    first, second = scene.made.activities
    assert not get_review(scene.contact, scene.submitted(first, 100), TODAY).needs_exception
    lacking = get_review(scene.contact, scene.submitted(second, 100, answers=[second.means[0]]), TODAY)
    assert lacking.needs_exception
    assert [one.text for one in lacking.missing] == ["Fotografías"]


def test_drafts_are_not_reviewed():
    scene = make_scene(activities_per_milestone=1)
    with pytest.raises(NotFound):
        get_review(scene.contact, scene.draft(), TODAY)


def test_the_queue_takes_the_same_queries_however_long_it_is(query_counter):
    counts = []
    scene = make_scene(milestones=1, activities_per_milestone=8)
    for part in (scene.made.activities[:2], scene.made.activities[2:]):
        for node in part:
            scene.submitted(node, 40)
        with query_counter() as queries:
            list_queue(scene.contact, today=TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def ask(scene, node, days=60):
    with transaction():
        return request_rescheduling(
            scene.liaison,
            node_uid=node.uid,
            institution_uid=scene.made.lead.uid,
            windows=[Window(end=TODAY + timedelta(days=days))],
            reason="Los equipos llegaron tarde.",
            now=NOW,
            today=TODAY,
        ).uid


def test_requests_show_how_far_the_due_date_would_move():
    scene = make_scene(activities_per_milestone=2, windows=LATE)
    ask(scene, scene.made.activities[0])
    row = list_reschedulings(scene.contact)[0]
    assert (row.slippage, row.institution, row.may_decide) == (69, "INFOM", True)


def test_decided_requests_follow_those_that_wait(query_counter):
    scene = make_scene(activities_per_milestone=3, windows=LATE)
    first = ask(scene, scene.made.activities[0])
    ask(scene, scene.made.activities[1])
    with transaction():
        decide_rescheduling(
            scene.contact, rescheduling_uid=first, approve=True, resolution="Procede.", now=NOW, today=TODAY
        )
    assert [row.label for row in list_reschedulings(scene.contact)] == ["1.2", "1.1"]
    counts = []
    for _ in range(2):
        with query_counter() as queries:
            list_reschedulings(scene.contact)
        counts.append(len(queries))
        if len(counts) == 1:
            ask(scene, scene.made.activities[2])
    assert counts[0] == counts[1] <= 8


def test_reports_of_finished_plans_come_last():
    finished = make_scene(number=3, activities_per_milestone=1, ends_on=TODAY - timedelta(days=1))
    finished.submitted(percent=10, reported_on=TODAY - timedelta(days=30))
    running = make_scene(number=4, activities_per_milestone=1)
    running.submitted(percent=20)
    rows = list_queue(running.contact, today=TODAY).rows
    assert [(row.plan_number, row.plan_is_over) for row in rows] == [(4, False), (3, True)]
