"""Amending a plan in a real browser: from the draft to the public page, nothing axe objects to on the way."""

from __future__ import annotations

import pytest

from tests.support.browser import problems_of
from tests.support.factories.work import make_work
from tests.support.signing_in import open_session, session_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    return make_work(app, commitments=2, activities_per_milestone=3)


def check(page):
    assert problems_of(page) == []


def test_a_plan_is_amended_from_draft_to_public_page(app, live_server, browser_page, work):
    page = browser_page
    name, value = session_cookie(app, open_session(app, work.people["contact"].email))
    page.context.add_cookies([{"name": name, "value": value, "url": live_server}])
    page.goto(f"{live_server}/revision/enmiendas")
    page.get_by_label("De qué trata").fill("Talleres en cada departamento")
    page.get_by_role("button", name="Preparar").click()
    page.get_by_label("Dónde").select_option(index=1)
    page.get_by_role("button", name="Filtrar").click()
    page.get_by_role("link", name="Actividad 1.1.").click()
    check(page)
    page.get_by_label("Título").fill("Talleres en cada departamento")
    page.get_by_label("Retirar del plan").check()
    page.get_by_role("button", name="Guardar en la enmienda").click()
    check(page)
    page.get_by_role("button", name="Aprobar la enmienda").click()
    page.get_by_text("Explique por qué se enmienda el plan.").first.wait_for()
    check(page)
    page.get_by_label("Por qué se enmienda").fill("La ley cambió")
    page.get_by_label("Resolución").fill("Acuerdo 12-2026")
    page.get_by_label("Rige desde").fill(work.today.isoformat())
    page.get_by_label("Firma: su nombre y apellido").fill("Punto Uno")
    page.get_by_role("button", name="Aprobar la enmienda").click()
    page.get_by_role("link", name="Ver la página pública").click()
    page.get_by_role("heading", name="Enmiendas", exact=True).wait_for()
    check(page)
    page.get_by_role("link", name="Ver el plan como estaba el día anterior").click()
    page.get_by_text("Así estaba el").first.wait_for()
    page.get_by_text("Lo que tiene debajo").first.click()
    check(page)
    page.get_by_role("link", name="1. Compromiso 1").click()
    check(page)
    page.get_by_role("link", name="Actividad 1.1").first.click()
    check(page)
