"""Forms that offices fill in and send back: headings the importers know, lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.renderers.delimited import csv_lines

_MADE_WITH = "Cumple"
LISTS = "Listas"
_LONGEST_NAME = 31
_ROWS = 40


@dataclass(frozen=True)
class FormColumn:
    """A column to be filled in: its heading, its width, and the name of the list it is chosen from."""

    heading: str
    width: int = 20
    choices: str = ""


@dataclass(frozen=True)
class FormSheet:
    """One sheet: what stands above the table, the heading (one row or two), and the rows it begins with."""

    name: str
    above: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    groups: tuple[tuple[str, int, int], ...] = ()
    """Headings over several columns, each with its first and last one."""


def render_form(sheets: Sequence[FormSheet], lists: dict[str, Sequence[str]]) -> bytes:
    """The workbook as bytes; lists stand in a sheet of their own, and other words may be typed too."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as file:
        file.set_properties({"author": _MADE_WITH})
        places = {name: at for at, name in enumerate(lists)}
        drawn: set[str] = set()
        for one in sheets:
            name = _free_name(one.name, drawn)
            _Form(file, file.add_worksheet(name), one, lists, places).draw()
        hidden = file.add_worksheet(LISTS)
        for name, at in places.items():
            for row, word in enumerate(lists[name]):
                hidden.write_string(row, at, word)
        hidden.hide()
    return stream.getvalue()


def render_csv_form(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The same as a text table in UTF-8, with the mark by which spreadsheets know it."""
    filled = ([*row, *([""] * (len(columns) - len(row)))] for row in rows)
    return "".join(csv_lines(columns, filled)).encode()


def _free_name(name: str, drawn: set[str]) -> str:
    """A name that a sheet may bear, once."""
    bare = "".join(" " if sign in "[]:*?/\\'" else sign for sign in name)[:_LONGEST_NAME].strip() or "Hoja"
    found, number = bare, 2
    while found.casefold() in drawn | {LISTS.casefold()}:
        found, number = f"{bare[: _LONGEST_NAME - 4]} {number}", number + 1
    drawn.add(found.casefold())
    return found


@dataclass
class _Form:
    """One sheet being drawn."""

    file: Workbook
    sheet: Worksheet
    form: FormSheet
    lists: dict[str, Sequence[str]]
    places: dict[str, int]

    def draw(self) -> None:
        """What stands above, the heading, the rows, and the lists of the columns."""
        bold = self.file.add_format({"bold": True})
        head = self.file.add_format({"bold": True, "bg_color": "#E3ECF7", "text_wrap": True, "border": 1})
        plain = self.file.add_format({"text_wrap": True, "valign": "top", "border": 1})
        for row, text in enumerate(self.form.above):
            self.sheet.write_string(row, 0, text, bold)
        at = len(self.form.above)
        at = self._heading(at, head)
        self.sheet.freeze_panes(at, 0)
        for row, values in enumerate(self.form.rows, start=at):
            for column, text in enumerate(values):
                self.sheet.write_string(row, column, text, plain)
        last = at + len(self.form.rows) + _ROWS
        for column, one in enumerate(self.form.columns):
            self.sheet.set_column(column, column, one.width)
            if one.choices and self.lists[one.choices]:
                self._offer(at, last, column, one.choices)

    def _heading(self, at: int, head: Format) -> int:
        """The heading's rows; gives the first one below."""
        if not self.form.groups:
            for column, one in enumerate(self.form.columns):
                self.sheet.write_string(at, column, one.heading, head)
            return at + 1
        grouped = {column for _, first, last in self.form.groups for column in range(first, last + 1)}
        for text, first, last in self.form.groups:
            self.sheet.merge_range(at, first, at, last, text, head)
        for column, one in enumerate(self.form.columns):
            if column in grouped:
                self.sheet.write_string(at + 1, column, one.heading, head)
            else:
                self.sheet.merge_range(at, column, at + 1, column, one.heading, head)
        return at + 2

    def _offer(self, first: int, last: int, column: int, name: str) -> None:
        letter = chr(ord("A") + self.places[name])
        source = f"='{LISTS}'!${letter}$1:${letter}${len(self.lists[name])}"
        self.sheet.data_validation(
            first, column, last, column, {"validate": "list", "source": source, "error_type": "information"}
        )
