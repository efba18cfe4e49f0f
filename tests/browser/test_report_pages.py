"""Compiled reports and the self-assessment in a real browser: asked for, compared, commented on, approved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.browser import open_all, problems_of
from tests.support.browser import sign_in as enter
from tests.support.factories.work import make_work

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    work = make_work(app, activities_per_milestone=3)
    with app.app_context():
        scene = work.scene()
        scene.validated(work.made.activities[0], 40, today=work.today)
        scene.submitted(work.made.activities[1], 100, today=work.today)
    return work


def good(page):
    open_all(page)
    assert problems_of(page) == []


def compiled(page, address, kind, cutoff):
    """A report asked for and compiled in the pages; its address."""
    page.goto(f"{address}/compilaciones/pedir")
    page.select_option("#kind", kind)
    page.fill("#cutoff", cutoff.isoformat())
    page.click("text=Pedir el informe")
    page.click("text=Compilar ahora")
    page.wait_for_selector("text=El informe está listo.")
    return page.url


def test_a_month_is_asked_for_compared_and_commented_on(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["contact"].email)
    page.goto(f"{live_server}/compilaciones/pedir")
    good(page)
    compiled(page, live_server, "monthly", work.today - timedelta(days=40))
    last = compiled(page, live_server, "monthly", work.today)
    assert page.locator(".downloads li").count() == 7
    good(page)
    page.click("text=Qué cambió desde el anterior")
    assert page.inner_text("h1") == "Qué cambió: Avance mensual"
    good(page)
    page.goto(f"{live_server}/compilaciones")
    good(page)
    page.goto(last)
    open_all(page)
    page.fill("[name$=closes_on]", (work.today + timedelta(days=5)).isoformat())
    page.click("button:has-text('Abrir la consulta')")
    good(page)
    enter(page, app, live_server, work.people["table"].email)
    page.goto(last)
    page.fill("[name$=text]", "¿Y la línea base?")
    page.click("text=Enviar el comentario")
    assert "¿Y la línea base?" in page.inner_text("main")
    good(page)


def test_a_self_assessment_is_written_and_read(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["liaison"].email)
    page.goto(f"{live_server}/autoevaluacion")
    good(page)
    page.click("main a[href*=escribir] >> nth=0")
    good(page)
    page.fill("#on", "2999-01-01")
    page.click("text=Guardar")
    assert page.locator(".field-error").count() == 2
    good(page)
    page.fill("#on", work.today.isoformat())
    page.select_option("#level", "limited")
    page.click("text=Guardar")
    page.wait_for_selector("text=Guardado.")
    assert "Limitado" in page.inner_text("main")
