"""The tables of a report: the document's own figures, each row with the keys of what it belongs to."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

import pytest

from tests.support.factories import documents
from tests.support.factories import facts as f
from tests.support.factories.facts import INFOM
from tracker.domain.report_document import FindingCode
from tracker.domain.reports import content
from tracker.renderers.present import present
from tracker.renderers.tables import Kind, report_tables

NAMES = [
    "report", "summary", "states", "findings", "commitments", "milestones", "activities", "products", "means",
    "institution_reports", "evidence", "links",
]  # fmt: skip
TYPES = {
    Kind.TEXT: str, Kind.CODE: str, Kind.LINK: str, Kind.INTEGER: int, Kind.NUMBER: Decimal,
    Kind.PERCENT: Decimal, Kind.DAY: date, Kind.FLAG: bool,
}  # fmt: skip


def tables_of(document, language="es"):
    return {one.name: one for one in report_tables(document, language)}


def rows(table):
    keys = [one.key for one in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def document():
    return documents.document()


@pytest.fixture(scope="module")
def tables(document):
    return tables_of(document)


def one_of(table, **wanted):
    return next(row for row in rows(table) if wanted.items() <= row.items())


def test_they_are_all_there_in_order(tables):
    assert list(tables) == NAMES


def test_a_plan_without_anything_has_every_table_with_its_heading():
    tables = tables_of(documents.document(f.plan([])))
    assert list(tables) == NAMES
    assert all(one.columns and one.title and one.about for one in tables.values())
    filled = {name for name, one in tables.items() if one.rows}
    assert filled == {"report", "summary"}


def test_every_column_holds_what_it_says(tables):
    wrong = [
        (table.name, column.key, value)
        for table in tables.values()
        for row in table.rows
        for column, value in zip(table.columns, row, strict=True)
        if value is not None and type(value) is not TYPES[column.kind]
    ]
    assert wrong == []


def test_keys_of_columns_are_different_and_headings_too(tables):
    for table in tables.values():
        for names in ([one.key for one in table.columns], [one.title for one in table.columns]):
            assert len(names) == len(set(names)), table.name


def test_what_programs_read_comes_after_what_people_read(tables):
    for table in tables.values():
        kinds = [one.kind is Kind.CODE for one in table.columns]
        assert kinds.index(True) > 3, table.name


def test_keys_name_one_row_and_references_lead_to_one(tables):
    for table in tables.values():
        found = [tuple(row[key] for key in table.key) for row in rows(table)]
        if table.key:
            assert len(found) == len(set(found)), table.name
            assert all(all(one) for one in found), table.name
        for reference in table.references:
            known = {row[reference.key] for row in rows(tables[reference.table])}
            assert {row[reference.column] for row in rows(table)} - {"", None} <= known, table.name


def leaves(value):
    """Every value of a document, with the name of its field."""
    for one in fields(value):
        inner = getattr(value, one.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if is_dataclass(part):
                yield from leaves(part)
            else:
                yield one.name, part.value if isinstance(part, Enum) else part


def test_every_figure_text_and_day_of_the_document_is_found_again(document, tables):
    said = {value for one in tables.values() for row in one.rows for value in row}
    texts = "\n".join(value for value in said if isinstance(value, str))
    # Windows are told as text; a floor is its percent; offices are told in words.
    elsewhere = {"start", "end", "start_precision", "end_precision", "floor", "floor_with_withdrawn", "by"}
    elsewhere |= {"validated_by", "params", "verification_means"}
    missing = [
        (name, value)
        for name, value in leaves(document)
        if name not in elsewhere and value not in said and str(value) not in texts
    ]
    assert missing == []


def test_both_figures_of_every_item_are_the_document_s(document, tables):
    told = {row["uid"]: row for name in NAMES[4:7] for row in rows(tables[name])}
    items = [one for c in document.commitments for m in c.milestones for one in (c, m, *m.activities)]
    items += [one for c in document.commitments for one in (c, *c.activities)]
    assert len({one.uid for one in items}) == len(told)
    for one in items:
        for name in ("validated", "reported"):
            figure, row = getattr(one, name), told[one.uid]
            assert row[f"{name}_percent"] == (figure.percent if figure else None)
            assert row[f"{name}_on"] == (figure.on if figure else None)
        assert (row["coverage_answered"], row["coverage_required"]) == (
            one.coverage.answered,
            one.coverage.required,
        )


def test_a_figure_that_nobody_informed_is_empty_and_not_nought(tables):
    silent = one_of(tables["activities"], label="1.4")
    assert silent["validated_percent"] is None
    nobody = tables_of(documents.document(f.plan([f.commitment(), f.activity(parent="c1")])))
    line = rows(nobody["commitments"])[0]
    percents = [line[one.key] for one in nobody["commitments"].columns if one.kind is Kind.PERCENT]
    assert percents == [None] * 8
    assert line["reported_missing"] is not None


def test_a_state_is_told_in_words_and_in_code(tables):
    late = one_of(tables["activities"], label="1.3")
    assert (late["state_text"], late["state"]) == ("Con atraso", "overdue")
    assert late["days_late"] == 181


def test_institutions_stand_by_their_part(tables):
    row = one_of(tables["activities"], label="1.2")
    assert (row["lead"], row["co_responsible"]) == ("INFOM; SCEP", "")


def test_rows_below_have_the_numbers_and_keys_of_those_above(tables):
    report = one_of(tables["institution_reports"], activity="1.1", institution="INAP")
    assert (report["commitment"], report["milestone"], report["level"]) == (10, "1", "activity")
    assert (report["commitment_uid"], report["milestone_uid"], report["activity_uid"]) == ("c10", "m1", "a1")
    assert (report["role"], report["claimed_role"]) == ("co_responsible", "lead")
    alone = one_of(tables["activities"], uid="b6")
    assert (alone["milestone"], alone["milestone_uid"]) == ("", "")


def test_earlier_reports_follow_the_last_one(tables):
    found = [row for row in rows(tables["institution_reports"]) if row["activity"] == "1.5"]
    assert [(row["is_last"], row["percent"], row["narrative"]) for row in found] == [
        (True, Decimal(100), ""),
        (False, Decimal(10), "Comenzó"),
    ]
    assert found[0]["exception"] == "Consta en acta pública"
    assert found[1]["recorded_on"] is None


def test_of_restricted_evidence_there_is_no_more_than_the_document_has(document, tables):
    hidden = one_of(tables["evidence"], access="reserved")
    assert (hidden["evidence_title"], hidden["url"], hidden["media_type"]) == ("", "", "")
    assert hidden["sha256"]
    assert "Secreto" not in str(content(document)) + str(tables)


def test_findings_have_their_sentences(document, tables):
    said = [row["sentence"] for row in rows(tables["findings"])]
    assert len(said) == len(document.findings)
    wanted = [row.detail for group in present(document).findings for row in group.rows]
    assert set(wanted) <= set(said)
    codes = {row["code"] for row in rows(tables["findings"])}
    assert FindingCode.CLAIM_ABOVE_QUANTITY.value in codes


def test_the_lists_are_those_of_the_summary(document, tables):
    sections = document.summary.sections
    for one in fields(sections):
        listed = [row["activity_uid"] for row in rows(tables["states"]) if row["section"] == one.name]
        assert listed == [ref.uid for ref in getattr(sections, one.name)]


def test_a_report_on_an_institution_counts_its_parts(tables):
    own = tables_of(documents.document(institution=INFOM))
    assert one_of(own["summary"], group="parts", code="lead")["count"] == 5
    assert {row["group"] for row in rows(own["summary"])} >= {"items", "states", "claims", "coverage"}
    assert "validated" not in {row["group"] for row in rows(own["summary"])}
    assert rows(own["report"])[0]["institution_acronym"] == "INFOM"
    assert one_of(tables["summary"], group="reported", code="percent")["percent"] is not None


def test_a_plan_calls_its_middle_level_as_it_does(document):
    own = replace(document, plan=replace(document.plan, milestone_word="meta"))
    tables = tables_of(own)
    assert tables["milestones"].title == "Metas"
    assert "Meta" in [one.title for one in tables["activities"].columns]


def test_english_tables_are_english():
    tables = tables_of(documents.document(), "en")
    assert tables["activities"].title == "Activities"
    assert one_of(tables["activities"], label="1.3")["state_text"] == "Overdue"
