"""The accountability of a report: the tables that count at a cut-off, their sums, what does not add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories import facts as f
from tests.support.factories.targets import figures, money, table, target, total
from tracker.domain.report_targets import Accountability, account
from tracker.domain.targets import RecordedTargets, TargetTable

END = date(2023, 12, 31)
ROWS = (
    target(1, physical=figures(10, 5, 6), financial=money(100, 50, 60)),
    target(2, parent=1, snip="7", physical=figures(10, 5, 6), financial=money(100, 50, 60)),
    target(3, physical=figures(10, 0, 0), financial=money(50, 0, 0)),
)


def accounted(
    *tables: TargetTable, cutoff: date = END, plan: str = "", institution: str = ""
) -> Accountability:
    recorded = [RecordedTargets(f.INFOM, plan, one) for one in tables]
    return account(recorded, cutoff, plan_uid="plan", institution_uid=institution)


def test_sums_are_of_the_products_and_rows_are_numbered_under_them():
    (made,) = accounted(table(*ROWS)).tables
    assert [one.label for one in made.rows] == ["1", "1.1", "2"]
    assert made.sums.financial.initial == 150
    assert made.sums.financial.percent == Decimal("30.00")
    assert made.sums.physical is not None
    assert (made.sums.physical.current, made.sums.unit) == (25, "Metro")
    assert (made.printed_total, made.findings) == (None, ())


def test_a_printed_total_stands_beside_the_sum_with_its_finding():
    (made,) = accounted(table(*ROWS, total=total(financial=money(151, 50, 60)))).tables
    assert made.printed_total is not None
    assert (made.printed_total.physical, made.printed_total.financial.initial) == (None, 151)
    assert [(one.figure, one.name, one.printed, one.computed) for one in made.findings] == [
        ("initial", "", 151, 150),
        ("current", "", 201, 200),
    ]


def test_a_row_that_goes_on_in_another_unit_has_no_number_and_leaves_no_sum_of_quantities():
    other = target(2, unit="Persona", continues=1, physical=figures(3, None, 1))
    (made,) = accounted(table(ROWS[0], other)).tables
    assert [one.label for one in made.rows] == ["1", ""]
    assert made.sums.physical is None


@pytest.mark.parametrize(
    ("cutoff", "periods"),
    [("2023-04-30", [1]), ("2023-08-31", [2]), ("2023-09-01", [2]), ("2022-12-31", []), ("2024-01-31", [])],
)
def test_each_table_is_shown_as_of_the_last_period_told(cutoff, periods):
    made = accounted(*(table(*ROWS, period=one) for one in (2, 1)), cutoff=date.fromisoformat(cutoff))
    assert [one.period for one in made.tables] == periods


def test_tables_of_another_plan_or_institution_stay_out():
    assert len(accounted(table(*ROWS), plan="plan").tables) == 1
    assert accounted(table(*ROWS), plan="other").tables == ()
    assert len(accounted(table(*ROWS), institution=f.INFOM.uid).tables) == 1
    assert accounted(table(*ROWS), institution=f.SCEP.uid).tables == ()


def test_what_has_no_target_has_no_percent():
    nothing = replace(ROWS[0], physical=figures(0, 0, 0), financial=money(None, None, 5))
    (made,) = accounted(table(nothing)).tables
    assert made.rows[0].physical.percent is None
    assert (made.rows[0].financial.current, made.rows[0].financial.percent) == (None, None)
