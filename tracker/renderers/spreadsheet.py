"""The report as a workbook (.xlsx): a sheet that says what it is, then one a table, cells typed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.domain.report_document import ReportDocument
from tracker.renderers.spreadsheet_cells import MUTED, CellWriter, Write
from tracker.renderers.tables import Column, Kind, Table, report_tables
from tracker.renderers.tables_shape import without_controls
from tracker.renderers.words import Words

LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_INK, _ACCENT, _LINE, _WASH = "#22282D", "#123A5E", "#C9C4B8", "#F1EFE8"
# Columns that stay in sight while the rest is moved.
_PINNED = {"commitment", "milestone", "activity", "label"}
_WIDE = {
    "title": 46, "item_title": 40, "narrative": 64, "sentence": 56, "measure": 48, "finding": 40, "means": 44,
    "product": 40, "quote": 40, "exception": 34, "departure_reason": 34, "section_text": 26, "url": 48,
    "evidence_title": 40, "sha256": 34, "axis": 26, "state_text": 22, "windows": 26, "baseline_windows": 26,
    "group_text": 26, "status_text": 20, "claim_state_text": 20, "level_text": 18, "institution": 16,
    "role_text": 16, "answers": 22, "lead": 24, "coordinator": 24, "co_responsible": 24, "collaborator": 24,
    "text": 24, "commitment": 13, "milestone": 9, "activity": 11, "label": 8, "number": 10,
}  # fmt: skip
_WIDTHS = {
    Kind.TEXT: 18, Kind.INTEGER: 13, Kind.NUMBER: 13, Kind.PERCENT: 13, Kind.DAY: 13, Kind.LINK: 48,
    Kind.FLAG: 13, Kind.CODE: 18,
}  # fmt: skip
_TALLEST = 300
_LINE_HEIGHT = 15
# How many letters a sheet of paper takes in a row before they are too small to read.
_PAPER_WIDTH = 210


class XlsxRenderer:
    """A workbook for people who filter and add up; the same figures as every other format."""

    format = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = "xlsx"

    def __init__(self, language: str = "es") -> None:
        self.language = language

    def render(self, document: ReportDocument) -> bytes:
        """Rows are written as they come, so that a plan's size does not become memory."""
        stream = io.BytesIO()
        tables = report_tables(document, self.language)
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(stream, options) as file:
            _Book(file, document, Words(self.language), tables).draw()
        return stream.getvalue()


@dataclass
class _Book:
    """One workbook being written, sheet by sheet: in the order of the sheets, row after row."""

    file: Workbook
    document: ReportDocument
    words: Words
    tables: Sequence[Table]
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def draw(self) -> None:
        """The sheet that says what the workbook is, then each table's."""
        report, tables = self.tables[0], self.tables[1:]
        self._properties(report.rows[0][0])
        names = sheet_names([one.title for one in self.tables])
        sheets = [self.file.add_worksheet(name) for name in names]
        self._cover(sheets[0], report, list(zip(tables, names[1:], strict=True)))
        for table, sheet in zip(tables, sheets[1:], strict=True):
            self._sheet(sheet, table)
        sheets[0].activate()

    def _properties(self, kind: object) -> None:
        cutoff = datetime.combine(self.document.cutoff, time())
        title = f"{kind} · {self.document.plan.title} · {cutoff:%Y-%m-%d}"
        values = {
            "title": title,
            "author": self.document.imprint.issuer,
            "company": self.document.imprint.issuer,
        }
        told = {name: without_controls(value)[:255] for name, value in values.items()}
        self.file.set_properties({**told, "created": cutoff})

    def _style(self, **more: Any) -> Format:
        key = tuple(sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({"font_color": _INK, "valign": "top", **more})
        return self.formats[key]

    def _cells(self, sheet: Worksheet, **more: Any) -> CellWriter:
        return CellWriter(sheet, self.words, lambda **style: self._style(**{**style, **more}))

    def _cover(self, sheet: Worksheet, report: Table, others: Sequence[tuple[Table, str]]) -> None:
        """What the report is, line by line, and what each sheet holds, with a link to it."""
        sheet.hide_gridlines(2)
        for at, width in enumerate((3, 38, 10, 92)):
            sheet.set_column(at, at, width)
        pairs = list(zip(report.columns, report.rows[0], strict=True))
        sheet.set_row(1, 30)
        big = self._style(bold=True, font_size=20, font_color=_ACCENT)
        sheet.write_string(1, 1, str(pairs[0][1]), big)
        sheet.set_row(2, 22)
        subject = without_controls(self.document.plan.title)
        sheet.write_string(2, 1, subject, self._style(font_size=14))
        row = self._facts(sheet, 4, pairs[2:])
        row = self._contents(sheet, row + 1, others)
        note = self._style(text_wrap=True, font_color=MUTED)
        for key in ("cover.both_figures", "book.empty"):
            text = self.words(key)
            sheet.set_row(row + 1, _height([(160, text)]))
            sheet.merge_range(row + 1, 1, row + 1, 3, text, note)
            row += 1
        self._paper(sheet, report)

    def _facts(self, sheet: Worksheet, row: int, pairs: Sequence[tuple[Column, Any]]) -> int:
        """Each thing that people ask of the report; what it does not have is left out."""
        label = self._style(font_color=MUTED, text_wrap=True)
        cells = self._cells(sheet, bold=True, align="left", indent=0)
        for column, value in pairs:
            if value in (None, "") or column.kind is Kind.CODE:
                continue
            is_long = column.key == "paragraph"
            texts = [(46, column.title), (130 if is_long else 110, str(value))]
            sheet.set_row(row, _height(texts))
            sheet.write_string(row, 1, column.title, label)
            if is_long:
                wrapped = self._style(text_wrap=True)
                sheet.merge_range(row, 2, row, 3, without_controls(str(value)), wrapped)
            else:
                cells.writer(column.kind, 2, is_wrapped=False)(row, value)
            row += 1
        return row

    def _contents(self, sheet: Worksheet, row: int, others: Sequence[tuple[Table, str]]) -> int:
        head = self._style(bold=True, bottom=1, bottom_color=_ACCENT, font_color=_ACCENT)
        for at, key in enumerate(("book.sheets", "book.rows", "book.holds"), start=1):
            sheet.write_string(row, at, self.words(key), head)
        link = self._style(font_color="#0B57A4", underline=1)
        text = self._style(text_wrap=True)
        count = self._style(num_format="#,##0", align="left")
        for table, name in others:
            row += 1
            sheet.set_row(row, _height([(110, table.about)]))
            quoted = name.replace("'", "''")
            sheet.write_url(row, 1, f"internal:'{quoted}'!A1", link, name)
            sheet.write_number(row, 2, len(table.rows), count)
            sheet.write_string(row, 3, table.about, text)
        return row + 1

    def _sheet(self, sheet: Worksheet, table: Table) -> None:
        """A table: its headings stay in sight and can be filtered by."""
        widths = [_width(one) for one in table.columns]
        self._head(sheet, table, widths)
        writers = self._writers(sheet, table)
        for row, values in enumerate(table.rows, start=1):
            lines = _lines(values, widths)
            if lines > 1:
                sheet.set_row(row, min(lines * _LINE_HEIGHT + 3, _TALLEST))
            _write_row(writers, row, values)
        last = max(len(table.rows), 1)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        # A line under each row, blank cells included, without writing those.
        line = self.file.add_format({"bottom": 1, "bottom_color": _LINE})
        sheet.conditional_format(1, 0, last, len(table.columns) - 1, {"type": "no_errors", "format": line})
        # Numbers such as 1.10 are names, and stay text on purpose.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        self._paper(sheet, table)
        self._print(sheet, table, widths)

    def _writers(self, sheet: Worksheet, table: Table) -> list[Write]:
        cells, names = self._cells(sheet), self._cells(sheet, align="left", indent=0)
        return [
            (names if one.key in _PINNED else cells).writer(one.kind, at)
            for at, one in enumerate(table.columns)
        ]

    def _head(self, sheet: Worksheet, table: Table, widths: Sequence[int]) -> None:
        """The headings; those of what programs read stand back, and can be folded away."""
        look = {"bold": True, "border": 1, "border_color": _LINE, "text_wrap": True}
        head = self._style(**{**look, "font_color": "#FFFFFF", "bg_color": _ACCENT})
        back = self._style(**{**look, "font_color": MUTED, "bg_color": _WASH})
        # Bold letters are wider, and the filter's button takes room.
        titles = [(width - 2, one.title) for width, one in zip(widths, table.columns, strict=True)]
        sheet.set_row(0, max(_height(titles), 2 * _LINE_HEIGHT))
        for at, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            is_code = column.kind is Kind.CODE
            sheet.set_column(at, at, width, None, {"level": 1} if is_code else {})
            sheet.write_string(0, at, column.title, back if is_code else head)
        sheet.freeze_panes(1, _pinned(table))

    def _print(self, sheet: Worksheet, table: Table, widths: Sequence[int]) -> None:
        """What people read goes to paper, on so many sheets side by side that it can be read."""
        shown = max(at for at, one in enumerate(table.columns) if one.kind is not Kind.CODE)
        sheet.print_area(0, 0, len(table.rows), shown)
        sheet.repeat_rows(0)
        pinned = _pinned(table)
        if pinned:
            sheet.repeat_columns(0, pinned - 1)
        sheet.fit_to_pages(-(-sum(widths[: shown + 1]) // _PAPER_WIDTH), 0)

    def _paper(self, sheet: Worksheet, table: Table) -> None:
        """On paper: landscape, with its title, cut-off, hash and page."""
        sheet.set_landscape()
        sheet.set_paper(1)
        sheet.set_margins(0.4, 0.4, 0.7, 0.6)
        sheet.fit_to_pages(1, 0)
        plan = without_controls(self.document.plan.title)[:80].replace("&", "&&")
        title = table.title[:LONGEST_NAME].replace("&", "&&")
        as_of = self.words("cover.as_of", day=self.words.day(self.document.cutoff))
        sheet.set_header(f"&L{plan}&C{title}&R{as_of}")
        page = self.words("page", page="&P", pages="&N")
        sheet.set_footer(f"&L&8{self.document.imprint.sha256}&R{page}")


def _pinned(table: Table) -> int:
    """How many columns stay in sight: the numbers by which a row is called."""
    pinned = [one.key in _PINNED for one in table.columns]
    return pinned.index(False) if False in pinned else 0


def _write_row(writers: Sequence[Write], row: int, values: Sequence[Any]) -> None:
    for write, value in zip(writers, values, strict=True):
        if value is not None and value != "":
            write(row, value)


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that a workbook takes: without its signs, short enough, each once whatever its case."""
    used: set[str] = set()
    found = []
    for title in titles:
        stem = " ".join(_NOT_IN_NAMES.sub(" ", title).split()).strip("'") or "-"
        name, number = stem[:LONGEST_NAME].strip(), 2
        while name.casefold() in used:
            end = f" ({number})"
            name, number = stem[: LONGEST_NAME - len(end)].strip() + end, number + 1
        used.add(name.casefold())
        found.append(name)
    return found


def _width(column: Column) -> int:
    return _WIDE.get(column.key, _WIDTHS[column.kind])


def _lines(values: Sequence[Any], widths: Sequence[int]) -> int:
    """How many lines a row needs for its longest text."""
    most = 1
    for value, width in zip(values, widths, strict=True):
        if type(value) is str and (len(value) > width or "\n" in value):
            need = sum(-(-len(part) // width) or 1 for part in value.split("\n"))
            most = max(most, need)
    return most


def _height(texts: Sequence[tuple[int, str]]) -> float:
    """The height for texts by the width they have: not every program measures it itself."""
    lines = (-(-len(text) // width) for width, text in texts)
    return float(min(max(1, *lines) * _LINE_HEIGHT + 3, _TALLEST))
