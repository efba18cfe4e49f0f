"""Evidence in a real browser: a photo and a list uploaded, changed, replaced, given a public version; axe."""

from __future__ import annotations

import pytest

from tests.support.browser import open_all, problems_of
from tests.support.browser import sign_in as enter
from tests.support.factories.reports import RESERVE
from tests.support.factories.work import make_work
from tests.support.pictures import document, photo

pytestmark = pytest.mark.browser

PAGES = {"name": "informe de tres páginas.pdf", "mimeType": "application/pdf"}


@pytest.fixture
def work(app):
    return make_work(app, means=("Fotografías", "Listado de asistencia"))


def choose(page, control, file):
    """Choose a file for the reporting form, which sends it at once."""
    with page.expect_response(lambda answer: "/archivos" in answer.url):
        page.set_input_files(control, file)
    page.wait_for_load_state("networkidle")


def good(page, where):
    """Nothing that axe finds, nothing that runs off the side, every picture loaded."""
    open_all(page)
    page.evaluate("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    page.evaluate("Promise.all(Array.from(document.images).map(one => one.decode().catch(() => null)))")
    assert problems_of(page) == [], where
    broken = "Array.from(document.images).filter(one => one.complete && one.naturalWidth === 0).length"
    assert page.evaluate(broken) == 0, where


def test_evidence_from_the_draft_to_the_public(app, live_server, browser_page, narrow_page, work):
    page = narrow_page
    enter(page, app, live_server, work.people["liaison"].email)
    page.goto(f"{live_server}/avances/{work.activity.uid}/informar")
    page.fill("#percent", "40")
    page.fill("#narrative", "Se dio el taller.")
    page.set_input_files(
        "#evidence-0-files",
        {"name": "taller.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(600, 400))},
    )
    choose(page, "#evidence-1-files", {**PAGES, "buffer": document(3)})
    page.locator(".actions button[value=save]").click()
    good(page, "the draft")
    assert page.locator(".kept img").count() == 2

    page.locator(".kept", has_text="informe de tres").get_by_role("link", name="Editar").click()
    good(page, "the page of an item in a draft")
    assert page.locator("#access").input_value() == "confidential"
    page.fill("#title", "Asistencia de Ana Pérez")
    page.click("#editar + form >> text=Guardar")
    page.locator(".kept", has_text="Asistencia de Ana").get_by_role("link", name="Editar").click()
    public = {"name": "tachado.pdf", "mimeType": "application/pdf", "buffer": document(2)}
    page.set_input_files("#public_file", public)
    page.click("text=Guardar la versión pública")
    good(page, "with a public version")
    page.goto(f"{live_server}/avances/{work.activity.uid}/informar")
    page.locator(".actions button[value=submit]").click()
    page.wait_for_selector("text=Enviado")

    page = browser_page
    enter(page, app, live_server, work.people["contact"].email)
    page.goto(f"{live_server}/revision")
    page.locator(".item h2 a").first.click()
    good(page, "the review")
    page.locator("a[href^='/avances/evidencia/']").last.click()
    good(page, "the page of an item in review")
    page.click("text=Siguiente")
    assert "Página 2 de 3" in page.inner_text("figcaption")
    good(page, "the second page")


def test_the_public_page_of_an_activity_with_evidence(app, live_server, browser_page, work):
    with app.app_context():
        scene = work.scene()
        report = scene.draft(work.activity, 40, answers=(), today=work.today)
        scene.file(report, work.activity.means[:1], data=photo(), name="taller.jpg")
        scene.file(report, work.activity.means[1:], data=document(1), name="ana.pdf", **RESERVE)
        scene.validate(scene.submit(report, today=work.today), today=work.today)
    page = browser_page
    page.goto(f"{live_server}/actividades/{work.activity.uid}")
    good(page, "the public page")
    assert "resolución 12-2026" in page.inner_text("main")
