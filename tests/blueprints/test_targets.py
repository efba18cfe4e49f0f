"""Targets in the browser: brought in after a preview, corrected, accepted, read by everybody."""

from __future__ import annotations

import io

import pytest

from tests.importers.test_targets import HEAD, NOTHING, PRODUCT, PROJECT, SOURCE, amounts, row
from tests.importers.workbooks import workbook
from tests.support.factories.plans import make_plan
from tracker.domain.permissions import AccountRole

GUESSED = (
    row("Agua", None, "Metro", NOTHING, amounts(100, -10, 50)),
    row("Pozos", None, "Metro", NOTHING, amounts(60, -10, 20)),
    row("Tuberías", None, "Metro", NOTHING, amounts(40, 0, 30)),
)
CONFIRM = "form[action*=confirmar]"


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


@pytest.fixture
def liaison(signed_in, plan):
    return signed_in(AccountRole.LIAISON, "INFOM")


def upload(client, plan, *rows, expect=None, **said):
    page = client.get("targets.upload", institution_uid=plan.lead.uid)
    file = (io.BytesIO(workbook([*HEAD, *rows, SOURCE])), "metas.xlsx")
    return client.submit(
        page, {"workbook": file, "year": "2023", **said}, form="form[enctype]", expect=expect
    )


def bring(client, plan, *rows, **said):
    return client.submit(upload(client, plan, *rows), said, form=CONFIRM)


def table_page(client, board):
    return client.get(board.one("a[href*='/metas/tabla/']:not([href*=fila])")["href"])


def test_a_table_is_looked_through_before_it_is_taken(liaison, plan):
    page = upload(liaison, plan, PRODUCT, PROJECT)
    assert "2 filas nuevas" in page.main
    assert "Todavía no se guardó nada" in page.main
    board = liaison.get("targets.board", institution_uid=plan.lead.uid, year=2023)
    assert "Este año todavía no tiene metas" in board.main
    board = liaison.submit(page, form=CONFIRM)
    assert "Importado." in board.text
    assert "1,000.00" in board.main
    assert "sin revisar" in board.main
    again = upload(liaison, plan, PRODUCT, PROJECT)
    assert "2 filas que quedan igual" in again.main
    assert "nada cambia" in again.main


def test_an_error_is_told_by_cell_and_nothing_can_be_accepted(liaison, plan):
    page = upload(liaison, plan, PRODUCT, (None, *PROJECT), expect=422)
    assert "La tabla tiene errores" in page.h1
    assert "B7" in page.texts("[role=rowheader]")
    assert page.all(CONFIRM) == []
    page = liaison.get("targets.upload", institution_uid=plan.lead.uid)
    page = liaison.submit(page, {"year": "3"}, form="form[enctype]", expect=422)
    assert "Escriba un año" in page.main


def test_a_guessed_hierarchy_is_shown_as_one_and_corrected_before_it_is_taken(liaison, plan):
    page = upload(liaison, plan, *GUESSED)
    assert "jerarquía supuesta por las sumas" in page.main
    assert "se supuso por las sumas" in page.main
    board = liaison.submit(page, {"t0-parent-3": "0"}, form=CONFIRM)
    assert "jerarquía supuesta" not in board.main
    table = table_page(liaison, board)
    assert table.one("#parent-2 option[selected]")["value"] == "1"
    table = liaison.submit(
        table, {"parent-3": "2", "parent-2": "1"}, form="form[action*=jerarquia]", expect=422
    )
    assert "Una fila solo puede ser subproducto de un producto anterior" in table.main
    table = liaison.submit(table, {"parent-3": "1"}, form="form[action*=jerarquia]")
    assert "ya no es una suposición" in table.text


def test_a_confirmation_of_another_preview_is_refused(liaison, plan, signed_in):
    page, other = upload(liaison, plan, PRODUCT, PROJECT), upload(liaison, plan, *GUESSED)
    liaison.submit(page, form=CONFIRM)
    changed = liaison.submit(other, form=CONFIRM, expect=409)
    assert "Otra persona cambió esta tabla" in changed.main
    lost = liaison.submit(changed, {"reference": "x"}, form=CONFIRM, expect=422)
    assert "Importar la tabla oficial" in lost.h1
    contact = signed_in(AccountRole.CONTACT_POINT)
    stolen = contact.get("targets.upload", institution_uid=plan.lead.uid)
    contact.post("targets.confirmed", institution_uid=plan.lead.uid, data={"reference": "x"}, expect=422)
    assert stolen.status == 200


def test_a_row_is_corrected_without_losing_what_was_typed_and_everybody_reads_it(liaison, plan, client):
    table = table_page(liaison, bring(liaison, plan, PRODUCT, PROJECT))
    page = liaison.get(table.link("Agua"))
    typed = {
        "financial_modifications": "- 804.00; 2023-05-31; Acuerdo 12\nno es",
        "physical_executed_1": "10",
        "goals": ["6"],
        "priority": "Acceso al agua",
        "item_uid": plan.activity.uid,
    }
    page = liaison.submit(page, typed, form="main form", expect=422)
    assert "renglón 2" in page.main
    assert "no es" in page.one("#financial_modifications").text
    typed["financial_modifications"] = "- 804.00; 2023-05-31; Acuerdo 12"
    page = liaison.submit(page, typed, form="main form", expect=422)
    assert page.one("#reason-error")
    table = liaison.submit(page, {"reason": "Faltaba el acuerdo"}, form="main form")
    assert "Faltaba el acuerdo" in table.main
    assert "prioridad nacional de desarrollo: — → Acceso al agua" in table.main
    public = client.get("portal.targets_of", slug=plan.lead.slug, year=2023)
    for words in ("Acuerdo 12", "196.00", "255.10", "Acceso al agua", "(plan 4)", "lo registró INFOM"):
        assert words in public.main, words
    assert "cifras no cuadran" in public.main, "the project below still has the whole amount"
    english = client.get(f"/en/metas/{plan.lead.slug}/2023")
    assert "recorded by INFOM" in english.main
    assert "Set-Cookie" not in public.headers
    unchanged = liaison.get(table.link("Agua"))
    assert "No había nada distinto" in liaison.submit(unchanged, form="main form").text


def test_a_table_by_hand_goes_row_by_row_to_the_next_period(liaison, plan):
    page = liaison.get("targets.new_table", institution_uid=plan.lead.uid, year=2025)
    page = liaison.submit(page, {"title": "", "report": "", "period": "1"}, form="main form", expect=422)
    assert len(page.all(".field-error")) == 3
    said = {"title": "Metas de agua", "period": "1", "report": "R1", "report_on": "2025-05-05"}
    page = liaison.submit(page, said, form="main form")
    table = liaison.submit(
        page, {"name": "Agua", "unit": "Metro", "physical_initial": "1,500", "physical_executed_1": "300"},
        form="main form",
    )  # fmt: skip
    assert "20.00" in table.main
    page = liaison.submit(table, {"report": ""}, form="form[action*=periodo]", expect=422)
    table = liaison.submit(page, {"report": "R2", "report_on": "2025-09-05"}, form="form[action*=periodo]")
    assert "segundo cuatrimestre" in table.main
    page = liaison.get(table.link("Agua"))
    table = liaison.submit(page, {"physical_executed_2": "750", "reason": "Del reporte R2"}, form="main form")
    assert "50.00" in table.main


def test_the_contact_point_accepts_and_others_only_read(liaison, plan, signed_in, client):
    bring(liaison, plan, PRODUCT, PROJECT)
    contact = signed_in(AccountRole.CONTACT_POINT)
    index = contact.get("targets.index")
    table = table_page(contact, contact.get(index.link("2023")))
    table = contact.submit(table, form="form[action*=aceptar]")
    assert "lo aceptó" in table.main
    assert table.all("form[action*=aceptar]") == []
    assert "sin revisar" not in client.get("portal.targets_of", slug=plan.lead.slug, year=2023).main
    auditor = signed_in(AccountRole.AUDITOR)
    read = table_page(auditor, auditor.get("targets.board", institution_uid=plan.lead.uid, year=2023))
    assert read.all("main form") == []
    auditor.get("targets.upload", institution_uid=plan.lead.uid, expect=403)
    stranger = signed_in(AccountRole.LIAISON, "SCEP")
    stranger.get("targets.upload", institution_uid=plan.lead.uid, expect=404)
    stranger.get("targets.new_table", institution_uid=plan.lead.uid, year=2023, expect=404)
    signed_in(AccountRole.ADMIN).get("targets.index", expect=403)


def test_an_indicator_is_written_and_read_with_its_source(liaison, plan, client):
    bring(liaison, plan, PRODUCT, PROJECT)
    page = liaison.get("targets.indicator", institution_uid=plan.lead.uid, uid="nuevo")
    said = {
        "name": "Agua segura", "unit": "%", "baseline_value": "40", "baseline_year": "2015",
        "goal_value": "60", "goal_year": "2010", "measured": "2020", "report": "ENCOVI",
    }  # fmt: skip
    page = liaison.submit(page, said, form="main form", expect=422)
    assert "renglón 1" in page.main
    page = liaison.submit(page, {"measured": "2020; 45"}, form="main form", expect=422)
    assert "posterior al de la línea base" in page.main
    board = liaison.submit(page, {"goal_year": "2028"}, form="main form")
    assert "25.00 %" in board.main
    page = liaison.get(board.link("Agua segura"))
    board = liaison.submit(page, {"goal_value": "50", "reason": "Meta nueva"}, form="main form")
    public = client.get("portal.targets_of", slug=plan.lead.slug, year=2023)
    assert "50.00 %" in public.main
    assert "ENCOVI" in public.main
    liaison.get("targets.indicator", institution_uid=plan.lead.uid, uid="otro", expect=404)


def test_everybody_finds_the_targets_and_what_is_not_there_is_not_found(liaison, plan, client):
    assert "Todavía no hay metas publicadas" in client.get("portal.targets").main
    bring(liaison, plan, PRODUCT, PROJECT)
    index = client.get("portal.targets")
    assert client.get(index.link("2023")).h1 == "Metas de INFOM, 2023"
    institution = client.get("portal.institution", number=plan.number, slug=plan.lead.slug)
    assert client.get(institution.link("2023")).h1 == "Metas de INFOM, 2023"
    assert client.get(f"/metas/{plan.lead.slug.upper()}/2023", expect=301).location.endswith("/2023")
    client.get("portal.targets_of", slug=plan.lead.slug, year=2022, expect=404)
    client.get("portal.targets_of", slug="nadie", year=2023, expect=404)
