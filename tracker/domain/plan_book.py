"""The full-plan workbook: its sheets and columns, the words of its lists, how a row names an item.

One flat table a sheet. What is written by the export is read back by the import from the same description, so
that nothing of a plan's structure or of what was reported is lost on the way (design section 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.plans import NodeKind
from tracker.domain.text import normalise

# A cell of a spreadsheet holds 32,767 characters: what is longer stands in a sheet of its own, in pieces.
LONGEST_CELL = 32_000
README = "Léame"
LONG_TEXTS = "Textos largos"
PLAN_KEY = "plan"

Value = str | int | Decimal | date | bool | None


class CellKind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True)
class BookColumn:
    """One column: the name of the field it carries, its heading, what its cells hold."""

    name: str
    heading: str
    kind: CellKind = CellKind.TEXT
    words: tuple[tuple[str, str], ...] = ()
    """Of a list: each code with the word that stands in the cell."""
    is_required: bool = False
    width: int = 16


@dataclass(frozen=True)
class BookSheet:
    """One sheet: a table with its columns."""

    name: str
    title: str
    columns: tuple[BookColumn, ...]


@dataclass(frozen=True)
class BookRow:
    """One row as its sheet has it: its number there, and a value for each field that it states."""

    number: int
    values: dict[str, Value]

    def text(self, name: str) -> str:
        """A field as text; nothing as an empty one."""
        value = self.values.get(name)
        return "" if value is None else str(value)


@dataclass
class PlanBook:
    """A workbook's tables by the name of their sheet."""

    tables: dict[str, list[BookRow]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    """Where a file that was read has each field: by sheet, the column from 0."""

    def rows(self, sheet: str) -> list[BookRow]:
        """The rows of a sheet; none where it is not there."""
        return self.tables.get(sheet, [])

    def add(self, sheet: str, values: dict[str, Value]) -> None:
        """One more row at the end of a sheet."""
        rows = self.tables.setdefault(sheet, [])
        rows.append(BookRow(len(rows) + 2, values))


def item_key(kind: NodeKind, label: str, *, commitment: str = "", milestone: str = "") -> str:
    """How a row names an item: "eje 1", "10", "10/hito 2", "10/hito 2/actividad 2.1", "19/actividad 6"."""
    match kind:
        case NodeKind.PLAN:
            return PLAN_KEY
        case NodeKind.AXIS:
            return f"eje {label}"
        case NodeKind.COMMITMENT:
            return label
        case NodeKind.MILESTONE:
            return f"{commitment}/hito {label}"
    above = f"{commitment}/hito {milestone}" if milestone else commitment
    return f"{above}/actividad {label}"


def number_in(label: str) -> int | None:
    """The number that a label shows last: 1 of "2.1", 3 of "3a"; None where it shows none."""
    found = re.findall(r"\d{1,9}", label.rsplit(".", 1)[-1]) or re.findall(r"\d{1,9}", label)
    return int(found[0]) if found else None


def same_key(text: str) -> str:
    """A key as it is compared: small letters, one space, none around the slashes."""
    return re.sub(r"\s*/\s*", "/", normalise(text))


def keys_in(text: str) -> list[str]:
    """The keys of a list, compared form, each once."""
    return list(dict.fromkeys(filter(None, (same_key(one) for one in re.split(r"[;\n]", text)))))


def pieces(text: str) -> Iterator[str]:
    """A long text in pieces that cells take."""
    for start in range(0, len(text), LONGEST_CELL // 2):
        yield text[start : start + LONGEST_CELL // 2]


def long_text_mark(number: int) -> str:
    """What stands in the cell of a text that is longer than a cell takes."""
    return f"[[texto largo {number}]]"


def marked_long_text(text: str) -> int | None:
    """The number of the long text that a cell refers to; None for any other text."""
    found = re.fullmatch(r"\[\[texto largo (\d{1,6})\]\]", text.strip())
    return int(found[1]) if found else None


def repeated(rows: Iterable[BookRow], *names: str) -> Iterator[tuple[BookRow, BookRow]]:
    """Rows that say the same in the fields named, with the first that said it."""
    first: dict[tuple[str, ...], BookRow] = {}
    for row in rows:
        key = tuple(same_key(row.text(name)) for name in names)
        before = first.setdefault(key, row)
        if before is not row and all(key):
            yield row, before
