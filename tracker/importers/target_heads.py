"""The head of a table of targets: two or three rows of headings, merged or not, known by their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.domain.targets import Side
from tracker.importers.sheets import Sheet
from tracker.importers.wording import key_of

_LONGEST_HEADING = 80
_MOST_ROWS_ABOVE = 3


class Label(StrEnum):
    """A column that says what a row is about."""

    NAME = "name"
    SUBNAME = "subname"
    SNIP = "snip"
    UNIT = "unit"
    EXECUTING_UNIT = "executing_unit"


class Figure(StrEnum):
    """A column of amounts, on either side."""

    INITIAL = "initial"
    MODIFICATION = "modification"
    CURRENT = "current"
    PERCENT = "percent"
    EXECUTED = "executed"


_LABELS: tuple[tuple[Label, str], ...] = (
    (Label.SNIP, r"(?:(?:codigo|no|numero) )?(?:de )?snip"),
    (Label.EXECUTING_UNIT, r"(?:unidad|entidad) (?:ejecutora|responsable)|ue"),
    (Label.UNIT, r"unidad(?: de)? medida|u m|medida"),
    (Label.SUBNAME, r"(?:nombre del? )?sub ?producto(?: .*)?"),
    (Label.NAME, r"(?:nombre del? )?(?:producto|intervencion|proyecto|obra|descripcion)(?: .*)?"),
)
_FIGURES: tuple[tuple[Figure, str], ...] = (
    (Figure.PERCENT, r"pct|(?:pct|porcentaje) (?:de )?\w+|porcentaje"),
    (Figure.INITIAL, r"(?:meta |presupuesto )?(?:inicial|aprobad[oa]|asignad[oa])"),
    (Figure.MODIFICATION, r"modificaci(?:on|ones)|modificad[oa]"),
    (Figure.CURRENT, r"(?:meta |presupuesto )?vigente"),
    (Figure.EXECUTED, r"(?:ejecutad[oa]|ejecucion|devengado)(?: acumulad[oa])?"),
)
_ORDINAL = (r"primer|1er|1ro|1|i", r"segundo|2do|2|ii", r"tercer|3er|3ro|3|iii")
_SIDES: tuple[tuple[Side, str], ...] = (
    (Side.PHYSICAL, r"\bfisic[ao]s?\b"),
    (Side.FINANCIAL, r"\bfinancier[ao]s?\b"),
)


@dataclass
class TargetHead:
    """Where a table begins, and which of its columns holds what."""

    first: int
    last: int
    labels: dict[Label, int] = field(default_factory=dict)
    figures: dict[Side, dict[Figure, list[int]]] = field(default_factory=dict)
    periods: dict[int, int] = field(default_factory=dict)
    """Of columns that say which four-month period they are of."""

    @property
    def width(self) -> int:
        """The last column that is read."""
        amounts = (one for side in self.figures.values() for columns in side.values() for one in columns)
        return max((*self.labels.values(), *amounts), default=0)

    def missing(self) -> list[str]:
        """What no table of targets can do without."""
        found = [] if Label.NAME in self.labels else [Label.NAME.value]
        for side in Side:
            there = self.figures.get(side, {})
            found += [
                f"{side.value}_{one.value}" for one in (Figure.INITIAL, Figure.EXECUTED) if not there.get(one)
            ]
        return found


def period_in(text: str) -> int | None:
    """The four-month period that a text names: "tercer cuatrimestre", "enero a agosto"."""
    bare = key_of(text)
    for number, words in enumerate(_ORDINAL, start=1):
        if re.search(rf"\b(?:{words}) (?:cuatrimestre|cuatri)\b|\bcuatrimestre (?:{words})\b", bare):
            return number
    ends = {"abril": 1, "agosto": 2, "diciembre": 3}
    found = re.search(
        r"\benero\b.* (abril|agosto|diciembre)\b|\bal 3[01] de (abril|agosto|diciembre)\b", bare
    )
    return ends[found.group(1) or found.group(2)] if found else None


def find_heads(sheet: Sheet) -> list[TargetHead]:
    """Every head of a sheet, from the top; a page break may repeat one."""
    return [_head(sheet, row) for row in sheet.rows if _is_leaf(sheet, row)]


def side_in(text: str) -> Side | None:
    """Which side a heading is of; None for one of both, such as a title."""
    bare = key_of(text)
    found = [side for side, words in _SIDES if re.search(words, bare)]
    return found[0] if len(found) == 1 else None


def _key(text: str) -> str:
    return key_of(text.replace("%", " pct ")) if len(text) <= _LONGEST_HEADING else ""


def _figure(text: str) -> Figure | None:
    bare = re.sub(r" ?\b(?:metas? )?(?:fisic|financier)[ao]s?\b", "", _key(text)).strip()
    if period_in(bare):
        bare = re.sub(r" ?\b(?:(?:al?|del?|en el|hasta(?: el)?) )?\w+ cuatrimestre.*", "", bare)
    return next((one for one, words in _FIGURES if re.fullmatch(words, bare)), None)


def _label(text: str) -> Label | None:
    bare = _key(text)
    return next((one for one, words in _LABELS if re.fullmatch(words, bare)), None)


def _is_leaf(sheet: Sheet, row: int) -> bool:
    """The row in which amounts are named: initial, and current or executed."""
    own = [place for place in sheet.in_row(row) if place[0] == row]
    found = {_figure(sheet.text(*place)) for place in own}
    return Figure.INITIAL in found and bool(found & {Figure.CURRENT, Figure.EXECUTED})


def _head(sheet: Sheet, leaf: int) -> TargetHead:
    first = _first_row(sheet, leaf)
    head = TargetHead(first, leaf)
    if _is_period_row(sheet, leaf + 1):
        head.last = leaf + 1
    columns = sorted({column for row in range(first, head.last + 1) for column in _columns(sheet, row)})
    side: Side | None = None
    figure: Figure | None = None
    for column in columns:
        texts = [sheet.text(row, column) for row in range(first, head.last + 1)]
        side = next((found for text in texts if (found := side_in(text))), side)
        own = _figure(sheet.text(leaf, column))
        figure = own or (figure if head.last > leaf and not sheet.text(leaf, column) else None)
        label = next((named for text in texts if (named := _label(text))), None)
        if figure is None and label is not None:
            head.labels.setdefault(label, column)
        elif figure is not None and side is not None:
            head.figures.setdefault(side, {}).setdefault(figure, []).append(column)
            period = next((told for text in texts if (told := period_in(text))), None)
            if period is not None:
                head.periods[column] = period
    if Label.NAME not in head.labels and Label.SUBNAME in head.labels:
        head.labels[Label.NAME] = head.labels.pop(Label.SUBNAME)
    return head


def _columns(sheet: Sheet, row: int) -> set[int]:
    cells = sheet.in_row(row)
    return {column for place in cells for column in range(place[1], place[1] + sheet.width(place))}


def _first_row(sheet: Sheet, leaf: int) -> int:
    """The highest of the rows above that still names a side or a label."""
    first = leaf
    for row in range(leaf - 1, max(0, leaf - 1 - _MOST_ROWS_ABOVE), -1):
        texts = [sheet.text(*place) for place in sheet.in_row(row)]
        if any(side_in(one) or _label(one) for one in texts) and len(texts) > 1:
            first = row
    return first


def _is_period_row(sheet: Sheet, row: int) -> bool:
    texts = [sheet.text(*place) for place in sheet.in_row(row) if place[0] == row]
    return bool(texts) and all(period_in(one) for one in texts)
