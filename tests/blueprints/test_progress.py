"""The panel of each role, the list, one activity, two versions, other dates."""

from __future__ import annotations

import pytest

from tests.support.factories.work import make_work


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=2)


def test_the_panel_tells_how_many_are_missing_this_month(work):
    page = work.client("liaison").get("progress.panel")
    assert "faltan 2 de 2 actividades" in page.h1
    assert page.link("Informar la siguiente").startswith("/avances/")


def test_a_returned_report_stands_first_with_the_reviewers_words(app, work):
    with app.app_context():
        scene = work.scene()
        scene.give_back(scene.submitted(percent=50, today=work.today), "Falta el acta.", today=work.today)
    page = work.client("liaison").get("progress.panel")
    first = page.all(".todo > li")[0].get_text(" ")
    assert "devuelta" in first
    assert "«Falta el acta.»" in first
    assert "Punto de contacto" in first
    assert "Corregir" in first


def test_late_items_say_their_days_and_what_to_do(app):
    late = make_work(app, ends=-12)
    page = late.client("liaison").get("progress.panel")
    assert "12 días de atraso" in page.main
    assert "pida reprogramar" in page.main


def test_a_hundred_percent_without_evidence_names_what_is_missing(app, work):
    with app.app_context():
        work.scene().submitted(percent=100, answers=(), completed_on=work.today, today=work.today)
    page = work.client("liaison").get("progress.panel")
    assert "100 % sin evidencia" in page.main
    assert "Falta: Informe y Fotografías (2 de 2 medios de verificación)." in page.main


def test_an_institutions_head_sees_the_same_and_reports_nothing(work):
    page = work.client("head").get("progress.panel")
    assert "faltan 2 de 2" in page.h1
    assert not [link for link in page.all("main a") if str(link["href"]).endswith("/informar")]


def test_the_contact_points_panel_leads_to_the_oldest_report(app, work):
    with app.app_context():
        report = work.scene().submitted(percent=50, today=work.today)
    page = work.client("contact").get("progress.panel")
    assert page.h1 == "1 informe espera su revisión"
    assert page.link("Revisar el que más espera") == f"/revision/{report}"


def test_a_named_reviewer_has_a_panel_without_what_it_cannot_do(work):
    page = work.client("reviewer").get("progress.panel")
    assert page.h1 == "Ningún informe espera su revisión"
    assert "reprogramaciones" not in page.main


@pytest.mark.parametrize("who", ["table", "auditor"])
def test_who_reads_everything_sees_how_it_stands(app, who):
    late = make_work(app, ends=-12)
    page = late.client(who).get("progress.panel")
    assert page.h1 == "1 de 1 actividades tiene atraso"
    assert "INFOM" in page.main


def test_the_administrator_sees_the_system(work):
    page = work.client("admin").get("progress.panel")
    assert "tarea automática" in page.main


def test_the_panel_needs_an_account(client):
    assert client.get("/panel", expect=302).location == "/entrar?next=/panel"


def test_the_panel_speaks_english(work):
    page = work.client("liaison").get("/en/panel")
    assert page.one("html")["lang"] == "en"
    assert page.link("1.1").startswith("/en/avances/")


@pytest.mark.parametrize(
    ("who", "status"), [("liaison", 200), ("head", 200), ("contact", 200), ("table", 200), ("admin", 403)]
)
def test_the_list_is_for_those_who_read_reports(work, who, status):
    work.client(who).get("progress.activities", expect=status)


def test_the_list_is_filtered_and_keeps_the_filter_across_pages(app):
    work = make_work(app, milestones=2, activities_per_milestone=15)
    client = work.client("liaison")
    page = client.get("/avances?estado=in_progress")
    assert "30 actividades" in page.main
    assert page.one("#filter-estado option[selected]")["value"] == "in_progress"
    following = client.get(page.link("Siguiente"))
    assert len(following.all(".item")) == 5
    assert following.one("#filter-estado option[selected]")["value"] == "in_progress"
    assert "Ninguna actividad con ese filtro" in client.get("/avances?estado=overdue").main


def test_another_institutions_activity_is_not_found(work):
    work.client("stranger").get("progress.activity", uid=work.activity.uid, expect=404)
    work.client("liaison").get("progress.activity", uid="nada", expect=404)


def test_an_activity_shows_its_history_with_who_when_and_comment(app, work):
    with app.app_context():
        scene = work.scene()
        report = scene.submitted(percent=50, narrative="Se hizo esto.", today=work.today)
        scene.give_back(report, "Falta el acta.", today=work.today)
    page = work.client("liaison").get("progress.activity", uid=work.activity.uid)
    history = " ".join(page.texts(".versions"))
    for words in ("Devuelto", "Falta el acta.", "Punto de contacto", "Enlace Uno", "Se hizo esto."):
        assert words in history


def test_two_versions_are_compared_field_by_field(app, work):
    with app.app_context():
        scene = work.scene()
        first = scene.submitted(percent=50, narrative="Antes.", today=work.today)
        scene.give_back(first, today=work.today)
        second = scene.submitted(percent=70, narrative="Después.", answers=(), today=work.today)
    client = work.client("liaison")
    page = client.get("progress.activity", uid=work.activity.uid)
    compared = client.get(page.link("Comparar con la anterior"))
    assert compared.texts("#diferencias tbody tr") == [
        "Avance 50 % 70 %",
        "Qué se hizo Antes. Después.",
    ]
    assert "Evidencia quitada" in compared.main
    assert first != second
    work.client("stranger").get(compared.path, expect=404)


def test_other_dates_are_asked_for_once(work):
    client = work.client("liaison")
    page = client.get("progress.reschedule", uid=work.activity.uid)
    values = {"windows-0": "diciembre de 2030", "reason": "Los equipos llegaron tarde."}
    sent = client.submit(page, values, form="form[data-guard]")
    assert "Solicitud enviada" in sent.main
    assert "Los equipos llegaron tarde." in sent.main
    again = client.get("progress.reschedule", uid=work.activity.uid, follow=True)
    assert "Ya hay una solicitud en espera" in again.main


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"reason": "Porque sí."}, "Las fechas pedidas son las mismas"),
        ({"reason": "", "windows-0": "2999-01-01"}, "Explique por qué hacen falta otras fechas."),
    ],
)
def test_a_request_that_says_nothing_new_is_refused_in_words(work, values, says):
    client = work.client("liaison")
    page = client.get("progress.reschedule", uid=work.activity.uid)
    refused = client.submit(page, values, form="form[data-guard]", expect=422)
    assert says in refused.main


def test_only_the_institution_asks_for_other_dates(work):
    work.client("contact").get("progress.reschedule", uid=work.activity.uid, expect=403)
    work.client("stranger").get("progress.reschedule", uid=work.activity.uid, expect=404)
