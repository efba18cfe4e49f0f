"""The full-plan workbook (.xlsx): a sheet for each table, lists to choose from, and a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.domain.plan_book import (
    LONG_TEXTS,
    LONGEST_CELL,
    README,
    BookColumn,
    BookSheet,
    CellKind,
    PlanBook,
    Value,
    long_text_mark,
    pieces,
)
from tracker.domain.plan_book_sheets import SHEETS

YES, NO = "sí", "no"
_DAY = "dd/mm/yyyy"
# Spreadsheets count days from 1900 on, and digits up to fifteen.
_FIRST_DAY = date(1900, 3, 1)
_DIGITS = 15
_ROWS_BELOW = 500
# The same plan gives the same bytes, whenever it is written.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a document's property has no zone

README_LINES: tuple[tuple[str, str], ...] = (
    ("Qué es", "Un plan de acción entero, en tablas: una hoja por tabla y una fila por cosa."),
    (
        "Qué trae",
        "El plan, las instituciones que nombra, sus ejes, compromisos con todos los campos de la plantilla "
        "oficial, montos, hitos, actividades, fechas con su exactitud (línea base y reprogramaciones), "
        "responsabilidades, productos con su cantidad, medios de verificación, y los avances que las "
        "instituciones declararon, con sus enlaces y cantidades.",
    ),
    (
        "Qué no trae",
        "Las validaciones, devoluciones y comentarios de la revisión; los avances devueltos, retirados o en "
        "borrador; los archivos de evidencia; las dudas y los desacuerdos entre documentos; las "
        "solicitudes de reprogramación y las enmiendas con sus firmas; metas, reuniones, acuerdos, "
        "valoraciones, cuentas y la bitácora; los nombres anteriores y las fusiones de instituciones. Todo "
        "eso pasa de una instalación a otra solo con la copia de seguridad.",
    ),
    (
        "Qué pasa al importarlo",
        "Un avance declarado entra como declarado: nada queda validado. Lo que falta en el libro no se "
        "borra. Una celda vacía no borra lo que hay. Importar dos veces el mismo libro no cambia nada.",
    ),
    (
        "Cómo se nombra un elemento",
        "Eje: «eje 1». Compromiso: «10». Hito: «10/hito 2». Actividad de un hito: "
        "«10/hito 2/actividad 2.1». Actividad sin hito: «19/actividad 6». "
        "Varios se separan con punto y coma.",
    ),
    (
        "Identificador",
        "Reconoce cada cosa aunque cambie de número o de título. Déjelo como está; en una fila nueva, déjelo "
        "vacío. Puede cambiar el orden de las columnas y de las filas, y agregar hojas suyas: no se leen.",
    ),
    (
        "Continúa de",
        "El elemento de un plan anterior, como «4:10/7.1». Para que vuelva, importe primero ese plan.",
    ),
    (
        "Datos personales",
        "La hoja de compromisos trae los contactos, también los que no son públicos: cuide a quién lo envía.",
    ),
)


def render_plan_book(book: PlanBook) -> bytes:
    """The workbook as bytes: every text as text, every number and day typed."""
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as file:
        file.set_properties({"title": "Plan de acción", "author": "Cumple", "created": _MADE})
        _Drawing(file, book).draw()
    return stream.getvalue()


class _Drawing:
    """One workbook being written, sheet by sheet and row by row."""

    def __init__(self, file: Workbook, book: PlanBook) -> None:
        self.file, self.book = file, book
        self.head = file.add_format({"bold": True, "bg_color": "#E3ECF7", "text_wrap": True, "border": 1})
        self.plain = file.add_format({"text_wrap": True, "valign": "top"})
        self.day = file.add_format({"num_format": _DAY, "valign": "top", "align": "left"})
        self.number = file.add_format({"valign": "top"})
        self.long_texts: list[str] = []

    def draw(self) -> None:
        """The explanation, the tables, and what is too long for a cell."""
        self._readme()
        for one in SHEETS:
            self._table(one)
        self._long_texts()

    def _readme(self) -> None:
        sheet = self.file.add_worksheet(README)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100)
        bold = self.file.add_format({"bold": True, "valign": "top"})
        for row, (head, text) in enumerate(README_LINES):
            sheet.set_row(row, 18.0 * (1 + len(text) // 100))
            sheet.write_string(row, 0, head, bold)
            sheet.write_string(row, 1, text, self.plain)

    def _table(self, spec: BookSheet) -> None:
        sheet = self.file.add_worksheet(spec.title)
        rows = self.book.rows(spec.name)
        last = len(rows) + _ROWS_BELOW
        for at, column in enumerate(spec.columns):
            sheet.set_column(at, at, column.width)
            _offer(sheet, at, column, last)
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(spec.columns) - 1)
        sheet.set_row(0, 32)
        for at, column in enumerate(spec.columns):
            sheet.write_string(0, at, column.heading, self.head)
        for row, values in enumerate((one.values for one in rows), start=1):
            self._row(sheet, row, spec.columns, values)

    def _row(
        self, sheet: Worksheet, row: int, columns: Sequence[BookColumn], values: Mapping[str, Value]
    ) -> None:
        for at, column in enumerate(columns):
            value = values.get(column.name)
            if value is not None:
                self._cell(sheet, row, at, column, value)

    def _cell(self, sheet: Worksheet, row: int, at: int, column: BookColumn, value: Value) -> None:
        writers: dict[CellKind, Callable[[Value], tuple[object, Format]]] = {
            CellKind.FLAG: lambda said: (YES if said else NO, self.plain),
            CellKind.CHOICE: lambda said: (dict(column.words).get(str(said), str(said)), self.plain),
        }
        shown, style = writers.get(column.kind, self._typed)(value)
        if isinstance(shown, datetime):
            sheet.write_datetime(row, at, shown, style)
        elif isinstance(shown, int | float | Decimal):
            sheet.write_number(row, at, float(shown), style)
        else:
            sheet.write_string(row, at, self._fitting(str(shown)), style)

    def _typed(self, value: Value) -> tuple[object, Format]:
        """A day or number as such where a spreadsheet keeps it exactly, else as its text."""
        if isinstance(value, date):
            if value >= _FIRST_DAY:
                return datetime.combine(value, time()), self.day
            return value.isoformat(), self.plain
        if isinstance(value, Decimal) and len(value.as_tuple().digits) > _DIGITS:
            return f"{value:f}", self.plain
        return value, self.number if isinstance(value, int | Decimal) else self.plain

    def _fitting(self, text: str) -> str:
        if len(text.encode("utf-16-le")) <= LONGEST_CELL * 2:
            return text
        self.long_texts.append(text)
        return long_text_mark(len(self.long_texts))

    def _long_texts(self) -> None:
        sheet = self.file.add_worksheet(LONG_TEXTS)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, "Texto", self.head)
        sheet.write_string(0, 1, "Parte", self.head)
        row = 0
        for number, text in enumerate(self.long_texts, start=1):
            for piece in pieces(text):
                row += 1
                sheet.write_number(row, 0, number)
                sheet.write_string(row, 1, piece, self.plain)


def _offer(sheet: Worksheet, at: int, column: BookColumn, last: int) -> None:
    """The list of words a cell takes, to choose from."""
    words = [word for _, word in column.words] if column.kind is CellKind.CHOICE else []
    if column.kind is CellKind.FLAG:
        words = [YES, NO]
    if words:
        sheet.data_validation(1, at, last, at, {"validate": "list", "source": words, "error_type": "warning"})
