"""What citizens see and send, and the tray, in a real browser: axe objects to nothing."""

from __future__ import annotations

import pytest

from tests.support.browser import open_all, open_page, problems_of
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import TEXT, plan_ref, published, replied, secret, sent_and_confirmed
from tests.support.factories.plans import make_plan
from tests.support.signing_in import open_session, session_cookie
from tracker import clock
from tracker.domain.permissions import AccountRole
from tracker.services.public_tokens import Purpose, sign

pytestmark = pytest.mark.browser


@pytest.fixture
def made(app):
    """A plan with one observation replied to, one overdue and one to moderate; its contact point."""
    with app.app_context():
        plan = make_plan()
        person = make_user(AccountRole.CONTACT_POINT)
        contact = actor_of(person)
        replied(published(plan_ref(plan), contact, TEXT, name="Ana Lucía"), contact)
        late = published(plan_ref(plan), contact, TEXT + " " + "palabralarguísima" * 8)
        waiting = sent_and_confirmed(plan_ref(plan), TEXT + " 3")
        token = sign(secret(), Purpose.CONFIRM_OBSERVATION, waiting, now=clock.now())
        return {
            "about": plan_ref(plan).address,
            "late": late,
            "waiting": waiting,
            "token": token,
            "email": person.email,
        }


def test_every_page_of_citizens_is_accessible_and_fits(browser_page, live_server, made):
    page, problems = browser_page, []
    for address in (
        "/planes/4",
        f"/observaciones?sobre={made['about']}",
        f"/observaciones/nueva?sobre={made['about']}",
        "/observaciones/enviada",
        f"/observaciones/confirmar/{made['token']}",
        "/observaciones/confirmada",
        f"/seguir?sobre={made['about']}",
    ):
        page.goto(live_server + address)
        open_all(page)
        problems += problems_of(page, dark=True)
    page.goto(f"{live_server}/observaciones/nueva?sobre={made['about']}")
    page.get_by_role("button", name="Enviar").click()
    problems += problems_of(page, dark=True)
    assert problems == []


def test_without_scripts_a_person_writes_and_reads_what_comes_next(chromium_browser, live_server, made):
    with open_page(chromium_browser, java_script_enabled=False) as page:
        page.goto(f"{live_server}/planes/4")
        page.get_by_role("link", name="¿Ve un error").click()
        page.get_by_label("Hay un error").check()
        page.get_by_label("Su observación", exact=True).fill(TEXT + " desde el navegador")
        page.get_by_label("Correo electrónico").fill("vecino@correo.example")
        page.wait_for_timeout(3100)  # a person takes longer than three seconds
        page.get_by_role("button", name="Enviar").click()
        assert page.get_by_role("heading", name="Revise su correo").is_visible()
        assert page.context.cookies() == []


def test_the_tray_is_accessible_and_fits(app, browser_page, live_server, made):
    page, problems = browser_page, []
    name, value = session_cookie(app, open_session(app, made["email"]))
    page.context.add_cookies([{"name": name, "value": value, "url": live_server}])
    for address in ("", f"/{made['late']}", f"/{made['waiting']}"):
        page.goto(f"{live_server}/observaciones/bandeja{address}")
        open_all(page)
        problems += problems_of(page, dark=True)
    assert problems == []
