"""Office files that the tests build themselves, with the traps that real ones hold."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.importers.proposals import ActivityProposal, Finding, PlanProposal
from tracker.importers.workplan import read_workplan

COLUMNS = (
    *("No.", "Descripción de actividades", "Tiempo de cumplimiento"),
    *("Institución responsable", "Producto", "Medio de verificación"),
)
HEAD = (
    ("PLAN DE TRABAJO",),
    ("5º. PLAN DE ACCIÓN NACIONAL DE GOBIERNO ABIERTO 2021-2023",),
    ("COMPROMISO No. 3   Nombre del compromiso: Agua para todos",),
)


def fill(sheet: Worksheet, rows: Iterable[Sequence[Any]], merged: Iterable[str] = ()) -> None:
    """Put rows into a sheet, then merge ranges."""
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook(rows: Iterable[Sequence[Any]], merged: Iterable[str] = (), title: str = "Plan") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    fill(book.active, rows, merged)
    return saved(book)


def plan(*rows: Sequence[Any], merged: Iterable[str] = (), columns: Sequence[str] = COLUMNS) -> PlanProposal:
    """What is read from a plan with the usual head; the first row of the table is row 5."""
    return read_workplan(workbook([*HEAD, columns, *rows], merged))


def only_activity(proposal: PlanProposal) -> ActivityProposal:
    """The single activity of a single commitment."""
    (commitment,) = proposal.commitments
    found = [*commitment.activities, *(one for each in commitment.milestones for one in each.activities)]
    assert len(found) == 1
    return found[0]


def codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of findings in order."""
    return [one.code for one in findings]


def roles(item: Any) -> list[tuple[str, str]]:
    """Institution and part of an item, in order."""
    return [(one.institution.acronym or one.institution.name, one.role.value) for one in item.roles]


def spans(item: Any) -> list[tuple[str, str]]:
    """Start and end of an item's windows."""
    return [(str(one.start), str(one.end)) for one in item.windows]


def document(*blocks: str | Sequence[Sequence[str]]) -> bytes:
    """A text document of paragraphs (texts) and tables (rows of texts)."""
    made = Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        table = made.add_table(rows=0, cols=max(len(row) for row in block))
        for row in block:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
