"""A contact point with 400 reports waiting, in a real browser at both widths: filter, decide, go on."""

from __future__ import annotations

import pytest

from tests.support.browser import open_all, problems_of
from tests.support.factories.waiting import make_waiting
from tests.support.signing_in import open_session, session_cookie
from tracker import clock

pytestmark = pytest.mark.browser


@pytest.fixture(params=[60, pytest.param(400, marks=pytest.mark.soak)])
def waiting(app, request):
    with app.app_context():
        return make_waiting(request.param, today=clock.today())


def enter(page, app, address, person):
    name, value = session_cookie(app, open_session(app, person.email))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


def looked_at(page):
    """Nothing for axe to say, nothing wider than the window."""
    open_all(page)
    assert problems_of(page) == []


def place(page):
    return page.inner_text(".queue-place >> nth=0").replace("\n", " ")


def test_the_queue_is_worked_through(app, live_server, browser_page, waiting):
    page = browser_page
    enter(page, app, live_server, waiting.contact)
    page.goto(live_server + "/revision")
    assert page.inner_text("h1") == f"{len(waiting.uids)} informes por revisar"
    assert page.locator(".item-list > li").count() == 25
    looked_at(page)
    _several(page, live_server, _one_by_one(page, live_server, len(waiting.uids)))


def _one_by_one(page, address, left):
    """Filter, validate one with everything, return the next with words about a field; each leads on."""
    page.goto(address + "/revision?institucion=&orden=institution&q=cgc")
    mine = int(page.inner_text("main .muted >> nth=0").split()[0])
    page.click("text=Revisar desde el primero de esta página")
    assert f"1 de {mine}" in place(page)
    looked_at(page)
    everything = page.locator("button[value=accept-all]")
    page.click("button[value=accept-all]" if everything.count() else "button[value=validate]")
    page.wait_for_selector("text=comprobada")
    assert f"1 de {mine - 1}" in place(page)
    page.fill("[name=comment]", "¿Con qué municipalidades?")
    page.select_option("[name=comment_field]", "narrative")
    page.click("button[value=return]")
    page.wait_for_selector("text=devuelta")
    assert f"1 de {mine - 2}" in place(page)
    return left - 2


def _several(page, address, left):
    """Open two that are ready, decide them together, and read what became of them."""
    page.goto(address + "/revision?ver=unopened&orden=review&q=infom")
    for _ in range(3):
        page.goto(address + "/revision?ver=unopened&orden=review&q=infom")
        page.click(".item-list h2 a >> nth=0")
    page.goto(address + "/revision?ver=opened")
    picks = page.locator("input[name=informe]")
    for number in range(picks.count()):
        picks.nth(number).check()
    page.click("text=Decidir los marcados")
    looked_at(page)
    validated = page.locator("input[value=validate]:checked").count()
    assert validated
    page.click("text=Decidir todos estos")
    page.wait_for_selector("text=Volver a la cola")
    assert page.inner_text("h1") == f"Comprobados {validated}, devueltos 0"
    looked_at(page)
    return left - validated


def test_keys_move_only_once_they_are_asked_for(app, live_server, browser_page, waiting):
    page = browser_page
    enter(page, app, live_server, waiting.contact)
    page.goto(f"{live_server}/revision/{waiting.uids[0]}")
    page.keyboard.press("j")
    assert f"1 de {len(waiting.uids)}" in place(page)
    page.evaluate("document.querySelector('[data-keys]').open = true")
    page.check("#review-keys")
    page.keyboard.press("j")
    page.wait_for_url(f"**/revision/{waiting.uids[1]}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/revision/{waiting.uids[2]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/revision/{waiting.uids[1]}")
    page.fill("[name=comment]", "")
    page.type("[name=comment]", "jk")
    assert page.input_value("[name=comment]") == "jk"
    assert page.url.endswith(waiting.uids[1])


def test_the_reason_is_asked_where_an_item_is_not_accepted(app, live_server, narrow_page, waiting):
    page = narrow_page
    enter(page, app, live_server, waiting.contact)
    page.goto(f"{live_server}/revision/{waiting.uids[0]}")
    reason = page.locator(".verdict .reason >> nth=0")
    assert not reason.is_visible()
    page.check(".verdict input[value=reject] >> nth=0")
    assert reason.is_visible()
    looked_at(page)
    page.click("button[value=validate]")
    page.wait_for_selector("text=Diga de cada evidencia")
    looked_at(page)
