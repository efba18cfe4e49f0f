"""The full-plan workbook read back: whatever was moved or added; what is wrong is told by sheet and cell."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from tests.importers.workbooks import saved
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.plan_book import LONGEST_CELL, README, PlanBook
from tracker.importers.plan_book import BookProposal, read_plan_book
from tracker.renderers.plan_book import render_plan_book

NARRATIVE = "  Con sangría,\n\n=1+1 y «acentos»; _x0041_ " + "😀"


def book() -> PlanBook:
    """A small plan that has something in every sheet."""
    made = PlanBook()
    made.add("plan", {"uid": "p-1", "number": 4, "title": "Cuarto plan", "starts_on": date(2018, 11, 1)})
    made.add("institutions", {"uid": "i-1", "acronym": "INFOM", "name": "Instituto de Fomento Municipal"})
    made.add("institutions", {"uid": "i-2", "name": "Unidad de Agua", "parent": "INFOM", "sector": "public"})
    made.add("axes", {"uid": "e-1", "label": "1", "title": "Agua"})
    made.add("commitments", {"uid": "c-1", "axis": "1", "label": "10", "title": "Diez", "problem": NARRATIVE})
    made.add("money", {"item": "10", "amount": Decimal("1234567.89"), "provider": "INFOM"})
    made.add("milestones", {"uid": "h-2", "commitment": "10", "label": "2", "title": "Dos"})
    made.add(
        "activities", {"uid": "a-1", "commitment": "10", "milestone": "2", "label": "2.1", "title": "Hacer"}
    )
    item = "10/hito 2/actividad 2.1"
    made.add(
        "windows",
        {"item": item, "start_on": date(2019, 1, 1), "end_on": date(2019, 3, 31), "end_precision": "month"},
    )
    made.add("parts", {"item": item, "institution": "INFOM", "role": "lead", "text": "El INFOM"})
    made.add("products", {"uid": "r-1", "items": item, "text": "Guía", "unit": "guía"})
    made.add("means", {"uid": "m-1", "items": f"10/hito 2; {item}", "text": "Acta", "access": "public"})
    made.add("origins", {"item": "10/hito 2", "origin": "10", "how": "split"})
    made.add(
        "claims",
        {
            "uid": "v-1",
            "item": item,
            "institution": "INFOM",
            "reported_on": date(2020, 8, 28),
            "percent": Decimal("33.33"),
            "narrative": "x" * (LONGEST_CELL + 10),
        },
    )
    made.add("links", {"uid": "l-1", "claim": "v-1", "url": "https://infom.example/acta", "means": "m-1"})
    made.add("quantities", {"claim": "v-1", "label": "San Marcos", "quantity": Decimal("0.5")})
    return made


def rewritten(change: Callable[[Workbook], None]) -> BookProposal:
    """The same workbook after somebody worked in it."""
    file = load_workbook(io.BytesIO(render_plan_book(book())))
    change(file)
    return read_plan_book(saved(file))


def told(proposal: BookProposal) -> list[tuple[str, str, str]]:
    return [(one.code, one.sheet, one.cell) for one in proposal.findings]


def test_every_table_comes_back_as_it_was_written():
    made = book()
    read = read_plan_book(render_plan_book(made))
    assert read.findings == []
    for spec in sheets.SHEETS:
        assert [row.values for row in read.book.rows(spec.name)] == [
            row.values for row in made.rows(spec.name)
        ], spec.title
    assert read.number == 4


def test_the_same_tables_give_the_same_bytes_and_explain_what_they_leave_out():
    assert render_plan_book(book()) == render_plan_book(book())
    guide = load_workbook(io.BytesIO(render_plan_book(book())))[README]
    text = " ".join(str(cell.value) for row in guide.iter_rows() for cell in row)
    assert "Las validaciones" in text
    assert "copia de seguridad" in text


def test_columns_and_rows_may_be_moved_titles_put_above_sheets_added_and_lists_typed_otherwise():
    def change(file: Workbook) -> None:
        sheet = file[sheets.PARTS.title]
        rows = [[cell.value for cell in row][::-1] for row in sheet.iter_rows()]
        del file[sheets.PARTS.title]
        again = file.create_sheet("RESPONSABILIDADES ")
        again.append(["Quién hace qué"])
        for row in rows:
            again.append([*row, "Nota", None])
        again["D3"] = "CORRESPONSABLE"
        again["E3"] = "Infom"
        again["F3"] = " 10 / Hito 2 / ACTIVIDAD 2.1"
        file.create_sheet("Mis cuentas").append(["de la oficina"])

    read = rewritten(change)
    assert not read.has_errors
    assert {code for code, _, _ in told(read)} <= {"sheet-not-read", "column-not-read"}
    assert ("sheet-not-read", "Mis cuentas", "") in told(read)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("Plan", "B2", "cuatro", "quantity-not-a-number"),
        ("Compromisos", "F2", None, "cell-missing"),
        ("Avances", "H2", 133, "percent-out-of-range"),
        ("Avances", "G2", "el otro día", "date-not-understood"),
        ("Avances", "D2", "10/hito 9", "item-not-in-book"),
        ("Avances", "E2", "SEGEPLAN", "institution-not-in-book"),
        ("Avances", "J2", date(2020, 1, 1), "completion-below-full"),
        ("Responsabilidades", "C2", "jefe", "choice-not-in-list"),
        ("Fechas", "F2", date(2017, 1, 1), "reversed-window"),
        ("Montos", "B2", 10.005, "too-many-decimals"),
        ("Productos", "E2", 31, "quantity-needs-quote"),
        ("Enlaces", "B2", "v-9", "claim-not-in-book"),
        ("Hitos", "B2", "77", "item-not-in-book"),
    ],
)
def test_what_is_wrong_is_an_error_in_its_cell(sheet, cell, value, code):
    def change(file: Workbook) -> None:
        file[sheet][cell] = value

    assert (code, sheet, cell) in told(rewritten(change))


def test_a_number_or_an_identifier_twice_and_a_sheet_less_are_errors():
    def repeat(file: Workbook) -> None:
        sheet = file["Hitos"]
        sheet.append([cell.value for cell in sheet[2]])

    assert {code for code, _, _ in told(rewritten(repeat))} == {"repeated-number", "uid-repeated"}

    def remove(file: Workbook) -> None:
        del file["Compromisos"]

    assert told(rewritten(remove)) == [("sheet-missing", "", "")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"PK\x03\x04 no es nada", "unreadable-file"),
        (b"siglas;nombre", "not-an-office-file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office-format"),
    ],
)
def test_what_is_no_workbook_is_refused_with_one_error(data, code):
    assert told(read_plan_book(data)) == [(code, "", "")]
