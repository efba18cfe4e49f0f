"""The table formats read back with other libraries than those that wrote them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook


def opened(data: bytes) -> Workbook:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def text_of_workbook(data: bytes) -> str:
    """Everything that stands in any cell."""
    sheets = opened(data).worksheets
    cells = (cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


def files_of(data: bytes) -> dict[str, str]:
    """The files of a zip as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode("utf-8-sig") for name in file.namelist()}


def rows_of(data: bytes, name: str) -> list[dict[str, str]]:
    """The rows of one table of a CSV set."""
    return list(csv.DictReader(io.StringIO(files_of(data)[f"{name}.csv"], newline="")))


def package_of(data: bytes) -> dict[str, Any]:
    """The description of a CSV set."""
    found: dict[str, Any] = json.loads(files_of(data)["datapackage.json"])
    return found


def text_of_csv_set(data: bytes) -> str:
    """Everything that stands in any cell of any file."""
    tables = [one for name, one in files_of(data).items() if name.endswith(".csv")]
    lines = (row for one in tables for row in csv.reader(io.StringIO(one, newline="")))
    return "\n".join(cell for row in lines for cell in row)
