"""Physical and financial targets of a fiscal year: figures, sums and what does not add up (design 2.9).

Amounts are whole numbers: quantities of a ten-thousandth, money of a centavo. What a table prints of its own
(current, percent, total) is kept beside what is computed, and never replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from tracker.domain.canonical import derived_uid
from tracker.domain.facts import InstitutionRef
from tracker.domain.text import normalise, squeeze

PERIODS = (1, 2, 3)
LARGEST = 9 * 10**15
"""What fits a BIGINT and, as a number of JSON, every program that reads it."""
FIGURES = ("initial", "modification", "current", "executed")
_CENT = Decimal("0.01")
_MONTHS = 4


class Side(StrEnum):
    """What is counted: quantities in the row's unit, or money."""

    PHYSICAL = "physical"
    FINANCIAL = "financial"


SCALES: dict[Side, int] = {Side.PHYSICAL: 10_000, Side.FINANCIAL: 100}


class TargetLevel(StrEnum):
    """A product, or a subproduct within it."""

    PRODUCT = "product"
    SUBPRODUCT = "subproduct"


@dataclass(frozen=True)
class Modification:
    """A change of what was approved, with its date and its reference where they are known."""

    amount: int
    on: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Execution:
    """What was executed from 1 January to the end of a four-month period."""

    period: int
    amount: int


@dataclass(frozen=True)
class Measure:
    """One side of a target, scaled; None where the table says nothing, which is never zero."""

    initial: int | None = None
    modifications: tuple[Modification, ...] = ()
    executed: tuple[Execution, ...] = ()
    printed_current: int | None = None
    printed_percent: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """True where the table gives no figure at all."""
        return self == Measure()

    @property
    def modification(self) -> int | None:
        """All modifications together."""
        return sum(one.amount for one in self.modifications) if self.modifications else None

    @property
    def current(self) -> int | None:
        """Initial and modifications; None where the initial target is not known."""
        return None if self.initial is None else self.initial + (self.modification or 0)

    def executed_by(self, period: int) -> int | None:
        """What had been executed by the end of a period, as last told."""
        told = [one for one in self.executed if one.period <= period]
        return max(told, key=lambda one: one.period).amount if told else None

    def figure(self, name: str, period: int) -> int | None:
        """One of FIGURES."""
        return self.executed_by(period) if name == "executed" else getattr(self, name)

    def percent(self, period: int) -> Decimal | None:
        """Executed of current; None where either is unknown or there is nothing to execute."""
        return percent_of(self.executed_by(period), self.current)


@dataclass(frozen=True)
class Alignment:
    """What a target or an indicator serves, as whoever says it puts it; `goals` are the SDG's numbers."""

    priority: str = ""
    """National development priority."""
    strategic_goal: str = ""
    policy: str = ""
    """Goal of the government's general policy."""
    result: str = ""
    goals: tuple[int, ...] = ()


NO_ALIGNMENT = Alignment()


@dataclass(frozen=True)
class TargetSource:
    """The official report that a table was taken from."""

    report: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Target:
    """One row of a table; its name never identifies it."""

    position: int
    name: str
    level: TargetLevel
    unit: str = ""
    snip: str = ""
    executing_unit: str = ""
    parent: int | None = None
    """Position of the product that a subproduct is of."""
    continues: int | None = None
    """Position of the row that this one goes on with in another unit."""
    physical: Measure = Measure()
    financial: Measure = Measure()
    is_guessed: bool = False
    """What it stands under was guessed by sums, and nobody has said yet that it is so."""
    alignment: Alignment = NO_ALIGNMENT
    item_uid: str = ""
    """The item of a plan that it pays for, where somebody linked it."""
    source: TargetSource | None = None
    """Of a row that was written by hand; None: the table's."""

    def side(self, side: Side) -> Measure:
        """The figures of one side."""
        return self.physical if side is Side.PHYSICAL else self.financial


@dataclass(frozen=True)
class PrintedTotal:
    """The total that the table itself prints."""

    unit: str = ""
    physical: Measure = Measure()
    financial: Measure = Measure()

    def side(self, side: Side) -> Measure:
        """The figures of one side."""
        return self.physical if side is Side.PHYSICAL else self.financial


@dataclass(frozen=True)
class TargetTable:
    """A table of targets of one programme, as of the end of a four-month period."""

    year: int
    period: int
    programme: str
    programme_name: str
    title: str
    source: TargetSource
    rows: tuple[Target, ...]
    total: PrintedTotal | None = None

    def identity(self, row: Target) -> tuple[str, str, str, int]:
        """What a target is known by from one version to the next."""
        return (self.programme, row.snip, normalise(row.executing_unit), row.position)

    def products(self) -> tuple[Target, ...]:
        """The rows that stand under no other, those that go on with them included."""
        return tuple(one for one in self.rows if one.parent is None)


@dataclass(frozen=True)
class RecordedTargets:
    """A table as it enters history: whose it is, and of which plan if of any."""

    institution: InstitutionRef
    plan_uid: str
    table: TargetTable
    by: str = ""
    """The office that wrote it down, never a person's name."""
    reason: str = ""
    """Why it was corrected by hand; empty for what came in a file."""


class TargetFindingCode(StrEnum):
    """What does not add up in a table; it is told, never corrected."""

    SUM_DIFFERS = "sum-differs"
    TOTAL_DIFFERS = "total-differs"
    CURRENT_DIFFERS = "current-differs"
    PERCENT_DIFFERS = "percent-differs"
    EXECUTED_ABOVE_CURRENT = "executed-above-current"
    EXECUTED_FALLS = "executed-falls"


@dataclass(frozen=True)
class TargetFinding:
    """A figure as the table has it beside what follows from its other figures."""

    code: TargetFindingCode
    side: Side
    position: int
    """The row; 0 for the printed total."""
    figure: str
    """One of FIGURES, or `percent`."""
    printed: Decimal
    computed: Decimal
    unit: str = ""


def percent_of(executed: int | None, current: int | None) -> Decimal | None:
    """Executed of current to two decimals, as official tables round; None of nothing."""
    if executed is None or not current:
        return None
    return (Decimal(executed) * 100 / Decimal(current)).quantize(_CENT, rounding=ROUND_HALF_UP)


def natural(side: Side, amount: int) -> Decimal:
    """A scaled amount as people write it."""
    return Decimal(amount) / SCALES[side]


def period_of(day: date) -> int:
    """The four-month period of a day: January to April is the first."""
    return (day.month - 1) // _MONTHS + 1


def period_end(year: int, period: int) -> date:
    """The last day of a four-month period."""
    return date(year, period * _MONTHS, 31 if period > 1 else 30)


def subject_uid(institution_uid: str, table: TargetTable) -> str:
    """Under which uid the versions of one table are kept.

    A programme may have several tables, told apart by their titles; rows are never told apart by a name.
    """
    when = (str(table.year), str(table.period))
    return derived_uid(institution_uid, *when, table.programme, normalise(table.title))


def total_of(rows: Sequence[Target], side: Side, name: str, period: int) -> int | None:
    """A figure of several rows together; None where none of them has it."""
    told = [one.side(side).figure(name, period) for one in rows]
    known = [one for one in told if one is not None]
    return sum(known) if known else None


def only_unit(rows: Sequence[Target]) -> str | None:
    """The unit that all quantities of some rows are in; None where there are several or none."""
    units = {normalise(one.unit): one.unit for one in rows if not one.physical.is_empty}
    return squeeze(next(iter(units.values()))) or None if len(units) == 1 else None


def findings(table: TargetTable) -> tuple[TargetFinding, ...]:
    """Everything in a table that does not follow from its other figures, row by row, then the total."""
    found: list[TargetFinding] = []
    for row in table.rows:
        for side in Side:
            found += _own(row.side(side), side, row.position, row.unit, table.period)
        if row.parent is None and row.continues is None:
            found += _sums(table, row)
    if table.total is not None:
        for side in Side:
            found += _own(table.total.side(side), side, 0, table.total.unit, table.period)
        found += _totals(table, table.total)
    return tuple(found)


def _own(measure: Measure, side: Side, position: int, unit: str, period: int) -> Iterator[TargetFinding]:
    """What is at odds within one side of one row."""

    def finding(code: TargetFindingCode, figure: str, printed: int, computed: int) -> TargetFinding:
        return TargetFinding(
            code, side, position, figure, natural(side, printed), natural(side, computed), unit
        )

    current, printed, executed = measure.current, measure.printed_current, measure.executed_by(period)
    if current is not None and printed is not None and printed != current:
        yield finding(TargetFindingCode.CURRENT_DIFFERS, "current", printed, current)
    percent, told = measure.percent(period), measure.printed_percent
    if told is not None and told != (percent or Decimal(0)):
        code = TargetFindingCode.PERCENT_DIFFERS
        yield TargetFinding(code, side, position, "percent", told, percent or Decimal(0), unit)
    if executed is not None and current is not None and executed > current:
        yield finding(TargetFindingCode.EXECUTED_ABOVE_CURRENT, "executed", executed, current)
    in_order = sorted(measure.executed, key=lambda one: one.period)
    for before, after in pairwise(in_order):
        if after.amount < before.amount:
            yield finding(TargetFindingCode.EXECUTED_FALLS, "executed", after.amount, before.amount)


def _sums(table: TargetTable, product: Target) -> Iterator[TargetFinding]:
    """A product against its subproducts: all their money, their quantities within one unit."""
    own = [one for one in table.rows if product.position in (one.position, one.continues)]
    below = [one for one in table.rows if one.parent == product.position]
    if not below:
        return
    yield from _compared(
        TargetFindingCode.SUM_DIFFERS, Side.FINANCIAL, (product.position, ""), own, below, table.period
    )
    for line in own:
        alike = [one for one in below if normalise(one.unit) == normalise(line.unit)]
        place = (line.position, line.unit)
        yield from _compared(TargetFindingCode.SUM_DIFFERS, Side.PHYSICAL, place, [line], alike, table.period)


def _totals(table: TargetTable, total: PrintedTotal) -> Iterator[TargetFinding]:
    """The printed total against the products: quantities only where all are in one unit."""
    printed = [Target(0, "", TargetLevel.PRODUCT, physical=total.physical, financial=total.financial)]
    products = table.products()
    unit = only_unit(products)
    code = TargetFindingCode.TOTAL_DIFFERS
    yield from _compared(code, Side.FINANCIAL, (0, ""), printed, products, table.period)
    if unit is not None:
        yield from _compared(code, Side.PHYSICAL, (0, unit), printed, products, table.period)


def _compared(
    code: TargetFindingCode,
    side: Side,
    place: tuple[int, str],
    above: Sequence[Target],
    below: Sequence[Target],
    period: int,
) -> Iterator[TargetFinding]:
    for name in FIGURES:
        printed, computed = (total_of(rows, side, name, period) for rows in (above, below))
        if printed is not None and computed is not None and printed != computed:
            amounts = (natural(side, printed), natural(side, computed))
            yield TargetFinding(code, side, place[0], name, *amounts, place[1])
