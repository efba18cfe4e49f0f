"""Rows of a table of open data as CSV, JSON and workbooks, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.renderers.delimited import csv_lines
from tracker.renderers.open_data import DataColumn, DataKind, DataTable
from tracker.renderers.spreadsheet_cells import CellWriter, Write
from tracker.renderers.tables_shape import Kind, without_controls
from tracker.renderers.words import Words

Cell = str | int | Decimal | date | None
Cells = tuple[Cell, ...]
Rows = Iterable[Mapping[str, Any]]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BOOK_KINDS = {
    DataKind.INTEGER: Kind.INTEGER, DataKind.NUMBER: Kind.NUMBER, DataKind.PERCENT: Kind.PERCENT,
    DataKind.DAY: Kind.DAY, DataKind.FLAG: Kind.FLAG, DataKind.LINK: Kind.LINK, DataKind.PAGE: Kind.LINK,
    DataKind.CODE: Kind.CODE,
}  # fmt: skip
_WIDTHS = {Kind.TEXT: 40, Kind.LINK: 40, Kind.CODE: 26}
_NARROW = 14
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def cells(table: DataTable, rows: Rows, base_url: str) -> Iterator[Cells]:
    """The values of each row in the order of the columns; what is not there is None."""
    columns = table.columns
    for row in rows:
        yield tuple(_cell(one, row.get(one.name), base_url) for one in columns)


def _cell(column: DataColumn, value: Any, base_url: str) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, str):
        clean = without_controls(value)
        return f"{base_url}{clean}" if column.kind is DataKind.PAGE else clean
    return value  # type: ignore[no-any-return]  # numbers, days, yes and no are as they are


def as_csv(table: DataTable, rows: Iterable[Cells]) -> Iterator[str]:
    """Lines of CSV with the header; yes and no are true and false."""
    return csv_lines(table.names, ([_plain(one) for one in row] for row in rows))


def _plain(value: Cell) -> Cell:
    return ("true" if value else "false") if isinstance(value, bool) else value


def as_json(table: DataTable, rows: Iterable[Cells]) -> Iterator[str]:
    """A list of objects, one a line; figures are numbers, what is not there is null."""
    before = "["
    for row in rows:
        told = (
            f"{json.dumps(name, ensure_ascii=False)}: {_json(value)}"
            for name, value in zip(table.names, row, strict=True)
        )
        yield f"{before}\n{{{', '.join(told)}}}"
        before = ","
    yield "\n]\n" if before == "," else "[]\n"


def _json(value: Cell) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)


def from_json(table: DataTable, values: list[Any]) -> Cells:
    """Cells out of the values that `to_json` gave."""
    return tuple(_typed(one.kind, value) for one, value in zip(table.columns, values, strict=True))


def to_json(row: Cells) -> str:
    """Cells as one line, from which `from_json` makes the same cells."""
    return json.dumps([_kept(one) for one in row], ensure_ascii=False)


def _kept(value: Cell) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _typed(kind: DataKind, value: Any) -> Cell:
    if value is None:
        return None
    if kind in {DataKind.NUMBER, DataKind.PERCENT}:
        return Decimal(value)
    return date.fromisoformat(value) if kind is DataKind.DAY else value


class DataBook:
    """A workbook of tables: what they are, then a sheet for each, rows written as they come."""

    def __init__(
        self,
        target: IO[bytes],
        tables: Iterable[DataTable],
        *,
        title: str,
        at: datetime,
        language: str = "es",
    ) -> None:
        self.tables = tuple(tables)
        self.words = Words("es")
        self.file = Workbook(target, _OPTIONS)
        self.file.set_properties({"title": title, "created": at.astimezone(UTC).replace(tzinfo=None)})
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.head = self.file.add_format({"bold": True, "bg_color": "#F1EFE8", "bottom": 1, "valign": "top"})
        self._describe(self.file.add_worksheet(self.words("open_data.sheet")))

    def _describe(self, sheet: Worksheet) -> None:
        """Every column of every table with its meaning in both languages."""
        wrapped = self.file.add_format({"text_wrap": True, "valign": "top"})
        for at, (key, width) in enumerate(
            (("table", 20), ("column", 24), ("kind", 10), ("spanish", 60), ("english", 60))
        ):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, self.words(f"open_data.{key}"), self.head)
        sheet.freeze_panes(1, 0)
        told = [
            (table.name, one.name, one.kind.value, one.meanings["es"], one.meanings["en"])
            for table in self.tables
            for one in table.columns
        ]
        for row, texts in enumerate(told, start=1):
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, wrapped)

    def write(self, table: DataTable, rows: Iterable[Cells]) -> None:
        """The sheet of a table; each is written once, in their order."""
        sheet = self.file.add_worksheet(table.name)
        kinds = [_BOOK_KINDS.get(one.kind, Kind.TEXT) for one in table.columns]
        for at, kind in enumerate(kinds):
            sheet.set_column(at, at, _WIDTHS.get(kind, _NARROW))
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(table.names):
            sheet.write_string(0, at, name, self.head)
        last = self._fill(self._writers(sheet, kinds), rows)
        sheet.autofilter(0, 0, last, len(kinds) - 1)

    def _writers(self, sheet: Worksheet, kinds: list[Kind]) -> list[Write]:
        writer = CellWriter(sheet, self.words, self._style)
        return [writer.writer(kind, at, is_wrapped=False) for at, kind in enumerate(kinds)]

    def _fill(self, writers: list[Write], rows: Iterable[Cells]) -> int:
        number = 0
        for number, row in enumerate(rows, start=1):
            for write, value in zip(writers, row, strict=True):
                if value is not None:
                    write(number, value)
        return number

    def _style(self, **more: Any) -> Format:
        key = tuple(sorted(more.items()))
        if key not in self._styles:
            self._styles[key] = self.file.add_format({"valign": "top", **more})
        return self._styles[key]

    def close(self) -> None:
        """Finish the file."""
        self.file.close()
