"""The page of doubts: what a document leaves open, and what two documents say differently."""

from __future__ import annotations

import pytest

from tests.support.factories.accounts import make_user, sign_in
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.proposals import commitment, doubt, milestone, template, workplan
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.services.plan_imports import accept_plan_import


def take(proposal):
    with transaction():
        accept_plan_import(SYSTEM, proposal, 4, now=NOW, today=TODAY)


@pytest.fixture
def contact(app, client):
    """The contact point, with a plan on whose milestone's title two documents disagree, and one doubt."""
    with app.app_context():
        take(workplan(commitment(10, milestone(1)), findings=(doubt(node="10/1"),)))
        take(template(commitment(10, milestone(1, title="Otro título"))))
        sign_in(client, make_user("contact_point"))
    return client


def test_both_sources_stand_side_by_side(contact):
    page = contact.get("reviews.doubts")
    assert "Título" in page.main
    assert "Otro título" in page.main
    assert "Plantilla".lower() in page.main.lower()


def test_what_another_source_says_is_chosen(contact):
    page = contact.get("reviews.doubts")
    before = len(page.all("form[action*=variantes]"))
    card = next(form for form in page.all("section.card") if "Otro título" in form.get_text())
    action = card.select_one("form")["action"]
    done = contact.post(action, {"action": "choose"}, follow=True)
    assert "Vale ahora lo que dice la otra fuente." in done.text
    assert len(done.all("form[action*=variantes]")) == before - 1
    contact.post(action, {"action": "choose"}, expect=409)


def test_what_is_in_force_is_kept(contact):
    page = contact.get("reviews.doubts")
    action = page.all("form[action*=variantes]")[0]["action"]
    assert "Queda lo que estaba vigente." in contact.post(action, {"action": "keep"}, follow=True).text


def test_a_doubt_is_resolved_with_a_note(contact):
    page = contact.get("reviews.doubts", ver="textos")
    action = page.all("form[action*='dudas/']")[0]["action"]
    refused = contact.post(action, {"resolution": " "}, follow=True)
    assert refused.all(".notice-late")
    done = contact.post(action, {"resolution": "Se pregunta a la institución."}, follow=True)
    assert "Duda resuelta." in done.text
    assert contact.get("reviews.doubts", ver="textos").all("form[action*='dudas/']") == []


@pytest.mark.parametrize("role", ["liaison", "table_member", "auditor", "admin"])
def test_doubts_are_the_contact_points(app, client, role):
    with app.app_context():
        sign_in(client, make_user(role, institution="INFOM" if role == "liaison" else None))
    client.get("progress.panel")
    client.get("reviews.doubts", expect=403)
    client.post("reviews.resolve_doubt", {"resolution": "x"}, uid="nada", expect=403)
