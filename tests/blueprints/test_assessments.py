"""The pages of the self-assessment: the board and writing one's place in it."""

from __future__ import annotations

import pytest

from tests.support.factories.plans import make_plan
from tracker.domain.permissions import AccountRole


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


def board_of(client, plan):
    return client.get("assessments.board", number=plan.number)


def writing(client, plan):
    return client.get(board_of(client, plan).one("main a[href*=escribir]")["href"])


def test_without_a_plan_the_page_says_so(signed_in):
    page = signed_in(AccountRole.LIAISON, "INFOM").get("assessments.index")
    assert "Todavía no hay un plan que evaluar" in page.main


def test_who_reads_no_reports_is_refused(signed_in, plan):
    signed_in(AccountRole.ADMIN).get("assessments.board", number=plan.number, expect=403)


def test_an_auditor_reads_all_of_it_and_writes_none(signed_in, plan):
    client = signed_in(AccountRole.AUDITOR)
    assert board_of(client, plan).all("main a[href*=escribir]") == []
    client.get(f"/autoevaluacion/{plan.number}/escribir?de=irm", expect=403)


def test_a_liaison_writes_its_institutions_place_and_reads_it_on_the_board(signed_in, plan):
    client = signed_in(AccountRole.LIAISON, "INFOM")
    page = client.get(client.get("assessments.index", expect=302).location)
    assert "Sin valorar." in page.main
    page = writing(client, plan)
    data = {"level": "substantial", "achievements": "Se capacitó a 12 municipalidades.", "obstacles": ""}
    page = client.submit(page, data, form="main form")
    assert "Guardado." in page.text
    assert "Sustancial" in page.main
    assert "Se capacitó a 12 municipalidades." in page.main
    page = client.submit(writing(client, plan), {}, form="main form")
    assert "No había nada distinto que guardar." in page.text


def test_nothing_typed_is_lost_when_something_is_missing(signed_in, plan):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get(board_of(client, plan).all("main a[href*='de=irm']")[0]["href"])
    data = {"achievements": "Texto largo que costó escribir.", "level": "", "source": ""}
    page = client.submit(page, data, form="main form", expect=422)
    assert "Elija un nivel de la escala." in page.main
    assert "Escriba de qué informe se tomó." in page.main
    assert page.one("#achievements").text.strip() == "Texto largo que costó escribir."


def test_of_two_people_the_second_sees_what_the_first_wrote_and_decides(signed_in, plan):
    first, second = signed_in(AccountRole.LIAISON, "INFOM"), signed_in(AccountRole.INSTITUTION_HEAD, "INFOM")
    page_of_first, page_of_second = writing(first, plan), writing(second, plan)
    first.submit(page_of_first, {"achievements": "Lo del enlace."}, form="main form")
    page = second.submit(page_of_second, {"achievements": "Lo del titular."}, form="main form", expect=409)
    assert "Lo del enlace." in page.main
    assert page.one("#achievements").text.strip() == "Lo del titular."
    page = second.submit(page, {}, form="main form")
    assert "Lo del titular." in page.main


@pytest.mark.parametrize("query", ["", "?de=nadie", "?de=institution&compromiso=x", "?de=computed"])
def test_a_place_that_is_none_is_not_found(signed_in, plan, query):
    client = signed_in(AccountRole.LIAISON, "INFOM")
    client.get(f"/autoevaluacion/{plan.number}/escribir{query}", expect=404)


def test_a_plan_that_is_none_is_not_found(signed_in):
    signed_in(AccountRole.LIAISON, "INFOM").get("assessments.board", number=99, expect=404)
