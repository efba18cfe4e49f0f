"""The file in which assessments are filled in: headings, and a row for each commitment."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tracker.renderers.delimited import csv_lines

_HEAD = PatternFill("solid", fgColor="FFE3ECF7")
_ROWS_BELOW = 200


@dataclass(frozen=True)
class TemplateColumn:
    """A column: its heading, its width, and the values it takes where there is a list of them."""

    label: str
    width: int = 18
    choices: tuple[str, ...] = ()


def render_csv(columns: Sequence[TemplateColumn], rows: Sequence[Sequence[str]]) -> bytes:
    """As a text table in UTF-8, with the mark by which spreadsheets know it."""
    filled = ([*row, *([""] * (len(columns) - len(row)))] for row in rows)
    return "".join(csv_lines([one.label for one in columns], filled)).encode()


def render_xlsx(columns: Sequence[TemplateColumn], rows: Sequence[Sequence[str]]) -> bytes:
    """As a workbook: headings that stay in sight, lists to choose from, texts that wrap."""
    book = Workbook()
    sheet = book.worksheets[0]
    last = len(rows) + _ROWS_BELOW
    for place, one in enumerate(columns, start=1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, one.label)
        head.font, head.fill, head.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True)
        sheet.column_dimensions[letter].width = one.width
        if one.choices:
            listed = DataValidation("list", formula1='"' + ",".join(one.choices) + '"', allow_blank=True)
            listed.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(listed)
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            # Texts, also where they look like a formula.
            cell = sheet.cell(number, place, text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
