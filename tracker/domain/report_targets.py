"""The accountability of a compiled report: tables of targets with their sums and what does not add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.targets import (
    Measure,
    RecordedTargets,
    Side,
    Target,
    TargetFindingCode,
    TargetLevel,
    TargetTable,
    findings,
    natural,
    only_unit,
    percent_of,
    period_end,
    period_of,
    total_of,
)
from tracker.domain.text import normalise


@dataclass(frozen=True)
class Figures:
    """One side of a target; None where the table says nothing, and the percent where there is none."""

    initial: Decimal | None
    modification: Decimal | None
    current: Decimal | None
    executed: Decimal | None
    percent: Decimal | None


@dataclass(frozen=True)
class TargetLine:
    """A row of the table; `label` numbers it by its product ("1", "1.2"), empty where it goes on."""

    position: int
    label: str
    level: TargetLevel
    name: str
    snip: str
    executing_unit: str
    unit: str
    physical: Figures
    financial: Figures


@dataclass(frozen=True)
class SumLine:
    """A sum of the table: quantities only where all are in one unit."""

    unit: str
    physical: Figures | None
    financial: Figures


@dataclass(frozen=True)
class TargetFindingLine:
    """A figure as the table has it beside what follows from its other figures."""

    code: TargetFindingCode
    side: Side
    label: str
    name: str
    """The row; empty for the printed total."""
    figure: str
    unit: str
    printed: Decimal
    computed: Decimal


@dataclass(frozen=True)
class AccountedTable:
    """One table of one institution, as of the end of a four-month period."""

    institution: str
    programme: str
    programme_name: str
    title: str
    year: int
    period: int
    until: date
    source_report: str
    source_on: date | None
    rows: tuple[TargetLine, ...]
    sums: SumLine
    printed_total: SumLine | None
    findings: tuple[TargetFindingLine, ...]


@dataclass(frozen=True)
class Accountability:
    """The targets of a fiscal year at a cut-off, and the four-month period that this one is in."""

    year: int
    period: int
    tables: tuple[AccountedTable, ...]


def account(
    recorded: Iterable[RecordedTargets], cutoff: date, *, plan_uid: str, institution_uid: str = ""
) -> Accountability:
    """Each table's last period told by the cut-off: those of this plan and those of none."""
    period = period_of(cutoff)
    last: dict[tuple[str, str, str], RecordedTargets] = {}
    for one in sorted(recorded, key=lambda one: one.table.period):
        table = one.table
        is_told = table.year == cutoff.year and table.period <= period
        is_asked = institution_uid in {"", one.institution.uid} and one.plan_uid in {"", plan_uid}
        if is_told and is_asked:
            last[one.institution.uid, table.programme, normalise(table.title)] = one
    tables = (_accounted(one.institution.label, one.table) for one in last.values())
    ordered = sorted(tables, key=lambda one: (normalise(one.institution), one.programme, one.title))
    return Accountability(cutoff.year, period, tuple(ordered))


def _accounted(institution: str, table: TargetTable) -> AccountedTable:
    labels = _labels(table.rows)
    total = table.total
    return AccountedTable(
        institution=institution,
        programme=table.programme,
        programme_name=table.programme_name,
        title=table.title,
        year=table.year,
        period=table.period,
        until=period_end(table.year, table.period),
        source_report=table.source.report,
        source_on=table.source.on,
        rows=tuple(_line(row, labels[row.position], table.period) for row in table.rows),
        sums=_sums(table),
        printed_total=None
        if total is None
        else SumLine(
            total.unit,
            None if total.physical.is_empty else _figures(total.physical, Side.PHYSICAL, table.period),
            _figures(total.financial, Side.FINANCIAL, table.period),
        ),
        findings=_findings(table, labels),
    )


def _line(row: Target, label: str, period: int) -> TargetLine:
    return TargetLine(
        position=row.position,
        label="" if row.continues else label,
        level=row.level,
        name=row.name,
        snip=row.snip,
        executing_unit=row.executing_unit,
        unit=row.unit,
        physical=_figures(row.physical, Side.PHYSICAL, period),
        financial=_figures(row.financial, Side.FINANCIAL, period),
    )


def _labels(rows: Sequence[Target]) -> dict[int, str]:
    """Numbers by product: "1", then "1.1" and "1.2" under it; a row that goes on has that of its first."""
    labels: dict[int, str] = {}
    counted: dict[int | None, int] = {}
    for row in rows:
        if row.continues is not None:
            labels[row.position] = labels[row.continues]
            continue
        counted[row.parent] = counted.get(row.parent, 0) + 1
        above = f"{labels[row.parent]}." if row.parent is not None else ""
        labels[row.position] = f"{above}{counted[row.parent]}"
    return labels


def _figures(measure: Measure, side: Side, period: int) -> Figures:
    amounts = (measure.initial, measure.modification, measure.current, measure.executed_by(period))
    return _shown(side, amounts, measure.percent(period))


def _shown(side: Side, amounts: Sequence[int | None], percent: Decimal | None) -> Figures:
    initial, modification, current, executed = (
        None if one is None else natural(side, one) for one in amounts
    )
    return Figures(initial, modification, current, executed, percent)


def _sums(table: TargetTable) -> SumLine:
    """The products together; subproducts are in them already."""
    products = table.products()
    unit = only_unit(products)
    return SumLine(
        unit or "",
        None if unit is None else _summed(products, Side.PHYSICAL, table.period),
        _summed(products, Side.FINANCIAL, table.period),
    )


def _summed(rows: Sequence[Target], side: Side, period: int) -> Figures:
    initial, modification, current, executed = (
        total_of(rows, side, name, period) for name in ("initial", "modification", "current", "executed")
    )
    amounts = (initial, modification, current, executed)
    return _shown(side, amounts, percent_of(executed, current))


def _findings(table: TargetTable, labels: dict[int, str]) -> tuple[TargetFindingLine, ...]:
    names = {row.position: row.name for row in table.rows}
    return tuple(
        TargetFindingLine(
            code=one.code,
            side=one.side,
            label=labels.get(one.position, ""),
            name=names.get(one.position, ""),
            figure=one.figure,
            unit=one.unit,
            printed=one.printed,
            computed=one.computed,
        )
        for one in findings(table)
    )
