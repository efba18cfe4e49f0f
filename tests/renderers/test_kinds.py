"""Every kind of report in every format: the same figures, and what only that kind has is in each."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass

import pytest

from tests.renderers.table_books import opened, rows_of
from tests.renderers.test_contract import READERS, TABLES, squeezed
from tests.support.factories import documents
from tracker.domain.compilation import CompilationKind
from tracker.domain.reports import AVAILABLE, content, document_from
from tracker.renderers import RENDERERS
from tracker.renderers.present import present
from tracker.renderers.tables import report_tables

DOCUMENTS = documents.of_every_kind()
OWN_CHAPTERS = {
    CompilationKind.INSTITUTIONAL: [],
    CompilationKind.PLAN: [],
    CompilationKind.MONTHLY: ["month"],
    CompilationKind.COMMITMENT: ["sheet"],
    CompilationKind.SELF_ASSESSMENT: ["assessment"],
}
OWN_TABLES = {
    CompilationKind.MONTHLY: {"movements", "month_lists", "month_institutions"},
    CompilationKind.COMMITMENT: {"sheet"},
    CompilationKind.SELF_ASSESSMENT: {"assessments", "statements"},
}
every_kind = pytest.mark.parametrize("kind", list(DOCUMENTS), ids=lambda one: one.value)


def test_every_kind_that_can_be_compiled_is_tried_here():
    assert set(DOCUMENTS) == AVAILABLE


@every_kind
def test_its_frozen_content_reads_back_as_the_same_document(kind):
    made = DOCUMENTS[kind]
    again = document_from(json.loads(json.dumps(content(made))))
    assert content(again) == content(made)


@every_kind
def test_it_has_the_chapters_and_tables_of_its_own_and_no_others(kind):
    made = DOCUMENTS[kind]
    assert [one.key for one in present(made).chapters] == OWN_CHAPTERS[kind]
    common = {one.name for one in report_tables(DOCUMENTS[CompilationKind.PLAN])}
    assert {one.name for one in report_tables(made)} - common == OWN_TABLES.get(kind, set())


@every_kind
@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in (*TABLES, "json")])
def test_the_formats_in_words_say_all_of_it(kind, name):
    report = present(DOCUMENTS[kind])
    said = squeezed(READERS[name](RENDERERS[name].render(DOCUMENTS[kind])))
    wanted = [report.title, report.paragraph, *(fact.value for fact in report.facts)]
    wanted += [text for row in report.commitments for text in (row.title, row.validated, row.reported)]
    for chapter in report.chapters:
        wanted += [chapter.title, chapter.lead]
        wanted += [cell.text for board in chapter.boards for row in board.rows for cell in row]
        wanted += [line for one in chapter.passages for line in (one.title, *one.text.splitlines())]
    assert [text for text in wanted if squeezed(text) not in said] == []


def counted(name, data, table):
    """How many rows a table has in a file, its heading apart."""
    if name == "csv":
        return len(rows_of(data, table.name))
    sheet = opened(data)[table.title]
    return sum(any(cell is not None for cell in row) for row in sheet.iter_rows(values_only=True)) - 1


@every_kind
@pytest.mark.parametrize("name", TABLES)
def test_the_formats_in_tables_hold_each_row(kind, name):
    made = DOCUMENTS[kind]
    data = RENDERERS[name].render(made)
    for table in report_tables(made):
        if table.name in OWN_TABLES.get(kind, set()):
            assert table.rows
            assert counted(name, data, table) == len(table.rows), table.name


def test_a_commitments_sheet_has_that_commitment_and_the_plans_figures_of_it():
    sheet, plan = DOCUMENTS[CompilationKind.COMMITMENT], DOCUMENTS[CompilationKind.PLAN]
    (only,) = sheet.commitments
    same = next(one for one in plan.commitments if one.uid == only.uid)
    assert only == same
    assert sheet.summary.validated == same.validated
    assert {one.row.commitment for one in sheet.findings} == {10}
    assert [one.name for one in sheet.sheet] == ["problem", "ogp_values", "financial"]


def cards(items):
    for one in items:
        yield one
        yield from cards(one.children)


def anchors(value):
    """Every place that a report's rows lead to."""
    if isinstance(value, tuple):
        for one in value:
            yield from anchors(one)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name == "anchor":
                yield value.anchor
            else:
                yield from anchors(getattr(value, one.name))


@every_kind
def test_every_row_leads_to_a_card_that_is_there_or_nowhere(kind):
    report = present(DOCUMENTS[kind])
    places = {one.anchor for one in cards(report.items)}
    assert len(places) > 3
    assert set(anchors(report)) - places <= {""}


def test_the_month_tells_in_detail_only_what_asks_for_attention():
    month, plan = (present(DOCUMENTS[kind]) for kind in (CompilationKind.MONTHLY, CompilationKind.PLAN))
    short, whole = ({one.anchor for one in cards(report.items)} for report in (month, plan))
    assert short < whole
    moved = {cell.anchor for row in month.chapters[0].boards[2].rows for cell in row if cell.anchor}
    assert moved
    assert moved <= short
    assert month.detail_note
    assert not plan.detail_note
    assert (
        content(DOCUMENTS[CompilationKind.MONTHLY])["commitments"]
        == content(DOCUMENTS[CompilationKind.PLAN])["commitments"]
    )


def test_amounts_and_values_of_the_sheet_are_written_out():
    (chapter,) = present(DOCUMENTS[CompilationKind.COMMITMENT]).chapters
    texts = {one.title: one.text for one in chapter.passages}
    assert texts["Montos"] == "Q 1,500,000.50: Cooperación\nQ 200,000.00"
    assert texts["Valores de OGP"] == "transparencia y participación ciudadana"
