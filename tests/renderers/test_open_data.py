"""Open data: one declaration of the tables, and every format and description made of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from tracker.domain.errors import NotFound
from tracker.domain.states import State
from tracker.queries.portal.open_data import TABLES
from tracker.renderers.open_data import DataKind, data_groups, data_table, data_tables
from tracker.renderers.open_data_catalogue import EditionEntry, catalogue, schema_org
from tracker.renderers.open_data_formats import (
    DataBook,
    as_csv,
    as_json,
    cells,
    from_json,
    to_json,
)
from tracker.renderers.open_data_package import DataFile, Licence, Publication, package, readme, sums

BASE = "https://cumple.example"
AT = datetime(2026, 11, 20, 21, 1, tzinfo=UTC)
PUBLICATION = Publication(
    "Gobierno de Prueba", BASE, Licence("CC-BY-4.0", "https://licence.example"), AT.date(), AT
)
ROW = {
    "uid": "a1",
    "number": 3,
    "title": "=HYPERLINK(\"x\") & 'Ñandú' \x07",
    "weight": Decimal("1.5"),
    "label": "-3a",
    "validated_percent": Decimal("0.00"),
    "validated_on": date(2026, 3, 31),
    "decided_at": datetime(2026, 4, 1, 6, 30, tzinfo=UTC),
    "reported_reviewed": False,
    "validated_by": "",
    "state": State.OVERDUE,
    "days_late": 12,
    "page": "/actividades/a1",
}
ACTIVITIES = data_table("activities")
AT_OF = {name: at for at, name in enumerate(ACTIVITIES.names)}


def rows(*more):
    return list(cells(ACTIVITIES, [ROW, *more], BASE))


class TestTheDeclaration:
    def test_what_is_read_and_what_is_declared_are_the_same_tables_each_in_one_group(self):
        names = [one.name for one in data_tables()]
        grouped = [one.name for group in data_groups() for one in group.tables]
        assert set(names) == TABLES
        assert sorted(names) == sorted(grouped)

    @pytest.mark.parametrize("table", data_tables(), ids=lambda one: one.name)
    def test_a_table_has_a_key_that_is_always_there_and_refers_to_keys(self, table):
        always = {one.name for one in table.columns if one.is_required}
        assert table.key
        assert set(table.key) <= always
        assert len(set(table.names)) == len(table.names)
        for column, other in table.references.items():
            assert column in table.names
            assert data_table(other).key == ("uid",)

    @pytest.mark.parametrize("table", data_tables(), ids=lambda one: one.name)
    def test_everything_is_explained_in_both_languages(self, table):
        for texts in (table.titles, table.abouts, *(one.meanings for one in table.columns)):
            assert all(texts[language].strip() for language in ("es", "en"))
        assert table.abouts["es"] != table.abouts["en"]

    def test_no_table_has_a_column_for_a_persons_name_or_contact(self):
        forbidden = {"email", "phone", "contact", "person", "author", "names", "posts", "channels"}
        columns = [name for table in data_tables() for name in table.names]
        assert [one for one in columns if forbidden & set(one.split("_"))] == []

    def test_an_unknown_table_is_not_found(self):
        with pytest.raises(NotFound, match="data-table-not-found"):
            data_table("accounts")


class TestFormats:
    def test_csv_json_and_workbook_say_the_same(self):
        read = list(csv.DictReader(io.StringIO("".join(as_csv(ACTIVITIES, rows())).removeprefix("\ufeff"))))
        told = json.loads("".join(as_json(ACTIVITIES, rows())))
        stream = io.BytesIO()
        book = DataBook(stream, [ACTIVITIES], title="Datos", at=AT)
        book.write(ACTIVITIES, rows())
        book.close()
        sheet = openpyxl.load_workbook(stream)["activities"]
        cells_of = dict(zip([one.value for one in sheet[1]], [one.value for one in sheet[2]], strict=True))
        assert list(read[0]) == list(told[0]) == list(cells_of) == list(ACTIVITIES.names)
        assert read[0]["validated_percent"] == "0.00"
        assert (told[0]["validated_percent"], cells_of["validated_percent"]) == (0, 0)
        assert read[0]["validated_on"] == told[0]["validated_on"] == "2026-03-31"
        assert cells_of["validated_on"] == datetime(2026, 3, 31)  # noqa: DTZ001 - workbooks know no zones
        assert read[0]["decided_at"] == told[0]["decided_at"] == cells_of["decided_at"]
        assert read[0]["decided_at"] == "2026-04-01T06:30:00Z"
        assert (read[0]["reported_reviewed"], told[0]["reported_reviewed"]) == ("false", False)
        assert read[0]["page"] == told[0]["page"] == cells_of["page"] == f"{BASE}/actividades/a1"
        assert read[0]["state"] == told[0]["state"] == "overdue"

    def test_what_nobody_said_is_empty_and_never_zero(self):
        line = "".join(as_csv(ACTIVITIES, rows())).splitlines()[1]
        told = json.loads("".join(as_json(ACTIVITIES, rows())))[0]
        assert next(csv.reader([line]))[AT_OF["reported_percent"]] == ""
        assert told["reported_percent"] is None
        assert told["validated_by"] is None

    def test_what_looks_like_a_formula_stays_a_text_and_controls_are_no_text(self):
        read = next(csv.DictReader(io.StringIO("".join(as_csv(ACTIVITIES, rows())).removeprefix("\ufeff"))))
        told = json.loads("".join(as_json(ACTIVITIES, rows())))[0]
        stream = io.BytesIO()
        book = DataBook(stream, [ACTIVITIES], title="Datos", at=AT)
        book.write(ACTIVITIES, rows())
        book.close()
        cell = openpyxl.load_workbook(stream)["activities"].cell(2, AT_OF["title"] + 1)
        assert read["title"].startswith("'=HYPERLINK")
        assert read["label"] == "'-3a"
        assert told["title"] == "=HYPERLINK(\"x\") & 'Ñandú' "
        assert (cell.data_type, cell.value) == ("s", told["title"])

    def test_a_table_without_rows_is_a_header_an_empty_list_and_an_empty_sheet(self):
        assert len("".join(as_csv(ACTIVITIES, [])).splitlines()) == 1
        assert json.loads("".join(as_json(ACTIVITIES, []))) == []

    def test_rows_kept_on_disk_come_back_as_they_were(self):
        (row,) = rows()
        assert from_json(ACTIVITIES, json.loads(to_json(row))) == row


class TestDescriptions:
    FILES = {"csv/plans.csv": DataFile("csv/plans.csv", 12, "ab" * 32)}  # noqa: RUF012 - never changed

    def test_the_package_names_licence_keys_and_where_columns_lead(self):
        told = package(data_tables(), PUBLICATION, self.FILES, folder="csv/")
        by_name = {one["name"]: one for one in told["resources"]}
        assert told["licenses"] == [
            {"name": "CC-BY-4.0", "path": "https://licence.example", "title": "CC-BY-4.0"}
        ]
        assert (by_name["plans"]["bytes"], by_name["plans"]["hash"]) == (12, f"sha256:{'ab' * 32}")
        assert {
            "fields": ["plan_uid"],
            "reference": {"resource": "plans", "fields": ["uid"]},
        } in by_name["commitments"]["schema"]["foreignKeys"]
        assert {
            "fields": ["parent_uid"],
            "reference": {"resource": "", "fields": ["uid"]},
        } in by_name["items"]["schema"]["foreignKeys"]
        kinds = {one["name"]: one["type"] for one in by_name["activities"]["schema"]["fields"]}
        assert (kinds["due_on"], kinds["decided_at"], kinds["weight"]) == ("date", "datetime", "number")

    def test_who_opens_the_zip_is_told_in_both_languages_what_it_is(self):
        text = readme(data_tables(), {"plans": 1}, PUBLICATION)
        assert "20 de noviembre de 2026" in text
        assert "CC-BY-4.0 (https://licence.example)" in text
        assert "plans — Planes de acción (1 fila)" in text
        assert "plans — Action plans (1 row)" in text
        assert sums(self.FILES.values()) == f"{'ab' * 32}  csv/plans.csv\n"

    def test_the_catalogue_has_what_dcat_ap_requires(self):
        edition = EditionEntry(f"{BASE}/datos/ediciones/e1", AT.date(), AT, 99, "cd" * 32)
        told = catalogue(
            data_tables(), PUBLICATION, [edition], changed_at=AT, period=(date(2026, 1, 1), None)
        )
        assert told["@type"] == "dcat:Catalog"
        assert {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"} <= set(told)
        whole, *others = told["dcat:dataset"]
        for one in told["dcat:dataset"]:
            assert {"@id", "dct:title", "dct:description", "dct:publisher"} <= set(one)
            for given in one["dcat:distribution"]:
                assert given["dcat:accessURL"]["@id"].startswith(f"{BASE}/datos")
                assert given["dct:license"]["@id"] == "https://licence.example"
        assert len(others) == len(data_tables()) + 1
        frozen = others[-1]
        assert whole["dcat:hasVersion"] == [{"@id": frozen["@id"]}]
        assert frozen["dcat:distribution"][0]["spdx:checksum"]["spdx:checksumValue"]["@value"] == "cd" * 32
        assert len({one["@id"] for one in told["dcat:dataset"]}) == len(told["dcat:dataset"])

    @pytest.mark.parametrize("language", ["es", "en"])
    def test_search_engines_read_a_dataset_with_licence_and_downloads(self, language):
        whole = schema_org(PUBLICATION, language=language, changed_at=AT)
        one = schema_org(PUBLICATION, language=language, changed_at=AT, table=ACTIVITIES)
        for told in (whole, one):
            assert told["@type"] == "Dataset"
            assert 50 <= len(told["description"]) <= 5000
            assert told["license"] == "https://licence.example"
            assert all(each["contentUrl"].startswith(f"{BASE}/datos/") for each in told["distribution"])
        assert [each["encodingFormat"] for each in one["distribution"]][:2] == [
            "text/csv",
            "application/json",
        ]
        assert one["name"].startswith(ACTIVITIES.titles[language])


def test_every_kind_of_column_is_used_so_that_none_is_dead():
    assert {one.kind for table in data_tables() for one in table.columns} == set(DataKind)
