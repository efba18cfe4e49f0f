"""The schedule in a real browser: axe, arrow keys, a telephone, the region that scrolls, and A3 paper."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from tests.support.browser import NARROW, open_all, open_page, overflows_sideways, problems_of
from tests.support.factories.plans import NOW
from tests.support.factories.schedules import make_long, make_monthly, make_varied
from tracker import clock

pytestmark = pytest.mark.browser
PATH = "/planes/4/cronograma"
A3_LANDSCAPE = (1191, 842)


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def varied(app):
    with app.app_context():
        make_varied()
        make_monthly(5)


def focused(page):
    return page.evaluate("document.activeElement.textContent").strip()


def printed(page):
    """The size and the text of each sheet, on the paper that the page asks for."""
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sizes = [tuple(round(side) for side in paper.get_page_size(place)) for place in range(len(paper))]
    return sizes, [" ".join(each.get_textpage().get_text_bounded().split()) for each in paper]


def test_every_view_is_accessible_in_light_and_dark_and_fits_a_telephone(browser_page, live_server, varied):
    page, problems = browser_page, []
    long = "?zoom=mes&desde=2025-01&hasta=2028-12"
    for address in (
        PATH,
        PATH + long,
        f"{PATH}?zoom=anio&estado=raro",
        f"{PATH}?vista=tabla",
        "/planes/5/cronograma",
    ):
        page.goto(live_server + address)
        open_all(page)
        problems += problems_of(page, dark=True)
    assert problems == []


def test_arrow_keys_go_from_row_to_row_and_enter_opens_one(chromium_browser, live_server, varied):
    with open_page(chromium_browser) as page:
        page.goto(live_server + PATH)
        links = page.locator(".crono-table tbody th > a:first-child")
        links.first.focus()
        for key, text in (
            ("ArrowDown", "Hito 1"),
            ("ArrowDown", "1.1"),
            ("ArrowRight", "Compromiso 2"),
            ("ArrowLeft", "Hito 1"),
            ("End", "1.3"),
            ("ArrowDown", "1.3"),
            ("ArrowUp", "1.2"),
            ("Home", "Compromiso 1"),
        ):
            page.keyboard.press(key)
            assert focused(page).startswith(text), key
        assert links.evaluate_all("all => all.filter((one) => one.tabIndex === 0).length") == 1
        page.keyboard.press("End")
        page.keyboard.press("Tab")
        assert focused(page) == "Ver el cronograma como tabla"
        page.keyboard.press("Shift+Tab")
        assert focused(page).startswith("1.3")
        page.keyboard.press("Enter")
        page.wait_for_url("**/actividades/*")


def test_without_scripts_every_row_is_a_stop_and_the_zoom_is_a_link(chromium_browser, live_server, varied):
    with open_page(chromium_browser, java_script_enabled=False) as page:
        page.goto(live_server + PATH)
        page.get_by_role("link", name="Trimestre", exact=True).click()
        assert "zoom=trimestre" in page.url
        page.get_by_label("Estado").select_option("completas")
        page.get_by_role("button", name="Filtrar").click()
        assert "zoom=trimestre" in page.url
        assert page.locator(".crono-table tbody tr").count() == 4
        assert not page.locator("#crono-keys").is_visible()


def test_what_is_long_scrolls_in_its_region_and_the_names_stay(chromium_browser, live_server, varied):
    with open_page(chromium_browser) as page:
        page.goto(f"{live_server}{PATH}?zoom=mes&desde=2025-01&hasta=2028-12")
        region = page.get_by_role("region", name=re.compile("se desplaza hacia los lados"))
        region.focus()
        name = page.locator(".crono-table tbody th").first
        before = name.bounding_box()["x"]
        region.evaluate("one => { one.scrollLeft = 300 }")
        assert region.evaluate("one => one.scrollLeft") == 300
        assert name.bounding_box()["x"] == before
        assert not overflows_sideways(page)


def test_on_a_telephone_each_title_stands_above_its_own_line(chromium_browser, live_server, varied):
    with open_page(chromium_browser, viewport=NARROW) as page:
        page.goto(live_server + PATH)
        row = page.locator(".crono-table tbody tr").nth(2)
        title, line = row.locator("th").bounding_box(), row.locator(".crono-time").bounding_box()
        assert line["y"] >= title["y"] + title["height"]
        assert line["width"] > 340
        assert not overflows_sideways(page)


def test_prints_on_a3_with_its_head_and_legend_and_all_its_rows(chromium_browser, live_server, varied):
    with open_page(chromium_browser) as page:
        page.goto(live_server + PATH)
        sizes, texts = printed(page)
        assert set(sizes) == {A3_LANDSCAPE}
        text = " ".join(texts)
        for words in ("Hito o actividad", "Vencido, sin informe", "76 días", "Actividad 1.3"):
            assert words in text
        assert "Filtrar" not in text
        page.goto(f"{live_server}/planes/4")
        assert A3_LANDSCAPE not in printed(page)[0]


def test_every_printed_page_of_a_long_plan_has_the_head(app, chromium_browser, live_server):
    with app.app_context():
        make_long()
    with open_page(chromium_browser) as page:
        page.goto(live_server + PATH)
        # Where words are parted is the reader's guess: they are compared without spaces.
        pages = ["".join(text.split()) for text in printed(page)[1]]
        assert len(pages) > 2
        assert "Compromiso1Compromiso1" in pages[0]
        assert all("Hitooactividad" in text and "enefebmar" in text for text in pages)
        assert sum(text.count("Versus") for text in pages) == 0
        assert sum(len(re.findall(r"Hito\dHito\d", text)) for text in pages) == 96
