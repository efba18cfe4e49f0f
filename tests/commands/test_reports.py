"""`report compile`: one file for each format, all or none; on the real plan what the office must read."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path

import pytest
import rfc8785
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.renderers.bags import opened, unpacked
from tests.renderers.pdf_text import text_of_pdf
from tests.support.factories.compilations import claim, make_reported_plan
from tests.support.shared import shared_file
from tracker.commands import reports as command
from tracker.db import db
from tracker.models.audit import AuditEvent
from tracker.queries.history import last_sequence
from tracker.services.evidence_packages import PackageFailed


@pytest.fixture
def run(app, tmp_path):
    """`report compile` into a folder, with these arguments."""

    def invoke(*args, out=tmp_path / "out"):
        wanted = ["report", "compile", "--out", str(out), *map(str, args)]
        return app.test_cli_runner().invoke(args=wanted)

    return invoke


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_reported_plan()


PLAN = ("--plan", 4, "--kind", "plan", "--cutoff", "2026-06-10")
INFOM = ("--plan", 4, "--kind", "institutional", "--cutoff", "2026-06-10", "--institution", "INFOM")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_receives_one_file_for_each_format_and_nothing_else(run, plan, tmp_path):
    done = run(*PLAN, "--formats", "json,html,pdf")
    assert done.exit_code == 0, done.stderr
    stem = "informe-del-plan-plan-4-2026-06-10"
    assert names(tmp_path / "out") == [f"{stem}.html", f"{stem}.json", f"{stem}.pdf"]
    assert names(tmp_path) == ["out"]


def test_the_json_answer_says_the_hash_that_the_data_have(run, plan, tmp_path):
    told = json.loads(run(*PLAN, "--formats", "json", "--format", "json").stdout)
    data = json.loads(Path(told["files"][0]).read_text())
    assert data["sha256"] == told["sha256"]
    rest = {key: value for key, value in data.items() if key != "sha256"}
    assert hashlib.sha256(rfc8785.dumps(rest)).hexdigest() == told["sha256"]
    assert (data["kind"], data["cutoff"], data["known_at"]) == ("plan", "2026-06-10", told["known_at"])


def test_twice_for_one_known_at_gives_the_same_bytes_whatever_happened_since(app, run, plan, tmp_path):
    with app.app_context():
        known = last_sequence()
    for folder in ("before", "after"):
        done = run(*INFOM, "--known-at", known, "--formats", "pdf,json,html", out=tmp_path / folder)
        assert done.exit_code == 0, done.stderr
        with app.app_context():
            claim(plan, place=1)
    for path in (tmp_path / "before").iterdir():
        assert path.read_bytes() == (tmp_path / "after" / path.name).read_bytes()


def test_compiling_to_files_records_nothing(app, run, plan):
    def events():
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(AuditEvent))

    before = events()
    assert run(*PLAN, "--formats", "json").exit_code == 0
    assert events() == before


def test_the_package_stands_beside_the_tables(run, plan, tmp_path):
    done = run(*PLAN, "--formats", "bag,csv")
    assert done.exit_code == 0, done.stderr
    stem = "informe-del-plan-plan-4-2026-06-10"
    assert names(tmp_path / "out") == [f"{stem}-paquete.zip", f"{stem}-tablas.zip"]
    data = (tmp_path / "out" / f"{stem}-paquete.zip").read_bytes()
    opened(unpacked(data, tmp_path / "bag"))


def test_a_package_that_cannot_be_made_is_a_failure_and_nothing_is_written(run, plan, tmp_path, monkeypatch):
    def lacking(*_args):
        raise PackageFailed("evidence-file-missing")

    monkeypatch.setattr("tracker.services.evidence_packages._evidence", lacking)
    done = run(*PLAN, "--formats", "json,bag")
    assert done.exit_code == 1
    assert "Falta un archivo de evidencia" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_schema_is_printed_alone(app):
    done = app.test_cli_runner().invoke(args=["report", "schema"])
    assert json.loads(done.stdout)["$id"].endswith("/datos/esquemas/informe-1.json")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((*PLAN, "--formats", "pdf,odt"), "odt"),
        ((*PLAN, "--formats", ""), "Formato"),
        ((*PLAN, "--institution", "INFOM"), "no lleva institución"),
        ((*PLAN, "--commitment", 1), "no lleva compromiso"),
        ((*INFOM[:-1], "XX"), "XX"),
        (INFOM[:-2], "necesita una institución"),
        (("--plan", 4, "--kind", "all", "--cutoff", "2026-06-10"), "accountability"),
        (("--plan", 4, "--kind", "commitment", "--cutoff", "2026-06-10"), "necesita un compromiso"),
        (("--plan", 4, "--kind", "commitment", "--commitment", 9, "--cutoff", "2026-06-10"), "compromiso 9"),
        (("--plan", 4, "--kind", "plan", "--cutoff", "2026-02-30"), "2026-02-30"),
        (("--plan", 7, "--kind", "plan", "--cutoff", "2026-06-10"), "número 7"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_written(run, plan, tmp_path, args, words):
    done = run(*args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_where_one_file_cannot_be_written_none_is_left(run, plan, tmp_path, monkeypatch):
    real, written = command._write, []

    def second_fails(path, data):
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        real(path, data)

    monkeypatch.setattr(command, "_write", second_fails)
    done = run(*PLAN, "--formats", "json,html")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == []


def test_where_a_file_cannot_be_moved_in_those_moved_before_are_taken_out(run, plan, tmp_path):
    (tmp_path / "out" / "informe-del-plan-plan-4-2026-06-10.html").mkdir(parents=True)
    done = run(*PLAN, "--formats", "json,html")
    assert done.exit_code == 1
    assert names(tmp_path / "out") == ["informe-del-plan-plan-4-2026-06-10.html"]


# The office's own documents: what the institution's final report must say (issue 2, point 8).


@pytest.fixture
def real(app, tmp_path):
    """The INFOM report at 28 August 2020, from the office's files, in every format."""
    runner = app.test_cli_runner()
    for kind, name in (
        ("workplan", "plan-de-trabajo-compromiso-10.xlsx"),
        ("workplan", "plan-de-trabajo-compromiso-19.xlsx"),
        ("template", "plantilla-compromiso-10.docx"),
        ("progress", "avances-infom-2020-08-28.csv"),
    ):
        done = runner.invoke(args=["import", kind, str(shared_file("data", name)), "--plan", "4"])
        assert done.exit_code == 0, done.output
    args = ("--plan", "4", "--kind", "institutional", "--cutoff", "2020-08-28", "--institution", "INFOM")
    done = runner.invoke(args=["report", "compile", *args, "--out", str(tmp_path / "real")])
    assert done.exit_code == 0, done.output
    return {path.suffix[1:]: path.read_bytes() for path in (tmp_path / "real").iterdir()}


def test_the_office_s_report_says_what_was_claimed_and_what_it_stands_on(real):
    data = json.loads(real["json"])
    claims = data["summary"]["claims"]
    assert (claims["reports"], claims["full"], claims["validated"], claims["narratives"]) == (23, 23, 0, 1)
    assert (claims["own"], claims["contributions"]) == (16, 7)
    items = [a for c in data["commitments"] for a in c["activities"]]
    items += [a for c in data["commitments"] for m in c["milestones"] for a in m["activities"]]
    own = {a["label"]: r for a in items for r in a["institution_reports"]}
    assert len(own) == 23
    assert all(r["percent"] == "100.00" and r["narrative"] for r in own.values())
    assert all(a["validated"] is None and a["coverage"]["answered"] == 0 for a in items)
    assert len(own["7.9"]["links"]) == 8
    assert (own["2.2"]["days_late"], own["2.2"]["completed_on"]) == (181, "2020-08-28")
    undated = {label for label, r in own.items() if r["completed_on"] is None and r["days_late"] is None}
    assert undated == set(own) - {"2.2"}
    codes = [one["code"] for one in data["findings"] if one["institution"] == "INFOM"]
    assert codes.count("full-claim-without-evidence") == 22
    assert codes.count("full-claim-with-partial-evidence") == 1


def test_the_accountability_shows_the_official_table_with_its_own_figures(run, plan, app, tmp_path):
    file = str(shared_file("data", "metas-2023-alcantarillados.xlsx"))
    given = ("--institution", "INFOM", "--year", "2023", "--program", "14", "--report", "R0081830.rpt")
    done = app.test_cli_runner().invoke(args=["import", "targets", file, *given])
    assert done.exit_code == 0, done.output
    of_infom = ("--kind", "accountability", "--institution", "INFOM", "--cutoff", "2023-12-31")
    done = run("--plan", 4, *of_infom, "--formats", "json,html,pdf,xlsx")
    assert done.exit_code == 0, done.output
    made = {path.suffix[1:]: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (table,) = json.loads(made["json"])["targets"]["tables"]
    assert (table["source_report"], table["findings"]) == ("R0081830.rpt", [])
    page = BeautifulSoup(made["html"], "html5lib").get_text(" ")
    for text in (page, text_of_pdf(made["pdf"])):
        words = re.sub(r"\s+", " ", text)
        assert "1,500.00 5,871.00 7,371.00 6,135.00 83.23 %" in words
        assert "6,000,000.00 18,509,924.00 24,509,924.00 18,517,484.49 75.55 %" in words
    sheet = load_workbook(io.BytesIO(made["xlsx"]))["Metas"]
    heads, first, *others = sheet.iter_rows(values_only=True)
    told = dict(zip(heads, first, strict=True))
    assert (told["Financiero (Q): ejecutado"], told["Físico: vigente"]) == (18517484.49, 7371)
    assert [dict(zip(heads, one, strict=True))["SNIP"] for one in others] == ["153671", "153676", "189147"]


def test_the_office_s_report_reads_the_same_on_the_page_and_on_paper(real):
    page = BeautifulSoup(real["html"], "html5lib").get_text(" ")
    for text in (re.sub(r"\s+", " ", page), re.sub(r"-?\s+", " ", text_of_pdf(real["pdf"]))):
        assert "Se declara el 100 % sin ninguna evidencia 22" in text.replace("\N{NO-BREAK SPACE}", " ")
        assert "181 días tarde" in text
        assert "https://munixela.laip.gt/" in text
        assert "declara completo, fecha no indicada" in text
