"""The workbook of a report, read back: typed cells, texts that stay texts, sheets that can be worked with."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tests.renderers.table_books import opened
from tests.support.factories import documents
from tests.support.factories import facts as f
from tracker.renderers.spreadsheet import XlsxRenderer, sheet_names
from tracker.renderers.spreadsheet_cells import LONGEST_TEXT, is_web_address
from tracker.renderers.tables import report_tables

TRAPS = ("=1+1", "+502 2222-3333", "@x", "\t=1+1", "-1+1", "{=1}")


def rendered(*, title="Título", narrative="Relato", url="https://a.gt/1", **given):
    plan = f.plan(
        [f.commitment(title=title, **given), f.activity(parent="c1", title=title)],
        [documents.told(10, "a1", 1, narrative=narrative, evidence=(documents.link(url),))],
    )
    return XlsxRenderer().render(documents.document(plan))


@pytest.fixture(scope="module")
def document():
    return documents.document()


@pytest.fixture(scope="module")
def data(document):
    return XlsxRenderer().render(document)


@pytest.fixture(scope="module")
def book(data):
    return opened(data)


def cell(book, sheet, title, row=2):
    """The cell of a row under a heading."""
    headings = [one.value for one in book[sheet][1]]
    return book[sheet].cell(row, headings.index(title) + 1)


def test_every_table_has_its_sheet(book, document):
    assert book.sheetnames == [one.title for one in report_tables(document)]
    assert book.active.title == "Informe"


def test_headings_stay_in_sight_and_can_be_filtered_by(book, document):
    for table in report_tables(document)[1:]:
        sheet = book[table.title]
        assert sheet.freeze_panes.endswith("2"), table.title
        assert sheet["A1"].font.bold
        last = sheet.cell(1, len(table.columns)).column_letter
        assert sheet.auto_filter.ref == f"A1:{last}{max(len(table.rows), 1) + 1}"
    assert book["Actividades"].freeze_panes == "D2"


def test_cells_are_typed(book):
    percent = cell(book, "Actividades", "Declarado (%)")
    assert (percent.value, percent.data_type, percent.number_format) == (100, "n", '0" %"')
    part = cell(book, "Compromisos", "Declarado (%)")
    assert (part.value, part.data_type, part.number_format) == (81.67, "n", '0.0#" %"')
    due = cell(book, "Actividades", "Vence")
    assert (due.value, due.number_format) == (datetime(2020, 2, 29), "dd/mm/yyyy")  # noqa: DTZ001
    assert cell(book, "Actividades", "Días de atraso").value == 172
    assert cell(book, "Actividades", "N.º").value == "1.1"
    assert cell(book, "Avances", "Es el último").value == "Sí"


def test_every_cell_of_every_table_is_read_back_as_it_was(data, document):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    words = {True: "Sí", False: "No", None: ""}
    for table in report_tables(document)[1:]:
        read = book.get_sheet_by_name(table.title).to_python()[1:]
        told = [
            [words[one] if one in (None,) or isinstance(one, bool) else one for one in row]
            for row in table.rows
        ]
        told = [[float(one) if isinstance(one, Decimal | int) else one for one in row] for row in told]
        assert read == told, table.title


def test_a_figure_that_nobody_informed_is_a_blank_cell(book):
    found = [cell(book, "Actividades", "Comprobado (%)", row).value for row in range(2, 8)]
    assert None in found
    assert 0 not in found


@pytest.mark.parametrize("trap", TRAPS)
def test_text_that_looks_like_a_formula_stays_text(trap):
    book = opened(rendered(title=trap, narrative=trap))
    for sheet, title in (("Compromisos", "Nombre"), ("Actividades", "Nombre"), ("Avances", "Relato")):
        found = cell(book, sheet, title)
        assert (found.data_type, found.value) == ("s", trap)


def test_no_cell_is_a_formula(book):
    kinds = {one.data_type for sheet in book for row in sheet.iter_rows() for one in row}
    assert kinds <= {"s", "n", "d", "inlineStr"}


def test_only_web_addresses_are_links():
    book = opened(rendered())
    assert cell(book, "Enlaces", "Dirección").hyperlink.target == "https://a.gt/1"
    for bad in (
        "javascript:alert(1)",
        "ftp://a.gt",
        "https://a.gt/con espacio",
        f"https://a.gt/{'x' * 2100}",
    ):
        found = cell(opened(rendered(url=bad)), "Enlaces", "Dirección")
        assert (found.value, found.hyperlink) == (bad, None)


def test_addresses_are_told_apart():
    assert is_web_address("HTTPS://a.gt/á?b=c#d")
    assert not is_web_address("https://")
    assert not is_web_address("https://a.gt\n")


def test_more_links_than_a_sheet_takes_are_text(monkeypatch):
    monkeypatch.setattr("tracker.renderers.spreadsheet_cells.MOST_LINKS", 0)
    found = cell(opened(rendered()), "Enlaces", "Dirección")
    assert (found.value, found.hyperlink) == ("https://a.gt/1", None)


@pytest.mark.parametrize("sign", ["ñ", "😀"])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(sign):
    found = cell(opened(rendered(narrative=sign * 40_000)), "Avances", "Relato").value
    assert len(found.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert found.startswith(sign * 16_000)
    assert "texto cortado" in found
    whole = sign * 16_000
    assert cell(opened(rendered(narrative=whole)), "Avances", "Relato").value == whole


def test_controls_are_left_out_and_lines_end_one_way():
    found = cell(opened(rendered(narrative="uno\u0000\u0007\r\ndos\ud800 ñ")), "Avances", "Relato")
    assert found.value == "uno\ndos ñ"
    assert found.alignment.wrap_text


def test_the_same_document_gives_the_same_bytes(data):
    assert XlsxRenderer().render(documents.document()) == data


def test_it_says_what_it_is(book, document):
    told = book.properties
    assert told.title == "Informe de cumplimiento del plan · Cuarto plan · 2020-08-28"
    assert told.creator == "Gobierno de Guatemala"
    assert told.created == datetime(2020, 8, 28)  # noqa: DTZ001
    values = [one.value for row in book["Informe"].iter_rows() for one in row if one.value is not None]
    assert {"Informe de cumplimiento del plan", document.imprint.sha256, "Actividades"} <= set(values)


def test_its_first_sheet_leads_to_every_other(book):
    leads = [one.hyperlink.location for row in book["Informe"].iter_rows() for one in row if one.hyperlink]
    assert leads == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_it_prints_with_its_headings_and_numbers(book):
    for sheet in book.worksheets[1:]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.oddHeader.center.text == sheet.title


def test_codes_are_not_printed(book):
    sheet = book["Enlaces"]
    last = sheet.print_area.replace("$", "").split(":")[1]
    assert sheet[f"{last[0]}1"].value == "Dirección"


def test_names_of_sheets_are_such_as_a_workbook_takes():
    long = "Acciones estratégicas prioritarias del eje"
    names = sheet_names([long, long.upper(), "a/b:c", "", "'x'", "A b C"])
    assert names[0] == long[:31].strip()
    assert names[1].endswith("(2)")
    assert names[2:] == ["a b c", "-", "x", "A b C (2)"]
    assert max(map(len, names)) <= 31


def test_a_plan_s_own_word_for_its_middle_level_cannot_break_the_book(document):
    odd = replace(document, plan=replace(document.plan, milestone_word="acción & [clave]", title="A&B" * 90))
    book = opened(XlsxRenderer().render(odd))
    assert "Acción & clave s" in book.sheetnames


def test_days_before_spreadsheets_count_are_text(document):
    old = replace(document, plan=replace(document.plan, starts_on=date(1821, 9, 15)))
    values = [one.value for row in opened(XlsxRenderer().render(old))["Informe"].iter_rows() for one in row]
    assert "1821-09-15" in values


def test_a_quantity_with_more_digits_than_a_cell_keeps_is_text():
    many = Decimal("12345678901234567.5")
    product = replace(f.product(8), planned=many)
    plan = f.plan([f.commitment(), f.activity(parent="c1", products=(product,))])
    found = cell(opened(XlsxRenderer().render(documents.document(plan))), "Productos", "Cantidad prevista")
    assert found.value == "12345678901234567.5"


def test_an_empty_plan_has_every_sheet():
    book = opened(XlsxRenderer().render(documents.document(f.plan([]))))
    assert len(book.sheetnames) == 12
    assert book["Actividades"].max_row == 1
