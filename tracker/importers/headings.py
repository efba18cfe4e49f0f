"""Columns of a work plan, known by the words at their head and never by position."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.domain.plans import Role
from tracker.importers.sheets import Place, Sheet
from tracker.importers.wording import key_of

LONGEST_HEADING = 110


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    TITLE = "title"
    MILESTONE = "milestone"
    MILESTONE_NUMBER = "milestone-number"
    PERIOD = "period"
    START = "start"
    END = "end"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    CO_RESPONSIBLE = "co_responsible"
    COLLABORATOR = "collaborator"
    PRODUCT = "product"
    MEANS = "means"
    CONTINUITY = "continuity"
    COMMITMENT = "commitment"


ROLE_COLUMNS: dict[Column, Role] = {
    Column.LEAD: Role.LEAD,
    Column.COORDINATOR: Role.COORDINATOR,
    Column.CO_RESPONSIBLE: Role.CO_RESPONSIBLE,
    Column.COLLABORATOR: Role.COLLABORATOR,
}
_TELLING = frozenset(Column) - {Column.NUMBER, Column.MILESTONE_NUMBER, Column.COMMITMENT}

_WORDS: tuple[tuple[Column, str], ...] = (
    (Column.MEANS, r"verificacion|verificador|evidencia"),
    (Column.PRODUCT, r"producto|entregable|resultado esperado"),
    (Column.CONTINUITY, r"en curso|nuevo|continuidad"),
    (Column.MILESTONE_NUMBER, r"^(?:no|n|num|numero|codigo|cod) (?:de(?:l)? )?(?:hito|meta)"),
    (Column.NUMBER, r"^(?:no|n|num|numero|correlativo|codigo|cod|item)(?: (?:del? )?(?:actividad|orden))?$"),
    (Column.START, r"^(?:fecha |mes )?(?:de |del )?(?:inicio|inicial|desde|comienzo)\b"),
    (Column.END, r"^(?:fecha |mes )?(?:de |del )?(?:fin|final|finalizacion|termino|terminacion|conclusion|"
                 r"hasta|vencimiento|entrega|limite|cierre)\b"),
    (Column.CO_RESPONSIBLE, r"corresponsable|co responsable"),
    (Column.COLLABORATOR, r"colaborador|de apoyo|apoyo|otros actores|participantes|involucrad|aliad"),
    (Column.COORDINATOR, r"coordinador|coordina\b"),
    (Column.LEAD, r"responsable|institucion|entidad|encargad|ejecutor|unidad ejecutora"),
    (Column.PERIOD, r"tiempo|periodo|plazo|fecha|cronograma|calendario|duracion|temporalidad"),
    (Column.TITLE, r"actividad|accion(?:es)?\b|tarea|descripcion"),
    (Column.MILESTONE, r"\bhitos?\b|\bmetas?\b"),
    (Column.COMMITMENT, r"^compromisos?$"),
)  # fmt: skip


@dataclass
class Heading:
    """A heading row: which column holds what, and the last row it takes."""

    row: int
    last_row: int
    columns: dict[Column, int] = field(default_factory=dict)

    @property
    def leftmost(self) -> int:
        """The first column that is read."""
        return min(self.columns.values())


def column_of(text: str) -> Column | None:
    """What a column with this heading holds; None for a heading that means nothing here."""
    if not text or len(text) > LONGEST_HEADING:
        return None
    folded = key_of(text.replace("#", " numero ").replace("°", " ").replace("º", " "))
    return next((column for column, words in _WORDS if re.search(words, folded)), None)


def find_heading(sheet: Sheet, row: int) -> Heading | None:
    """The heading that begins in a row: what is to be done, and at least two telling columns beside it."""
    heading = Heading(row, row)
    below: dict[Column, int] = {}
    for place in sheet.in_row(row):
        if place[0] != row:
            continue
        column = column_of(sheet.text(*place))
        if column is not None:
            heading.last_row = max(heading.last_row, sheet.last_row(place))
            heading.columns.setdefault(column, place[1])
            if column is Column.PERIOD and sheet.width(place) > 1:
                below = _ends_below(sheet, place)
    if Column.TITLE not in heading.columns and Column.MILESTONE in heading.columns:
        heading.columns[Column.TITLE] = heading.columns.pop(Column.MILESTONE)
    _drop_target_column(heading)
    if below:
        heading.columns.pop(Column.PERIOD)
        heading.columns.update(below)
        heading.last_row = max(heading.last_row, row + 1)
    return heading if _is_heading(heading) else None


def _drop_target_column(heading: Heading) -> None:
    """A column of milestones stands before that of activities; after it, "Meta" is a quantity."""
    milestone = heading.columns.get(Column.MILESTONE)
    title = heading.columns.get(Column.TITLE)
    if milestone is not None and title is not None and milestone > title:
        del heading.columns[Column.MILESTONE]


def _ends_below(sheet: Sheet, place: Place) -> dict[Column, int]:
    """Two columns under one heading of time: "Inicio" and "Fin"."""
    row = sheet.last_row(place) + 1
    found: dict[Column, int] = {}
    for column in range(place[1], place[1] + sheet.width(place)):
        kind = column_of(sheet.text(row, column))
        if kind in (Column.START, Column.END):
            found[kind] = column
    return found if len(found) == 2 else {}


def _is_heading(heading: Heading) -> bool:
    beside = (set(heading.columns) & _TELLING) - {Column.TITLE}
    return Column.TITLE in heading.columns and len(beside) >= 2
