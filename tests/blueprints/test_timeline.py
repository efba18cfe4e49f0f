"""The timeline on its pages: filters, anchors, words, its table; two versions compared to the last field."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tests.support.factories.reports import content, report_row
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.obstacles import ObstacleKind
from tracker.models.plans import PlanNode
from tracker.services import progress
from tracker.services.versions import record_nodes


def begin(scene):
    today = clock.today()
    first = scene.submitted(percent=40, narrative="=Se hizo el diagnóstico.", today=today)
    scene.give_back(first, "Falta el acta.", today=today)
    scene.validate(scene.submit(scene.correct(first, today=today), today=today), today=today)


@pytest.fixture
def work(app):
    return make_work(app, begin, ends=40, activities_per_milestone=2)


class TestInside:
    def test_every_entry_has_an_anchor_its_place_and_who_by_name(self, work):
        page = work.client("contact").get("progress.activity", uid=work.activity.uid)
        entries = page.all(".timeline > li")
        assert all(one.get("id") for one in entries)
        assert len({one["id"] for one in entries}) == len(entries)
        told = page.one(".timeline").get_text(" ").replace("\N{NO-BREAK SPACE}", " ")
        for words in ("Comprobado: 40 %", "Falta el acta.", "Enlace Uno", "versión 2", "asiento N.º"):
            assert words in told
        assert all(page.one(f"#{one['id']}") for one in entries)

    def test_is_narrowed_by_kind_and_says_so_where_there_is_nothing(self, work):
        client = work.client("contact")
        decisions = client.get("progress.activity", uid=work.activity.uid, tipo="decision")
        assert len(decisions.all(".timeline > li")) == 2
        assert decisions.one("#filter-tipo option[selected]")["value"] == "decision"
        assert "Nada todavía" in client.get("progress.activity", uid=work.activity.uid, tipo="round").main

    def test_the_auditor_is_led_to_the_audit_log_and_others_are_not(self, work):
        auditor = work.client("auditor")
        page = auditor.get("progress.activity", uid=work.activity.uid)
        log = auditor.get(page.link("Ver el asiento en la bitácora"))
        assert len(log.all("#bitacora tbody tr")) == 1
        contact = work.client("contact").get("progress.activity", uid=work.activity.uid)
        assert "Ver el asiento" not in contact.main

    def test_its_table_holds_every_entry_and_runs_no_formula(self, work):
        client = work.client("contact")
        page = client.get("progress.activity", uid=work.activity.uid)
        answer = client.get(page.link("Descargar esta historia (CSV)"))
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert len(rows) == len(page.all(".timeline > li")) + 1
        assert {len(row) for row in rows} == {11}
        assert not any(cell.startswith("=") for row in rows for cell in row)
        work.client("stranger").get("progress.timeline_csv", uid=work.activity.uid, expect=404)

    def test_a_changed_plan_is_told_in_words_before_and_after(self, app, work):
        with app.app_context(), transaction():
            node = db.session.get(PlanNode, work.activity.id)
            node.title = "Otro título"
            record_nodes(work.scene().contact, [node], effective_on=work.today, now=work.scene().clock.next())
        page = work.client("contact").get("progress.activity", uid=work.activity.uid, tipo="plan")
        told = page.one(".timeline .changes").get_text(" ", strip=True)
        assert told == f"Título {work.activity.title} → Otro título"


class TestInPublic:
    def test_nobody_is_named_and_no_comment_is_shown(self, client, work):
        page = client.get("portal.activity", uid=work.activity.uid)
        assert "Devuelto a la institución para corregir" in page.main
        assert "Devuelto: no cuenta" in page.main
        for words in ("Falta el acta.", "Enlace Uno", "@"):
            assert words not in page.main
        assert "Set-Cookie" not in page.headers

    def test_is_narrowed_by_kind_without_rounds(self, client, work):
        page = client.get("portal.activity", uid=work.activity.uid, tipo="evidence")
        assert [one.get_text() for one in page.all(".timeline-what")] == [
            "Evidencia entregada: Informe publicado"
        ]
        assert page.all("#filter-tipo option[value=round]") == []


class TestTwoVersions:
    def test_are_compared_to_the_last_field_and_any_two_may_be_chosen(self, app, work):
        node = work.made.activities[1]
        with app.app_context():
            scene = work.scene()
            first = scene.submitted(node, 40, narrative="Se contrató el estudio.", today=work.today)
            scene.give_back(first, today=work.today)
            second = scene.correct(first, today=work.today)
            with transaction():
                row = report_row(second)
                told = replace(
                    content(45, reported_on=work.today),
                    narrative="Se contrató y recibió el estudio.",
                    obstacle="Falta la firma",
                    obstacle_kind=ObstacleKind.LEGAL,
                    needed="El convenio",
                    new_expected_on=work.today,
                )
                progress.save_draft(
                    scene.liaison,
                    node_uid=node.uid,
                    institution_uid=work.made.lead.uid,
                    content=told,
                    report_uid=second,
                    lock_version=row.lock_version,
                    now=scene.clock.next(),
                    today=work.today,
                )
            scene.submit(second, today=work.today)
        client = work.client("contact")
        page = client.get("progress.compare", uid=node.uid, antes=first, despues=second)
        told = page.texts("#diferencias tbody tr")
        assert "Avance 40 % 45 %" in told
        assert "Qué se hizo Se contrató el estudio. Se contrató entra: y recibió el estudio." in told
        assert any(one.endswith("— Legal") for one in told)
        assert page.all("#diferencias ins")
        assert [one["value"] for one in page.all("#filter-antes option")] == [second, first]
        back = client.get("progress.compare", uid=node.uid, antes=second, despues=first)
        assert "Avance 45 % 40 %" in back.texts("#diferencias tbody tr")
        same = client.get("progress.compare", uid=node.uid, antes=first, despues=first)
        assert "Son iguales" in same.main
