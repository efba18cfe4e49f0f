"""Tables as CSV, written as they are read: a text that a spreadsheet would run stays a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

# What spreadsheets take for the start of a formula, or for white space before one.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def neutral(value: object) -> object:
    """A cell that no spreadsheet runs: an apostrophe before what looks like a formula; numbers stay."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_STARTS) else value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else value


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a CSV file with its header, the first with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)

    def line(cells: Sequence[object]) -> str:
        written.seek(0)
        written.truncate()
        writer.writerow([neutral(one) for one in cells])
        return written.getvalue()

    yield _BYTE_ORDER_MARK + line(header)
    for row in rows:
        yield line(row)
