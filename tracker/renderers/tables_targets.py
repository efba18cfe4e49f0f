"""Tables of the accountability: each row of targets, the sums, and what does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.report_targets import (
    Accountability,
    AccountedIndicator,
    AccountedTable,
    Figures,
    ModificationLine,
    SumLine,
    TargetFindingLine,
    TargetLine,
)
from tracker.domain.targets import PERIODS, Side
from tracker.renderers.present_aligned import ALIGNMENT_NAMES, aligned_text
from tracker.renderers.present_targets import sentence
from tracker.renderers.tables_shape import Field, Kind, Table, Telling, build

_Row = tuple[AccountedTable, TargetLine]
_Sum = tuple[AccountedTable, str, SumLine]
_Found = tuple[AccountedTable, TargetFindingLine]
_Change = tuple[AccountedTable, TargetLine, Side, ModificationLine]
_AMOUNTS = ("initial", "modification", "current", "executed", "percent")


def targets_tables(told: Telling, made: Accountability) -> Iterator[Table]:
    """Targets, their sums beside the printed totals, and the findings of both."""
    rows: list[_Row] = [(table, row) for table in made.tables for row in table.rows]
    fields: list[Field[_Row]] = [
        Field("institution", Kind.TEXT, lambda row: row[0].institution),
        Field("programme", Kind.TEXT, lambda row: row[0].programme),
        Field("programme_name", Kind.TEXT, lambda row: row[0].programme_name),
        Field("targets_table", Kind.TEXT, lambda row: row[0].title),
        Field("label", Kind.TEXT, lambda row: row[1].label),
        Field("target_level_text", Kind.TEXT, lambda row: told.code("targets.level", row[1].level)),
        Field("target_name", Kind.TEXT, lambda row: row[1].name),
        Field("snip", Kind.TEXT, lambda row: row[1].snip),
        Field("executing_unit", Kind.TEXT, lambda row: row[1].executing_unit),
        Field("unit", Kind.TEXT, lambda row: row[1].unit),
        *(_amount(side, name) for side in Side for name in _AMOUNTS),
        *(_period(side, period) for side in Side for period in PERIODS),
        *(_served(told, at, name) for at, name in enumerate((*ALIGNMENT_NAMES, "goals"))),
        Field("plan_item", Kind.TEXT, lambda row: row[1].item),
        Field("said_by", Kind.TEXT, lambda row: told.words.office(row[0].said.by)),
        Field("said_on", Kind.DAY, lambda row: row[0].said.on),
        Field("accepted_by", Kind.TEXT, lambda row: told.words.office(row[0].said.accepted_by)),
        Field("accepted_on", Kind.DAY, lambda row: row[0].said.accepted_on),
        Field("fiscal_year", Kind.INTEGER, lambda row: row[0].year),
        Field("period", Kind.INTEGER, lambda row: row[0].period),
        Field("source_report", Kind.TEXT, lambda row: row[1].source_report or row[0].source_report),
        Field("source_on", Kind.DAY, lambda row: row[1].source_on or row[0].source_on),
        Field("target_level", Kind.CODE, lambda row: row[1].level.value),
        Field("position", Kind.INTEGER, lambda row: row[1].position),
    ]
    yield build(told, "targets", fields, rows)
    yield build(told, "target_sums", list(_sum_fields(told)), list(_sums(made)))
    found: list[_Found] = [(table, one) for table in made.tables for one in table.findings]
    yield build(told, "target_findings", list(_finding_fields(told)), found)
    yield build(told, "target_modifications", list(_change_fields()), list(_changes(made)))
    yield build(told, "indicators", list(_indicator_fields(told)), list(made.indicators))


def _changes(made: Accountability) -> Iterator[_Change]:
    for table in made.tables:
        for row in table.rows:
            for side in Side:
                figures: Figures = getattr(row, side.value)
                yield from ((table, row, side, one) for one in figures.modifications)


def _change_fields() -> Iterator[Field[_Change]]:
    yield Field("institution", Kind.TEXT, lambda row: row[0].institution)
    yield Field("programme", Kind.TEXT, lambda row: row[0].programme)
    yield Field("targets_table", Kind.TEXT, lambda row: row[0].title)
    yield Field("label", Kind.TEXT, lambda row: row[1].label)
    yield Field("target_name", Kind.TEXT, lambda row: row[1].name)
    yield Field("unit", Kind.TEXT, lambda row: "Q" if row[2] is Side.FINANCIAL else row[1].unit)
    yield Field("modified_by", Kind.NUMBER, lambda row: row[3].amount)
    yield Field("modified_on", Kind.DAY, lambda row: row[3].on)
    yield Field("reference", Kind.TEXT, lambda row: row[3].reference)
    yield Field("side", Kind.CODE, lambda row: row[2].value)
    yield Field("position", Kind.INTEGER, lambda row: row[1].position)


def _indicator_fields(told: Telling) -> Iterator[Field[AccountedIndicator]]:
    yield Field("institution", Kind.TEXT, lambda row: row.institution)
    yield Field("indicator", Kind.TEXT, lambda row: row.name)
    yield Field("unit", Kind.TEXT, lambda row: row.unit)
    yield Field("baseline", Kind.NUMBER, lambda row: row.baseline)
    yield Field("baseline_year", Kind.INTEGER, lambda row: row.baseline_year)
    yield Field("last_value", Kind.NUMBER, lambda row: row.last)
    yield Field("last_year", Kind.INTEGER, lambda row: row.last_year)
    yield Field("goal", Kind.NUMBER, lambda row: row.goal)
    yield Field("goal_year", Kind.INTEGER, lambda row: row.goal_year)
    yield Field("way", Kind.PERCENT, lambda row: row.percent)
    yield Field("source_report", Kind.TEXT, lambda row: row.source_report)
    yield Field("source_on", Kind.DAY, lambda row: row.source_on)
    yield Field("said_by", Kind.TEXT, lambda row: told.words.office(row.by))


def _period(side: Side, period: int) -> Field[_Row]:
    """What was executed by the end of one four-month period."""

    def read(row: _Row) -> Decimal | None:
        figures: Figures = getattr(row[1], side.value)
        return next((one.amount for one in figures.periods if one.period == period), None)

    return Field(f"{side.value}_executed_{period}", Kind.NUMBER, read)


def _served(told: Telling, at: int, name: str) -> Field[_Row]:
    """One of the things that a target serves."""
    return Field(name, Kind.TEXT, lambda row: aligned_text(told.words, row[1].alignment)[at])


def _kind(name: str) -> Kind:
    return Kind.PERCENT if name == "percent" else Kind.NUMBER


def _amount(side: Side, name: str) -> Field[_Row]:
    def read(row: _Row) -> Decimal | None:
        amount: Decimal | None = getattr(getattr(row[1], side.value), name)
        return amount

    return Field(f"{side.value}_{name}", _kind(name), read)


def _sums(made: Accountability) -> Iterator[_Sum]:
    for table in made.tables:
        yield table, "sum", table.sums
        if table.printed_total is not None:
            yield table, "total", table.printed_total


def _sum_fields(told: Telling) -> Iterator[Field[_Sum]]:
    def amount(side: Side, name: str) -> Field[_Sum]:
        def read(row: _Sum) -> Decimal | None:
            figures: Figures | None = getattr(row[2], side.value)
            found: Decimal | None = None if figures is None else getattr(figures, name)
            return found

        return Field(f"{side.value}_{name}", _kind(name), read)

    yield Field("institution", Kind.TEXT, lambda row: row[0].institution)
    yield Field("programme", Kind.TEXT, lambda row: row[0].programme)
    yield Field("targets_table", Kind.TEXT, lambda row: row[0].title)
    yield Field("measure", Kind.TEXT, lambda row: told(f"targets.{row[1]}"))
    yield Field("unit", Kind.TEXT, lambda row: row[2].unit)
    yield from (amount(side, name) for side in Side for name in _AMOUNTS)
    yield Field("code", Kind.CODE, lambda row: row[1])


def _finding_fields(told: Telling) -> Iterator[Field[_Found]]:
    yield Field("institution", Kind.TEXT, lambda row: row[0].institution)
    yield Field("programme", Kind.TEXT, lambda row: row[0].programme)
    yield Field("targets_table", Kind.TEXT, lambda row: row[0].title)
    yield Field("label", Kind.TEXT, lambda row: row[1].label)
    yield Field("target_name", Kind.TEXT, lambda row: row[1].name or told("targets.total"))
    yield Field("sentence", Kind.TEXT, lambda row: sentence(told.words, row[1]))
    yield Field("printed", Kind.NUMBER, lambda row: row[1].printed)
    yield Field("computed", Kind.NUMBER, lambda row: row[1].computed)
    yield Field("unit", Kind.TEXT, lambda row: row[1].unit)
    yield Field("side", Kind.CODE, lambda row: row[1].side.value)
    yield Field("figure", Kind.CODE, lambda row: row[1].figure)
    yield Field("code", Kind.CODE, lambda row: row[1].code.value)
