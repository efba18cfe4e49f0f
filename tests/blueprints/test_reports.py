"""Compiled reports in the work area: from the request to the published file."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.factories.compilations import make_compiled, make_reported_plan
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_reported_plan()


def asked(client, **given):
    page = client.get("reports.ask")
    data = {"kind": "plan", "plan": "4", "institution": "", "cutoff": "2026-06-10"} | given
    return client.submit(page, data, form="main form")


def test_nobody_sees_reports_without_signing_in(client):
    assert "entrar" in client.get("reports.requests", expect=302).location


@pytest.mark.parametrize("role", [AccountRole.ADMIN, AccountRole.TABLE_MEMBER, AccountRole.AUDITOR])
def test_who_may_not_ask_is_refused(signed_in, role):
    signed_in(role).get("reports.ask", expect=403)


def test_who_keeps_accounts_reads_no_reports(signed_in):
    signed_in(AccountRole.ADMIN).get("reports.requests", expect=403)


@pytest.mark.parametrize("role", [AccountRole.TABLE_MEMBER, AccountRole.AUDITOR])
def test_who_reads_everything_sees_the_list_and_asks_for_nothing(app, signed_in, plan, role):
    with app.app_context():
        make_compiled(plan)
    page = signed_in(role).get("reports.requests")
    assert "Informe de cumplimiento del plan" in page.main
    assert "Pedir un informe" not in page.main


def test_an_empty_list_says_what_to_do(signed_in):
    page = signed_in(AccountRole.CONTACT_POINT).get("reports.requests")
    assert "Todavía no se ha pedido ningún informe" in page.main


def test_a_report_goes_from_request_to_publication(signed_in, plan):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = asked(client)
    assert "Se está preparando" in page.main
    page = client.post(page.one("main form[method=post]")["action"], follow=True)
    assert "Listo, sin aprobar" in page.main
    assert "Se declara el 100" in page.main
    page = client.submit(page, {"signed_name": ""}, form="form[action$=aprobar]", expect=422)
    assert "Escriba el nombre" in page.main
    page = client.submit(page, {"signed_name": "Persona de prueba"}, form="form[action$=aprobar]")
    assert "Persona de prueba" in page.main
    page = client.submit(page, form="main form")
    assert "Publicado" in page.main
    assert page.all("main form") == []
    assert "Informe de cumplimiento del plan" in client.get("reports.requests").main


def test_a_request_that_is_done_is_not_compiled_again(app, signed_in, plan):
    with app.app_context():
        uid = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    client.get("reports.show", uid=uid)
    page = client.post("reports.compile_now", uid=uid, follow=True)
    assert "Versión 1" in page.main


def test_a_failure_is_told_and_can_be_tried_again(signed_in, plan, monkeypatch):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = asked(client)
    with monkeypatch.context() as patched:
        patched.setattr("tracker.services.reports.make_all", lambda *_: 1 / 0)
        page = client.submit(page, form="main form")
    assert "No se pudo compilar" in page.main
    page = client.submit(page, form="main form")
    assert "Listo, sin aprobar" in page.main


def test_a_file_is_a_download_that_no_browser_opens_here(app, signed_in, plan):
    with app.app_context():
        uid = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get("reports.download", uid=uid, format_name="json")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.json["kind"] == "plan"
    page.response.close()
    client.get("reports.download", uid=uid, format_name="docx", expect=404)


def test_a_liaison_asks_for_its_own_institution_only(signed_in, plan):
    client = signed_in(AccountRole.LIAISON, "INFOM")
    page = client.get("reports.ask")
    kinds = [option["value"] for option in page.all("select[name=kind] option")]
    institutions = [option["value"] for option in page.all("select[name=institution] option")]
    assert (kinds, institutions) == (["institutional", "accountability"], [plan.lead.uid])
    page = asked(client, kind="institutional", institution=plan.lead.uid)
    assert "INFOM" in page.h1


@pytest.mark.parametrize("role", [AccountRole.LIAISON, AccountRole.CONTACT_POINT])
def test_an_accountability_is_asked_for_of_an_institution(signed_in, plan, role):
    client = signed_in(role, "INFOM" if role is AccountRole.LIAISON else None)
    page = asked(client, kind="accountability", institution=plan.lead.uid)
    assert "Rendición de cuentas cuatrimestral" in page.main
    assert "INFOM" in page.h1


def test_another_institution_s_report_answers_404(app, signed_in, plan):
    with app.app_context():
        uid = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    signed_in(AccountRole.LIAISON, "CGC").get("reports.show", uid=uid, expect=404)


def test_a_liaison_publishes_nothing(app, signed_in, plan):
    with app.app_context():
        uid = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    client = signed_in(AccountRole.LIAISON, "INFOM")
    assert client.get("reports.show", uid=uid).all("main form") == []
    client.post("reports.publish", uid=uid, expect=403)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "institutional"}, "necesita una institución"),
        ({"cutoff": "2126-01-01"}, "no puede ser posterior a hoy"),
        ({"cutoff": ""}, "Escriba una fecha"),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_its_field(signed_in, plan, given, words):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get("reports.ask")
    data = {"kind": "plan", "plan": "4", "institution": "", "cutoff": "2026-06-10"} | given
    page = client.submit(page, data, form="main form", expect=422)
    assert words in page.main


def test_files_stand_in_the_order_in_which_they_are_read(signed_in, plan):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = asked(client)
    page = client.post(page.one("main form[method=post]")["action"], follow=True)
    assert page.texts(".downloads a") == [
        "PDF",
        "Word",
        "Excel",
        "HTML",
        "CSV (zip)",
        "JSON",
        "Paquete de evidencia (BagIt)",
    ]


def test_a_signature_that_is_not_ones_own_is_told_beside_the_field(app, signed_in, plan):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = asked(client)
    page = client.post(page.one("main form[method=post]")["action"], follow=True)
    with app.app_context(), transaction():
        for person in db.session.scalars(select(User)):
            person.name = "Ana Pérez"
    page = client.submit(page, {"signed_name": "Otra persona"}, form="form[action$=aprobar]", expect=422)
    assert "Ana Pérez" in page.one(".field-error").text
    assert page.one("[name=signed_name]")["value"] == "Otra persona"


def test_a_commitment_that_the_plan_never_had_is_told_beside_the_field(signed_in, plan):
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get("reports.ask")
    given = {"kind": "commitment", "plan": "4", "commitment": "99", "cutoff": "2026-06-10"}
    page = client.submit(page, given, form="main form", expect=422)
    assert "un compromiso 99" in page.one(".field-error").text
