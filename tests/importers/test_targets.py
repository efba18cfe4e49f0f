"""Targets out of the official table, and out of workbooks with the traps that such tables hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.importers.workbooks import workbook
from tests.support.shared import shared_file
from tracker.domain.targets import TargetLevel, TargetTable
from tracker.importers.proposals import Level, TargetsProposal
from tracker.importers.target_amounts import read_amount
from tracker.importers.targets import TargetsOrder, read_targets

TODAY = date(2024, 1, 20)
ORDER = TargetsOrder(2023, TODAY)
TITLES = (
    ("Programa 14 Prevención de la Desnutrición Crónica",),
    ("Metas Físicas y Financieras de Agua, tercer cuatrimestre",),
    ("Ejercicio Fiscal 2023",),
)
GROUPS = (
    "PRODUCTO/Subproducto",
    "SNIP",
    "Unidad de medida",
    "METAS FÍSICAS",
    *[None] * 4,
    "METAS FINANCIERAS",
)
LEAVES = (*[None] * 3, *("INICIAL", "MODIFICACIÓN", "VIGENTE", "Ejecutado", "% Ejecución") * 2)
HEAD = (*TITLES, GROUPS, LEAVES)
SOURCE = ("Fuente: Reporte SIGES No. R0081830.rpt, 15 de enero de 2024",)
FIRST = 6
NOTHING = (None,) * 5


def amounts(initial: Any, modified: Any, executed: Any, percent: Any = None) -> tuple[Any, ...]:
    return (initial, modified, None, executed, percent)


def read(
    *rows: Sequence[Any], order: TargetsOrder = ORDER, merged: Sequence[str] = (), head: Any = HEAD
) -> TargetsProposal:
    return read_targets(workbook([*head, *rows, SOURCE], merged), order)


def only(proposal: TargetsProposal) -> TargetTable:
    (found,) = proposal.tables
    return found


def told(proposal: TargetsProposal, level: Level) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in proposal.findings if one.level is level]


def errors(*rows: Sequence[Any], **given: Any) -> list[tuple[str, str]]:
    return told(read(*rows, **given), Level.ERROR)


def doubts(*rows: Sequence[Any], **given: Any) -> list[tuple[str, str]]:
    return told(read(*rows, **given), Level.DOUBT)


def row(
    name: Any, snip: Any, unit: Any, physical: Sequence[Any], financial: Sequence[Any]
) -> tuple[Any, ...]:
    return (name, snip, unit, *physical, *financial)


PRODUCT = row("Agua", None, "Metro", amounts(100, "-", 50), amounts(1000, "-", 500))
PROJECT = row("Agua", "153,671", "Metro", amounts(100, "-", 50), amounts(1000, "-", 500))


def test_the_official_table_is_read_whole_with_its_own_figures():
    file = shared_file("data", "metas-2023-alcantarillados.xlsx")
    proposal = read_targets(
        file.read_bytes(), TargetsOrder(2023, TODAY, programme="14", report="R0081830.rpt")
    )
    made = only(proposal)
    assert [one.snip for one in made.rows] == ["", "153671", "153676", "189147"]
    assert [one.parent for one in made.rows] == [None, 1, 1, 1]
    assert [str(one.physical.percent(3)) for one in made.rows] == ["83.23", "66.20", "98.69", "99.42"]
    assert [str(one.financial.percent(3)) for one in made.rows] == ["75.55", "84.04", "55.41", "54.10"]
    assert (made.rows[0].financial.executed_by(3), made.rows[0].financial.current) == (1851748449, 2450992400)
    assert [one.physical.initial for one in made.rows] == [15_000_000, 15_000_000, 0, 0]
    assert told(proposal, Level.ERROR) == []
    assert told(proposal, Level.DOUBT) == [("period-assumed", "A1")]


def test_a_table_says_its_programme_period_and_source():
    made = only(read(PRODUCT, PROJECT))
    assert (made.programme, made.programme_name) == ("14", "Prevención de la Desnutrición Crónica")
    assert (made.period, made.year) == (3, 2023)
    assert made.title == "Metas Físicas y Financieras de Agua, tercer cuatrimestre"
    assert (made.source.report, made.source.on) == ("R0081830.rpt", date(2024, 1, 15))
    assert read(PRODUCT, PROJECT).findings == []


def test_a_project_with_its_snip_stands_under_the_product_of_the_same_name():
    made = only(read(PRODUCT, PROJECT))
    assert [(one.name, one.level, one.parent) for one in made.rows] == [
        ("Agua", TargetLevel.PRODUCT, None),
        ("Agua", TargetLevel.SUBPRODUCT, 1),
    ]


def test_what_no_cell_shows_is_guessed_by_sums_and_told_as_a_guess():
    rows = (
        row("Agua", None, "Metro", NOTHING, amounts(100, -10, 50)),
        row("Pozos", None, "Metro", NOTHING, amounts(60, -10, 20)),
        row("Tuberías", None, "Metro", NOTHING, amounts(40, 0, 30)),
        row("Drenajes", None, "Metro", NOTHING, amounts(7, 0, 0)),
    )
    proposal = read(*rows)
    assert [one.parent for one in only(proposal).rows] == [None, 1, 1, None]
    assert [one.is_guessed for one in only(proposal).rows] == [False, True, True, False]
    assert told(proposal, Level.DOUBT) == [("hierarchy-guessed", f"A{FIRST}")]
    assert proposal.findings[0].params == {"count": "2"}


def test_a_row_without_snip_among_projects_is_guessed_by_sums_too():
    rows = (
        row("Agua", None, "Metro", NOTHING, amounts(100, 0, 50)),
        row("Dirección", None, "Documento", NOTHING, amounts(60, 0, 30)),
        row("Pozos", 153671, "Metro", NOTHING, amounts(40, 0, 20)),
        row("Drenajes", None, "Metro", NOTHING, amounts(7, 0, 0)),
        row("Colector", 153676, "Metro", NOTHING, amounts(7, 0, 0)),
    )
    proposal = read(*rows)
    assert [one.parent for one in only(proposal).rows] == [None, 1, 1, None, 4]
    assert told(proposal, Level.DOUBT) == [("hierarchy-guessed", f"A{FIRST}")]


def test_words_before_a_name_say_its_level():
    rows = (
        row("Producto 1. Agua", None, "Metro", NOTHING, amounts(100, 0, 0)),
        row("Subproducto 1.1 Pozos", None, "Metro", NOTHING, amounts(100, 0, 0)),
        row("Producción de semilla", None, "Metro", NOTHING, amounts(1, 0, 0)),
    )
    assert [one.parent for one in only(read(*rows)).rows] == [None, 1, None]


@pytest.mark.parametrize("merged", [(), (f"A{FIRST}:A{FIRST + 1}", f"I{FIRST}:I{FIRST + 1}")])
def test_a_row_without_a_name_goes_on_with_the_product_in_another_unit(merged):
    other = row(None, None, "Persona", amounts(20, 0, 5), NOTHING)
    made = only(read(PRODUCT, other, PROJECT, merged=merged))
    assert [(one.name, one.unit, one.continues) for one in made.rows] == [
        ("Agua", "Metro", None),
        ("Agua", "Persona", 1),
        ("Agua", "Metro", None),
    ]
    assert made.rows[1].financial.initial is None


@pytest.mark.parametrize(
    ("text", "centavos"),
    [
        ("- 804,807.00", -80_480_700),
        ("(804,807.00)", -80_480_700),
        ("-804807", -80_480_700),
        ("Q 1,500.50", 150_050),
        ("Q -", 0),
        ("–", 0),
        ("0.00", 0),
        ("", None),
        ("s/d", None),
        ("12345678901.23", 1_234_567_890_123),
    ],
)
def test_amounts_as_people_print_them(text, centavos):
    assert read_amount(text, 100).value == centavos
    assert read_amount(text, 100).refusal == ""


@pytest.mark.parametrize("text", ["Metro", "1.500,00", "1,50", "--5", "(5", "1e5", "5 6"])
def test_what_is_no_amount_is_refused(text):
    assert read_amount(text, 100).refusal == "amount-not-a-number"


def test_money_of_billions_keeps_its_centavos():
    made = only(read(row("Agua", None, "Metro", NOTHING, amounts(12345678901.23, "-", 0))))
    assert made.rows[0].financial.initial == 1_234_567_890_123


def test_negative_modifications_are_read_and_other_negatives_are_errors():
    good = row("Agua", None, "Metro", NOTHING, amounts(1_000_000, "- 804,807.00", 0))
    assert only(read(good)).rows[0].financial.current == 19_519_300
    bad = row("Agua", None, "Metro", amounts(-1, 0, -2), NOTHING)
    assert errors(bad) == [("amount-below-zero", f"D{FIRST}"), ("amount-below-zero", f"G{FIRST}")]


def test_a_shifted_row_is_an_error_in_each_of_its_cells():
    found = errors(PRODUCT, (None, *PROJECT))
    line = FIRST + 1
    assert ("row-shifted", f"B{line}") in found
    assert ("amount-not-a-number", f"D{line}") in found
    assert {cell for _, cell in found} >= {f"B{line}", f"D{line}"}
    assert ("row-shifted", f"A{line}") in errors(PRODUCT, PROJECT[1:])
    far = (*PRODUCT, "x")
    assert errors(far) == [("amount-beyond-columns", f"N{FIRST}")]


def full(initial: int, modified: int, executed: int) -> tuple[Any, ...]:
    return (initial, modified, initial + modified, executed, round(executed / (initial + modified) * 100, 2))


WHOLE = row("Pozo", 153671, "Metro", full(1500, 2050, 2350), full(6_000_000, 11_555_230, 14_753_653))


@pytest.mark.parametrize("dropped", [3, 5, 7])
def test_figures_that_moved_one_column_are_an_error_though_each_is_a_number(dropped):
    moved = (*WHOLE[:dropped], *WHOLE[dropped + 1 :])
    assert ("row-shifted", f"I{FIRST}") in errors(moved)


def test_a_row_moved_to_the_right_is_an_error_and_one_that_only_does_not_add_up_is_none():
    assert ("row-shifted", f"D{FIRST}") in errors((*WHOLE[:3], None, *WHOLE[3:]))
    assert errors(WHOLE) == []
    wrong = (*WHOLE[:5], 9_999, *WHOLE[6:10], 9_999, *WHOLE[11:])
    assert errors(wrong) == []


def test_a_unit_that_is_missing_is_a_doubt():
    rows = (row("Agua", None, None, amounts(5, 0, 0), amounts(1, 0, 0)),)
    assert doubts(*rows) == [("unit-missing", f"C{FIRST}")]


def test_what_does_not_add_up_is_a_doubt_of_its_cell_with_both_amounts():
    off = row("Agua", None, "Metro", (100, 10, 120, 50, "45.00"), amounts(1000, "-", 500))
    project = row("Pozo", 5, "Metro", amounts(100, 10, 50), amounts(900, "-", 500))
    proposal = read(off, project)
    assert told(proposal, Level.DOUBT) == [
        ("target-current-differs", f"F{FIRST}"),
        ("target-percent-differs", f"H{FIRST}"),
        ("target-sum-differs", f"I{FIRST}"),
        ("target-sum-differs", f"K{FIRST}"),
    ]
    assert proposal.findings[0].params == {
        "side": "physical",
        "figure": "current",
        "unit": "Metro",
        "printed": "120",
        "computed": "110",
    }
    assert only(proposal).rows[0].physical.printed_current == 1_200_000


def test_a_percent_cell_may_hold_a_fraction():
    made = only(read(row("Agua", None, "Metro", NOTHING, amounts(3, 0, 1, 0.3333))))
    assert made.rows[0].financial.printed_percent == Decimal("33.33")


def test_the_total_of_the_table_is_kept_and_compared():
    line = row("TOTAL", None, None, NOTHING, amounts(1001, 0, 500))
    proposal = read(PRODUCT, PROJECT, line)
    made = only(proposal)
    assert len(made.rows) == 2
    assert made.total is not None
    assert made.total.financial.initial == 100_100
    cells = [(f"I{FIRST + 2}"), (f"K{FIRST + 2}")]
    assert told(proposal, Level.DOUBT) == [("target-total-differs", cell) for cell in cells]


def test_a_programme_named_between_rows_begins_another_table():
    proposal = read(PRODUCT, PROJECT, ("Programa 15: Fortalecimiento",), PRODUCT, PROJECT)
    assert [(one.programme, one.programme_name, len(one.rows)) for one in proposal.tables] == [
        ("14", "Prevención de la Desnutrición Crónica", 2),
        ("15", "Fortalecimiento", 2),
    ]
    assert proposal.findings == []


def test_a_heading_of_a_programme_with_figures_of_its_own_is_no_product_and_its_figures_are_the_total():
    first = row("Programa 14 Prevención", None, None, NOTHING, amounts(1000, "-", 500))
    other = row("PROGRAMA 15: Otro", None, None, NOTHING, amounts(999, "-", 500))
    proposal = read(first, PRODUCT, PROJECT, other, PRODUCT, PROJECT)
    totals = [one.total and one.total.financial.initial for one in proposal.tables]
    assert [(one.programme, len(one.rows)) for one in proposal.tables] == [("14", 2), ("15", 2)]
    assert totals == [100_000, 99_900]
    line = f"{FIRST + 3}"
    assert told(proposal, Level.DOUBT) == [
        ("target-total-differs", f"I{line}"),
        ("target-total-differs", f"K{line}"),
    ]


@pytest.mark.parametrize(
    "words", ["EJECUTADO AL TERCER CUATRIMESTRE", "Ejecución del tercer cuatrimestre", "Devengado"]
)
def test_the_executed_column_may_name_its_period(words):
    leaves = (*LEAVES[:6], words, LEAVES[7], *LEAVES[8:])
    assert (
        only(read(PRODUCT, PROJECT, head=(*TITLES, GROUPS, leaves))).rows[0].physical.executed_by(3)
        == 500_000
    )


@pytest.mark.parametrize("minus", ["-", "\N{MINUS SIGN}", "\N{EN DASH}", "-\N{NO-BREAK SPACE}"])
def test_a_reduction_is_read_whatever_stroke_stands_before_it(minus):
    assert read_amount(f"{minus} 804,807.00", 100).value == -80_480_700


def test_a_head_repeated_after_a_page_goes_on_with_the_table_and_one_under_a_title_begins_another():
    again = only(read(PRODUCT, GROUPS, LEAVES, PROJECT))
    assert len(again.rows) == 2
    title = ("Metas Físicas y Financieras de Drenajes, ejercicio fiscal 2023, tercer cuatrimestre",)
    proposal = read(PRODUCT, PROJECT, SOURCE, title, GROUPS, LEAVES, PRODUCT, PROJECT)
    assert [one.title.split()[5] for one in proposal.tables] == ["Agua,", "Drenajes,"]
    assert [one.source.report for one in proposal.tables] == ["R0081830.rpt"] * 2


def test_a_head_of_three_merged_rows():
    top = ("PRODUCTO", "Código SNIP", "Unidad de medida", "METAS 2023", *[None] * 9)
    sides = (*[None] * 3, "Físicas", *[None] * 4, "Financieras", *[None] * 4)
    merged = ["A4:A6", "B4:B6", "C4:C6", "D4:M4", "D5:H5", "I5:M5"]
    made = only(read(PRODUCT, PROJECT, head=(*TITLES, top, sides, LEAVES), merged=merged))
    assert [one.financial.initial for one in made.rows] == [100_000, 100_000]
    assert [one.parent for one in made.rows] == [None, 1]


def test_columns_by_period_are_kept_apart():
    groups = ("Producto", "Unidad de medida", "Metas físicas", None, None, "Metas financieras")
    named = ("Inicial", "Ejecutado primer cuatrimestre", "Ejecutado segundo cuatrimestre")
    leaves = (None, None, *named, *named)
    line = ("Agua", "Metro", 10, 2, 5, 100, 20, 10)
    proposal = read(line, head=(*TITLES, groups, leaves))
    measure = only(proposal).rows[0].physical
    assert [measure.executed_by(one) for one in (1, 2, 3)] == [20_000, 50_000, 50_000]
    assert [code for code, _ in told(proposal, Level.DOUBT)] == ["target-executed-falls"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (TargetsOrder(2024, TODAY), [("year-differs", "A3")]),
        (TargetsOrder(2023, TODAY, programme="15"), [("programme-differs", "A1")]),
        (TargetsOrder(2023, TODAY, programme="014"), []),
    ],
)
def test_the_file_and_whoever_imports_it_must_agree(order, found):
    assert errors(PRODUCT, PROJECT, order=order) == found


def test_what_the_file_does_not_say_is_asked():
    head = (("Metas de agua",), GROUPS, LEAVES)
    proposal = read_targets(workbook([*head, PRODUCT, PROJECT]), ORDER)
    codes = [code for code, _ in told(proposal, Level.DOUBT)]
    assert codes == ["period-assumed", "programme-not-stated", "source-not-stated"]
    assert only(proposal).period == 3
    now = read_targets(workbook([*head, PRODUCT, PROJECT]), TargetsOrder(2024, date(2024, 6, 1)))
    assert only(now).period == 2


def test_words_without_figures_are_told_and_left():
    assert doubts(PRODUCT, ("Obras en ejecución",), PROJECT) == [("row-without-figures", f"A{FIRST + 1}")]


def test_formulas_without_result_and_errors_in_cells_stop_the_import():
    line = row("Agua", None, "Metro", amounts("=1+1", "#REF!", 0), NOTHING)
    assert ("formula-not-computed", f"D{FIRST}") in errors(line)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty-file"), (b"hola", "not-an-office-file"), (workbook([("nada",)]), "targets-head-not-found")],
)
def test_a_file_without_targets_is_one_error(data, code):
    proposal = read_targets(data, ORDER)
    assert [(one.level, one.code) for one in proposal.findings] == [(Level.ERROR, code)]


def test_a_head_without_its_columns_says_which():
    head = (*TITLES, ("Producto", "Metas físicas"), (None, "Inicial", "Ejecutado"))
    (found,) = read(("Agua", 1, 1), head=head).findings
    assert (found.code, found.params) == (
        "missing-column",
        {"columns": "financial_initial, financial_executed"},
    )


def test_one_table_twice_on_a_sheet_is_an_error():
    head = [*TITLES[:2], GROUPS, LEAVES]
    assert [code for code, _ in errors(PRODUCT, PROJECT, *head, PRODUCT, PROJECT)] == ["table-repeated"]
