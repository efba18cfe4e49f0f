"""What goes with the tables of open data: datapackage.json (Frictionless), a note to read first, hashes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tracker.renderers.open_data import DataColumn, DataKind, DataTable
from tracker.renderers.words import Words

PACKAGE = "datapackage.json"
SUMS = "SHA256SUMS"
_TYPES = {
    DataKind.CODE: "string", DataKind.TEXT: "string", DataKind.LINK: "string", DataKind.PAGE: "string",
    DataKind.INTEGER: "integer", DataKind.NUMBER: "number", DataKind.PERCENT: "number",
    DataKind.DAY: "date", DataKind.INSTANT: "datetime", DataKind.FLAG: "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Licence:
    """Under which licence the data are given: its short name and where it is read."""

    name: str
    url: str


@dataclass(frozen=True)
class Publication:
    """Whose data these are, where they are, under which licence, and of which day."""

    publisher: str
    base_url: str
    licence: Licence
    day: date
    at: datetime

    @property
    def home(self) -> str:
        """The page of open data."""
        return f"{self.base_url}/datos"


def publication_of(settings: Mapping[str, Any], *, day: date, at: datetime) -> Publication:
    """As the installation is set."""
    return Publication(
        publisher=settings["GOVERNMENT_NAME"],
        base_url=settings["BASE_URL"].rstrip("/"),
        licence=Licence(settings["DATA_LICENSE"], settings["DATA_LICENSE_URL"]),
        day=day,
        at=at,
    )


@dataclass(frozen=True)
class DataFile:
    """A file with its size and hash."""

    path: str
    size: int
    sha256: str


def instant(at: datetime) -> str:
    """An instant as every format writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def package(
    tables: Iterable[DataTable], publication: Publication, files: Mapping[str, DataFile], *, folder: str = ""
) -> dict[str, Any]:
    """The description of the tables as CSV; with sizes and hashes where the files are frozen."""
    words = Words("es")
    licence = publication.licence
    return {
        "profile": "tabular-data-package",
        "name": "cumple-datos-abiertos",
        "id": publication.home,
        "title": words("open_data.title", publisher=publication.publisher),
        "description": words("open_data.about"),
        "homepage": publication.home,
        "version": publication.day.isoformat(),
        "created": instant(publication.at),
        "contributors": [{"title": publication.publisher, "role": "publisher"}],
        "licenses": [{"name": licence.name, "path": licence.url, "title": licence.name}],
        "resources": [_resource(one, files.get(f"{folder}{one.name}.csv"), folder) for one in tables],
    }


def _resource(table: DataTable, file: DataFile | None, folder: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"{folder}{table.name}.csv",
        "title": table.titles["es"],
        "title_en": table.titles["en"],
        "description": table.abouts["es"],
        "description_en": table.abouts["en"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _schema(table),
    }
    return found | ({"bytes": file.size, "hash": f"sha256:{file.sha256}"} if file else {})


def _schema(table: DataTable) -> dict[str, Any]:
    keys = [
        {
            "fields": [column],
            "reference": {
                "resource": "" if other == table.name else other.replace("_", "-"),
                "fields": ["uid"],
            },
        }
        for column, other in table.references.items()
    ]
    schema: dict[str, Any] = {
        "fields": [_field(one) for one in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(column: DataColumn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.meanings["es"],
        "description_en": column.meanings["en"],
    }
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.kind is DataKind.PERCENT:
        constraints |= {"minimum": 0, "maximum": 100}
    if column.kind is DataKind.FLAG:
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    return found | ({"constraints": constraints} if constraints else {})


def package_text(described: Mapping[str, Any]) -> str:
    """The description as a file."""
    return f"{json.dumps(described, ensure_ascii=False, indent=2)}\n"


def readme(tables: Sequence[DataTable], counts: Mapping[str, int], publication: Publication) -> str:
    """What the files are, for whoever opens the zip, in both languages."""
    lines: list[str] = []
    for language in ("es", "en"):
        words = Words(language)
        licence = publication.licence
        lines += [
            words("open_data.title", publisher=publication.publisher),
            words("open_data.of_day", day=words.day(publication.day), home=publication.home),
            words("open_data.licence", name=licence.name, url=licence.url),
            "",
            *(words(f"open_data.note.{name}") for name in ("files", "empty", "formula", "check")),
            "",
        ]
        for one in tables:
            rows = words("open_data.rows", counts.get(one.name, 0))
            lines += [f"{one.name} — {one.titles[language]} ({rows})", f"  {one.abouts[language]}"]
        lines += ["", ""]
    return "\r\n".join(lines)


def sums(files: Iterable[DataFile]) -> str:
    """The hashes as `sha256sum --check` reads them."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in files)
