"""The report as a set of CSV files in a zip, described for people and for programs (Frictionless)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from tracker.domain.report_document import ReportDocument
from tracker.renderers.delimited import csv_text
from tracker.renderers.tables import Column, Kind, Table, Value, report_tables
from tracker.renderers.tables_shape import without_controls
from tracker.renderers.words import Words

PACKAGE = "datapackage.json"
_TYPES = {
    Kind.TEXT: "string", Kind.CODE: "string", Kind.LINK: "string", Kind.INTEGER: "integer",
    Kind.NUMBER: "number", Kind.PERCENT: "number", Kind.DAY: "date", Kind.FLAG: "boolean",
}  # fmt: skip
_FILE, _UNIX = 0o644 << 16, 3


class CsvRenderer:
    """A file for each table; the header has the keys of the JSON, and the description their headings."""

    format = "csv"
    media_type = "application/zip"
    extension = "zip"

    def __init__(self, language: str = "es") -> None:
        self.language = language

    def render(self, document: ReportDocument) -> bytes:
        """The zip; its times are the cut-off's, so that the same document gives the same bytes."""
        words = Words(self.language)
        tables = report_tables(document, self.language)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            for name, text in _files(words, document, tables):
                file.writestr(_entry(name, document), text.encode(), zipfile.ZIP_DEFLATED)
        return stream.getvalue()


def _files(words: Words, document: ReportDocument, tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    yield words("readme.name"), _readme(words, tables)
    package = json.dumps(_package(document, tables), ensure_ascii=False, indent=2)
    yield PACKAGE, f"{package}\n"
    for table in tables:
        yield _path(table), csv_text([one.key for one in table.columns], _cells(table))


def _entry(name: str, document: ReportDocument) -> zipfile.ZipInfo:
    day = document.cutoff
    entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    entry.external_attr, entry.create_system = _FILE, _UNIX
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _path(table: Table) -> str:
    return f"{table.name}.csv"


def _cells(table: Table) -> list[Sequence[object]]:
    """The cells of each column as they are written: a text that comes again and again is cleaned once."""
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    return [_column(one.kind, values) for one, values in zip(table.columns, columns, strict=True)]


def _column(kind: Kind, values: Sequence[Value]) -> Sequence[object]:
    """Yes and no are true and false, texts are without controls; the rest is as it is."""
    if kind is Kind.FLAG:
        told = {True: "true", False: "false", None: ""}
        return [told[bool(one) if one is not None else None] for one in values]
    if kind in {Kind.TEXT, Kind.LINK, Kind.CODE}:
        texts = {one for one in values if isinstance(one, str)}
        cleaned = {one: clean for one in texts if (clean := without_controls(one)) is not one}
        return [cleaned.get(str(one), one) for one in values] if cleaned else values
    return values


def _readme(words: Words, tables: Sequence[Table]) -> str:
    """What the files are, for whoever opens the zip."""
    told = dict(zip([one.key for one in tables[0].columns], tables[0].rows[0], strict=True))
    lines = [str(told["kind_text"]), str(told["plan_title"]), str(told["institution_name"])]
    lines += [
        f"{one.title}: {told[one.key]}" for one in tables[0].columns if one.key in {"cutoff", "report_sha256"}
    ]
    lines = [without_controls(one) for one in lines if one]
    lines += ["", words("readme.title"), ""]
    lines += [words(f"readme.{name}") for name in ("how", "values", "formula", "package")]
    for table in tables:
        lines += ["", words("readme.table", len(table.rows), name=table.name, title=table.title), table.about]
        lines += [f"  {one.key}: {one.title}" for one in table.columns]
    return "\r\n".join(lines) + "\r\n"


def _package(document: ReportDocument, tables: Sequence[Table]) -> dict[str, Any]:
    imprint = document.imprint
    title = f"{tables[0].rows[0][0]}: {document.plan.title}"
    package = {
        "profile": "tabular-data-package",
        "name": f"{document.kind.value}-plan-{document.plan.number}-{document.cutoff.isoformat()}",
        "title": without_controls(title),
        "resources": [_resource(one) for one in tables],
    }
    if imprint.issuer:
        package["contributors"] = [{"title": without_controls(imprint.issuer), "role": "publisher"}]
    if imprint.version is not None:
        package["version"] = str(imprint.version)
    return package


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(one) for one in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.references:
        schema["foreignKeys"] = [
            {"fields": one.column, "reference": {"resource": one.table, "fields": one.key}}
            for one in table.references
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": _path(table),
        "title": table.title,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.key, "type": _TYPES[column.kind], "title": column.title}
    if column.kind is Kind.PERCENT:
        found["constraints"] = {"minimum": 0, "maximum": 100}
    if column.kind is Kind.FLAG:
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    return found
