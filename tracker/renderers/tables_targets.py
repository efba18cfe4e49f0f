"""Tables of the accountability: each row of targets, the sums, and what does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.report_targets import (
    Accountability,
    AccountedTable,
    Figures,
    SumLine,
    TargetFindingLine,
    TargetLine,
)
from tracker.domain.targets import Side
from tracker.renderers.present_targets import sentence
from tracker.renderers.tables_shape import Field, Kind, Table, Telling, build

_Row = tuple[AccountedTable, TargetLine]
_Sum = tuple[AccountedTable, str, SumLine]
_Found = tuple[AccountedTable, TargetFindingLine]
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
        Field("fiscal_year", Kind.INTEGER, lambda row: row[0].year),
        Field("period", Kind.INTEGER, lambda row: row[0].period),
        Field("source_report", Kind.TEXT, lambda row: row[0].source_report),
        Field("source_on", Kind.DAY, lambda row: row[0].source_on),
        Field("target_level", Kind.CODE, lambda row: row[1].level.value),
        Field("position", Kind.INTEGER, lambda row: row[1].position),
    ]
    yield build(told, "targets", fields, rows)
    yield build(told, "target_sums", list(_sum_fields(told)), list(_sums(made)))
    found: list[_Found] = [(table, one) for table in made.tables for one in table.findings]
    yield build(told, "target_findings", list(_finding_fields(told)), found)


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
