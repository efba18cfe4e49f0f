"""What a table of a report is: typed columns, rows, and the keys by which tables hang together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from tracker.domain.report_document import ReportDocument
from tracker.domain.schedule import Window
from tracker.renderers.words import Words

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Value = str | int | Decimal | date | None
Row = TypeVar("Row")


class Kind(StrEnum):
    """What a column holds; an empty cell is None, or an empty text."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    PERCENT = "percent"
    """0 to 100; None where nobody informed, which is never 0."""
    DAY = "day"
    LINK = "link"
    FLAG = "flag"
    """True or False."""
    CODE = "code"
    """What programs read: codes and identifiers, after what people read."""


@dataclass(frozen=True)
class Column:
    """A column: its key as in the JSON, its heading, and what it holds."""

    key: str
    title: str
    kind: Kind


@dataclass(frozen=True)
class Reference:
    """A column whose values, where there are any, are keys of another table."""

    column: str
    table: str
    key: str = "uid"


@dataclass(frozen=True)
class Table:
    """One table of a report; `key` are the columns that name a row, if there are such."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Field(Generic[Row]):
    """A column of a table before it has its heading, and how its value is read from what a row is about."""

    key: str
    kind: Kind
    read: Callable[[Row], Value]


@dataclass(frozen=True)
class Telling:
    """The words of a report's tables, with what its plan calls a milestone."""

    words: Words
    milestone: str
    known: dict[str, str] = field(default_factory=dict)
    """What was told before: thousands of rows say the same few things."""

    def __call__(self, key: str) -> str:
        """The words of a key."""
        if key not in self.known:
            self.known[key] = self._told(key)
        return self.known[key]

    def _told(self, key: str) -> str:
        word = self.milestone
        text = self.words(key, word=word, Word=word.capitalize(), Words=f"{word.capitalize()}s")
        return _plain(text)

    def code(self, prefix: str, code: Enum | None) -> str:
        """A code in words; nothing where there is none."""
        return "" if code is None else self(f"{prefix}.{code.value}")

    def windows(self, windows: tuple[Window, ...]) -> str:
        """Periods in words; nothing where the plan gives none."""
        return _windows(self.words, windows) if windows else ""

    def heading(self, key: str) -> str:
        """The heading of a column; one of a figure names it first."""
        figure, _, part = key.partition("_")
        if figure in {"validated", "reported"} and self.words.has(f"table.figure.{part}"):
            return _plain(self.words(f"table.figure.{part}", figure=self(f"figure.{figure}")))
        return self(f"table.col.{key}")


def _plain(text: str) -> str:
    """With ordinary spaces: who filters or searches a column types those."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@lru_cache(maxsize=4096)
def _windows(words: Words, windows: tuple[Window, ...]) -> str:
    """Many items share a period, and writing out dates is slow."""
    return words.windows(windows)


def without_controls(text: str) -> str:
    """The text without characters that are no text: controls, halves of pairs, and no-characters."""
    return text if text.isprintable() else _CONTROLS.sub("", text)


def telling(document: ReportDocument, language: str) -> Telling:
    """The words for a document's tables."""
    return Telling(Words(language), document.plan.milestone_word)


def build(
    told: Telling,
    name: str,
    fields: Sequence[Field[Row]],
    rows: Iterable[Row],
    *,
    key: tuple[str, ...] = (),
    references: tuple[Reference, ...] = (),
) -> Table:
    """A table of these fields with a row for each thing; its title and headings are found by their keys."""
    reads = [one.read for one in fields]
    return Table(
        name=name,
        title=told(f"table.{name}"),
        about=told(f"table.{name}.about"),
        columns=tuple(Column(one.key, told.heading(one.key), one.kind) for one in fields),
        rows=tuple(tuple([read(row) for read in reads]) for row in rows),
        key=key,
        references=references,
    )
