"""A worksheet as people see it: texts, dates and numbers by cell, merged cells reaching all they cover."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.importers.office_files import RefusedFileError, check_office_file
from tracker.importers.wording import collapse_lines

Place = tuple[int, int]
_NO_DAY = re.compile(r"d", re.IGNORECASE)


@dataclass
class Sheet:
    """One worksheet; `cells` holds what was written, each by its row and column."""

    name: str
    cells: dict[Place, str | date] = field(default_factory=dict)
    anchors: dict[Place, Place] = field(default_factory=dict)
    extents: dict[Place, Place] = field(default_factory=dict)
    """For the first cell of a merged range, its last cell."""
    uncomputed: list[Place] = field(default_factory=list)
    broken: list[Place] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    """Texts of the page header and footer."""

    @cached_property
    def _columns(self) -> dict[int, list[int]]:
        found: dict[int, set[int]] = {}
        for row, column in (*self.cells, *self.anchors):
            found.setdefault(row, set()).add(column)
        return {row: sorted(columns) for row, columns in sorted(found.items())}

    @property
    def rows(self) -> list[int]:
        """The rows that hold anything, merged cells included."""
        return list(self._columns)

    def anchor(self, row: int, column: int) -> Place:
        """The cell that holds the value seen here: itself, or the first of its merged range."""
        return self.anchors.get((row, column), (row, column))

    def value(self, row: int, column: int) -> str | date | None:
        """What a reader sees in a cell, merged ranges reaching every cell they cover."""
        return self.cells.get(self.anchor(row, column))

    def text(self, row: int, column: int) -> str:
        """The value as text; a date as ISO."""
        return as_text(self.value(row, column))

    def in_row(self, row: int) -> list[Place]:
        """The distinct cells that a reader meets from left to right in a row, each by its first cell."""
        anchors = (self.anchor(row, column) for column in self._columns.get(row, ()))
        return [place for place in dict.fromkeys(anchors) if place in self.cells]

    def width(self, place: Place) -> int:
        """How many columns a cell covers."""
        return self.extents.get(place, place)[1] - place[1] + 1

    def last_row(self, place: Place) -> int:
        """The last row a cell covers."""
        return self.extents.get(place, place)[0]


def as_text(value: str | date | None) -> str:
    """A cell's value as text; a date as ISO, nothing as an empty text."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def cell_name(place: Place) -> str:
    """The name a spreadsheet gives the cell ("F3")."""
    return f"{get_column_letter(place[1])}{place[0]}"


def read_sheets(data: bytes) -> list[Sheet]:
    """All worksheets of a workbook; RefusedFileError where it cannot or must not be opened."""
    check_office_file(data, "xlsx")
    written = open_workbook(data, values=False)
    formulas = any(cell.data_type == "f" for one in written.worksheets for cell in cells_of(one).values())
    computed = open_workbook(data, values=True) if formulas else written
    return [_sheet(one, two) for one, two in zip(written.worksheets, computed.worksheets, strict=True)]


def open_workbook(data: bytes, *, values: bool) -> Workbook:
    """A workbook checked before, with its formulas or their results; RefusedFileError where it is damaged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features it drops (charts, validations)
        try:
            return load_workbook(io.BytesIO(data), data_only=values, keep_links=False)
        except Exception:  # A damaged workbook may fail anywhere in the library: it is refused.
            raise RefusedFileError("unreadable-file") from None


def cells_of(sheet: Worksheet) -> dict[Place, Any]:
    """The cells that exist; walking rows and columns would make millions where one stray cell is far away."""
    return dict(sheet._cells)


def _sheet(written: Worksheet, computed: Worksheet) -> Sheet:
    sheet = Sheet(written.title, outside=_outside(written))
    for merged in written.merged_cells.ranges:
        first, last = (merged.min_row, merged.min_col), (merged.max_row, merged.max_col)
        sheet.extents[first] = last
        for row in range(first[0], last[0] + 1):
            sheet.anchors.update({(row, column): first for column in range(first[1], last[1] + 1)})
    results = cells_of(computed)
    for place, cell in cells_of(written).items():
        result = results.get(place, cell)
        value = _value(result)
        if cell.data_type == "f" and value is None:
            sheet.uncomputed.append(place)
        elif result.data_type == "e":
            sheet.broken.append(place)
        if value is not None:
            sheet.cells[place] = value
    return sheet


def _value(cell: Any) -> str | date | None:
    """What a person reads in the cell: "2" for 2.0, "1.10" with two decimals, "03/2019" for "mar-19"."""
    value = cell.value
    if isinstance(value, datetime | date):
        return _date(value, str(cell.number_format or ""))
    if isinstance(value, bool) or value is None or isinstance(value, time):
        return None if value is None else str(value)
    if isinstance(value, float):
        return _number(value, str(cell.number_format or ""))
    text = collapse_lines(str(value))
    return text or None


def _date(value: datetime | date, number_format: str) -> str | date:
    day = value.date() if isinstance(value, datetime) else value
    shown = re.sub(r"\[[^\]]*\]|\"[^\"]*\"", "", number_format)
    if day.day != 1 or _NO_DAY.search(shown):
        return day
    if re.search(r"m", shown, re.IGNORECASE):
        return f"{day.month:02d}/{day.year}"
    return str(day.year) if day.month == 1 and re.search(r"y", shown, re.IGNORECASE) else day


def _number(value: float, number_format: str) -> str:
    decimals = re.fullmatch(r"[#0,]*\.(0+)", number_format)
    if decimals:
        return f"{value:.{len(decimals.group(1))}f}"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _outside(sheet: Worksheet) -> list[str]:
    parts: Iterable[Any] = (sheet.oddHeader, sheet.oddFooter, sheet.firstHeader, sheet.firstFooter)
    texts = (str(side.text) for part in parts for side in (part.left, part.center, part.right) if side.text)
    return [text for text in texts if text.strip()]
