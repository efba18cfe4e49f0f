"""The work area in a real browser: both widths, axe, and the reporting form by keyboard alone."""

from __future__ import annotations

import pytest

from tests.support.browser import accessibility_problems, open_all, problems_of
from tests.support.factories.work import make_work
from tests.support.signing_in import open_session, session_cookie
from tracker import clock

pytestmark = pytest.mark.browser


def begin(scene):
    """A returned, a validated, an unproven and a late item, and a report in review."""
    nodes, today = scene.made.activities, clock.today()
    scene.give_back(scene.submitted(nodes[0], 50, today=today), today=today)
    scene.validated(nodes[1], 100, completed_on=today, today=today)
    scene.submitted(nodes[2], 100, answers=(), completed_on=today, today=today)
    scene.validated(nodes[3], 40, today=today)
    scene.submitted(nodes[3], 60, narrative="Un poco más.", today=today)


@pytest.fixture
def work(app):
    return make_work(app, begin, ends=-12, activities_per_milestone=5)


def enter(page, app, address, person):
    name, value = session_cookie(app, open_session(app, person.email))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


def paths(work, who):
    node, waiting = work.made.activities[4].uid, work.made.activities[3].uid
    if who == "liaison":
        return [
            "/panel",
            "/avances",
            f"/avances/{waiting}",
            f"/avances/{node}/informar",
            f"/avances/{node}/reprogramar",
            "/cuenta",
        ]
    if who == "contact":
        return [
            "/panel",
            "/revision",
            "/revision/reprogramaciones",
            f"/revision/reprogramaciones/mover/{node}",
            "/revision/enmiendas",
            "/revision/dudas",
            f"/avances/{waiting}",
        ]
    return ["/panel"]


@pytest.mark.parametrize("who", ["liaison", "contact", "head", "table", "auditor", "admin"])
def test_every_page_is_accessible_and_fits_both_widths(app, live_server, browser_page, work, who):
    enter(browser_page, app, live_server, work.people[who])
    for path in paths(work, who):
        browser_page.goto(live_server + path)
        assert problems_of(browser_page) == []


def test_the_review_page_is_accessible_with_everything_open(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["contact"])
    page.goto(live_server + "/revision")
    for index in range(page.locator(".item h2 a").count()):
        page.goto(live_server + "/revision")
        page.locator(".item h2 a").nth(index).click()
        open_all(page)
        assert problems_of(page) == []


def test_the_sign_in_page_is_accessible(live_server, app, browser_page):
    browser_page.goto(live_server + "/entrar")
    assert problems_of(browser_page) == []


def test_an_activity_is_reported_by_keyboard_alone(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["liaison"])
    page.goto(f"{live_server}/avances/{work.made.activities[4].uid}/informar")
    tab_to(page, "percent")
    page.keyboard.type("35")
    tab_to(page, "narrative")
    page.keyboard.type("Con el teclado.")
    tab_to(page, "action", "submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/avances/*")
    assert "Enviado." in page.inner_text("main")


def tab_to(page, name, value=None):
    """Press Tab until the named control has the focus; what has the focus is always in sight."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate("[document.activeElement.name, document.activeElement.value]")
        if found[0] == name and (value is None or found[1] == value):
            return
        assert page.evaluate(IN_SIGHT), found
    raise AssertionError(f"Tab never reaches {name}")


IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return document.activeElement === document.body || (box.bottom > 0 && box.top < window.innerHeight);
}"""


def test_enter_in_a_field_keeps_a_draft_and_hands_nothing_in(app, live_server, browser_page, work):
    page = browser_page
    enter(page, app, live_server, work.people["liaison"])
    page.goto(f"{live_server}/avances/{work.made.activities[4].uid}/informar")
    page.fill("[name=percent]", "20")
    page.press("[name=percent]", "Enter")
    page.wait_for_load_state()
    assert "Borrador guardado" in page.inner_text("main")


def test_errors_take_the_focus_and_lead_to_their_fields(app, live_server, narrow_page, work):
    page = narrow_page
    enter(page, app, live_server, work.people["liaison"])
    page.goto(f"{live_server}/avances/{work.made.activities[4].uid}/informar")
    page.fill("[name=percent]", "100")
    page.click("button[value=submit]")
    page.wait_for_selector(".error-summary")
    page.wait_for_selector(".error-summary:focus")
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.name") == "completed_on"
    assert accessibility_problems(page) == []
