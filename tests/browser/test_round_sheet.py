"""A round reported in a real browser: by keyboard, on a telephone losing its connection, by two at once."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.browser import (
    NARROW,
    accessibility_problems,
    overflows_sideways,
    problems_of,
    save_screenshot,
    sign_in,
)
from tests.support.factories.reports import PDF
from tests.support.factories.rounds import make_screen
from tests.support.factories.work import make_work
from tracker import clock

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("CUMPLE_TEST_PICTURES")
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
GONE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}


def begin(scene):
    """A line returned, one in review, one late, one with a draft, and others untouched."""
    nodes, today = scene.made.activities, clock.today()
    scene.give_back(scene.submitted(nodes[0], 50, today=today), today=today)
    scene.submitted(nodes[1], 60, today=today)
    scene.draft(nodes[2], 30, today=today)


@pytest.fixture
def work(app):
    return make_work(app, begin, ends=-12, activities_per_milestone=6)


@pytest.fixture
def screen(work):
    return make_screen(work)


def enter(page, app, live_server, screen, who="liaison"):
    sign_in(page, app, live_server, screen.work.people[who].email)
    page.goto(live_server + screen.path)


def control(page, screen, place, name):
    return page.locator(f'[id="{screen.key(place)}.{name}"]')


def unfold(page, screen, place):
    page.locator(f'[id="linea-{screen.key(place)}"]').click()


def status(page, screen, place):
    return page.locator(f'[data-key="{screen.key(place)}"] [data-autosave-status]')


def network_of(page):
    """Slow the page's connection down, or cut it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    return lambda conditions: session.send("Network.emulateNetworkConditions", conditions)


@pytest.fixture
def telephone(chromium_browser):
    """A narrow page whose requests may fail."""
    context = chromium_browser.new_context(viewport=NARROW, locale="es-GT")
    yield context.new_page()
    context.close()


def photograph(page, name):
    if PICTURES:
        save_screenshot(page, Path(PICTURES) / f"ronda-{name}.png")


def test_the_sheet_is_accessible_closed_and_open_and_fits_both_widths(app, live_server, browser_page, screen):
    page = browser_page
    enter(page, app, live_server, screen)
    photograph(page, "cerrada")
    assert problems_of(page) == []
    page.locator("[data-filter=todas]").click()
    for place in (0, 1, 3):
        unfold(page, screen, place)
    control(page, screen, 3, "no_progress").check()
    control(page, screen, 3, "percent").fill("100")
    assert problems_of(page) == []
    photograph(page, "abierta")
    page.locator("[data-state=typing], [data-state=saving]").wait_for(state="detached")


def test_a_round_is_reported_by_keyboard_alone(app, live_server, browser_page, screen):
    page, keyboard = browser_page, browser_page.keyboard
    enter(page, app, live_server, screen)
    page.goto(live_server + "/panel")
    page.get_by_role("link", name="Responder la ronda").press("Enter")
    page.get_by_role("button", name="Enviar las listas").wait_for()
    focused = "document.activeElement.id"
    for place in (0, 2, 3, 4, 5):
        keyboard.press("Alt+ArrowDown")
        assert page.evaluate(focused) == f"{screen.key(place)}.percent"
        keyboard.press("Control+A")
        keyboard.type("45")
        keyboard.press("Tab")
        assert page.evaluate(focused) == f"{screen.key(place)}.narrative"
        keyboard.press("Control+A")
        keyboard.type(f"Con el teclado, línea {place}.")
    keyboard.press("Escape")
    assert page.evaluate(focused) == f"linea-{screen.key(5)}"
    keyboard.press("Control+S")
    page.locator("[data-bar]:has-text('5 de 5 listas')").wait_for()
    keyboard.press("Control+Enter")
    page.wait_for_selector(".confirmation:focus")
    assert "Se enviaron 5 informes a revisión" in page.inner_text(".confirmation")
    assert "No queda nada por informar" in page.inner_text(".confirmation")
    assert accessibility_problems(page) == []
    photograph(page, "enviada")


def test_a_slow_telephone_loses_its_connection_and_nothing_typed(app, live_server, telephone, screen):
    page, network = telephone, network_of(telephone)
    enter(page, app, live_server, screen)
    network(SLOW)
    unfold(page, screen, 3)
    control(page, screen, 3, "percent").fill("25")
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    network(GONE)
    control(page, screen, 3, "narrative").fill("Escrito en el camino.")
    status(page, screen, 3).filter(has_text="Sin conexión: guardado en este dispositivo").wait_for()
    assert not overflows_sideways(page)
    photograph(page, "sin-conexion")
    page.close()
    page = telephone.context.new_page()
    page.goto(live_server + screen.path)
    offer = page.locator(f'[data-key="{screen.key(3)}"] .recovered')
    assert "Recuperamos lo que escribió" in offer.inner_text()
    assert "Escrito en el camino." in offer.inner_text()
    assert accessibility_problems(page) == []
    photograph(page, "recuperado")
    offer.get_by_role("button", name="Usar").click()
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    page.reload()
    assert control(page, screen, 3, "narrative").input_value() == "Escrito en el camino."
    assert page.locator(".recovered").count() == 0
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_was_typed_without_connection_goes_by_itself_when_it_returns(
    app, live_server, telephone, screen
):
    page = telephone
    enter(page, app, live_server, screen)
    unfold(page, screen, 3)
    page.context.set_offline(True)
    control(page, screen, 3, "narrative").fill("Sin señal.")
    status(page, screen, 3).filter(has_text="Sin conexión").wait_for()
    page.context.set_offline(False)
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_several_files_at_once_each_with_its_bar_and_its_refusal(app, live_server, browser_page, screen):
    page = browser_page
    enter(page, app, live_server, screen)
    unfold(page, screen, 3)
    means = screen.work.made.activities[3].means[0]
    network = network_of(page)
    network(SLOW)
    large = PDF + b"%" + bytes(range(256)) * 400
    control(page, screen, 3, f"{means}.files").set_input_files(
        [
            {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": large},
            {"name": "foto.png", "mimeType": "image/png", "buffer": b"<html>no</html>"},
            {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": large + b"x"},
            {"name": "sobra.pdf", "mimeType": "application/pdf", "buffer": large + b"y"},
        ]
    )
    line = page.locator(f'[data-key="{screen.key(3)}"]')
    assert line.locator("progress").count() == 4
    photograph(page, "subiendo")
    line.locator(".upload", has_text="sobra.pdf").get_by_role("button").click()
    line.get_by_text("Se adjuntó informe.pdf").wait_for()
    kept = line.locator(f'[id="evidencia-{screen.key(3)}-{means}"]').inner_text()
    assert "acta.pdf" in kept
    assert "informe.pdf" in kept
    assert "sobra.pdf" not in kept
    assert "foto.png" in line.locator('.upload[data-state="failed"]').inner_text()
    assert "Evidencia 1 de 2" in line.locator("summary.line-summary").inner_text()
    assert accessibility_problems(page) == []
    control(page, screen, 3, "narrative").fill("Con sus actas.")
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    line.locator(".kept li", has_text="acta.pdf").get_by_role("button").click()
    line.locator(".kept li", has_text="acta.pdf").wait_for(state="detached")
    photograph(page, "archivos")


def test_of_two_people_on_one_line_the_second_sees_both_and_chooses(
    app, live_server, browser_page, narrow_page, screen
):
    enter(browser_page, app, live_server, screen)
    enter(narrow_page, app, live_server, screen, "colleague")
    for page in (browser_page, narrow_page):
        unfold(page, screen, 3)
    control(narrow_page, screen, 3, "percent").fill("20")
    control(narrow_page, screen, 3, "narrative").fill("Lo de ella.")
    status(narrow_page, screen, 3).filter(has_text="Guardado a las").wait_for()
    page = browser_page
    control(page, screen, 3, "narrative").fill("Lo mío.")
    box = page.locator(f'[data-key="{screen.key(3)}"] [data-conflict]')
    box.wait_for()
    assert "Enlace Dos guardó esta línea" in box.inner_text()
    assert "Otra persona lo cambió: ver y elegir" in status(page, screen, 3).inner_text()
    page.get_by_role("button", name="ver y elegir").click()
    assert page.evaluate("document.activeElement.matches('[data-conflict]')")
    assert accessibility_problems(page) == []
    photograph(page, "dos-personas")
    page.get_by_role("button", name="Guardar lo elegido").click()
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    assert control(page, screen, 3, "percent").input_value() == "20"
    page.reload()
    assert control(page, screen, 3, "narrative").input_value() == "Lo mío."
    assert control(page, screen, 3, "percent").input_value() == "20"


def test_a_session_that_ended_while_typing_loses_nothing(app, live_server, telephone, screen):
    page = telephone
    enter(page, app, live_server, screen)
    unfold(page, screen, 3)
    page.context.clear_cookies()
    control(page, screen, 3, "narrative").fill("Antes de salir a almorzar.")
    status(page, screen, 3).filter(has_text="Su sesión terminó").wait_for()
    photograph(page, "sesion")
    sign_in(page, app, live_server, screen.work.people["liaison"].email)
    status(page, screen, 3).get_by_role("link", name="entrar de nuevo").click()
    page.goto(live_server + screen.path)
    page.locator(".recovered").get_by_role("button", name="Usar").click()
    status(page, screen, 3).filter(has_text="Guardado a las").wait_for()
    assert control(page, screen, 3, "narrative").input_value() == "Antes de salir a almorzar."


def test_a_line_that_is_refused_keeps_all_back_and_takes_the_focus(app, live_server, browser_page, screen):
    page = browser_page
    enter(page, app, live_server, screen)
    unfold(page, screen, 3)
    control(page, screen, 3, "no_progress").check()
    control(page, screen, 3, "obstacle").fill("No llegó el presupuesto.")
    page.locator(f'[data-key="{screen.key(3)}"]').get_by_label("Enviar con las demás").check()
    page.get_by_role("button", name="Enviar las listas").click()
    page.wait_for_selector(".error-summary:focus")
    assert accessibility_problems(page) == []
    photograph(page, "rechazada")
    page.locator(".error-summary a", has_text="¿Qué se necesita").click()
    assert page.evaluate("document.activeElement.id") == f"{screen.key(3)}.needed"
    assert "En revisión" not in page.locator(f'[id="estado-{screen.key(2)}"]').inner_text()


def test_the_quantity_offers_its_percent_and_a_double_click_sends_once(app, live_server, browser_page):
    screen = make_screen(make_work(app, planned=Decimal(31)))
    page = browser_page
    enter(page, app, live_server, screen)
    unfold(page, screen, 0)
    control(page, screen, 0, "delivered").press_sequentially("8")
    assert control(page, screen, 0, "percent").input_value() == "25.81"
    assert "Corresponde 25.81 %" in page.locator(".offered").inner_text()
    control(page, screen, 0, "percent").fill("40")
    assert control(page, screen, 0, "departure_reason").is_visible()
    page.get_by_role("button", name="Usar este porcentaje").click()
    assert not control(page, screen, 0, "departure_reason").is_visible()
    control(page, screen, 0, "narrative").fill("Ocho de las treinta y una.")
    page.locator(f'button[value="send:{screen.key()}"]').dblclick()
    page.wait_for_selector(".confirmation:focus")
    assert "Se envió 1 informe a revisión" in page.inner_text(".confirmation")
