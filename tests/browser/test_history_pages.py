"""Timeline, comparison, audit log and early warning in a real browser: both widths, axe, keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.browser import open_all, problems_of
from tests.support.factories.work import make_work
from tests.support.signing_in import open_session, session_cookie
from tracker.domain.obstacles import ObstacleKind

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    """An activity with a long story, one that is stuck, and others of which nobody says anything."""
    work = make_work(app, starts=-200, ends=20, activities_per_milestone=4)
    told = {"no_progress": True, "obstacle": "Sin fondos", "obstacle_kind": ObstacleKind.FUNDS}
    told |= {"needed": "Ampliación", "new_expected_on": work.today + timedelta(days=60)}
    with app.app_context():
        scene = work.scene()
        first = scene.submitted(percent=40, narrative="Se hizo el diagnóstico. " * 12, today=work.today)
        scene.give_back(first, today=work.today)
        work.second = scene.submit(scene.correct(first, today=work.today), today=work.today)
        work.first = first
        scene.validate(work.second, today=work.today)
        scene.submitted(work.made.activities[1], 5, answers=(), today=work.today, **told)
    return work


def enter(page, app, address, person):
    name, value = session_cookie(app, open_session(app, person.email))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


def test_the_pages_are_accessible_and_fit_both_widths(app, live_server, browser_page, work):
    uid = work.activity.uid
    pages = {
        "contact": [
            f"/avances/{uid}",
            f"/avances/{uid}?tipo=decision",
            f"/avances/{uid}/comparar?antes={work.first}&despues={work.second}",
            "/revision/alertas",
            "/revision/alertas?tipo=obstacle&obstaculo=funds",
        ],
        "auditor": [
            "/administracion/bitacora",
            "/administracion/bitacora?texto=diagnostico&tag=report:submitted",
        ],
    }
    page = browser_page
    page.goto(f"{live_server}/actividades/{uid}")
    assert problems_of(page) == []
    for who, paths in pages.items():
        enter(page, app, live_server, work.people[who])
        for path in paths:
            page.goto(live_server + path)
            open_all(page)
            assert problems_of(page) == []


def test_an_entry_of_the_timeline_is_linked_by_its_address(live_server, narrow_page, work):
    page = narrow_page
    page.goto(f"{live_server}/actividades/{work.activity.uid}")
    link = page.locator(".timeline-who a").last
    link.focus()
    page.keyboard.press("Enter")
    anchor = link.get_attribute("href").removeprefix("#")
    assert page.url.endswith(f"#{anchor}")
    assert page.locator(f"li[id='{anchor}']:target").count() == 1


def test_the_audit_log_is_searched_by_keyboard(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["auditor"])
    page.goto(f"{live_server}/administracion/bitacora")
    page.locator("#filter-texto").fill("DIAGNOSTICO")
    page.keyboard.press("Enter")
    page.wait_for_url("**texto=DIAGNOSTICO**")
    rows = page.locator("#bitacora tbody tr")
    assert rows.count() >= 1
    assert "Se hizo el diagnóstico" in rows.first.inner_text()
