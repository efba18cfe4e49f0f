"""A year of targets: periods together, what a file keeps of what people said, corrections by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.factories import facts as f
from tests.support.factories.targets import figures, money, table, target
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor
from tracker.domain.target_years import (
    carried,
    changes,
    corrected,
    executions,
    may_write_targets,
    over_year,
    placed_by_hand,
    row_errors,
)
from tracker.domain.targets import (
    Alignment,
    Measure,
    Modification,
    RecordedTargets,
    Side,
    TargetLevel,
    TargetSource,
    TargetTable,
)

SOURCE = TargetSource("R1", date(2023, 5, 3))
ROWS = (
    target(1, physical=figures(10, 5, 6), financial=money(100, 50, 60)),
    target(2, parent=1, snip="7", physical=figures(10, 5, 6), financial=money(100, 50, 60)),
    target(3, physical=figures(4, 0, 0), financial=money(50, 0, 0)),
)
TABLE = table(*ROWS)


def of_period(period: int, executed: int) -> RecordedTargets:
    rows = (replace(ROWS[0], financial=money(100, 50, executed, period)),)
    return RecordedTargets(f.INFOM, "", table(*rows, period=period))


def test_the_last_period_stands_with_what_the_earlier_ones_had_executed():
    (made,) = over_year([of_period(3, 60), of_period(1, 20), of_period(2, 40)])
    measure = made.table.rows[0].financial
    assert [measure.executed_by(one) for one in (1, 2, 3)] == [2_000, 4_000, 6_000]
    (earlier,) = over_year([of_period(3, 60), of_period(1, 20)], until=2)
    assert earlier.table.period == 1


def test_what_a_later_period_says_of_an_earlier_one_counts():
    own = replace(ROWS[0], financial=replace(money(100, 50, 60), executed=executions([(1, 9), (3, 60)])))
    (made,) = over_year([of_period(1, 20), RecordedTargets(f.INFOM, "", table(own))])
    assert made.table.rows[0].financial.executed_by(1) == 9


def test_rows_of_other_tables_are_never_taken_for_the_same():
    other = RecordedTargets(f.INFOM, "", table(ROWS[0], title="Otra", period=1))
    assert len(over_year([of_period(3, 60), other])) == 2


def with_said(at: int, **said: object) -> TargetTable:
    return replace(TABLE, rows=tuple(replace(one, **said) if one.position == at else one for one in ROWS))


def test_a_new_file_keeps_links_and_dated_modifications_of_the_same_row():
    dated = replace(money(100, 50, 60), modifications=(Modification(4_000, SOURCE.on, "Acuerdo 1"),))
    before = with_said(1, alignment=Alignment("Agua", goals=(6,)), item_uid="item", financial=dated)
    made = carried(TABLE, [before]).rows[0]
    assert (made.alignment.goals, made.item_uid) == ((6,), "item")
    assert made.financial.modifications == (*dated.modifications, Modification(1_000))
    assert made.financial.modification == 5_000
    again = carried(TABLE, [carried(TABLE, [before])])
    assert again == carried(TABLE, [before]), "bringing the same file again changes nothing"


def test_a_guess_gives_way_to_what_somebody_said_and_only_then():
    guess = replace(TABLE, rows=(ROWS[0], replace(ROWS[1], is_guessed=True), replace(ROWS[2])))
    said = placed_by_hand(guess, {2: 0, 3: 1})
    assert [(one.parent, one.is_guessed) for one in said.rows] == [(None, False), (None, False), (1, False)]
    assert carried(guess, [said]).rows[2].parent == 1
    assert carried(guess, [guess]).rows[1].is_guessed
    assert carried(TABLE, [said]).rows[1].parent == 1, "what the file itself shows is no guess"


def test_a_row_by_hand_keeps_its_own_source_until_the_file_says_otherwise():
    before = with_said(3, source=SOURCE)
    assert carried(TABLE, [before]).rows[2].source == SOURCE
    newer = replace(TABLE, rows=(*ROWS[:2], replace(ROWS[2], financial=money(51, 0, 0))))
    assert carried(newer, [before]).rows[2].source is None


@pytest.mark.parametrize("parents", [{2: 3}, {2: 2}, {2: 1, 3: 2}])
def test_nothing_stands_under_a_subproduct_under_itself_or_under_what_comes_after(parents):
    with pytest.raises(DomainError, match="target-parent-not-product"):
        placed_by_hand(TABLE, parents)


def test_a_row_that_goes_on_moves_with_the_one_it_goes_on_with():
    rows = (ROWS[0], replace(ROWS[2], position=2), target(3, continues=2, unit="Persona"))
    made = placed_by_hand(table(*rows), {2: 1})
    assert [(one.parent, one.level) for one in made.rows[1:]] == [(1, TargetLevel.SUBPRODUCT)] * 2


def test_a_row_is_written_anew_or_added_at_the_end():
    assert [one.position for one in corrected(TABLE, replace(ROWS[0], position=0)).rows] == [1, 2, 3, 4]
    assert corrected(TABLE, replace(ROWS[1], unit="Obra")).rows[1].unit == "Obra"
    with pytest.raises(NotFound):
        corrected(TABLE, replace(ROWS[1], position=9))


def blamed(**given: object) -> set[tuple[str, str | None]]:
    row = replace(ROWS[2], source=SOURCE, **given)  # type: ignore[arg-type]  # as the test gives them
    return {(one.code, one.field) for one in row_errors(TABLE, row)}


def test_what_is_wrong_in_a_row_is_told_beside_its_field():
    assert blamed() == set()
    assert blamed(name=" ") == {("target-name-required", "name")}
    assert blamed(unit="") == {("target-unit-required", "unit")}
    assert blamed(unit="x" * 1001) == {("target-text-too-long", "unit")}
    assert blamed(parent=2) == {("target-parent-not-product", "parent")}
    assert blamed(parent=1) == set()
    assert blamed(financial=Measure(initial=-1)) >= {("target-amount-out-of-range", "financial_initial")}
    below = Measure(initial=100, modifications=(Modification(-101),))
    assert blamed(financial=below) == {("target-current-below-zero", "financial_modifications")}
    huge = Measure(modifications=(Modification(10**16),), executed=executions([(2, -1)]))
    assert blamed(financial=huge) == {
        ("target-amount-out-of-range", "financial_modifications"),
        ("target-amount-out-of-range", "financial_executed_2"),
    }
    bare = replace(TABLE, source=TargetSource())
    assert {one.field for one in row_errors(bare, ROWS[2])} == {"report", "report_on"}
    assert {one.field for one in row_errors(TABLE, replace(ROWS[0], parent=3))} == {"parent"}


def test_what_a_version_changed_is_told_figure_by_figure():
    first = replace(ROWS[0], financial=money(120, 50, 60), alignment=Alignment("Agua"))
    told = changes(TABLE, replace(TABLE, rows=(first, *ROWS[1:2], target(4))))
    assert [(one.position, one.figure, one.before, one.after) for one in told] == [
        (1, "financial.initial", "100", "120"),
        (1, "financial.current", "150", "170"),
        (1, "priority", "", "Agua"),
        (3, "row", "Fila 3", ""),
        (4, "row", "", "Fila 4"),
    ]
    assert changes(TABLE, TABLE) == ()
    assert len(changes(None, TABLE)) == 3


def test_the_contact_point_writes_for_all_and_a_liaison_for_its_own():
    own = frozenset({1})
    liaison = Actor("a", AccountRole.LIAISON, own)
    assert [may_write_targets(liaison, one) for one in (1, 2)] == [True, False]
    assert may_write_targets(Actor("b", AccountRole.CONTACT_POINT), 2)
    assert not may_write_targets(Actor("c", AccountRole.INSTITUTION_HEAD, own), 1)


def test_both_sides_of_a_row_are_put_together():
    assert over_year([]) == ()
    (made,) = over_year([RecordedTargets(f.INFOM, "", TABLE)])
    assert made.table.rows[0].side(Side.PHYSICAL) == ROWS[0].physical
