"""What the tables of open data are: the one declaration that files, catalogue and page follow."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from tracker.domain.errors import NotFound

DECLARATION = Path(__file__).with_name("open_data.toml")
_ALWAYS, _DAILY = "!", "~"


class DataKind(StrEnum):
    """What a column holds."""

    CODE = "code"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    PERCENT = "percent"
    """0 to 100; empty where nobody informed, which is never 0."""
    DAY = "day"
    INSTANT = "instant"
    FLAG = "flag"
    LINK = "link"
    PAGE = "page"
    """A path of this site, written out with the site's address."""


@dataclass(frozen=True)
class DataColumn:
    """A column: its name, what it holds, and what it means in each language."""

    name: str
    kind: DataKind
    meanings: Mapping[str, str]
    is_required: bool = False
    is_daily: bool = False
    """It changes because a day goes by, not because anybody recorded anything."""


@dataclass(frozen=True)
class DataTable:
    """A table: its columns, the columns that name a row, and the columns that name a row of another table."""

    name: str
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    columns: tuple[DataColumn, ...]
    key: tuple[str, ...]
    references: Mapping[str, str]
    """Table by column; what is referred to is its key of one column."""

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(one.name for one in self.columns)


@dataclass(frozen=True)
class DataGroup:
    """Tables that belong together, as the page lists them."""

    titles: Mapping[str, str]
    tables: tuple[DataTable, ...]


@cache
def _declared() -> Mapping[str, Any]:
    return tomllib.loads(DECLARATION.read_text("utf-8"))


def data_groups() -> tuple[DataGroup, ...]:
    """Every table once, in the groups in which people look for it."""
    return tuple(
        DataGroup({"es": one["es"], "en": one["en"]}, tuple(data_table(name) for name in one["tables"]))
        for one in _declared()["groups"]
    )


@cache
def data_tables() -> tuple[DataTable, ...]:
    """Every table, in the order of the declaration."""
    declared = _declared()
    return tuple(_table(one, declared["sets"]) for one in declared["tables"])


def data_table(name: str) -> DataTable:
    """The table of that name; NotFound where there is none."""
    for one in data_tables():
        if one.name == name:
            return one
    raise NotFound("data-table-not-found", table=name)


def _table(told: Mapping[str, Any], sets: Mapping[str, Any]) -> DataTable:
    columns: list[Sequence[str]] = []
    for one in told["columns"]:
        columns += sets[one.removeprefix("@")] if isinstance(one, str) else [one]
    return DataTable(
        name=told["name"],
        titles={"es": told["es"], "en": told["en"]},
        abouts={"es": told["about_es"], "en": told["about_en"]},
        columns=tuple(_column(*one) for one in columns),
        key=tuple(told["key"]),
        references=told.get("references", {}),
    )


def _column(name: str, kind: str, es: str, en: str) -> DataColumn:
    return DataColumn(
        name,
        DataKind(kind.rstrip(_ALWAYS + _DAILY)),
        {"es": es, "en": en},
        is_required=_ALWAYS in kind,
        is_daily=_DAILY in kind,
    )
