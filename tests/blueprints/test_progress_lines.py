"""The reporting form line by line: deliveries, rows of quantities, saving by scripts, forms sent twice."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.support.factories.plans import window
from tests.support.factories.reports import report_row
from tests.support.factories.work import FORM, fill, make_work, pdf
from tracker import clock
from tracker.db import db
from tracker.domain.schedule import Frequency
from tracker.domain.workflow import ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport, ReportEvent

DAYS = timedelta(days=1)


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def monthly(app):
    today = clock.today()
    first = date(today.year, 1, 1)
    return make_work(app, windows=(window(first, date(today.year, 12, 31)),), frequency=Frequency.MONTHLY)


@pytest.fixture
def counted(app):
    return make_work(app, planned=Decimal(40))


def opened(client, work, **args):
    return client.get("progress.report", uid=work.activity.uid, **args)


def reports(app):
    with app.app_context():
        return db.session.scalars(select(ProgressReport).order_by(ProgressReport.id)).all()


def typed(page, **more):
    """What the page's form holds, as a script sends it."""
    return page.fields(FORM) | more


class TestDeliveries:
    def test_are_listed_with_where_each_stands(self, app, monthly):
        year = clock.today().year
        with app.app_context():
            scene = monthly.scene()
            scene.validated(percent=100, occurrence=f"{year}-01", today=monthly.today)
            scene.submitted(percent=100, occurrence=f"{year}-02", today=monthly.today)
        page = opened(monthly.client("liaison"), monthly)
        rows = {row.th.get_text(strip=True): row for row in page.all("tbody tr")}
        told = {name: row.get_text(" ") for name, row in rows.items()}
        assert "Cumplida y comprobada" in told[f"Enero de {year}"]
        assert "INFOM" in told[f"Enero de {year}"]
        assert "En revisión" in told[f"Febrero de {year}"]
        assert "Informar avance" in told["Toda la actividad"]

    def test_one_in_review_leaves_the_next_one_free(self, app, monthly):
        year = clock.today().year
        with app.app_context():
            monthly.scene().submitted(percent=100, occurrence=f"{year}-01", today=monthly.today)
        liaison = monthly.client("liaison")
        refused = opened(liaison, monthly, entrega=f"{year}-01", follow=True)
        assert "está en revisión" in refused.main
        page = opened(liaison, monthly, entrega=f"{year}-02")
        values = {"percent": "100", "narrative": "x", "completed_unknown": "y"}
        fill(liaison, page, values, action="submit")
        assert [one.occurrence for one in reports(app)] == [f"{year}-01", f"{year}-02"]

    def test_the_whole_is_one_of_them(self, app, monthly):
        liaison = monthly.client("liaison")
        fill(liaison, opened(liaison, monthly, entrega="toda"), {"percent": "30", "narrative": "x"})
        assert [one.occurrence for one in reports(app)] == [None]

    def test_one_that_the_schedule_does_not_know_is_not_found(self, monthly):
        monthly.client("liaison").get(
            "progress.report", uid=monthly.activity.uid, entrega="1999-01", expect=404
        )


class TestRows:
    def test_give_the_total_and_the_percent(self, app, counted):
        liaison = counted.client("liaison")
        values = {
            "rows-0-label": "Zacapa",
            "rows-0-quantity": "4",
            "rows-1-label": "Jutiapa",
            "rows-1-quantity": "6",
        }
        page = fill(liaison, opened(liaison, counted), values)
        assert (page.one("#delivered")["value"], page.one("#percent")["value"]) == ("10", "25")
        page = fill(liaison, page, {"rows-2-label": "Jalapa", "rows-2-quantity": "10", "percent": ""})
        assert (page.one("#delivered")["value"], page.one("#percent")["value"]) == ("20", "50")

    def test_are_pasted_from_a_spreadsheet(self, app, counted):
        liaison = counted.client("liaison")
        table = "Municipio\tCantidad\tFecha\nZacapa\t1,250\t31/01/2026\nJutiapa\t2.5"
        page = fill(liaison, opened(liaison, counted), {"paste": table})
        assert page.one("#rows-0-label")["value"] == "Zacapa"
        assert page.one("#rows-0-quantity")["value"] == "1250"
        assert page.one("#rows-0-delivered_on")["value"] == "2026-01-31"
        assert page.one("#paste").get_text(strip=True) == ""
        assert [one.delivered for one in reports(app)] == [Decimal("1252.5")]

    def test_pasted_lines_that_mean_nothing_are_named_and_nothing_is_lost(self, counted):
        liaison = counted.client("liaison")
        values = {"paste": "Zacapa\tcuatro\nJutiapa\t2\nJalapa", "narrative": "Se guarda."}
        page = fill(liaison, opened(liaison, counted), {**values, "paste": "Jutiapa\t2\nJalapa"}, expect=422)
        assert "No se entienden las líneas 2." in page.texts(".field-error")
        assert "Jalapa" in page.one("#paste").get_text()
        assert "Se guarda." in opened(liaison, counted).main

    def test_more_can_be_asked_for_without_scripts(self, counted):
        liaison = counted.client("liaison")
        page = fill(liaison, opened(liaison, counted), {"rows-0-label": "Zacapa", "rows-0-quantity": "1"})
        before = len(page.all(".quantity-rows > li"))
        more = fill(liaison, page, {}, action="rows")
        assert len(more.all(".quantity-rows > li")) == before + 7

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({"rows-0-quantity": "-1", "rows-0-label": "Zacapa"}, "Escriba una cantidad desde 0."),
            ({"rows-0-quantity": "4"}, "Escriba de qué lugar es."),
            ({"rows-0-label": "Zacapa"}, "Escriba la cantidad."),
        ],
    )
    def test_half_written_are_told_in_their_place(self, counted, values, says):
        liaison = counted.client("liaison")
        page = fill(liaison, opened(liaison, counted), values, expect=422)
        assert says in page.texts(".field-error")

    def test_that_do_not_add_up_are_told_beside_the_total(self, counted):
        liaison = counted.client("liaison")
        values = {
            "rows-0-label": "Zacapa",
            "rows-0-quantity": "4",
            "rows-1-label": "zacapa",
            "rows-1-quantity": "4",
            "delivered": "10",
            "percent": "25",
            "narrative": "x",
        }
        page = fill(liaison, opened(liaison, counted), values, action="submit", expect=422)
        told = page.texts(".field-error")
        assert any("Las filas suman 8" in one for one in told)
        assert any("ya está en la fila 1" in one for one in told)

    def test_name_the_evidence_they_are_shown_by_and_stand_in_the_history(self, app, counted):
        liaison = counted.client("liaison")
        page = fill(liaison, opened(liaison, counted), {"evidence-0-files": [pdf("zacapa.pdf")]})
        chosen = page.all("#rows-0-evidence option")[1]["value"]
        values = {
            "rows-0-label": "Zacapa",
            "rows-0-quantity": "10",
            "rows-0-evidence": chosen,
            "narrative": "x",
            "percent": "25",
        }
        sent = fill(liaison, page, values, action="submit")
        row = sent.one("table[id^=cantidades] tbody tr").get_text(" ")
        assert "Zacapa" in row
        assert "zacapa.pdf" in row

    def test_of_a_returned_report_go_on_with_its_evidence(self, app, counted):
        liaison = counted.client("liaison")
        page = fill(liaison, opened(liaison, counted), {"evidence-0-files": [pdf("zacapa.pdf")]})
        chosen = page.all("#rows-0-evidence option")[1]["value"]
        values = {
            "rows-0-label": "Zacapa",
            "rows-0-quantity": "10",
            "rows-0-evidence": chosen,
            "narrative": "x",
        }
        fill(liaison, page, values, action="submit")
        with app.app_context():
            counted.scene().give_back(reports_of(app)[0], today=counted.today)
        fill(liaison, opened(liaison, counted), {"narrative": "y"}, action="submit")
        with app.app_context():
            newest = report_row(reports_of(app)[-1])
            assert (newest.version, newest.quantities[0].evidence.report_id) == (2, newest.id)


def reports_of(app):
    return [one.uid for one in reports(app)]


class TestSavedByScripts:
    def test_words_are_kept_and_the_form_learns_its_draft(self, app, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        told = liaison.post(
            "progress.save_typed", typed(page, narrative="A medias."), uid=work.activity.uid, expect=200
        ).json
        (row,) = reports(app)
        assert told["errors"] == {}
        assert told["values"] == {"report_uid": row.uid, "lock_version": "1"}
        again = typed(page, narrative="Algo más.", **told["values"])
        liaison.post("progress.save_typed", again, uid=work.activity.uid, expect=200)
        assert [one.narrative for one in reports(app)] == ["Algo más."]

    def test_what_cannot_be_read_is_told_by_its_control(self, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        answer = liaison.post(
            "progress.save_typed", typed(page, percent="ochenta"), uid=work.activity.uid, expect=200
        )
        assert list(answer.json["errors"]) == ["percent"]

    def test_somebody_elses_words_are_never_written_over(self, app, work):
        liaison, colleague = work.client("liaison"), work.client("colleague")
        mine = opened(liaison, work)
        fill(colleague, opened(colleague, work), {"narrative": "Lo del colega."})
        answer = liaison.post(
            "progress.save_typed", typed(mine, narrative="Lo mío."), uid=work.activity.uid, expect=409
        )
        assert "Ver y elegir" in answer.json["conflict"]
        assert [one.narrative for one in reports(app)] == ["Lo del colega."]

    def test_a_file_begins_the_draft_where_there_is_none(self, app, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        place = page.all("[data-upload-url]")[0]["data-upload-url"]
        fields = {
            name: value for name, value in typed(page).items() if name.startswith(("evidence-0-", "csrf"))
        }
        told = liaison.post(place, {**fields, "file": pdf("uno.pdf")}, expect=200).json
        (row,) = reports(app)
        assert told["values"]["report_uid"] == row.uid
        assert "uno.pdf" in next(iter(told["evidence"].values()))

    def test_a_file_that_is_refused_says_why(self, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        place = page.all("[data-upload-url]")[0]["data-upload-url"]
        fields = {
            name: value for name, value in typed(page).items() if name.startswith(("evidence-0-", "csrf"))
        }
        answer = liaison.post(place, {**fields, "file": pdf("uno.png")}, expect=422)
        assert answer.json["error"]

    @pytest.mark.parametrize("who", ["stranger", "helper"])
    def test_nobody_saves_for_another_institution(self, work, who):
        client, mine = work.client(who), opened(work.client("liaison"), work)
        token = client.get("progress.panel").one("input[name=csrf_token]")["value"]
        values = typed(mine, csrf_token=token)
        args = {"uid": work.activity.uid, "institucion": work.made.lead.uid}
        client.post("progress.save_typed", values, **args, expect=404)


class TestSentTwice:
    def test_one_after_the_other_is_one_report(self, app, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        values = {"percent": "40", "narrative": "x", "evidence-0-files": [pdf()]}
        first = fill(liaison, page, values, action="submit")
        values["evidence-0-files"] = [pdf()]
        second = fill(liaison, page, values, action="submit")
        assert "Enviado." in first.main
        assert "Enviado." in second.main
        with app.app_context():
            counts = [
                db.session.scalar(select(func.count()).select_from(one))
                for one in (ProgressReport, ReportEvent, Evidence)
            ]
        assert counts == [1, 1, 1]

    def test_at_the_same_moment_is_one_report(self, app, work):
        clients = [work.client("liaison") for _ in range(3)]
        pages = [opened(one, work) for one in clients]
        key = typed(pages[0])["request_key"]
        address = pages[0].one(FORM)["action"]
        barrier, statuses = threading.Barrier(3), []

        def send(client, page):
            values = typed(page, request_key=key, percent="40", narrative="x", action="submit", occurrence="")
            barrier.wait(30)
            answer = client.http.post(address, data=values)
            statuses.append(answer.status_code)

        threads = [threading.Thread(target=send, args=one) for one in zip(clients, pages, strict=True)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert statuses == [303, 303, 303]
        (row,) = reports(app)
        assert row.status is ReportStatus.SUBMITTED
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(ReportEvent)) == 1

    def test_with_other_words_shows_what_was_sent_and_what_was_typed(self, work):
        liaison = work.client("liaison")
        page = opened(liaison, work)
        fill(liaison, page, {"percent": "40", "narrative": "Lo enviado."}, action="submit")
        conflict = fill(liaison, page, {"percent": "40", "narrative": "Otra cosa."}, expect=409)
        assert "El informe ya se envió" in conflict.main
        assert "Otra cosa." in conflict.main


class TestTheChoiceFieldByField:
    def test_each_field_is_ones_own_or_the_others(self, app, work):
        liaison, colleague = work.client("liaison"), work.client("colleague")
        fill(liaison, opened(liaison, work), {"percent": "10", "narrative": "Base."})
        mine = opened(liaison, work)
        theirs = {
            "percent": "20",
            "narrative": "Del colega.",
            "obstacle": "Lluvias.",
            "obstacle_kind": "other",
        }
        fill(colleague, opened(colleague, work), theirs)
        conflict = fill(liaison, mine, {"percent": "30", "narrative": "Mío."}, expect=409)
        names = {one["name"] for one in conflict.all("input[type=radio]")}
        assert names == {"choice-percent", "choice-narrative", "choice-obstacle", "choice-obstacle_kind"}
        chosen = {"choice-narrative": "mine", "action": "save"}
        liaison.submit(conflict, chosen, form="form[action*=informar]")
        (row,) = reports(app)
        assert (row.percent, row.narrative, row.obstacle, row.obstacle_kind) == (
            20,
            "Mío.",
            "Lluvias.",
            "other",
        )

    def test_rows_are_chosen_as_a_whole(self, app, counted):
        liaison, colleague = counted.client("liaison"), counted.client("colleague")
        fill(liaison, opened(liaison, counted), {"rows-0-label": "Zacapa", "rows-0-quantity": "1"})
        mine = opened(liaison, counted)
        fill(colleague, opened(colleague, counted), {"rows-0-quantity": "2"})
        conflict = fill(liaison, mine, {"rows-0-quantity": "3"}, expect=409)
        assert "Zacapa: 3" in conflict.main
        kept = liaison.submit(conflict, {"action": "save"}, form="form[action*=informar]")
        assert kept.one("#rows-0-quantity")["value"] == "2"
        with app.app_context():
            (uid,) = reports_of(app)
            assert [one.quantity for one in report_row(uid).quantities] == [2]


def test_new_evidence_on_what_is_proven_leaves_it_standing_until_decided(app, work):
    with app.app_context():
        work.scene().validated(percent=50, today=work.today)
    liaison = work.client("liaison")
    page = liaison.get("progress.activity", uid=work.activity.uid)
    assert "Agregar evidencia (nueva versión)" in page.main
    form = liaison.submit(page, form="form[action$=corregir]")
    assert "sigue vigente y público" in form.main
    sent = fill(liaison, form, {"percent": "60", "evidence-0-files": [pdf("mas.pdf")]}, action="submit")
    assert "Comprobado 50 %" in sent.main
    assert "Declarado 60 %" in sent.main
