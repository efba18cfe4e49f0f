"""A round by spreadsheet and a turnover in a real browser: files down and up, at both widths, with axe."""

from __future__ import annotations

import pytest

from tests.support.browser import problems_of
from tests.support.factories.work import make_work
from tests.support.factories.workbooks import FilledBook, open_round
from tests.support.signing_in import open_session, session_cookie
from tracker import clock
from tracker.db import db
from tracker.models.progress import ProgressReport

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=4)


@pytest.fixture
def round_uid(app, work):
    with app.app_context():
        scene = work.scene()
        scene.draft(work.made.activities[3], 15, today=work.today)
        return open_round(work.today, clock.now())


def enter(page, app, address, person):
    name, value = session_cookie(app, open_session(app, person.email))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


def looks_right(page):
    assert problems_of(page) == []


def downloaded(page, address, tmp_path):
    """The file behind the link, with the browser's own session."""
    href = page.get_by_role("link", name="Descargar el libro").get_attribute("href")
    answer = page.request.get(address + href)
    assert "attachment; filename=avances-infom-" in answer.headers["content-disposition"]
    path = tmp_path / "avances.xlsx"
    path.write_bytes(answer.body())
    return path


def brought(page, path, book):
    path.write_bytes(book.saved())
    page.get_by_label("Libro de la ronda").set_input_files(path)
    page.get_by_role("button", name="Ver lo que se hará").click()


def test_a_workbook_goes_down_comes_up_is_corrected_and_sent(
    app, live_server, browser_page, narrow_page, work, round_uid, tmp_path
):
    address = f"{live_server}/avances/rondas/{round_uid}"
    enter(browser_page, app, live_server, work.people["liaison"])
    browser_page.goto(address)
    browser_page.get_by_role("link", name="hoja de cálculo").click()
    looks_right(browser_page)
    path = downloaded(browser_page, live_server, tmp_path)
    book = FilledBook(path.read_bytes()).write("1.1", percent=150, narrative="Se hizo.")
    brought(browser_page, path, book)
    assert browser_page.get_by_role("heading", level=1).inner_text() == "El libro tiene errores"
    looks_right(browser_page)
    enter(narrow_page, app, live_server, work.people["liaison"])
    narrow_page.goto(f"{address}/libro/subir")
    brought(narrow_page, path, book.write("1.1", percent=50).write("1.2", percent=10))
    looks_right(narrow_page)
    narrow_page.get_by_role("button", name="Enviar las marcadas").click()
    narrow_page.get_by_text("Enviamos 1 informe").wait_for()
    with app.app_context():
        rows = db.session.scalars(db.select(ProgressReport).order_by(ProgressReport.node_id))
        assert [(one.node.label, one.status.value) for one in rows] == [
            ("1.1", "submitted"), ("1.2", "draft"), ("1.4", "draft"),
        ]  # fmt: skip


def test_a_turnover_is_registered_and_both_pages_are_accessible(
    app, live_server, browser_page, narrow_page, work, round_uid
):
    liaison = work.people["liaison"]
    enter(narrow_page, app, live_server, work.people["admin"])
    for path in ("", f"/{liaison.uid}", f"/{liaison.uid}/relevo"):
        narrow_page.goto(f"{live_server}/administracion/cuentas{path}")
        looks_right(narrow_page)
    narrow_page.get_by_label("Quién sigue").select_option(work.people["stranger"].uid)
    narrow_page.get_by_label("Motivo o documento").fill("Oficio 12-2026")
    narrow_page.get_by_role("button", name="Registrar el relevo").click()
    narrow_page.get_by_text("Relevo registrado en INFOM").wait_for()
    looks_right(narrow_page)
    enter(browser_page, app, live_server, work.people["stranger"])
    browser_page.goto(f"{live_server}/avances/rondas/{round_uid}")
    assert "1.4" in browser_page.locator("main").inner_text()
