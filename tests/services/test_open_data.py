"""Open data as they are read, packed and frozen: only what is published, whole, the same for ever."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from frictionless import Package

from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY, make_plan
from tests.support.factories.stories import HIDDEN, make_story, unpublish
from tests.support.factories.targets import record_year
from tests.support.snapshots import remembered
from tracker.db import db, reading, transaction
from tracker.domain.errors import NotFound
from tracker.domain.plans import PlanStatus
from tracker.models.audit import AuditEvent
from tracker.models.open_data import DataEdition
from tracker.models.plans import ActionPlan
from tracker.queries.portal.data_editions import count_editions, get_edition, last_edition
from tracker.queries.portal.open_data import TABLES, records
from tracker.renderers.open_data import data_table, data_tables
from tracker.services import storage
from tracker.services.evidence_store import list_orphans
from tracker.services.open_data import asked_of, freeze_edition, table_text, write_book, write_zip
from tracker.services.verification import verify

DRAFT = "Plan que nadie debe ver"


@remembered
def make_all():
    """A story told to the public, a table that met, targets, and a draft that nobody sees."""
    story = make_story()
    table = make_table()
    meeting = table.held(1, TODAY - timedelta(days=20))
    met = table.agreed(meeting, TODAY + timedelta(days=3))
    table.answer(met, TODAY - timedelta(days=1))
    table.rule(met, TODAY)
    waiting = table.agreed(meeting, TODAY + timedelta(days=9), text="Otro acuerdo.")
    table.answer(waiting, TODAY - timedelta(days=1))
    make_plan(number=9, title=DRAFT, status=PlanStatus.DRAFT)
    with transaction():
        db.session.query(ActionPlan).filter_by(number=9).one().status = PlanStatus.DRAFT
    return story, met, waiting


@pytest.fixture
def told(app_context):
    return make_all()


@pytest.fixture
def asked(app_context):
    def of(day=TODAY):
        return asked_of(app_context.config, day=day, today=TODAY)

    return of


@pytest.fixture
def folder(app_context):
    return Path(app_context.config["INSTANCE_PATH"]) / "reports"


def read(asked):
    """All rows by table."""
    found = {name: [] for name in TABLES}
    with reading():
        for name, row in records(asked.view()):
            found[name].append(row)
    return found


def dangling(found):
    """Columns that lead to no row, for the days whose package is not validated whole."""
    uids = {name: {row["uid"] for row in rows if "uid" in row} for name, rows in found.items()}
    return [
        (name, column)
        for name, rows in found.items()
        for column, other in data_table(name).references.items()
        if {row.get(column) for row in rows} - uids[other] - {None}
    ]


def packed(asked):
    target = io.BytesIO()
    found = write_zip(target, asked)
    return target, found


def valid(target, tmp_path):
    file = tmp_path / "datos.zip"
    file.write_bytes(target.getvalue())
    report = Package(str(file)).validate()
    return [(task.name, error.note) for task in report.tasks for error in task.errors] + report.errors


class TestRows:
    def test_every_row_fits_its_declaration_and_nothing_unpublished_is_in_any(self, told, asked):
        story, met, waiting = told
        found = read(asked())
        for name, rows in found.items():
            table = data_table(name)
            always = {one.name for one in table.columns if one.is_required}
            for row in rows:
                assert set(row) <= set(table.names), name
                assert all(row.get(one) not in {None, ""} for one in always), (name, row)
            keys = [tuple(row[one] for one in table.key) for row in rows]
            assert len(keys) == len(set(keys)), name
        text = json.dumps(found, default=str, ensure_ascii=False)
        for hidden in (HIDDEN, DRAFT, "@example.org", story.returned):
            assert hidden not in text
        progress = {row["uid"]: row for row in found["progress"]}
        assert set(progress) == {story.proven, story.claimed}
        assert (progress[story.proven]["status"], progress[story.proven]["percent"]) == ("validated", 60)
        assert "diagnóstico" in progress[story.proven]["narrative"]
        assert (progress[story.claimed]["narrative"], progress[story.claimed]["percent"]) == ("", 80)
        assert [row["page"] for row in found["plans"]] == ["/planes/4"]
        assert len(found["reschedulings"]) == len(found["amendments"]) == len(found["reports"]) == 1
        answers = {row["uid"]: row["answer"] for row in found["agreements"]}
        assert answers == {met: "Se publicó.", waiting: ""}

    def test_of_the_past_it_tells_what_counted_then(self, told, asked):
        before = read(asked(day=date(2026, 1, 15)))
        assert before["progress"] == before["agreements"] == before["reports"] == []
        assert [row["reported_percent"] for row in before["plans"]] == [None]
        assert {row["title"] for row in before["commitments"]} != {
            row["title"] for row in read(asked())["commitments"]
        }
        assert dangling(before) == dangling(read(asked())) == []
        with pytest.raises(NotFound, match="day-to-come"):
            asked(day=TODAY + timedelta(days=1)).view()

    def test_the_partnerships_export_has_its_columns_and_its_words(self, told, asked):
        (first, *_) = read(asked())["ogp_commitments"]
        assert first["Country/Locality"] == "Guatemala"
        assert first["Action Plan ID"] == "AP_GTM04"
        assert first["Completion (End Of Term)"] == "ND"
        assert first["Lead Institution"] != "NA"

    def test_one_table_is_read_without_the_others_and_more_reports_ask_no_more_questions(
        self, told, asked, query_counter
    ):
        story, *_ = told
        view = asked().view()
        with query_counter() as first:
            assert {name for name, _ in records(view, {"progress"})} == {"progress"}
        for activity in story.scene.made.activities[4:7]:
            story.scene.submitted(activity, 10)
        view = asked().view()
        with query_counter() as second:
            assert len(list(records(view, {"progress"}))) == 5
        assert len(second) == len(first)

    def test_a_plan_that_is_no_longer_public_leaves_nothing_behind(self, told, asked):
        unpublish(4)
        found = read(asked())
        assert {name for name, rows in found.items() if rows} <= {
            *("institutions", "seats", "meetings", "attendance", "decisions", "agreements"),
            *("target_tables", "targets", "indicators", "indicator_values"),
        }


class TestFiles:
    def test_the_package_is_valid_and_its_hashes_are_those_of_its_files(self, told, asked, tmp_path):
        story, *_ = told
        record_year(story.scene.made.lead, NOW)
        target, found = packed(asked())
        assert valid(target, tmp_path) == []
        with zipfile.ZipFile(target) as archive:
            names = set(archive.namelist())
            assert {
                f"{one}/{table.name}.{one}" for table in data_tables() for one in ("csv", "json")
            } <= names
            for line in archive.read("SHA256SUMS").decode().splitlines():
                sha256, path = line.split("  ")
                assert hashlib.sha256(archive.read(path)).hexdigest() == sha256
            rows = list(csv.DictReader(io.StringIO(archive.read("csv/progress.csv").decode("utf-8-sig"))))
            assert len(rows) == len(json.loads(archive.read("json/progress.json"))) == found.rows["progress"]

    def test_a_table_alone_is_the_same_as_in_the_package(self, told, asked):
        target, _ = packed(asked())
        with zipfile.ZipFile(target) as archive:
            for name in ("csv", "json"):
                alone = "".join(table_text(data_table("progress"), name, asked()))
                assert alone.encode() == archive.read(f"{name}/progress.{name}")
        book = io.BytesIO()
        write_book(book, [data_table("progress")], asked())
        assert zipfile.is_zipfile(book)


class TestEditions:
    def test_one_is_kept_and_no_other_until_something_changes_a_day_alone_is_no_change(
        self, told, asked, folder
    ):
        story, *_ = told

        def freeze(day):
            later = replace(asked(), today=day)
            later = replace(later, publication=replace(later.publication, day=day))
            return freeze_edition(later, folder, unit=transaction, now=NOW)

        first = freeze(TODAY)
        assert freeze(TODAY) is None
        assert freeze(TODAY + timedelta(days=1)) is None
        story.scene.submitted(story.scene.made.activities[4], 10)
        second = freeze(TODAY + timedelta(days=1))
        db.session.rollback()
        assert count_editions() == 2
        assert last_edition().uid == second.uid
        kept = get_edition(first.uid)
        path = storage.path_of(f"file://{folder}", kept.sha256)
        assert (storage.hash_of(path), path.stat().st_size) == (kept.sha256, kept.size)
        assert kept.rows > len(kept.files) > 2 * len(data_tables())
        assert db.session.query(AuditEvent).filter_by(tag="data:frozen").count() == 2
        with pytest.raises(NotFound):
            get_edition("otra")

    def test_the_sweep_leaves_it_and_the_check_finds_what_is_changed_or_gone(
        self, told, asked, folder, app_context
    ):
        edition = freeze_edition(asked(), folder, unit=transaction, now=NOW)
        path = storage.path_of(f"file://{folder}", edition.sha256)
        url = app_context.config["EVIDENCE_URL"]

        def kinds():
            db.session.rollback()
            found = verify(evidence_url=url, reports_folder=str(folder))
            return {one.kind for one in found if one.kind.startswith("data")}

        assert list(list_orphans(url, f"file://{folder}", now=NOW + timedelta(days=9000))) == []
        assert kinds() == set()
        path.chmod(0o640)
        path.write_bytes(b"otra cosa")
        assert kinds() == {"data-edition-changed"}
        path.unlink()
        assert kinds() == {"data-edition-missing"}
        with transaction():
            db.session.query(DataEdition).one().rows += 1
            db.session.query(DataEdition).one().data_sha256 = "00" * 32
        assert "data-changed" in kinds()
