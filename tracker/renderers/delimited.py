"""Tables as CSV, written as they are read: a text that a spreadsheet would run stays a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
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
    yield _BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line(row)


def csv_text(header: Sequence[str], columns: Sequence[Sequence[object]]) -> str:
    """A whole CSV file at once out of its columns, with the same cells as line by line."""
    written = io.StringIO()
    written.write(_BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows(zip(*(_neutral_column(one) for one in columns), strict=True))
    return written.getvalue()


def _neutral_column(cells: Sequence[object]) -> Sequence[object]:
    """The cells of a column as `neutral` gives each; texts that come again and again are looked at once."""
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {int, date}:
        return cells
    if kinds != {str}:
        return [neutral(one) for one in cells]
    other = {one: neutral(one) for one in set(cells) if neutral(one) is not one}
    return [other.get(one, one) for one in cells] if other else cells


def _line(cells: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([neutral(one) for one in cells])
    return written.getvalue()
