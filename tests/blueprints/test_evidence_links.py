"""A link that is down: said beside the evidence in public, on its page, in the panel, among the warnings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.reports import evidence_of
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import transaction
from tracker.domain.links import LinkOutcome
from tracker.queries.links import DueLink
from tracker.services.fetching import Fetched
from tracker.services.link_checks import record_look

URL = "https://portal.example.gt/informe"


@pytest.fixture
def work(app):
    work = make_work(app, starts=-200, ends=20, activities_per_milestone=2)
    with app.app_context():
        scene = work.scene()
        work.evidence = evidence_of(scene.validated(None, 50, today=work.today))[0]
        for day in (3, 2, 1):
            with transaction():
                record_look(
                    DueLink(URL, work.today),
                    Fetched(LinkOutcome.NOT_FOUND, 404, URL),
                    days=3,
                    today=work.today - timedelta(days=day),
                    now=clock.now(),
                )
    return work


def test_the_public_reads_it_beside_the_evidence_in_both_languages(work, client):
    path = f"/actividades/{work.activity.uid}"
    assert "El enlace no responde desde el" in client.get(path).main
    assert "The link has not answered since" in client.get(f"/en{path}").main


def test_its_own_page_says_what_was_found(work):
    page = work.client("liaison").get(f"/avances/evidencia/{work.evidence}")
    assert "El enlace no responde desde el" in page.main
    assert "la página ya no está (código 404)" in page.main


def test_the_institution_finds_it_in_its_panel_and_the_contact_point_among_the_warnings(work):
    assert "Enlaces de su evidencia que no responden" in work.client("liaison").get("/panel").main
    page = work.client("contact").get("reviews.alerts", tipo="link_down")
    assert "«Informe publicado» no responde desde el" in page.main
    assert page.all("#alertas-link_down tbody tr")


def test_once_it_answers_nothing_of_it_is_left(work, app, client):
    with app.app_context(), transaction():
        found = Fetched(LinkOutcome.ANSWERS, 200, URL)
        record_look(DueLink(URL, work.today), found, days=3, today=work.today, now=clock.now())
    assert "no responde" not in client.get(f"/actividades/{work.activity.uid}").main
    assert "no responden" not in work.client("liaison").get("/panel").main
