"""Targets: current and percent, sums within one unit, and every difference told and none corrected."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories.targets import figures, money, table, target, total
from tracker.domain.canonical import decode, encode
from tracker.domain.snapshots import canonical
from tracker.domain.targets import (
    Execution,
    Measure,
    Modification,
    Side,
    TargetFinding,
    TargetTable,
    findings,
    period_end,
    period_of,
    subject_uid,
)


def told(made: TargetTable) -> list[tuple[str, str, int, str, str, str]]:
    return [
        (one.code.value, one.side.value, one.position, one.figure, str(one.printed), str(one.computed))
        for one in findings(made)
    ]


@pytest.mark.parametrize(
    ("initial", "modified", "executed", "current", "percent"),
    [
        (1500, 5871, 6135, 7371, "83.23"),
        (6_000_000, 18_509_924, Decimal("18517484.49"), 24_509_924, "75.55"),
        (1500, 2050, 2350, 3550, "66.20"),
        (2_000_000, -804_807, 0, 1_195_193, "0.00"),
        (0, 1910, 1885, 1910, "98.69"),
        (0, 0, 5, 0, None),
        (10, None, None, 10, None),
        (None, 5, 5, None, None),
    ],
)
def test_current_is_initial_and_modifications_and_the_percent_has_two_decimals(
    initial, modified, executed, current, percent
):
    made = money(initial, modified, executed)
    assert made.current == (None if current is None else current * 100)
    assert made.percent(3) == (None if percent is None else Decimal(percent))


def test_modifications_are_kept_one_by_one_and_add_up():
    one = Modification(500, date(2023, 3, 1), "Acuerdo 12-2023")
    made = Measure(initial=1000, modifications=(one, Modification(-200)))
    assert (made.modification, made.current) == (300, 1300)


def test_periods_are_cumulative_and_the_last_one_told_counts():
    made = Measure(initial=100, executed=(Execution(1, 10), Execution(2, 40)))
    assert [made.executed_by(period) for period in (1, 2, 3)] == [10, 40, 40]
    assert Measure(executed=(Execution(2, 40),)).executed_by(1) is None


@pytest.mark.parametrize(
    ("day", "period"),
    [("2023-01-01", 1), ("2023-04-30", 1), ("2023-05-01", 2), ("2023-08-31", 2), ("2023-12-31", 3)],
)
def test_a_day_is_in_one_of_three_periods(day, period):
    assert period_of(date.fromisoformat(day)) == period


def test_a_period_ends_on_its_last_day():
    ends = [period_end(2023, one).isoformat() for one in (1, 2, 3)]
    assert ends == ["2023-04-30", "2023-08-31", "2023-12-31"]


def test_a_table_that_adds_up_has_nothing_to_tell():
    made = table(
        target(1, physical=figures(10, 5, 6), financial=money(100, 50, 60)),
        target(2, parent=1, physical=figures(10, None, 4), financial=money(100, None, 40)),
        target(3, parent=1, physical=figures(0, 5, 2), financial=money(0, 50, 20)),
        total=total(financial=money(100, 50, 60)),
    )
    assert findings(made) == ()


def test_printed_figures_that_do_not_follow_are_told_and_kept():
    off = replace(money(100, 50, 60), printed_current=14_000, printed_percent=Decimal("41.00"))
    made = table(target(1, financial=off))
    assert told(made) == [
        ("current-differs", "financial", 1, "current", "140", "150"),
        ("percent-differs", "financial", 1, "percent", "41.00", "40.00"),
    ]
    assert made.rows[0].financial.printed_current == 14_000


def test_a_percent_of_nothing_is_at_odds_only_where_the_table_claims_more():
    nothing = money(0, 0, 0)
    assert findings(table(target(1, financial=replace(nothing, printed_percent=Decimal(0))))) == ()
    made = table(target(1, financial=replace(nothing, printed_percent=Decimal(100))))
    assert told(made) == [("percent-differs", "financial", 1, "percent", "100", "0")]


def test_money_of_children_must_add_up_to_the_parent():
    made = table(
        target(1, financial=money(100, 0, 60)),
        target(2, parent=1, financial=money(90, 0, 60)),
    )
    assert told(made) == [
        ("sum-differs", "financial", 1, "initial", "100", "90"),
        ("sum-differs", "financial", 1, "current", "100", "90"),
    ]


def test_quantities_add_up_only_within_one_unit():
    made = table(
        target(1, unit="Persona", physical=figures(100, 0, 0)),
        target(2, unit="Evento", continues=1, physical=figures(7, 0, 0)),
        target(3, unit="persona", parent=1, physical=figures(100, 0, 0)),
        target(4, unit="Evento", parent=1, physical=figures(8, 0, 0)),
        target(5, unit="Metro", parent=1, physical=figures(999, 0, 0)),
    )
    assert told(made) == [
        ("sum-differs", "physical", 2, "initial", "7", "8"),
        ("sum-differs", "physical", 2, "current", "7", "8"),
    ]


def test_the_printed_total_is_that_of_the_products_not_of_all_rows():
    rows = (
        target(1, physical=figures(10, 0, 0), financial=money(100, 0, 0)),
        target(2, parent=1, physical=figures(10, 0, 0), financial=money(100, 0, 0)),
        target(3, physical=figures(1, 0, 0), financial=money(50, 0, 0)),
    )
    right = table(*rows, total=total(physical=figures(11, 0, 0), financial=money(150, 0, 0)))
    assert findings(right) == ()
    wrong = table(*rows, total=total(physical=figures(12, 0, 0), financial=money(250, 0, 0)))
    assert {(one.code.value, one.side, one.position) for one in findings(wrong)} == {
        ("total-differs", Side.PHYSICAL, 0),
        ("total-differs", Side.FINANCIAL, 0),
    }
    mixed = replace(wrong, rows=(*rows[:2], replace(rows[2], unit="Persona")))
    assert {one.side for one in findings(mixed)} == {Side.FINANCIAL}


def test_execution_above_the_target_or_falling_is_told():
    above = target(1, financial=money(10, 0, 11))
    falls = Measure(initial=1_000, executed=(Execution(1, 500), Execution(2, 400)))
    made = table(above, target(2, financial=falls))
    assert [(one[0], one[2]) for one in told(made)] == [
        ("executed-above-current", 1),
        ("executed-falls", 2),
    ]


def test_parent_and_child_of_one_name_stay_apart():
    made = table(target(1, name="Agua"), target(2, name="Agua", parent=1, snip="5"))
    assert len({made.identity(one) for one in made.rows}) == 2
    assert made.identity(made.rows[0]) == made.identity(replace(made.rows[0], name="Otro nombre"))


def test_a_table_is_known_by_its_institution_year_period_programme_and_title():
    made = table(target(1))
    others = [
        subject_uid("other", made),
        *(
            subject_uid("i", replace(made, **change))
            for change in ({"year": 2024}, {"period": 2}, {"programme": "15"}, {"title": "Otra"})
        ),
    ]
    assert len({subject_uid("i", made), *others}) == 6
    assert len(subject_uid("i", made)) == 22
    assert subject_uid("i", made) == subject_uid("i", replace(made, title=made.title.upper(), rows=()))


def test_a_table_survives_its_canonical_text():
    made = table(
        target(1, physical=replace(figures(10, 5, 6), printed_percent=Decimal("40.00"))),
        total=total(financial=money(1, 2, 3)),
    )
    text = canonical(encode(made))
    again = decode(TargetTable, json.loads(text))
    assert again == made
    assert all(isinstance(one, TargetFinding) for one in findings(again))
