"""The accountability of a compiled report: tables of targets with their sums and what does not add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tracker.domain.indicators import OutcomeIndicator
from tracker.domain.target_years import over_year
from tracker.domain.targets import (
    NO_ALIGNMENT,
    Alignment,
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
    subject_uid,
    total_of,
)
from tracker.domain.text import normalise


@dataclass(frozen=True)
class ModificationLine:
    """A change of what was approved, with its date and its reference where they are known."""

    amount: Decimal
    on: date | None
    reference: str


@dataclass(frozen=True)
class PeriodAmount:
    """What was executed from 1 January to the end of a four-month period."""

    period: int
    amount: Decimal


@dataclass(frozen=True)
class Figures:
    """One side of a target; None where the table says nothing, and the percent where there is none."""

    initial: Decimal | None
    modification: Decimal | None
    current: Decimal | None
    executed: Decimal | None
    percent: Decimal | None
    modifications: tuple[ModificationLine, ...] = ()
    periods: tuple[PeriodAmount, ...] = ()


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
    is_guessed: bool = False
    """What it stands under was guessed by sums."""
    alignment: Alignment = NO_ALIGNMENT
    item: str = ""
    """The item of a plan that it is linked to, as people write it."""
    source_report: str = ""
    source_on: date | None = None
    """Of a row that was written by hand."""


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
class AccountedBy:
    """Which office wrote the version shown, and which one accepted it; empty where nobody has."""

    by: str = ""
    on: date | None = None
    accepted_by: str = ""
    accepted_on: date | None = None


@dataclass(frozen=True)
class AccountedIndicator:
    """An outcome indicator of one institution, as it stood at the cut-off."""

    institution: str
    name: str
    unit: str
    baseline_year: int
    baseline: Decimal
    goal_year: int
    goal: Decimal
    last_year: int | None
    last: Decimal | None
    percent: Decimal | None
    source_report: str
    source_on: date | None
    by: str
    alignment: Alignment = NO_ALIGNMENT


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
    said: AccountedBy = AccountedBy()


@dataclass(frozen=True)
class TargetsBeside:
    """What stands beside tables of targets at a cut: indicators, by table who said and who accepted it."""

    indicators: tuple[OutcomeIndicator, ...] = ()
    said: Mapping[str, AccountedBy] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    """Items of plans by uid, as people write them."""


@dataclass(frozen=True)
class Accountability:
    """The targets of a fiscal year at a cut-off, and the four-month period that this one is in."""

    year: int
    period: int
    tables: tuple[AccountedTable, ...]
    indicators: tuple[AccountedIndicator, ...] = ()


def account(
    recorded: Iterable[RecordedTargets],
    cutoff: date,
    *,
    plan_uid: str,
    institution_uid: str = "",
    beside: TargetsBeside | None = None,
) -> Accountability:
    """Each table's last period told by the cut-off: those of this plan and those of none."""
    period, beside = period_of(cutoff), beside or TargetsBeside()
    asked = [
        one
        for one in recorded
        if one.table.year == cutoff.year
        and institution_uid in {"", one.institution.uid}
        and one.plan_uid in {"", plan_uid}
    ]
    tables = (
        accounted(
            one.institution.label,
            one.table,
            beside.said.get(subject_uid(one.institution.uid, one.table), AccountedBy(one.by)),
            beside.items,
        )
        for one in over_year(asked, period)
    )
    ordered = sorted(tables, key=lambda one: (normalise(one.institution), one.programme, one.title))
    indicators = (
        indicator_line(one)
        for one in beside.indicators
        if institution_uid in {"", one.institution.uid} and not one.is_withdrawn
    )
    lines = sorted(indicators, key=lambda one: (normalise(one.institution), normalise(one.name)))
    return Accountability(cutoff.year, period, tuple(ordered), tuple(lines))


def indicator_line(one: OutcomeIndicator) -> AccountedIndicator:
    """An indicator in the figures that are shown of it."""
    last = one.last
    return AccountedIndicator(
        institution=one.institution.label,
        name=one.name,
        unit=one.unit,
        baseline_year=one.baseline.year,
        baseline=one.baseline.value,
        goal_year=one.goal.year,
        goal=one.goal.value,
        last_year=last.year if last else None,
        last=last.value if last else None,
        percent=one.way,
        source_report=one.source.report,
        source_on=one.source.on,
        by=one.by,
        alignment=one.alignment,
    )


def accounted(
    institution: str,
    table: TargetTable,
    said: AccountedBy | None = None,
    items: Mapping[str, str] | None = None,
) -> AccountedTable:
    """A table in the figures that are shown of it; `items` names the plans' items that rows are linked to."""
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
        rows=tuple(
            replace(_line(row, labels[row.position], table.period), item=(items or {}).get(row.item_uid, ""))
            for row in table.rows
        ),
        sums=_sums(table),
        printed_total=None
        if total is None
        else SumLine(
            total.unit,
            None if total.physical.is_empty else _figures(total.physical, Side.PHYSICAL, table.period),
            _figures(total.financial, Side.FINANCIAL, table.period),
        ),
        findings=_findings(table, labels),
        said=said or AccountedBy(),
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
        is_guessed=row.is_guessed,
        alignment=row.alignment,
        source_report=row.source.report if row.source else "",
        source_on=row.source.on if row.source else None,
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
    return replace(
        _shown(side, amounts, measure.percent(period)),
        modifications=tuple(
            ModificationLine(natural(side, one.amount), one.on, one.reference)
            for one in measure.modifications
        ),
        periods=tuple(
            PeriodAmount(one.period, natural(side, one.amount))
            for one in sorted(measure.executed, key=lambda one: one.period)
            if one.period <= period
        ),
    )


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
