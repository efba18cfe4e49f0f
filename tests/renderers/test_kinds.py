"""Every kind of report in every format: the same figures, and what only that kind has is in each."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace

import pytest

from tests.renderers.table_books import opened, rows_of
from tests.renderers.test_contract import READERS, TABLES, squeezed
from tests.support.factories import documents
from tracker.domain.compilation import CompilationKind
from tracker.domain.reports import content, document_from
from tracker.renderers import RENDERERS
from tracker.renderers.present import present
from tracker.renderers.present_targets import targets_chapter
from tracker.renderers.tables import report_tables
from tracker.renderers.words import Words

DOCUMENTS = documents.of_every_kind()
OWN_CHAPTERS = {
    CompilationKind.INSTITUTIONAL: [],
    CompilationKind.PLAN: [],
    CompilationKind.MONTHLY: ["month"],
    CompilationKind.COMMITMENT: ["sheet"],
    CompilationKind.SELF_ASSESSMENT: ["assessment"],
    CompilationKind.ACCOUNTABILITY: ["targets"],
}
OWN_TABLES = {
    CompilationKind.MONTHLY: {"movements", "month_lists", "month_institutions"},
    CompilationKind.COMMITMENT: {"sheet"},
    CompilationKind.SELF_ASSESSMENT: {"assessments", "irm", "statements"},
    CompilationKind.ACCOUNTABILITY: {
        "targets",
        "target_sums",
        "target_findings",
        "target_modifications",
        "indicators",
    },
}
every_kind = pytest.mark.parametrize("kind", list(DOCUMENTS), ids=lambda one: one.value)


def test_every_kind_is_tried_here():
    assert set(DOCUMENTS) == set(CompilationKind)


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
    texts = ["problem", "ogp_values", "financial"]
    assert [one.name for one in sheet.sheet] == [*texts, "resources_money", "resources_entries"]


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
    assert texts["Recursos previstos y gastados"].splitlines()[0] == (
        "Cooperación: previsto Q 1,500,000.50, gastado Q 250.00"
    )
    assert texts["Recursos, uno por uno"] == (
        "Dinero, gastado o usado: Q 250.00; Cooperación; CUR 15 (1 de mayo de 2020; registro: INFOM)"
    )
    assert texts["Valores de OGP"] == "transparencia y acceso a la información, participación ciudadana"


def test_a_table_of_targets_shows_the_figures_of_its_source_beside_its_sums():
    (chapter,) = present(DOCUMENTS[CompilationKind.ACCOUNTABILITY]).chapters
    physical, financial, found, aligned, *_, indicators = chapter.boards
    assert (
        "Registro: INFOM, 3 de septiembre de 2020. Aceptación: Punto de contacto, 4 de septiembre de 2020."
        in physical.lead
    )
    assert [one.text for one in aligned.rows[0][2:]] == [
        "Agua",
        "—",
        "—",
        "—",
        "6, 17",
        "10.2 Publicar (plan 4)",
    ]
    assert [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in indicators.rows[0][1:5]] == [
        "40.00 (2015)",
        "45.00 (2019)",
        "60.00 (2028)",
        "25.00 %",
    ]
    texts = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in physical.rows]
    assert texts[0][2:] == ["Metro", "1,500.00", "5,871.00", "7,371.00", "6,135.00", "83.23 %"]
    assert texts[1][:2] == ["", "En personas"]
    assert texts[1][3:] == ["10.00", "—", "10.00", "1.00", "10.00 %"]
    assert texts[2][:2] == ["1.1", "Mejoramiento (SNIP 153671)"]
    assert texts[3][3:] == ["0.00", "0.00", "0.00", "0.00", "—"]
    money = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in financial.rows]
    assert money[0][4:] == ["24,509,924.00", "18,517,484.49", "75.55 %"]
    assert [row[1] for row in money[-2:]] == ["Suma de los productos", "Total según la tabla"]
    assert "R0081830.rpt, 15 de enero de 2024" in physical.lead
    assert "Q 6,000,001.00" in found.rows[0][2].text
    assert [one.is_figure for one in physical.columns] == [False] * 3 + [True] * 5


def test_what_one_unit_does_not_hold_together_has_no_sum():
    document = DOCUMENTS[CompilationKind.ACCOUNTABILITY]
    assert document.targets is not None
    (table,) = document.targets.tables
    assert table.sums.physical is None
    assert str(table.sums.financial.percent) == "75.55"


def test_a_plans_accountability_has_every_institution_and_a_table_without_rows_to_tell_says_so():
    plan = documents.rich_plan()
    kind = CompilationKind.ACCOUNTABILITY
    made = documents.document(plan, kind=kind, targets=documents.recorded_targets())
    (chapter,) = present(made).chapters
    assert len(chapter.boards) == 9, "figures twice, findings and links of each table; the indicators"
    assert chapter.boards[6].rows == ()
    assert chapter.boards[6].empty == "Las cifras de la tabla cuadran entre sí."
    empty = present(documents.document(plan, kind=kind)).chapters[0]
    assert empty.boards == ()
    assert "Hay 0 tablas" in empty.lead


def test_targets_are_told_up_to_the_last_period_of_their_tables_not_to_that_of_the_cutoff():
    made = documents.document(
        kind=CompilationKind.ACCOUNTABILITY, targets=documents.recorded_targets()
    ).targets
    chapter = targets_chapter(Words("es"), replace(made, period=3))
    assert "hasta el segundo cuatrimestre" in chapter.lead
