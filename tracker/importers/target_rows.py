"""The rows of a table of targets as a sheet shows them: labels, amounts, and what is wrong in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.domain.targets import SCALES, Execution, Measure, Modification, Side, TargetLevel, percent_of
from tracker.importers.findings import FindingList
from tracker.importers.sheets import Place, Sheet
from tracker.importers.target_amounts import read_amount, read_percent, to_number
from tracker.importers.target_heads import Figure, Label, TargetHead
from tracker.importers.wording import collapse, key_of

_TOTAL = re.compile(r"(?:sub ?)?(?:gran )?total(?:es)?\b.*")
_LEVEL_WORD = re.compile(r"(sub)?producto\b(?: \d+)? ?.*")


@dataclass
class RawTarget:
    """One row of figures, before it is known what stands under what."""

    row: int
    name: str
    unit: str
    snip: str
    executing_unit: str
    physical: Measure
    financial: Measure
    level: TargetLevel | None = None
    """As the row itself says; None where it does not."""
    continues: bool = False
    is_total: bool = False


@dataclass
class RowReader:
    """Reads rows under one head; what is wrong is told of its cell."""

    sheet: Sheet
    head: TargetHead
    period: int
    findings: FindingList
    told: dict[tuple[int, str], Place] = field(default_factory=dict)
    """Where each figure of a row stands, for what is found of it later."""

    def read(self, row: int, above: RawTarget | None) -> RawTarget:
        """The row, with its errors told."""
        self._check_ends(row)
        name, own_name = self._name(row)
        unit, snip = self._text(row, Label.UNIT), self._snip(row)
        if unit and to_number(unit) is not None:
            self._error("row-shifted", row, Label.UNIT)
        if own_name and to_number(own_name) is not None:
            self._error("row-shifted", row, Label.NAME)
        sides = {side: self._measure(row, side) for side in Side}
        self._check_shift(row)
        is_total = bool(_TOTAL.fullmatch(key_of(own_name)))
        continues = above is not None and not own_name and snip in {"", above.snip}
        if not own_name and not continues:
            self._error("target-without-name", row, Label.NAME)
        if not unit and not sides[Side.PHYSICAL].is_empty and not is_total:
            self.findings.doubt("unit-missing", self.sheet, self._place(row, Label.UNIT), name)
        own = self._text(row, Label.EXECUTING_UNIT)
        if continues and above is not None:
            name, snip, own = above.name, snip or above.snip, own or above.executing_unit
        measures = (sides[Side.PHYSICAL], sides[Side.FINANCIAL])
        level = self._level(row, own_name)
        return RawTarget(row, name, unit, snip, own, *measures, level, continues, is_total)

    def _name(self, row: int) -> tuple[str, str]:
        """The name, and the part of it that is written in this very row."""
        columns = [self.head.labels[one] for one in (Label.SUBNAME, Label.NAME) if one in self.head.labels]
        for column in columns:
            if text := collapse(self.sheet.text(row, column)):
                return text, text if self.sheet.anchor(row, column)[0] == row else ""
        return "", ""

    def _level(self, row: int, name: str) -> TargetLevel | None:
        """What the row says of itself: by its column, or by a word before its name."""
        if Label.SUBNAME in self.head.labels:
            is_sub = bool(self._text(row, Label.SUBNAME))
            return TargetLevel.SUBPRODUCT if is_sub else TargetLevel.PRODUCT
        match = _LEVEL_WORD.fullmatch(key_of(name)) if re.match(r"(?i)\s*(sub)?producto\b", name) else None
        if match is None:
            return None
        return TargetLevel.SUBPRODUCT if match.group(1) else TargetLevel.PRODUCT

    def _snip(self, row: int) -> str:
        text = self._text(row, Label.SNIP)
        bare = re.sub(r"[\s,.]", "", text)
        if bare.isdecimal() or bare in {"", "-", "–", "—"} or key_of(text) in {"n a", "na", "no aplica"}:
            return bare if bare.isdecimal() else ""
        self._error("row-shifted", row, Label.SNIP)
        return ""

    def _measure(self, row: int, side: Side) -> Measure:
        columns = self.head.figures.get(side, {})
        amounts = {
            figure: [(column, self._amount(row, column, side, figure)) for column in columns.get(figure, ())]
            for figure in Figure
            if figure is not Figure.PERCENT
        }
        for figure, cells in amounts.items():
            for column, _ in cells:
                self.told.setdefault((row, f"{side.value}.{figure.value}"), (row, column))
        first = {one: next((value for _, value in cells), None) for one, cells in amounts.items()}
        executed = tuple(
            Execution(self.head.periods.get(column, self.period), value)
            for column, value in amounts[Figure.EXECUTED]
            if value is not None
        )
        modified = first[Figure.MODIFICATION]
        measure = Measure(
            initial=first[Figure.INITIAL],
            modifications=() if modified is None else (Modification(modified),),
            executed=executed,
            printed_current=first[Figure.CURRENT],
        )
        percent = self._percent(row, side, measure)
        return Measure(measure.initial, measure.modifications, executed, measure.printed_current, percent)

    def _own_text(self, row: int, column: int) -> str:
        """A figure merged over several rows counts once, in its first."""
        return self.sheet.text(row, column) if self.sheet.anchor(row, column) == (row, column) else ""

    def _amount(self, row: int, column: int, side: Side, figure: Figure) -> int | None:
        place, text = (row, column), self._own_text(row, column)
        if place in self.sheet.broken or place in self.sheet.uncomputed:
            code = "impossible-value" if place in self.sheet.broken else "formula-not-computed"
            self.findings.error(code, self.sheet, place, text)
            return None
        read = read_amount(text, SCALES[side])
        if read.refusal:
            self.findings.error(read.refusal, self.sheet, place, text)
        elif read.value is not None and read.value < 0 and figure is not Figure.MODIFICATION:
            self.findings.error("amount-below-zero", self.sheet, place, text)
        elif read.is_rounded:
            self.findings.doubt("amount-rounded", self.sheet, place, text)
        return read.value

    def _percent(self, row: int, side: Side, measure: Measure) -> Decimal | None:
        column = next(iter(self.head.figures.get(side, {}).get(Figure.PERCENT, ())), None)
        if column is None:
            return None
        self.told[row, f"{side.value}.percent"] = (row, column)
        text = self._own_text(row, column)
        percent, is_read = read_percent(text)
        if not is_read:
            self.findings.error("percent-not-a-number", self.sheet, (row, column), text)
        computed = percent_of(measure.executed_by(self.period), measure.current)
        raw = to_number(text)
        if raw is None or percent is None or computed is None or percent == computed:
            return percent
        # Formatted as a percentage, a cell holds 0.8323 for 83.23 %.
        hundred, _ = read_percent(str(raw * 100))
        return hundred if hundred == computed else percent

    def _check_shift(self, row: int) -> None:
        """Figures one column aside: they add up there and not in place, and leave an empty cell behind."""
        for columns in self.head.figures.values():
            first = columns[Figure.INITIAL][0]
            to_the_left = not self._own_text(row, self.head.width) and self._adds_up(row, columns, -1)
            to_the_right = not self._own_text(row, first) and self._adds_up(row, columns, 1)
            if self._adds_up(row, columns, 0) is not True and (to_the_left or to_the_right):
                self.findings.error("row-shifted", self.sheet, (row, first), self.sheet.text(row, first))

    def _adds_up(self, row: int, columns: Mapping[Figure, Sequence[int]], offset: int) -> bool | None:
        """Whether initial and modification give the current, read aside; None where they cannot be read."""
        named = (Figure.INITIAL, Figure.MODIFICATION, Figure.CURRENT)
        if not all(columns.get(one) for one in named):
            return None
        texts = (self._own_text(row, columns[one][0] + offset) for one in named)
        initial, modified, current = (read_amount(text, SCALES[Side.PHYSICAL]).value for text in texts)
        if initial is None or modified is None or not current:
            return None
        return initial + modified == current

    def _check_ends(self, row: int) -> None:
        """Cells beyond the table's last column belong to no column."""
        for place in self.sheet.in_row(row):
            if place[0] == row and place[1] > self.head.width:
                self.findings.error("amount-beyond-columns", self.sheet, place, self.sheet.text(*place))

    def _text(self, row: int, label: Label) -> str:
        column = self.head.labels.get(label)
        return "" if column is None else collapse(self.sheet.text(row, column))

    def _place(self, row: int, label: Label) -> Place:
        return (row, self.head.labels.get(label, self.head.labels.get(Label.NAME, 1)))

    def _error(self, code: str, row: int, label: Label) -> None:
        self.findings.error(code, self.sheet, self._place(row, label), self._text(row, label))
