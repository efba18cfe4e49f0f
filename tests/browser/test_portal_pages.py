"""The public pages in a real browser: nothing axe objects to, nothing wider than a telephone, also dark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.browser import open_all, open_page, problems_of, save_screenshot
from tests.support.factories.plans import make_plan, window
from tests.support.factories.reports import make_scene
from tests.support.factories.search import refresh
from tracker import clock
from tracker.domain.schedule import Precision

pytestmark = pytest.mark.browser
# Where pictures of the pages are kept, for those who want to look; nowhere unless the environment says so.
PICTURES = os.environ.get("CUMPLE_TEST_PICTURES")


@pytest.fixture
def scene(app, monkeypatch):
    """A plan in which something is late, something claimed, something proven and something returned."""
    monkeypatch.setitem(app.config, "DEVELOPMENT", True)
    today = clock.today()
    late = window(today.replace(day=1, month=1), today.replace(day=1), Precision.DAY)
    with app.app_context():
        made = make_scene(commitments=2, axes=2, activities_per_milestone=3, windows=[late], today=today)
        made.validated(made.made.activities[0], 100, completed_on=late.end, today=today)
        made.submitted(made.made.activities[1], 60, today=today)
        made.give_back(made.submitted(made.made.activities[2], 40, today=today), today=today)
        make_plan(5, commitments=0, title="Plan sin compromisos")
        refresh()
    return made


def addresses(scene):
    return {
        "planes": "/",
        "plan": "/planes/4",
        "plan-filtrado": "/planes/4?grupo=eje&estado=atrasados&q=compromiso&orden=raro",
        "actividades": "/planes/4/actividades?estado=atrasadas",
        "comparar": "/planes/comparar?a=4&b=5",
        "plan-vacio": "/planes/5",
        "cronograma": "/planes/4/cronograma",
        "compromiso": "/planes/4/compromisos/1",
        "instituciones": "/planes/4/instituciones",
        "institucion": "/planes/4/instituciones/infom",
        "comprobada": f"/actividades/{scene.made.activities[0].uid}",
        "declarada": f"/actividades/{scene.made.activities[1].uid}",
        "devuelta": f"/actividades/{scene.made.activities[2].uid}",
        "informes": "/informes",
        "metodologia": "/metodologia",
        "glosario": "/glosario",
        "estilo": "/desarrollo/estilo",
        "busqueda": "/buscar",
        "busqueda-hallada": "/buscar?q=actividat+infom",
        "busqueda-sin-nada": "/buscar?q=zzzzzz",
    }


def test_every_public_page_is_accessible_and_fits(browser_page, live_server, scene):
    page, problems = browser_page, []
    for label, address in addresses(scene).items():
        page.goto(live_server + address)
        open_all(page)
        problems += problems_of(page, dark=True)
        if PICTURES:
            save_screenshot(page, Path(PICTURES) / f"{label}.png")
    assert problems == []


def test_the_filter_works_without_scripts(chromium_browser, live_server, scene):
    with open_page(chromium_browser, java_script_enabled=False) as page:
        page.goto(f"{live_server}/planes/4")
        page.get_by_label("Estado", exact=True).select_option("completos")
        page.get_by_role("button", name="Filtrar").click()
        assert "estado=completos" in page.url
        assert page.get_by_text("Ningún compromiso cumple el filtro").is_visible()


def test_a_search_from_any_page_works_without_scripts(chromium_browser, live_server, scene):
    with open_page(chromium_browser, java_script_enabled=False) as page:
        page.goto(f"{live_server}/en/planes/4")
        page.get_by_role("searchbox", name="Search").fill("infomr")
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/buscar?q=infomr")
        assert page.get_by_text("Showing results for").is_visible()
        page.get_by_role("link", name="Institutions 1").click()
        assert page.get_by_role("link", name="INFOM · Instituto INFOM").is_visible()


def test_the_keyboard_reaches_the_calculation(chromium_browser, live_server, scene):
    with open_page(chromium_browser) as page:
        page.goto(f"{live_server}/planes/4")
        page.locator("#calculo summary").focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("piso = Σ").is_visible()


def test_a_word_is_explained_by_keyboard_and_by_pointer_and_escape_puts_it_away(
    chromium_browser, live_server, scene
):
    with open_page(chromium_browser) as page:
        page.goto(f"{live_server}/planes/4")
        word = page.locator(".legend .term a", has_text="Declarado").first
        hint = page.locator(".legend .meaning", has_text="Lo que la institución responsable dice").first
        assert not hint.is_visible()
        word.focus()
        assert hint.is_visible()
        page.keyboard.press("Escape")
        assert not hint.is_visible()
        word.hover()
        page.mouse.move(0, 0)
        word.hover()
        assert hint.is_visible()
        word.click()
        assert page.url.endswith("/glosario#declarado")


def test_the_first_page_and_a_plan_take_few_requests(browser_page, live_server, scene):
    for address in ("/", "/planes/4"):
        asked: list[str] = []
        browser_page.on("request", lambda request, asked=asked: asked.append(request.url))
        browser_page.goto(live_server + address, wait_until="networkidle")
        assert 0 < len(asked) < 10, asked
        assert len(asked) == len(set(asked)), asked
