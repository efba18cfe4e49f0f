"""Files that cannot be read end in one finding with a code, never in an exception; errors name their cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.importers.workbooks import COLUMNS, HEAD, codes, document, fill, plan, saved, workbook
from tracker.importers import office_files
from tracker.importers.proposals import Finding, Level, PlanProposal
from tracker.importers.template import read_template
from tracker.importers.workplan import read_workplan

ROW = (None, "1. Actividad: Talleres", "Marzo de 2022", "INAP", "Talleres", "Listados")
GOOD = [*HEAD, COLUMNS, ROW]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {one: source.read(one) for one in source.namelist()}
    parts[name] = change(parts.get(name, b""))
    return archive(parts)


def only_error(proposal: PlanProposal) -> Finding:
    (finding,) = proposal.findings
    assert finding.level is Level.ERROR
    assert proposal.commitments == []
    return finding


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"No.,Actividad\n1,Taller\n", "not-an-office-file"),
        (b"%PDF-1.7", "not-an-office-file"),
        (OLE, "old-office-format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
        (b"PK\x03\x04 broken", "unreadable-file"),
        (workbook(GOOD)[:-900], "unreadable-file"),
        (archive({"readme.txt": b"hello"}), "wrong-office-format"),
        (archive({"xl/workbook.xml": b"<nonsense"}), "unreadable-file"),
        (document("COMPROMISO 10:"), "wrong-office-format"),
    ],
)
def test_a_file_that_is_no_workbook_is_one_error(data: bytes, code: str) -> None:
    assert only_error(read_workplan(data)).code == code


def test_a_workbook_is_no_template_and_a_template_no_workbook() -> None:
    assert only_error(read_template(workbook(GOOD))).code == "wrong-office-format"


def test_a_file_over_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_files, "MAX_FILE_BYTES", 1_000)
    assert only_error(read_workplan(workbook(GOOD))).code == "input-too-large"


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_files, "MAX_UNCOMPRESSED_BYTES", 1_000_000)
    bomb = with_part(workbook(GOOD), "xl/media/image1.png", lambda _: b"\x00" * 5_000_000)
    assert len(bomb) < 100_000
    assert only_error(read_workplan(bomb)).code == "input-too-large"


def test_too_many_rows_are_refused() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(1, office_files.MAX_ROWS + 10))
    data = with_part(
        workbook(GOOD),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + rows),
    )
    finding = only_error(read_workplan(data))
    assert (finding.code, finding.params["limit"]) == ("too-many-rows", "20000")


def test_a_merged_range_as_large_as_the_sheet_is_refused() -> None:
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells><pageMargins'
    data = with_part(
        workbook(GOOD), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<pageMargins", merged, 1)
    )
    assert only_error(read_workplan(data)).code == "too-many-cells"


def test_too_many_sheets_are_refused() -> None:
    book = Workbook()
    for _ in range(office_files.MAX_SHEETS + 1):
        book.create_sheet()
    assert only_error(read_workplan(saved(book))).code == "too-many-sheets"


def test_a_stray_format_in_the_last_cell_of_the_sheet_costs_nothing() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(sheet, GOOD)
    sheet["XFD1048576"].font = Font(bold=True)
    proposal = read_workplan(saved(book))
    assert proposal.findings == []
    assert len(proposal.commitments[0].activities) == 1


def test_entities_are_refused() -> None:
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    data = with_part(
        workbook(GOOD), "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", entity + b"<workbook", 1)
    )
    assert only_error(read_workplan(data)).code == "unreadable-file"
    data = with_part(
        document("COMPROMISO 10:"),
        "word/document.xml",
        lambda xml: xml.replace(b"<w:document", entity + b"<w:document", 1),
    )
    assert only_error(read_template(data)).code == "unreadable-file"


def test_an_encoding_that_could_hide_entities_is_refused() -> None:
    data = with_part(workbook(GOOD), "xl/workbook.xml", lambda xml: xml.decode().encode("utf-16"))
    assert only_error(read_workplan(data)).code == "unreadable-file"


def test_a_workbook_without_a_plan_says_so() -> None:
    assert only_error(read_workplan(workbook([("Lista",), ("a", "b")]))).code == "header-not-found"


def test_a_plan_without_a_commitment_number_says_where() -> None:
    proposal = read_workplan(workbook([("PLAN DE TRABAJO",), COLUMNS, ROW]))
    (error,) = [one for one in proposal.findings if one.level is Level.ERROR]
    assert (error.code, error.sheet, error.cell) == ("no-commitment-number", "Plan", "A2")
    assert proposal.commitments == []


def test_the_name_of_the_sheet_may_give_the_number() -> None:
    proposal = read_workplan(workbook([COLUMNS, ROW], title="Compromiso 8"))
    assert [one.number for one in proposal.commitments] == [8]


@pytest.mark.parametrize(
    ("rows", "code", "cell", "text"),
    [
        (
            [(1, "1. Curso", "2022", "INAP"), (None, "1. Taller", "2022", "INAP")],
            *("repeated-number", "B6", "1. Taller"),
        ),
        (
            [("1", "Hito 1: A", "2022", "INAP"), ("2", "Hito 1: B", "2022", "INAP")],
            *("repeated-number", "B6", "Hito 1: B"),
        ),
        (
            [(1, "Curso", "agosto 2022 - marzo 2022", "INAP")],
            "reversed-window",
            "C5",
            "agosto 2022 - marzo 2022",
        ),
        ([(1, "Curso", "Marso 2022", "INAP")], "unknown-month", "C5", "Marso 2022"),
        ([(1, "Curso", "31/02/2022", "INAP")], "impossible-date", "C5", "31/02/2022"),
        ([(1, "Curso", "#REF!", "INAP")], "impossible-value", "C5", "#REF!"),
    ],
)
def test_errors_name_sheet_cell_and_text(
    rows: list[tuple[object, ...]], code: str, cell: str, text: str
) -> None:
    proposal = plan(*rows)
    (error,) = [one for one in proposal.findings if one.level is Level.ERROR]
    assert (error.code, error.sheet, error.cell, error.text) == (code, "Plan", cell, text)


def test_two_sheets_with_one_number_and_two_names_are_an_error() -> None:
    book = Workbook()
    assert book.active is not None
    fill(book.active, [("Compromiso 1: Agua",), COLUMNS, ROW])
    fill(book.create_sheet("Otra"), [("Compromiso 1: Bosques",), COLUMNS, (None, "2. Otra", "2022", "INAB")])
    found = [one for one in read_workplan(saved(book)).findings if one.level is Level.ERROR]
    assert codes(found) == ["repeated-number"]


def test_a_formula_that_was_never_computed_is_a_doubt_and_no_crash() -> None:
    proposal = plan((1, "Curso", "=A1&B1", "INAP", "x", "Acta"))
    assert set(codes(proposal.findings)) == {"formula-without-value", "no-period"}


def test_numbers_and_truth_values_in_cells_of_text_are_read_as_text() -> None:
    proposal = plan((1, 2022, 2022, True, 3.5, 7))
    (activity,) = proposal.commitments[0].activities
    assert (activity.title, str(activity.windows[0].end)) == ("2022", "2022-12-31")
    assert activity.product is not None
    assert (activity.product.text, [one.text for one in activity.means]) == ("3.5", ["7"])
