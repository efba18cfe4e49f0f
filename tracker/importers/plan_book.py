"""The full-plan workbook read back: sheets found by their name, columns by their heading, cell by cell."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tracker.domain.plan_book import (
    LONG_TEXTS,
    README,
    BookColumn,
    BookRow,
    BookSheet,
    CellKind,
    PlanBook,
    Value,
    marked_long_text,
)
from tracker.domain.plan_book_sheets import COMMITMENTS, PLAN, SHEETS
from tracker.importers.findings import refusal
from tracker.importers.office_files import RefusedFileError, check_office_file
from tracker.importers.periods import parse_windows
from tracker.importers.plan_book_rules import check_book
from tracker.importers.progress import to_decimal
from tracker.importers.proposals import Finding, Level
from tracker.importers.wording import key_of

_YES = frozenset({"si", "x", "yes", "true", "1", "verdadero"})
_NO = frozenset({"no", "false", "0", "falso"})
_MUST_BE_THERE = (PLAN, COMMITMENTS)
_MOST_HEADING_ROWS = 10
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class BookProposal:
    """What a workbook proposes: its tables with values of their kinds, and what is wrong or doubtful."""

    book: PlanBook = field(default_factory=PlanBook)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """True when nothing may be written."""
        return any(one.level is Level.ERROR for one in self.findings)

    @property
    def number(self) -> int | None:
        """The number of the plan that the workbook is of."""
        row = next(iter(self.book.rows(PLAN.name)), None)
        value = row.values.get("number") if row else None
        return value if isinstance(value, int) else None


def read_plan_book(data: bytes, _known: Sequence[object] = ()) -> BookProposal:
    """What a workbook holds; a file that cannot be opened is one error finding, never an exception."""
    proposal = BookProposal()
    try:
        _read(data, proposal)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    if not proposal.has_errors:
        proposal.findings += check_book(proposal.book)
    return proposal


def _read(data: bytes, proposal: BookProposal) -> None:
    check_office_file(data, "xlsx")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception:  # A damaged workbook may fail anywhere in the library: it is refused.
        raise RefusedFileError("unreadable-file") from None
    grids = {key_of(sheet.title): (sheet.title, _grid(sheet)) for sheet in book.worksheets}
    texts = _long_texts(grids.pop(key_of(LONG_TEXTS), ("", []))[1])
    for spec in SHEETS:
        title, grid = grids.pop(key_of(spec.title), ("", []))
        if title:
            _SheetReader(spec, title, grid, texts, proposal).read()
        elif spec in _MUST_BE_THERE:
            params = {"name": spec.title}
            proposal.findings.append(Finding(Level.ERROR, "sheet-missing", params=params))
    grids.pop(key_of(README), None)
    for title, grid in grids.values():
        if grid:
            proposal.findings.append(Finding(Level.DOUBT, "sheet-not-read", sheet=title))


def _grid(sheet: Any) -> list[tuple[Any, ...]]:
    """The values of a sheet row by row; RefusedFileError where it is damaged."""
    try:
        sheet.reset_dimensions()
        return [tuple(row) for row in sheet.iter_rows(values_only=True)]
    except Exception:  # as above
        raise RefusedFileError("unreadable-file") from None


def _long_texts(grid: Sequence[Sequence[Any]]) -> dict[int, str]:
    """Texts that were longer than a cell, put together from their pieces."""
    found: dict[int, str] = {}
    for row in grid[1:]:
        if len(row) > 1 and isinstance(row[0], int | float) and row[1] is not None:
            found[int(row[0])] = found.get(int(row[0]), "") + _ESCAPED.sub(_sign, str(row[1]))
    return found


@dataclass
class _SheetReader:
    """Reads one table; findings name its cells."""

    spec: BookSheet
    title: str
    grid: Sequence[Sequence[Any]]
    texts: dict[int, str]
    proposal: BookProposal

    def read(self) -> None:
        """Add every row that says something."""
        at, columns = self._heading()
        missing = [one.heading for one in self.spec.columns if one.is_required and one.name not in columns]
        if missing:
            self._tell(Level.ERROR, "missing-column", at, 0, "", columns=", ".join(missing))
            return
        self._tell_unread(at, columns)
        self.proposal.book.places[self.spec.name] = columns
        rows = self.proposal.book.tables.setdefault(self.spec.name, [])
        for number, cells in enumerate(self.grid[at:], start=at + 1):
            if any(_says(cell) for cell in cells):
                rows.append(BookRow(number, dict(self._values(number, cells, columns))))

    def _heading(self) -> tuple[int, dict[str, int]]:
        """The row (from 1) that names most columns, among the first; titles may stand above it."""
        wanted = {key_of(one.heading): one.name for one in self.spec.columns}
        best: tuple[int, dict[str, int]] = (1, {})
        for number, cells in enumerate(self.grid[:_MOST_HEADING_ROWS], start=1):
            found: dict[str, int] = {}
            for place, cell in enumerate(cells):
                name = wanted.get(key_of(str(cell or "")))
                if name is not None:
                    found.setdefault(name, place)
            if len(found) > len(best[1]):
                best = (number, found)
        return best

    def _tell_unread(self, at: int, columns: dict[str, int]) -> None:
        """A column of one's own is told, once, where anything stands in it."""
        read = set(columns.values())
        for place, cell in enumerate(self.grid[at - 1]):
            is_used = any(place < len(cells) and _says(cells[place]) for cells in self.grid[at:])
            if place not in read and _says(cell) and is_used:
                self._tell(Level.DOUBT, "column-not-read", at, place, str(cell))

    def _values(
        self, number: int, cells: Sequence[Any], columns: dict[str, int]
    ) -> Iterator[tuple[str, Value]]:
        for column in self.spec.columns:
            place = columns.get(column.name)
            cell = cells[place] if place is not None and place < len(cells) else None
            if place is None:
                continue
            if not _says(cell):
                if column.is_required:
                    self._tell(Level.ERROR, "cell-missing", number, place, "", column=column.heading)
                continue
            value = self._value(column, cell, number, place)
            if value is not None:
                yield column.name, value

    def _value(self, column: BookColumn, cell: Any, number: int, place: int) -> Value:
        match column.kind:
            case CellKind.TEXT:
                return self._text(cell)
            case CellKind.FLAG:
                return self._flag(cell, number, place)
            case CellKind.CHOICE:
                return self._choice(column, cell, number, place)
            case CellKind.DAY:
                return self._day(cell, number, place)
        return self._number(column, cell, number, place)

    def _text(self, cell: Any) -> str:
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        text = cell.date().isoformat() if isinstance(cell, datetime) else _ESCAPED.sub(_sign, str(cell))
        mark = marked_long_text(text)
        return self.texts.get(mark, text) if mark is not None else text

    def _flag(self, cell: Any, number: int, place: int) -> bool | None:
        said = "1" if cell is True else "0" if cell is False else key_of(str(cell))
        if said in _YES | _NO:
            return said in _YES
        self._tell(Level.ERROR, "yes-no-not-understood", number, place, str(cell))
        return None

    def _choice(self, column: BookColumn, cell: Any, number: int, place: int) -> str | None:
        said = key_of(str(cell))
        found = next((code for code, word in column.words if said in {key_of(word), key_of(code)}), None)
        if found is None:
            words = ", ".join(word for _, word in column.words)
            self._tell(Level.ERROR, "choice-not-in-list", number, place, str(cell), choices=words)
        return found

    def _day(self, cell: Any, number: int, place: int) -> date | None:
        if isinstance(cell, datetime | date):
            return cell.date() if isinstance(cell, datetime) else cell
        windows = parse_windows(str(cell)).windows
        if len(windows) == 1 and windows[0].start == windows[0].end:
            return windows[0].end
        with suppress(ValueError):
            return date.fromisoformat(str(cell).strip())
        self._tell(Level.ERROR, "date-not-understood", number, place, str(cell))
        return None

    def _number(self, column: BookColumn, cell: Any, number: int, place: int) -> Decimal | int | None:
        written = repr(cell) if isinstance(cell, float) else str(cell)
        value = None if isinstance(cell, bool) else to_decimal(written.strip().removesuffix("%").strip())
        if value is None:
            self._tell(Level.ERROR, "quantity-not-a-number", number, place, str(cell))
            return None
        if column.kind is not CellKind.INTEGER:
            return Decimal(format(value.normalize(), "f"))
        if value != value.to_integral_value():
            self._tell(Level.ERROR, "number-not-whole", number, place, str(cell))
            return None
        return int(value)

    def _tell(self, level: Level, code: str, number: int, place: int, text: str, /, **params: str) -> None:
        cell = f"{get_column_letter(place + 1)}{number}"
        self.proposal.findings.append(Finding(level, code, self.title, cell, text[:200], params))


def _sign(match: re.Match[str]) -> str:
    """A sign that workbooks write by its number: controls, and the line that would begin such a number."""
    code = int(match[1], 16)
    return chr(code) if code < ord(" ") or code == ord("_") else match[0]


def _says(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""
