"""The page of the audit log and its exports, from which a third party reckons the chain again."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.factories.accounts import make_user, sign_in
from tests.support.factories.reports import make_scene, report_row
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.services.audit import EventTag, erase_payload, record
from tracker.services.verified_chain import head

RUN_BOOK = Path(__file__).resolve().parents[2] / "docs" / "run-book.md"


@pytest.fixture
def scene(app):
    with app.app_context():
        scene = make_scene()
        scene.give_back(scene.submitted(percent=40, narrative="Se reunió la comisión."))
        return scene


@pytest.fixture
def auditor(app, new_client, scene):
    with app.app_context():
        person = make_user("auditor", name="Aura Audita")
    visitor = new_client()
    sign_in(visitor, person)
    return visitor


def rows(page):
    return page.all("#bitacora tbody tr")


def test_filters_work_together_and_stay_while_one_goes_on(auditor):
    page = auditor.get("admin.audit_log", texto="reunio la comision", quien="liaison", desde_n=1)
    assert len(rows(page)) == 1
    assert "Se presentó un avance" in page.main
    assert "Se reunió la comisión." in page.main
    asked = {"texto": "reunio la comision", "quien": "liaison", "desde_n": "1"}
    assert {name: page.one(f"#filter-{name}")["value"] for name in asked} == asked
    assert "texto=reunio" in page.link("Descargar lo filtrado (CSV)")


def test_older_pages_keep_the_filter(app, auditor):
    with app.app_context():
        make_scene(number=7, commitments=2, milestones=3, activities_per_milestone=9)
    first = auditor.get("admin.audit_log", asunto="node")
    older = auditor.get(first.link("Ver más antiguas"))
    assert "asunto=node" in first.link("Ver más antiguas")
    assert older.one("#filter-asunto option[selected]")["value"] == "node"
    assert rows(older)


def test_what_is_no_day_or_number_narrows_nothing(auditor):
    assert rows(auditor.get("admin.audit_log", desde="ayer", hasta_n="x"))


def test_what_changed_is_told_in_words_and_the_drawer_keeps_the_raw(auditor):
    page = auditor.get("admin.audit_log", tag="report:action")
    assert "Devuelto" in page.main
    assert "Falta el acta." in page.main
    assert '"action": "return"' in page.all("#bitacora pre")[0].get_text()


def test_the_anchor_stands_on_the_page(app, auditor):
    with app.app_context():
        expected = str(head())
    assert auditor.get("admin.audit_log").one("#ancla").get_text() == expected


@pytest.mark.parametrize("who", ["contact_point", "admin", "table_member"])
def test_exports_are_for_who_may_read_the_log(app, new_client, who):
    with app.app_context():
        person = make_user(who)
    visitor = new_client()
    sign_in(visitor, person)
    for page in ("admin.audit_csv", "admin.audit_jsonl"):
        visitor.get(page, expect=403)


class TestAnExport:
    @pytest.fixture
    def check(self, tmp_path):
        """The script of the run-book, over the text of an export."""
        script = tmp_path / "check.py"
        found = re.search(r"```python\n(.*?)```", RUN_BOOK.read_text("utf-8"), re.DOTALL)
        script.write_text(found[1], "utf-8")

        def run(text):
            exported = tmp_path / "bitacora.jsonl"
            exported.write_text(text, "utf-8")
            return subprocess.run(
                [sys.executable, str(script), str(exported)], capture_output=True, text=True, check=False
            )

        return run

    def test_lets_anybody_reckon_the_chain_again_as_the_run_book_says(self, app, auditor, check):
        with app.app_context():
            report = report_row(list_reports()[0])
            seq, at = report.recorded_seq, report.created_at
            with transaction():
                erase_payload(SYSTEM, seq, reason="Solicitud 3", now=at)
            expected = str(head())
        text = auditor.get("admin.audit_jsonl").data.decode()
        assert '"erased": true' in text
        assert check(text).stdout.strip() == expected

    def test_shows_what_was_changed_in_it(self, auditor, check):
        text = auditor.get("admin.audit_jsonl").data.decode()
        for right, wrong, says in (
            ('"actor_uid": "system"', '"actor_uid": "otro"', "its words were changed"),
            ("Se reunió", "No se reunió", "another payload"),
        ):
            assert says in check(text.replace(right, wrong, 1)).stderr
        lines = text.splitlines()
        assert "link 4: another one stood before it" in check("\n".join([*lines[:3], *lines[4:]])).stderr

    def test_as_a_table_says_the_same_and_no_cell_is_run(self, app, auditor):
        with app.app_context(), transaction():
            record(SYSTEM, EventTag.DOUBT_RESOLVED, "doubt", "=1+1", {"text": "=2"}, now=report_at())
        page = auditor.get("admin.audit_csv")
        assert page.response.mimetype == "text/csv"
        assert "attachment" in page.headers["Content-Disposition"]
        table = list(csv.DictReader(io.StringIO(page.data.decode("utf-8-sig"))))
        lines = [json.loads(line) for line in auditor.get("admin.audit_jsonl").data.decode().splitlines()]
        assert [row["hash"] for row in table] == [one["hash"] for one in lines]
        assert table[-1]["subject_uid"] == "'=1+1"
        assert (lines[-1]["subject_uid"], lines[-1]["payload"]) == ("=1+1", '{"text":"=2"}')

    def test_holds_what_was_asked_for_alone(self, auditor):
        page = auditor.get("admin.audit_jsonl", tag="report:submitted")
        tags = {json.loads(line)["tag"] for line in page.data.decode().splitlines()}
        assert tags == {"report:submitted"}


def list_reports():
    return db.session.scalars(db.text("SELECT uid FROM progress_reports")).all()


def report_at():
    return report_row(list_reports()[0]).created_at
