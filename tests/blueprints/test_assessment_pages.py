"""The four assessments for the public, and bringing them in by file: preview, errors, confirmation."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.support.factories.plans import make_plan
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus

IRM = (
    "Compromiso;Nivel;Fecha;Informe;Enlace;Verificable;Impacto potencial\n"
    "1;Limitado;31/05/2026;Informe de avance;https://ogp.example.org/a;Sí;Moderado\n"
)
OWN = (
    "Compromiso,Institución,Logros,Obstáculos,Nivel,Fecha\n"
    "1,INFOM,Se hizo.,Faltó dinero.,Completo,2026-06-01\n"
)


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan(commitments=2)


def bring(client, plan, text, assessor, expect=200, name="valoraciones.csv", **more):
    page = client.get("assessments.upload", number=plan.number)
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    sent = {"file": (io.BytesIO(data), name), "assessor": assessor, **more}
    return client.submit(page, sent, form="form[enctype]", expect=expect)


def confirm(client, page):
    return client.submit(page, {}, form="main form")


@pytest.fixture
def assessed(signed_in, plan):
    contact = signed_in(AccountRole.CONTACT_POINT)
    confirm(contact, bring(contact, plan, IRM, "irm"))
    confirm(contact, bring(contact, plan, OWN, "institution", source="Oficio 12"))
    return contact


class TestImport:
    def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(self, signed_in, plan):
        contact = signed_in(AccountRole.CONTACT_POINT)
        page = contact.get("assessments.upload", number=plan.number)
        page = contact.submit(page, {"source": "Oficio 9"}, form="form[enctype]", expect=422)
        assert len(page.all(".field-error")) == 2
        page = bring(contact, plan, OWN, "institution", expect=422)
        assert "de qué documento se toma" in page.one("#source-error").get_text()
        assert page.one("#assessor-institution").has_attr("checked")

    def test_errors_are_told_of_their_cells_and_nothing_can_be_confirmed(self, signed_in, plan):
        contact = signed_in(AccountRole.CONTACT_POINT)
        page = bring(contact, plan, IRM.replace("Limitado", "a medias").replace("Sí", "quizá"), "irm", 422)
        assert page.texts("#errores tbody th") == ["B2", "F2"]
        assert "Sin evidencia disponible, No iniciado, Limitado" in page.main
        assert "Valen: Sí, No." in page.main
        assert page.all("main form") == []
        assert "Sin valorar" in contact.get("portal.assessments", number=plan.number).main

    def test_a_preview_says_what_will_be_done_and_the_same_again_changes_nothing(self, assessed, plan):
        page = bring(assessed, plan, IRM, "irm")
        assert "Todo estaba ya: nada cambia." in page.main
        assert page.all("main form") == []
        page = bring(assessed, plan, IRM.replace("Limitado", "Sustancial"), "irm")
        assert "Limitado → Sustancial" in page.main
        page = confirm(assessed, page)
        assert "Guardamos 1 valoración." in page.text
        history = assessed.get("assessments.history", number=plan.number)
        assert history.texts("#historia tbody tr:nth-of-type(1) td")[-1] == "nivel de cumplimiento"

    def test_a_confirmation_that_is_not_this_persons_or_plans_is_refused(self, signed_in, assessed, plan):
        page = bring(assessed, plan, IRM.replace("Limitado", "Completo"), "irm")
        sent = {"reference": page.fields("main form")["reference"]}
        other = signed_in(AccountRole.CONTACT_POINT)
        other.get("assessments.upload", number=plan.number)
        page = other.post(f"/autoevaluacion/{plan.number}/importar/confirmar", sent, expect=422)
        assert page.all("#file-error")
        page = other.post(f"/autoevaluacion/{plan.number}/importar/confirmar", {}, expect=422)
        assert page.all("#file-error")

    def test_what_somebody_else_wrote_meanwhile_is_looked_at_before_it_is_replaced(self, assessed, plan):
        first = bring(assessed, plan, IRM.replace("Limitado", "Completo"), "irm")
        confirm(assessed, bring(assessed, plan, IRM.replace("Limitado", "Sustancial"), "irm"))
        again = assessed.submit(first, {}, form="main form", expect=409)
        assert "Otra persona escribió aquí mientras tanto" in again.main
        assert "Sustancial → Completo" in again.main
        assert "Guardamos 1 valoración." in confirm(assessed, again).text

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_template_comes_back_filled_in(self, signed_in, plan, ending):
        liaison = signed_in(AccountRole.LIAISON, "INFOM")
        answer = liaison.get("assessments.download", number=plan.number, ending=ending, de="institution")
        if ending == "csv":
            rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
            rows[1][3:] = ["Completo", "2026-06-01", "Logramos.", ""]
            written = io.StringIO()
            csv.writer(written).writerows(rows)
            data = written.getvalue().encode()
        else:
            book = load_workbook(io.BytesIO(answer.data))
            sheet = book.active
            assert [one.value for one in sheet[2]][:3] == ["1", "Compromiso 1", "INFOM"]
            for column, value in (("D", "Completo"), ("E", "2026-06-01"), ("F", "Logramos.")):
                sheet[f"{column}2"] = value
            kept = io.BytesIO()
            book.save(kept)
            data = kept.getvalue()
        page = confirm(liaison, bring(liaison, plan, data, "institution", name=f"llena.{ending}"))
        assert "Logramos." in page.main

    def test_each_role_brings_in_what_it_writes_and_no_more(self, signed_in, plan):
        offered = {}
        for role, institution in ((AccountRole.LIAISON, "INFOM"), (AccountRole.TABLE_MEMBER, "")):
            page = signed_in(role, institution).get("assessments.upload", number=plan.number)
            offered[role] = [one["value"] for one in page.all("input[name=assessor]")]
        assert offered == {
            AccountRole.LIAISON: ["institution"],
            AccountRole.TABLE_MEMBER: ["technical_table"],
        }
        client = signed_in(AccountRole.LIAISON, "INFOM")
        client.get("assessments.download", number=plan.number, ending="csv", de="irm", expect=404)
        bring(client, plan, IRM, "irm", expect=422)
        signed_in(AccountRole.AUDITOR).get("assessments.upload", number=plan.number, expect=403)
        signed_in(AccountRole.ADMIN).get("assessments.history", number=plan.number, expect=403)


class TestPublic:
    def test_the_four_stand_side_by_side_with_author_date_and_differences_marked(
        self, client, assessed, plan
    ):
        page = client.get("portal.assessments", number=plan.number)
        first, second = page.texts("#evaluaciones tbody tr")
        for words in (
            "INFOM",
            "Completo",
            "Punto de contacto",
            "Limitado",
            "Informe de avance",
            "No coinciden",
        ):
            assert words in first
        assert "Por encima de lo calculado" in first
        assert "Impacto potencial: Moderado" in first
        assert second.count("Sin valorar") == 3
        assert page.one("#evaluaciones a[href='https://ogp.example.org/a']")
        assert "Set-Cookie" not in page.response.headers

    def test_the_matrix_is_filtered_and_given_as_a_file(self, client, assessed, plan):
        page = client.get("portal.assessments", number=plan.number, mostrar="por-encima", institucion="infom")
        assert len(page.texts("#evaluaciones tbody tr")) == 1
        answer = client.get(page.one("main a[href*=csv]")["href"].replace("http://localhost", ""))
        head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert [row[head.index("Quién valora")] for row in rows] == [
            "Calculada",
            "De la institución",
            "Del MRI",
        ]
        assert rows[1][head.index("Por encima de lo calculado")] == "Sí"
        assert rows[2][head.index("Impacto potencial")] == "Moderado"
        page = client.get("portal.assessments", number=plan.number, mostrar="sin-mesa")
        assert len(page.texts("#evaluaciones tbody tr")) == 2
        page = client.get("portal.assessments", number=plan.number, mostrar="nada")
        assert page.all(".notice")
        empty = client.get("portal.assessments", number=plan.number, institucion="infom", mostrar="sin-mri")
        assert "Ningún compromiso cumple el filtro" in empty.main

    def test_a_day_reads_what_held_then(self, client, assessed, plan):
        day = {"number": plan.number, "day": "2026-05-31"}
        page = client.get("portal.past_assessments", **day)
        assert ("Limitado" in page.main, "INFOM" in page.main) == (True, False)
        before = client.get("portal.past_assessments", **day, conocido="2026-10-01T00:00:00")
        assert "Limitado" not in before.main
        client.get("portal.past_assessments", number=plan.number, day="ayer", expect=404)
        moved = client.get(
            "portal.choose_day", number=plan.number, dia="2026-06-01", de="evaluaciones", expect=303
        )
        assert moved.location.endswith("/evaluaciones/al/2026-06-01")

    def test_a_commitments_page_says_who_values_it_how_with_every_version(self, client, assessed, plan):
        confirm(assessed, bring(assessed, plan, IRM.replace("Limitado", "Sustancial"), "irm"))
        page = client.get("portal.commitment", number=plan.number, commitment=1)
        section = page.main[page.main.index("Cómo lo valora cada quien") :]
        for words in (
            "Se hizo.",
            "Faltó dinero.",
            "Oficio 12",
            "2 versiones",
            "Cambió: nivel de cumplimiento.",
        ):
            assert words in section
        assert "Todavía no valora: De la mesa técnica." in section

    def test_in_english_its_words_are_english(self, client, assessed, plan):
        page = client.get(f"/en/planes/{plan.number}/evaluaciones")
        for words in ("Computed", "Above the computed level", "Potential impact", "written down", "Complete"):
            assert words.lower() in page.main.lower() or words == "written down"

    def test_a_draft_has_no_such_page(self, app, client):
        with app.app_context():
            draft = make_plan(number=8, status=PlanStatus.DRAFT, lead="L8", helper="H8")
        client.get("portal.assessments", number=draft.number, expect=404)

    def test_what_the_irm_says_is_written_on_the_page_too(self, client, assessed, plan):
        board = assessed.get("assessments.board", number=plan.number)
        page = assessed.get(board.all("main a[href*='de=irm']")[0]["href"])
        sent = {"link": "sin-dirección", "irm_relevance": ["transparency", "innovation"], "irm_starred": "no"}
        refused = assessed.submit(page, sent, form="main form", expect=422)
        assert refused.one("#link-error")
        page = assessed.submit(page, {**sent, "link": "https://ogp.example.org/b"}, form="main form")
        assert "Tecnología e innovación" in page.main
        shown = client.get("portal.commitment", number=plan.number, commitment=1).main
        assert "Acceso a la información, Tecnología e innovación" in shown
