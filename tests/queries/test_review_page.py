"""One report before its reviewer: letters, rows of quantities, obstacles, its round, what is new."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import PDF, content, evidence_of, make_scene, save
from tracker.db import transaction
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import SYSTEM
from tracker.domain.quantities import ItemisedQuantity
from tracker.domain.schedule import Frequency
from tracker.queries.review_page import get_review
from tracker.queries.reviews import QueueFilter, list_queue, place_in_queue
from tracker.services import evidence
from tracker.services.letters import Letter, LetterFile, record_letter
from tracker.services.rounds import open_rounds
from tracker.words.reviews import said_word

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=1, planned=Decimal(8))


def said(page, name):
    return next((one.validated, one.now, one.is_changed) for one in page.compared if one.field == name)


def test_an_official_letter_is_marked_and_decided_by_somebody_else(scene):
    file = evidence.store_bytes(PDF, "oficio.pdf", evidence_url=scene.evidence_url, max_bytes=1 << 20)
    with transaction():
        uid = record_letter(
            scene.contact,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            content=content(None),
            letter=Letter("DM-1-2026", TODAY),
            files=[LetterFile(file)],
            now=scene.clock.next(),
            today=TODAY,
        ).uid
    page = get_review(scene.contact, uid, TODAY)
    assert (page.report.letter_number, page.report.may_decide) == ("DM-1-2026", False)
    other = actor_of(make_user("contact_point", name="Otro"))
    row = list_queue(other, QueueFilter(view="letter"), today=TODAY).rows[0]
    assert (row.by_letter, row.may_decide) == (True, True)
    assert place_in_queue(scene.contact, uid, today=TODAY).row.decided_by == ("Otro",)


def test_rows_of_quantities_stand_beside_those_validated(scene):
    rows = [ItemisedQuantity("Salamá", Decimal(2), TODAY), ItemisedQuantity("Cobán", Decimal(1))]
    first = save(scene, written=content(None, delivered=Decimal(3)), quantities=rows)
    scene.link(first, scene.activity.means)
    scene.validate(scene.submit(first))
    second = scene.correct(first)
    rows[1] = ItemisedQuantity("Cobán", Decimal(2))
    again = content(None, delivered=Decimal(4))
    save(scene, written=again, quantities=rows, report_uid=second)
    page = get_review(scene.contact, scene.submit(second), TODAY)
    before, now, changed = said(page, "quantities")
    assert changed
    assert said_word(before, "quantities").splitlines()[1] == "Cobán: 1"
    assert said_word(now, "quantities").splitlines()[1] == "Cobán: 2"
    assert page.is_new_version
    assert said(page, "delivered") == (3, 4, True)


def test_an_obstacle_says_its_kind(scene):
    uid = scene.submitted(
        percent=0,
        answers=(),
        no_progress=True,
        obstacle="Sin presupuesto.",
        obstacle_kind=ObstacleKind.FUNDS,
        needed="Una ampliación.",
        new_expected_on=TODAY + timedelta(days=60),
    )
    page = get_review(scene.contact, uid, TODAY)
    assert said_word(said(page, "obstacle_kind")[1], "obstacle_kind") == "Fondos"
    assert not any(one.is_changed for one in page.compared)


def test_the_round_it_answers_is_named(scene):
    with transaction():
        open_rounds(SYSTEM, today=TODAY, now=NOW)
    page = get_review(scene.contact, scene.submitted(), TODAY)
    assert page.round is not None
    assert (page.round.period_start.day, page.round.answered_on, page.round.is_late) == (1, TODAY, False)


def test_nothing_said_and_zero_are_not_the_same(scene):
    scene.validate(scene.submitted(percent=None, answers=()))
    page = get_review(scene.contact, scene.submitted(percent=0, answers=()), TODAY)
    assert said(page, "percent") == (None, 0, True)


def test_evidence_set_aside_before_comes_with_its_reason(scene):
    first = scene.draft(percent=50)
    scene.link(first, url="https://example.gt/otra", title="Otra")
    kept, aside = evidence_of(scene.submit(first))
    scene.validate(first, accepted=[kept], reasons={aside: "No se lee."})
    second = scene.correct(first)
    scene.link(second, url="https://example.gt/nueva", title="Nueva")
    page = get_review(scene.contact, scene.submit(second), TODAY)
    told = [(one.row.title, one.is_new, one.was_accepted, one.reason_before) for one in page.evidence]
    assert told == [
        ("Informe publicado", False, True, ""),
        ("Otra", False, False, "No se lee."),
        ("Nueva", True, False, ""),
    ]
    assert page.removed == ()


def test_another_delivery_is_another_line(app_context):
    scene = make_scene(activities_per_milestone=1, frequency=Frequency.MONTHLY)
    scene.validated(percent=100, occurrence="2026-01")
    page = get_review(scene.contact, scene.submitted(percent=100, occurrence="2026-02"), TODAY)
    assert (page.validated, page.returned) == (None, None)
