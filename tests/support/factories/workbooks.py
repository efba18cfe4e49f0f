"""A round's workbook in tests: downloaded, filled in as a person does, and its bytes again.

book = FilledBook(page.data)
book.write("1.1", percent=50, narrative="Se publicó.")
book.link("1.1", "Informe", "https://portal.example.gt/informe")
data = book.saved()
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.queries.rounds import list_rounds
from tracker.services.rounds import open_rounds

PROGRESS, LINKS, LISTS = "Avances", "Evidencia", "Listas"


def open_round(day: date, now: Any, plan_number: int | None = None) -> str:
    """Open the rounds of a day; gives the uid of the last one, of a plan where it is named."""
    with transaction():
        open_rounds(SYSTEM, today=day, now=now)
    return list_rounds(SYSTEM, plan_number, today=day)[0].uid


class FilledBook:
    """A workbook as a person has it open."""

    def __init__(self, data: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(data))
        self.progress_name = PROGRESS

    @property
    def progress(self) -> Worksheet:
        """The sheet of progress."""
        return self.book[self.progress_name]

    @property
    def links(self) -> Worksheet:
        """The sheet of evidence."""
        return self.book[LINKS]

    def column(self, name: str, sheet: Worksheet | None = None) -> int:
        """The number of a named column."""
        found = {one.value: one.column for one in (sheet or self.progress)[1]}
        return found[name]

    def row(self, label: str) -> int:
        """The row of the line with that label; of several, the first."""
        column = self.column("label")
        return next(
            row for row in range(4, self.progress.max_row + 1)
            if self.progress.cell(row, column).value == label
        )  # fmt: skip

    def cell(self, label: str, name: str) -> Any:
        """The cell of a line in a column."""
        return self.progress.cell(self.row(label), self.column(name))

    def write(self, label: str, **values: Any) -> FilledBook:
        """Write into the cells of a line, each named by its column."""
        for name, value in values.items():
            self.cell(label, name).value = value
        return self

    def link(self, label: str, means: str, url: str, **values: Any) -> FilledBook:
        """Write a link into the row of a line's means."""
        target = self.column("target", self.links)
        row = next(
            row for row in range(4, self.links.max_row + 1)
            if f"· {label} " in str(self.links.cell(row, target).value)
            and means in str(self.links.cell(row, target).value)
        )  # fmt: skip
        for name, value in {"url": url, **values}.items():
            self.links.cell(row, self.column(name, self.links)).value = value
        return self

    def saved(self) -> bytes:
        """The bytes of the workbook."""
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()
