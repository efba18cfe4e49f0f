"""Cells of a workbook, each written as what it is: text, number, percentage, day, link."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.renderers.tables import Kind
from tracker.renderers.tables_shape import without_controls
from tracker.renderers.words import Words

LONGEST_TEXT = 32_767
LONGEST_LINK = 2_000
MOST_LINKS = 65_000
MUTED = "#5F6870"
DAY = "dd/mm/yyyy"
# Spreadsheets count days from 1900 on, and digits up to fifteen.
_FIRST_DAY = date(1900, 3, 1)
_DIGITS = 15
_WEB = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)

Write = Callable[[int, Any], None]


@dataclass
class CellWriter:
    """Writes the cells of one sheet; `style` gives a format by its properties."""

    sheet: Worksheet
    words: Words
    style: Callable[..., Format]
    links: int = 0

    def writer(self, kind: Kind, at: int, *, is_wrapped: bool = True) -> Write:
        """What writes the cells of a column, given the row and a value that is there."""
        make: dict[Kind, Callable[[int], Write]] = {
            Kind.INTEGER: self._integers,
            Kind.NUMBER: self._numbers,
            Kind.PERCENT: self._percentages,
            Kind.DAY: self._days,
            Kind.LINK: self._links,
            Kind.FLAG: self._flags,
            Kind.CODE: self._codes,
        }
        return make[kind](at) if kind in make else self._texts(at, is_wrapped=is_wrapped)

    def _texts(self, at: int, *, is_wrapped: bool = True) -> Write:
        style = self.style(text_wrap=True) if is_wrapped else self.style()
        put, cut = self.sheet.write_string, self.words("book.cut")
        return lambda row, value: put(row, at, _fitting(value, cut), style)

    def _codes(self, at: int) -> Write:
        style, put, cut = self.style(font_color=MUTED), self.sheet.write_string, self.words("book.cut")
        return lambda row, value: put(row, at, _fitting(value, cut), style)

    def _figure(self, form: str) -> Format:
        """At the right, a little off the text of the next column."""
        return self.style(num_format=form, align="right", indent=1)

    def _integers(self, at: int) -> Write:
        style = self._figure("#,##0")
        return self._typed(at, lambda _: style)

    def _numbers(self, at: int) -> Write:
        whole, parts = self._figure("#,##0"), self._figure("#,##0.0#####")
        return self._typed(at, lambda value: whole if value == value.to_integral_value() else parts)

    def _percentages(self, at: int) -> Write:
        """The value stays 0 to 100 as in every other format; the sign is only shown."""
        whole, parts = self._figure('0" %"'), self._figure('0.0#" %"')
        return self._typed(at, lambda value: whole if value == value.to_integral_value() else parts)

    def _typed(self, at: int, style: Callable[[Any], Format]) -> Write:
        """Numbers as numbers; one with more digits than a spreadsheet keeps, as its text."""
        put, put_text = self.sheet.write_number, self.sheet.write_string

        def write(row: int, value: Any) -> None:
            if isinstance(value, Decimal) and len(value.as_tuple().digits) > _DIGITS:
                put_text(row, at, f"{value:f}", self.style(align="right", indent=1))
            else:
                put(row, at, value, style(value))

        return write

    def _days(self, at: int) -> Write:
        style, put = self.style(num_format=DAY, align="left"), self.sheet.write_datetime

        def write(row: int, value: date) -> None:
            if value < _FIRST_DAY:
                self.sheet.write_string(row, at, value.isoformat(), style)
            else:
                put(row, at, datetime.combine(value, time()), style)

        return write

    def _links(self, at: int) -> Write:
        style, text = self.style(font_color="#0B57A4", underline=1, text_wrap=True), self._texts(at)

        def write(row: int, value: str) -> None:
            if self.links >= MOST_LINKS or not is_web_address(value):
                text(row, value)
                return
            self.links += 1
            self.sheet.write_url(row, at, value, style, value)

        return write

    def _flags(self, at: int) -> Write:
        style, put = self.style(), self.sheet.write_string
        yes, no = self.words("book.yes"), self.words("book.no")
        return lambda row, value: put(row, at, yes if value else no, style)


def is_web_address(text: str) -> bool:
    """True for what may be opened: http or https, of a length that a cell's link takes."""
    return len(text) <= LONGEST_LINK and bool(_WEB.fullmatch(text))


def _fitting(text: str, cut: str) -> str:
    """A text that a cell takes: without controls, its lines ended one way, and cut where it is too long."""
    text = without_controls(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    # Cells count in units of UTF-16, of which some signs take two.
    units = text.encode("utf-16-le")
    if len(units) <= LONGEST_TEXT * 2:
        return text
    kept = units[: (LONGEST_TEXT - len(cut)) * 2].decode("utf-16-le", errors="ignore")
    return kept + cut
