"""A round's workbook as it is handed out: what is locked, what each cell takes, what stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories.round_books import book, line, rendered, words
from tests.support.factories.workbooks import FilledBook
from tracker.domain.round_workbook import Fixed, Input, LineInputs
from tracker.renderers.round_workbook import render_round_workbook


@pytest.fixture(scope="module")
def made():
    inputs = LineInputs(percent=Decimal("12.5"), narrative="=SUM(A1:A9)", reported_on=date(2026, 11, 20))
    return FilledBook(rendered(line(1, inputs=inputs), line(2)))


def test_only_the_cells_of_the_institution_can_be_written_in(made):
    assert made.progress.protection.sheet
    assert made.progress.protection.password is None
    for name in Fixed:
        assert made.cell("1.1", name).protection.locked, name
    for name in Input:
        assert not made.cell("1.1", name).protection.locked, name


def test_keys_and_names_of_columns_are_hidden(made):
    assert made.progress.row_dimensions[1].hidden
    assert made.progress.column_dimensions["A"].hidden
    assert made.book["Listas"].sheet_state == "veryHidden"


def test_the_title_stays_in_sight(made):
    column = made.progress.cell(1, made.column("title") + 1).column_letter
    assert made.progress.freeze_panes == f"{column}4"


def test_what_is_being_written_stands_in_its_cells_typed(made):
    assert made.cell("1.1", "percent").value == 12.5
    assert made.cell("1.1", "narrative").value == "=SUM(A1:A9)"
    assert made.cell("1.1", "narrative").data_type == "s"
    assert made.cell("1.1", "reported_on").value.date() == date(2026, 11, 20)
    assert made.cell("1.1", "due_on").number_format == "dd/mm/yyyy"


def test_every_cell_to_write_in_says_what_it_takes(made):
    rules = {str(one.sqref): one for one in made.progress.data_validations.dataValidation}
    assert len(rules) == len(Input)
    for name in Input:
        place = made.cell("1.1", name).column_letter
        rule = next(one for ranged, one in rules.items() if ranged.startswith(f"{place}4:"))
        assert rule.prompt, name
        assert len(rule.promptTitle) <= 32


def test_lists_and_limits_are_those_of_the_service(made):
    rules = {str(one.sqref).split(":")[0]: one for one in made.progress.data_validations.dataValidation}
    percent = rules[made.cell("1.1", "percent").coordinate]
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    assert rules[made.cell("1.1", "no_progress").coordinate].formula1 == '"Sí,No"'
    kinds = rules[made.cell("1.1", "obstacle_kind").coordinate].formula1
    assert kinds.count(",") == 4
    assert rules[made.cell("1.1", "completed_on").coordinate].type == "date"


def test_each_means_has_its_row_and_more_can_be_chosen_from_the_list(made):
    rows = [made.links.cell(row, 1).value for row in range(4, 8)]
    assert rows == [
        "10 · 1.1 · Informe publicado",
        "10 · 1.1 · Listado de asistencia",
        "10 · 1.2 · Informe publicado",
        "10 · 1.2 · Listado de asistencia",
    ]
    sources = [one.formula1 for one in made.links.data_validations.dataValidation if one.type == "list"]
    assert "'Listas'!$A$2:$A$7" in sources


def test_two_lines_of_one_item_are_told_apart_by_their_dates():
    days = [date(2026, 10, 31), date(2026, 11, 30)]
    lines = [line(1, key=f"k1:{one:%Y-%m}", occurrence_due_on=one) for one in days]
    links = FilledBook(rendered(*lines)).links
    assert len({links.cell(row, 1).value for row in range(4, 8)}) == 4


def test_texts_that_no_list_may_repeat_are_numbered():
    links = FilledBook(rendered(line(1), line(2, label="1.1"))).links
    assert len({links.cell(row, 1).value for row in range(4, 8)}) == 4


def test_it_is_made_the_same_way_twice():
    assert rendered() == rendered()


def test_a_round_without_lines_still_opens():
    bare = replace(book(), lines=())
    assert render_round_workbook(bare, words(bare))[:2] == b"PK"
