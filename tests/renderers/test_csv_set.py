"""The CSV set of a report, read back: what stands in it is the tables, and its description is true."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from tests.renderers.table_books import files_of, package_of, rows_of
from tests.support.factories import documents
from tests.support.factories import facts as f
from tracker.renderers.csv_set import CsvRenderer
from tracker.renderers.delimited import neutral
from tracker.renderers.tables import report_tables


@pytest.fixture(scope="module")
def document():
    return documents.document()


@pytest.fixture(scope="module")
def data(document):
    return CsvRenderer().render(document)


def narrated(text):
    plan = f.plan([f.commitment(), f.activity(parent="c1")], [documents.told(10, "a1", 1, narrative=text)])
    return rows_of(CsvRenderer().render(documents.document(plan)), "institution_reports")[0]["narrative"]


def test_it_has_a_file_for_each_table_and_says_what_they_are(data, document):
    names = [one.name for one in report_tables(document)]
    assert list(files_of(data)) == ["LEAME.txt", "datapackage.json", *(f"{name}.csv" for name in names)]
    readme = files_of(data)["LEAME.txt"]
    assert all(f"{name}.csv" in readme for name in names)
    assert document.imprint.sha256 in readme
    assert "Vence" in readme


def test_files_begin_with_the_mark_by_which_spreadsheets_know_utf_8(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            assert file.read(name).startswith(b"\xef\xbb\xbf") is name.endswith(".csv")


def test_what_is_read_is_what_the_tables_say(data, document):
    """By the types that the description gives, every cell is the table's value again."""
    types = {
        "integer": int, "number": Decimal, "date": date.fromisoformat, "string": str,
        "boolean": {"true": True, "false": False}.__getitem__,
    }  # fmt: skip
    described = {one["name"]: one["schema"]["fields"] for one in package_of(data)["resources"]}
    for table in report_tables(document):
        fields = described[table.name]
        rows = list(csv.reader(io.StringIO(files_of(data)[f"{table.name}.csv"], newline="")))
        assert rows[0] == [one.key for one in table.columns] == [one["name"] for one in fields]
        read = [
            tuple(types[one["type"]](cell) if cell else None for one, cell in zip(fields, row, strict=True))
            for row in rows[1:]
        ]
        assert read == [tuple(None if one == "" else one for one in row) for row in table.rows], table.name


def test_numbers_have_a_point_and_stay_numbers():
    assert [neutral(one) for one in (Decimal("-1.50"), -3, Decimal("1E+2"))] == ["-1.50", -3, "100"]


@pytest.mark.parametrize("trap", ["=1+1", "+502 2222-3333", "@x", "\t=1", "-1+1"])
def test_text_that_looks_like_a_formula_is_neutralised(trap):
    assert narrated(trap) == f"'{trap}"
    assert narrated(f"\u0000{trap}") == f"'{trap}"


def test_accents_quotes_and_lines_stay_as_they_are():
    text = 'Año: «ñandú», "dos", \nuna línea; y otra'
    assert narrated(text) == text
    assert narrated("uno\u0000dos\ud800") == "unodos"


def test_a_text_is_never_cut():
    assert len(narrated("ñ" * 40_000)) == 40_000


def test_a_figure_that_nobody_informed_is_empty(data):
    found = {row["label"]: row["validated_percent"] for row in rows_of(data, "activities")}
    assert (found["1.4"], found["1.5"]) == ("", "100.00")


def test_the_description_says_which_keys_lead_where(data):
    resources = {one["name"]: one for one in package_of(data)["resources"]}
    for one in resources.values():
        assert one["path"] == f"{one['name']}.csv"
        names = {field["name"] for field in one["schema"]["fields"]}
        assert set(one["schema"].get("primaryKey", [])) <= names
        for key in one["schema"].get("foreignKeys", []):
            target = resources[key["reference"]["resource"]]["schema"]
            assert key["fields"] in names
            assert target["primaryKey"] == [key["reference"]["fields"]]
    assert resources["activities"]["schema"]["primaryKey"] == ["uid"]
    assert len(resources["evidence"]["schema"]["foreignKeys"]) == 4


def test_the_description_has_headings_and_limits(data):
    fields = {one["name"]: one for one in package_of(data)["resources"][6]["schema"]["fields"]}
    assert fields["due_on"] == {"name": "due_on", "type": "date", "title": "Vence"}
    assert fields["reported_percent"]["constraints"] == {"minimum": 0, "maximum": 100}
    assert package_of(data)["name"] == "plan-plan-4-2020-08-28"
    assert package_of(data)["contributors"] == [{"title": "Gobierno de Guatemala", "role": "publisher"}]


def test_the_same_document_gives_the_same_bytes_with_the_cut_off_s_time(data):
    assert CsvRenderer().render(documents.document()) == data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {one.date_time for one in file.infolist()} == {(2020, 8, 28, 0, 0, 0)}


def test_an_empty_plan_has_every_file_with_its_header():
    files = files_of(CsvRenderer().render(documents.document(f.plan([]))))
    assert len(files) == 14
    assert files["links.csv"].count("\n") == 1
    assert files["links.csv"].startswith("commitment,")


def test_in_english_the_description_is_english(document):
    files = files_of(CsvRenderer("en").render(document))
    assert "README.txt" in files
    assert "Due on" in files["datapackage.json"]
