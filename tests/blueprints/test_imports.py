"""Files in the browser: looked through by cell, accepted or left, told when they went stale; who may."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.importers.workbooks import HEAD, workbook
from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.reports import nothing_written
from tests.support.factories.work import make_work
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.importers.progress import read_progress
from tracker.importers.targets import TargetsOrder, read_targets
from tracker.importers.workplan import read_workplan
from tracker.models.plans import Doubt, PlanNode
from tracker.queries.plan_book import get_plan_book
from tracker.queries.plans import find_plan, list_institutions
from tracker.renderers.plan_book import render_plan_book
from tracker.services.imports import known_institutions
from tracker.services.plans import create_institution

COLUMNS = ("No.", "Actividades", "Tiempo de cumplimiento", "Institución responsable", "Medio de verificación")
ROWS = (
    ("", "Hito 1: Conformar la mesa", "Enero de 2026 - junio de 2026", "INFOM", ""),
    ("", "1. Actividad: Convocar", "Marzo de 2026", "SCEP / Dirección para la Descentralización", "Acta"),
    ("", "2. Actividad: Instalar", "Permanente", "", "Acta"),
)
FORM = "main form"


def plan_file(*rows: tuple[str, ...]) -> bytes:
    return workbook([*HEAD, COLUMNS, *(rows or ROWS)])


def send(client, kind: str, data: bytes, name: str, number: object = "", **more):
    page = client.get("imports.upload", kind=kind)
    return client.submit(page, {"number": number, "file": (io.BytesIO(data), name)}, form=FORM, **more)


def test_a_work_plan_is_looked_through_then_written_and_its_doubts_wait(app, signed_in):
    client = signed_in(AccountRole.CONTACT_POINT)
    with app.app_context(), nothing_written():
        page = send(client, "plan-de-trabajo", plan_file(), "plan.xlsx", 5)
    assert page.h1 == "Lo que trae el archivo"
    assert "Compromisos 1 0 0" in page.main
    assert "Actividades 2 0 0" in page.main
    assert "No se entendió el período; se conserva el texto." in page.main
    assert "C7" in page.main
    assert "Permanente" in page.main
    done = client.submit(page, {}, form=FORM)
    assert "Importado." in done.text
    with app.app_context():
        assert find_plan(5) is not None
        assert db.session.query(Doubt).filter_by(code="period-not-understood").count() == 1
    again = send(client, "plan-de-trabajo", plan_file(), "plan.xlsx", 5)
    assert "Todo estaba ya: nada cambia." in again.main


def test_what_went_stale_or_is_not_ones_own_is_told_and_not_applied(app, signed_in):
    client, other = signed_in(AccountRole.CONTACT_POINT), signed_in(AccountRole.CONTACT_POINT)
    page = send(client, "plan-de-trabajo", plan_file(), "plan.xlsx", 5)
    reference = page.one("input[name=reference]")["value"]
    other.get("imports.home")
    stolen = other.post("imports.confirmed", {"reference": reference}, kind="plan-de-trabajo", expect=422)
    assert "La vista previa caducó" in stolen.main
    other.submit(send(other, "plan-de-trabajo", plan_file(ROWS[0]), "plan.xlsx", 5), {}, form=FORM)
    with app.app_context(), nothing_written():
        stale = client.submit(page, {}, form=FORM, expect=409)
    assert "Alguien cambió algo después de esta vista previa" in stale.main
    done = client.submit(stale, {}, form=FORM)
    assert "Importado." in done.text


def test_errors_stand_by_sheet_and_cell_and_nothing_can_be_accepted(app, signed_in):
    client = signed_in(AccountRole.CONTACT_POINT)
    wrong = ("", "1. Actividad: Convocar", "Marsso de 2026", "INFOM", "Acta")
    with app.app_context(), nothing_written():
        page = send(client, "plan-de-trabajo", plan_file(ROWS[0], wrong), "plan.xlsx", 5, expect=422)
    assert page.h1 == "El archivo tiene errores"
    assert "¿será marzo?" in page.main
    assert "C6" in page.main
    assert not page.soup.select("input[name=reference]")
    for data, name, words in (
        (b"", "vacio.xlsx", "vacío"),
        (b"PK\x03\x04roto", "roto.xlsx", "dañado"),
        (b"%PDF-1.4", "acta.pdf", "no es de Office"),
    ):
        answer = send(client, "plan-de-trabajo", data, name, 5, expect=422)
        assert words in answer.main, name
    missing = send(client, "plan-de-trabajo", plan_file(), "plan.xlsx", "cuatro", expect=422)
    assert "Escriba el número del plan" in missing.main
    claims = b"compromiso,institucion,avance,fecha\n1,INFOM,5,2020-01-01"
    assert "plan" in send(client, "avances", claims, "a.csv", 8, expect=422).main


def test_the_forms_are_filled_with_the_plan_and_read_back_without_a_doubt(app, signed_in):
    with app.app_context():
        make_plan(commitments=2, milestones=1, activities_per_milestone=1)
    client = signed_in(AccountRole.CONTACT_POINT)
    work = client.get("imports.form", kind="plan-de-trabajo", plan=4).data
    file = load_workbook(io.BytesIO(work))
    assert [one.title for one in file.worksheets] == ["Compromiso 1", "Compromiso 2", "Listas"]
    assert file.worksheets[0].data_validations.dataValidation
    assert "Instituto INFOM -INFOM-" in [cell.value for (cell,) in file["Listas"].iter_rows(max_col=1)]
    with app.app_context():
        known = known_institutions()
    read = read_workplan(work, known)
    assert (read.findings, [one.number for one in read.commitments]) == ([], [1, 2])
    progress = client.get("imports.form", kind="avances", plan=4).data
    rows = list(csv.reader(io.StringIO(progress.decode("utf-8-sig"))))
    assert rows[1][:5] == ["1", "1", "1", "INFOM", "responsable"]
    assert read_progress(progress, known).findings == []
    targets = client.get("imports.form", kind="metas").data
    assert {one.code for one in read_targets(targets, _order(), "INFOM", known).findings} <= {
        "table-without-rows",
        "programme-not-stated",
        "source-not-stated",
        "period-assumed",
    }
    institutions = client.get("imports.form", kind="instituciones").data.decode("utf-8-sig")
    assert "INFOM,Instituto INFOM,público,,no" in institutions


def _order() -> TargetsOrder:
    return TargetsOrder(2026, date(2026, 6, 15), "", None, "", None)


def test_a_plan_goes_out_and_in_by_its_workbook(app, signed_in):
    with app.app_context():
        make_plan(commitments=1, milestones=1, activities_per_milestone=1)
        data = render_plan_book(get_plan_book(SYSTEM, 4))
    client = signed_in(AccountRole.CONTACT_POINT)
    sent = client.get("imports.book", number=4)
    assert sent.data == data
    assert "plan-4.xlsx" in sent.headers["Content-Disposition"]
    file = load_workbook(io.BytesIO(data))
    file["Actividades"]["G2"] = "Otro título"
    stream = io.BytesIO()
    file.save(stream)
    page = send(client, "libro", stream.getvalue(), "plan-4.xlsx")
    assert "Actividad 1/hito 1/actividad 1.1" in page.main
    assert "Otro título" in page.main
    client.submit(page, {}, form=FORM)
    with app.app_context():
        titles = [one.title for one in db.session.query(PlanNode)]
    assert "Otro título" in titles
    client.get("imports.book", number=77, expect=404)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("contact", ["Plan de trabajo", "Avances", "Libro de un plan entero", "Metas", "Instituciones"]),
        ("admin", ["Instituciones"]),
        ("liaison", ["Metas", "Valoraciones", "Avances de la ronda"]),
    ],
)
def test_everybody_is_led_to_what_they_may_bring_in_and_to_nothing_else(app, who, seen):
    work = make_work(app)
    client = work.client(who)
    page = client.get("imports.home")
    titles = [one.get_text(strip=True) for one in page.soup.select("main h2 a")]
    assert set(seen) <= set(titles)
    assert ("Plan de trabajo" in titles) == (who == "contact")
    assert ("exportar" in [one.get("id") for one in page.soup.select("h2")]) == (who == "contact")
    expected = 200 if who == "contact" else 403
    client.get("imports.upload", kind="libro", expect=expected)
    client.get("imports.book", number=4, expect=expected)
    client.get("imports.form", kind="avances", plan=4, expect=expected)
    client.get("imports.upload", kind="otra-cosa", expect=404 if who == "contact" else 403)
    nothing = work.client("auditor").get("imports.home")
    assert "Con su cuenta no se importan archivos." in nothing.main
    assert not nothing.soup.select("main h2")


def test_institutions_that_changed_since_the_preview_are_not_written(app, signed_in):
    client = signed_in(AccountRole.ADMIN)
    page = client.get("admin.institutions_file")
    data = b"siglas,nombre\nABC,Agencia de Bosques y Cuencas\n"
    preview = client.submit(page, {"file": (io.BytesIO(data), "i.csv")}, form=FORM)
    with app.app_context(), transaction():
        create_institution(SYSTEM, acronym="XYZ", name="Otra", now=NOW)
    stale = client.submit(preview, {}, form=FORM, expect=409)
    assert "Alguien cambió algo" in stale.main
    client.submit(stale, {}, form=FORM)
    with app.app_context():
        assert "ABC" in [one.acronym for one in list_institutions()]
