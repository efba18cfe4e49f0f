"""The reporting form: drafts, evidence, submission, what is wrong beside its field, two people at once."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.factories.plans import window
from tests.support.factories.reports import status_of
from tests.support.factories.work import FORM, fill, make_work, pdf
from tracker import clock
from tracker.domain.workflow import ReportStatus


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def liaison(work):
    return work.client("liaison")


def opened(client, work, node=None):
    return client.get("progress.report", uid=(node or work.activity).uid)


def errors(page):
    return page.texts(".field-error")


def test_a_draft_is_kept_and_only_ones_own_institution_sees_it(work, liaison):
    kept = fill(liaison, opened(liaison, work), {"percent": "40", "narrative": "A medias."})
    assert "Borrador guardado" in kept.main
    assert kept.one("#percent")["value"] == "40"
    assert "A medias." in work.client("colleague").get("progress.report", uid=work.activity.uid).main
    assert "A medias." not in work.client("contact").get("progress.activity", uid=work.activity.uid).main


def test_opening_the_form_writes_nothing(work, liaison):
    opened(liaison, work)
    assert "Nadie ha informado todavía" in liaison.get("progress.activity", uid=work.activity.uid).main


@pytest.mark.parametrize("typed", ["62,5", "62.5 %", " 62.50"])
def test_a_percent_is_read_as_people_write_it(work, liaison, typed):
    kept = fill(liaison, opened(liaison, work), {"percent": typed})
    assert kept.one("#percent")["value"] == "62.5"


def test_several_files_and_a_link_are_handed_in_for_a_means(work, liaison):
    values = {
        "percent": "60",
        "narrative": "Hecho.",
        "evidence-0-files": [pdf("uno.pdf"), pdf("dos.pdf", b"%PDF-1.7\nother\n%%EOF\n")],
        "evidence-1-url": "https://example.gt/fotos",
        "evidence-1-title": "Álbum de fotos",
        "evidence-1-effective_on": str(work.today - timedelta(days=3)),
    }
    sent = fill(liaison, opened(liaison, work), values, action="submit")
    assert "Enviado." in sent.main
    rows = [row.get_text(" ") for row in sent.all("#medios-tabla tbody tr")]
    assert "uno.pdf" in rows[0]
    assert "dos.pdf" in rows[0]
    assert "Álbum de fotos" in rows[1]


def test_attendance_lists_are_confidential_unless_somebody_says_otherwise(app):
    work = make_work(app, means=("Informe", "Listado de participantes"))
    page = opened(work.client("liaison"), work)
    chosen = [tag["value"] for tag in page.all(f"{FORM} option[selected]") if "access" in tag.parent["name"]]
    assert chosen == ["public", "confidential", "public"]


def test_reserved_evidence_needs_its_ground(work, liaison):
    values = {"percent": "10", "evidence-0-files": [pdf()], "evidence-0-access": "reserved"}
    page = fill(liaison, opened(liaison, work), values, expect=422)
    assert "Indique el número de la resolución que la reserva." in errors(page)
    assert len(errors(page)) == 4


def test_what_a_file_is_not_is_said_beside_it_and_the_rest_is_kept(work, liaison):
    values = {
        "percent": "30",
        "narrative": "Con una foto que no lo es.",
        "evidence-0-files": [pdf("bueno.pdf"), (io.BytesIO(b"<html>no</html>"), "foto.png")],
    }
    page = fill(liaison, opened(liaison, work), values, action="submit", expect=422)
    assert "no es de un tipo admitido" in errors(page)[0]
    assert "bueno.pdf" in page.main
    assert "Con una foto que no lo es." in page.main
    assert "Borrador" in liaison.get("progress.activity", uid=work.activity.uid).main


def test_a_bad_percent_keeps_the_rest_and_what_was_typed(work, liaison):
    values = {"percent": "ochenta", "narrative": "Todo esto no se pierde.", "evidence-0-files": [pdf()]}
    page = fill(liaison, opened(liaison, work), values, expect=422)
    assert page.one("#percent")["value"] == "ochenta"
    again = opened(liaison, work)
    assert "Todo esto no se pierde." in again.main
    assert "informe.pdf" in again.main


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"percent": "101", "narrative": "x"}, "El avance va de 0 a 100."),
        ({"percent": "NaN", "narrative": "x"}, "El avance va de 0 a 100."),
        ({"percent": "33.333", "narrative": "x"}, "como máximo dos decimales"),
        ({"percent": "50", "narrative": ""}, "Cuente en pocas líneas qué se hizo."),
        ({"percent": "50", "narrative": "x", "reported_on": "2999-01-01"}, "no puede ser posterior a hoy"),
        ({"percent": "50", "narrative": "x", "reported_on": "ayer"}, "una fecha que exista"),
        ({"no_progress": "y", "narrative": "x"}, "diga qué lo impidió"),
        ({"percent": "100", "narrative": "x"}, "Indique cuándo se cumplió"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_when_handing_in(work, liaison, values, says):
    page = fill(liaison, opened(liaison, work), values, action="submit", expect=422)
    assert any(says in text for text in errors(page)), errors(page)
    assert page.one(".error-summary")


def test_at_a_hundred_percent_the_date_may_be_unknown_but_somebody_says_so(work, liaison):
    values = {"percent": "100", "narrative": "Listo.", "completed_unknown": "y"}
    assert "Enviado." in fill(liaison, opened(liaison, work), values, action="submit").main


def test_the_completion_date_is_kept(work, liaison):
    done = work.today - timedelta(days=4)
    values = {"percent": "100", "narrative": "Listo.", "completed_on": str(done)}
    sent = fill(liaison, opened(liaison, work), values, action="submit")
    assert "Fecha de cumplimiento" in sent.main
    assert "No la indica" not in sent.main


def test_no_progress_with_its_reason_is_a_report(work, liaison):
    values = {
        "no_progress": "y",
        "obstacle_kind": "funds",
        "obstacle": "No hay presupuesto.",
        "needed": "Una modificación.",
        "new_expected_on": str(work.today),
    }
    sent = fill(liaison, opened(liaison, work), values, action="submit")
    assert "No hay presupuesto." in sent.main
    assert "Sin avance" in sent.main


def test_departing_from_the_quantity_needs_a_reason(app):
    work = make_work(app, planned=Decimal(1250))
    liaison = work.client("liaison")
    values = {"delivered": "1,000", "percent": "90", "narrative": "x"}
    page = fill(liaison, opened(liaison, work), values, action="submit", expect=422)
    assert any("equivale a 80" in text for text in errors(page))
    sent = fill(liaison, page, {"departure_reason": "Lo difícil ya pasó."}, action="submit")
    assert "Lo difícil ya pasó." in sent.main


def test_a_plan_without_a_quantity_asks_for_none(work, liaison):
    assert opened(liaison, work).all("#delivered") == []


def test_evidence_is_taken_out_of_a_draft_by_ticking_it(work, liaison):
    kept = fill(liaison, opened(liaison, work), {"evidence-0-files": [pdf()]})
    uid = kept.one("input[name=remove]")["value"]
    assert "informe.pdf" not in fill(liaison, kept, {"remove": uid}).main


def test_the_returned_report_is_corrected_in_place_with_its_evidence(app, work, liaison):
    with app.app_context():
        scene = work.scene()
        report = scene.draft(percent=50, answers=(), today=work.today)
        scene.file(report, [work.activity.means[0]], name="acta-2018.pdf")
        scene.submit(report, today=work.today)
        scene.give_back(report, "El acta es de 2018.", today=work.today)
    page = opened(liaison, work)
    assert "El acta es de 2018." in page.main
    tick = page.one("input[name=remove]")["value"]
    values = {
        "percent": "55",
        "remove": tick,
        "evidence-0-files": [pdf("acta-buena.pdf", b"%PDF-1.7\nx\n%%EOF")],
    }
    sent = fill(liaison, page, values, action="submit")
    assert "versión 2" in sent.main
    newest = sent.all(".versions > li")[0].get_text()
    assert "acta-buena.pdf" in newest
    assert "acta-2018.pdf" not in newest
    with app.app_context():
        assert status_of(report) is ReportStatus.RETURNED


def test_the_author_withdraws_before_review_and_corrects(app, work, liaison):
    with app.app_context():
        work.scene().submitted(percent=50, today=work.today)
    page = liaison.get("progress.activity", uid=work.activity.uid)
    form = liaison.submit(page, form="form[action$=retirar]")
    assert form.path.startswith(f"/avances/{work.activity.uid}/informar")
    assert form.one("#percent")["value"] == "50"


def test_while_in_review_no_other_report_is_written(app, work, liaison):
    with app.app_context():
        work.scene().submitted(percent=50, today=work.today)
    page = liaison.get("progress.report", uid=work.activity.uid, follow=True)
    assert "está en revisión" in page.main


def test_new_evidence_on_a_validated_report_is_a_new_version(app, work, liaison):
    with app.app_context():
        work.scene().validated(percent=50, today=work.today)
    page = liaison.get("progress.activity", uid=work.activity.uid)
    form = liaison.submit(page, form="form[action$=corregir]")
    sent = fill(liaison, form, {"evidence-0-files": [pdf("mas.pdf")]}, action="submit")
    assert "versión 2" in sent.main
    assert "Comprobado 50 %" in sent.main


def test_a_draft_is_thrown_away_by_asking(work, liaison):
    fill(liaison, opened(liaison, work), {"percent": "40"})
    page = liaison.get("progress.activity", uid=work.activity.uid)
    assert "Borrador descartado" in liaison.submit(page, form="form[action$=descartar]").main


def test_the_second_of_two_sees_what_changed_and_loses_nothing(work, liaison):
    fill(liaison, opened(liaison, work), {"percent": "40", "narrative": "Lo primero."})
    colleague = work.client("colleague")
    theirs, mine = opened(colleague, work), opened(liaison, work)
    fill(colleague, theirs, {"narrative": "Lo del colega."})
    values = {"narrative": "Lo mío, largo.", "evidence-0-files": [pdf("mio.pdf")]}
    conflict = fill(liaison, mine, values, expect=409)
    assert "Lo del colega." in conflict.main
    assert "Lo mío, largo." in conflict.main
    assert "Enlace Dos" in conflict.main
    assert conflict.one("#elegir-narrative-theirs").has_attr("checked")
    chosen = {"action": "save", "choice-narrative": "mine"}
    saved = liaison.submit(conflict, chosen, form="form[action*=informar]")
    assert "Lo mío, largo." in saved.main
    assert "mio.pdf" in saved.main


def test_two_first_drafts_do_not_become_two(work, liaison):
    colleague = work.client("colleague")
    first, second = opened(colleague, work), opened(liaison, work)
    fill(colleague, first, {"narrative": "El primero."})
    assert "El primero." in fill(liaison, second, {"narrative": "El segundo."}, expect=409).main


def test_what_was_typed_is_shown_when_a_colleague_sent_meanwhile(work, liaison):
    fill(liaison, opened(liaison, work), {"percent": "40", "narrative": "Uno."})
    mine = opened(liaison, work)
    colleague = work.client("colleague")
    fill(colleague, opened(colleague, work), {}, action="submit")
    assert "Lo mío." in fill(liaison, mine, {"narrative": "Lo mío."}, expect=409).main


def test_an_occurrence_is_chosen_where_there_are_several(app):
    today, days = clock.today(), timedelta(days=1)
    work = make_work(
        app,
        windows=(window(today - 90 * days, today - 60 * days), window(today, today + 60 * days)),
    )
    liaison = work.client("liaison")
    chooser = opened(liaison, work)
    assert "¿De qué entrega informa?" in chooser.main
    links = [one["href"] for one in chooser.all("a[href*=entrega]")]
    assert [one.rpartition("=")[2] for one in links] == ["1", "2", "toda"]
    sent = fill(liaison, liaison.get(links[1]), {"percent": "50", "narrative": "x"}, action="submit")
    assert "la que vence el" in sent.main


def test_a_co_responsible_institution_is_told_that_it_contributes(work):
    helper = work.client("helper")
    page = helper.get("progress.report", uid=work.activity.uid)
    assert "no cambia el porcentaje de la actividad" in page.main
    sent = fill(helper, page, {"percent": "80", "narrative": "Nuestro aporte."}, action="submit")
    assert "Comprobado sin información" in sent.main
    assert "Corresponsable" in sent.main


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("head", 403), ("contact", 403), ("auditor", 403)]
)
def test_nobody_else_reports(work, who, status):
    client = work.client(who)
    client.get("progress.panel")
    client.get("progress.report", uid=work.activity.uid, expect=status)
    client.post("progress.save", {"percent": "1"}, uid=work.activity.uid, expect=status)


def test_one_cannot_report_for_another_institution(work, liaison):
    opened(liaison, work)
    uid = work.made.helper.uid
    liaison.post("progress.save", {"percent": "1"}, uid=work.activity.uid, institucion=uid, expect=404)
