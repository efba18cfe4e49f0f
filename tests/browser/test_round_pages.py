"""Rounds in a real browser: the panels, who answered, the calendar, at both widths."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.browser import open_all, problems_of
from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.work import make_work
from tests.support.signing_in import open_session, session_cookie
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.services.rounds import open_rounds

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    """Two plans with rounds, one of them asking institutions that have nobody to answer."""
    work = make_work(app, activities_per_milestone=4)
    with app.app_context():
        make_plan(5, lead="SESAN", helper=work.made.lead.acronym, starts_on=work.today, ends_on=work.today)
        for day in (work.today - timedelta(days=40), work.today):
            with transaction():
                open_rounds(SYSTEM, today=day, now=NOW)
        work.scene().validated(work.made.activities[0], 40, today=work.today)
    return work


def enter(page, app, address, person):
    name, value = session_cookie(app, open_session(app, person.email))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


PATHS = {
    "liaison": ["/panel"],
    "head": ["/panel"],
    "contact": [
        "/panel",
        "/revision/rondas",
        "/revision/rondas?ver=sin-responder",
        "/revision/rondas/calendario/4",
    ],
    "auditor": ["/revision/rondas"],
}


@pytest.mark.parametrize("who", list(PATHS))
def test_every_page_is_accessible_and_fits_both_widths(app, live_server, browser_page, work, who):
    enter(browser_page, app, live_server, work.people[who])
    for path in PATHS[who]:
        browser_page.goto(live_server + path)
        open_all(browser_page)
        assert problems_of(browser_page) == []


def test_from_the_panel_one_button_leads_to_the_rounds_sheet(app, live_server, narrow_page, work):
    enter(narrow_page, app, live_server, work.people["liaison"])
    narrow_page.goto(live_server + "/panel")
    narrow_page.get_by_role("link", name="Responder la ronda").first.click()
    narrow_page.wait_for_url("**/avances/rondas/**")
    assert "Ronda de" in narrow_page.locator("h1").inner_text()


def test_the_contact_point_sees_the_dates_before_saving_them(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["contact"])
    page.goto(live_server + "/revision/rondas")
    page.get_by_role("link", name="Cambiar el calendario").last.click()
    page.get_by_label("Cada cuánto se informa").select_option("3")
    page.get_by_label("Vence tantos días después").fill("4")
    page.get_by_role("button", name="Guardar el calendario").click()
    assert "puede ser 0 o menos" in page.locator("main").inner_text()
    page.get_by_label("Vence tantos días después").fill("-5")
    page.get_by_role("button", name="Ver las fechas").click()
    assert "Todavía no se ha guardado" in page.locator("aside").inner_text()
    page.get_by_role("button", name="Guardar el calendario").click()
    page.wait_for_url("**/revision/rondas")
    assert "Cada tres meses" in page.locator("main").inner_text()
