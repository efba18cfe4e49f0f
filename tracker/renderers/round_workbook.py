"""A round's workbook (.xlsx): what the plan says is locked, what an institution reports is written in.

The hidden first row of each sheet names its columns and a hidden sheet keeps how every line stood when the
workbook was made, so that it is read back whatever was moved, renamed, sorted or filtered.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.round_workbook import (
    FORMAT,
    LONGEST_TEXT,
    BookLine,
    Fixed,
    Input,
    LinkColumn,
    RoundBook,
    SheetLink,
    fingerprint,
)

CODES, GROUPS, HEADINGS, FIRST = 0, 1, 2, 3
FREE_LINKS = 60
# Words of lists, kept with their codes in the hidden sheet: they are read back in whatever language they are.
CHOICES = ("obstacle.", "access.")
LONGEST_TARGET = 160
DAY = "dd/mm/yyyy"
_TALLEST = 300
_FIRST_DAY, _LAST_DAY = datetime(2000, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001 - a cell's day has no zone
_INK, _ACCENT, _WASH, _INPUT, _LINE = "#22282D", "#123A5E", "#F1EFE8", "#FFFDF2", "#C9C4B8"
_WIDTHS: dict[str, float] = {
    Fixed.KEY: 4, Fixed.COMMITMENT: 6, Fixed.LABEL: 7, Fixed.TITLE: 44, Fixed.PART: 15, Fixed.DUE_ON: 12,
    Fixed.SITUATION: 14, Fixed.LAST_PERCENT: 11, Fixed.LAST_ON: 12, Fixed.VALIDATED: 12, Fixed.PLANNED: 16,
    Fixed.MEANS: 34,
    Input.PERCENT: 10, Input.DELIVERED: 12, Input.DEPARTURE_REASON: 28, Input.NARRATIVE: 52,
    Input.COMPLETED_ON: 14, Input.REPORTED_ON: 14, Input.NO_PROGRESS: 10, Input.OBSTACLE_KIND: 20,
    Input.OBSTACLE: 34, Input.NEEDED: 34, Input.NEW_EXPECTED_ON: 14,
    LinkColumn.TARGET: 58, LinkColumn.URL: 58, LinkColumn.TITLE: 38, LinkColumn.EFFECTIVE_ON: 15,
    LinkColumn.ACCESS: 16,
}  # fmt: skip
_DAYS = {
    Fixed.DUE_ON, Fixed.LAST_ON, Input.COMPLETED_ON, Input.REPORTED_ON, Input.NEW_EXPECTED_ON,
    LinkColumn.EFFECTIVE_ON,
}  # fmt: skip
PROTECTION = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def render_round_workbook(book: RoundBook, labels: Mapping[str, str]) -> bytes:
    """The workbook of a round as bytes; `labels` are its words by code."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as file:
        made_at = book.made_at.astimezone(UTC).replace(tzinfo=None)
        file.set_properties({"title": labels["title"], "author": "Cumple", "created": made_at})
        _Drawing(file, book, labels).draw()
    return stream.getvalue()


@dataclass
class _Drawing:
    """One workbook being written, sheet by sheet."""

    file: Workbook
    book: RoundBook
    labels: Mapping[str, str]
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def draw(self) -> None:
        """Every sheet; the one to write in is open."""
        guide = self.file.add_worksheet(self.labels["sheet.guide"])
        progress = self.file.add_worksheet(self.labels["sheet.progress"])
        links = self.file.add_worksheet(self.labels["sheet.links"])
        lists = self.file.add_worksheet(self.labels["sheet.lists"])
        self._guide(guide)
        self._progress(progress)
        targets = self._targets()
        self._links(links, targets, lists.get_name())
        self._lists(lists, targets)
        guide.activate()

    def _style(self, **more: Any) -> Format:
        key = tuple(sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(
                {"font_color": _INK, "valign": "top", "text_wrap": True, **more}
            )
        return self.formats[key]

    def _cell(self, *, is_input: bool, is_locked: bool = False, **more: Any) -> Format:
        if is_input and not is_locked:
            return self._style(locked=0, bg_color=_INPUT, border=1, border_color=_LINE, **more)
        return self._style(locked=1, bg_color=_WASH, border=1, border_color=_LINE, **more)

    def _guide(self, sheet: Worksheet) -> None:
        """What the workbook is and how it is filled in."""
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 3)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 74)
        sheet.write_string(1, 1, self.labels["title"], self._style(bold=True, font_size=18, text_wrap=False))
        row = 3
        for name in ("institution", "plan", "period", "due", "made"):
            sheet.write_string(row, 1, self.labels[f"guide.{name}"], self._style(font_color="#5F6870"))
            sheet.write_string(row, 2, self.labels[f"guide.{name}.value"], self._style(bold=True))
            row += 1
        row += 1
        for step in [one for one in self.labels if one.startswith("step.")]:
            head, _, text = self.labels[step].partition("\n")
            sheet.write_string(row, 1, head, self._style(bold=True, font_color=_ACCENT))
            sheet.write_string(row, 2, text, self._style())
            sheet.set_row(row, _height([(30, head), (74, text)]) + 4)
            row += 1
        sheet.protect("", PROTECTION)
        self._paper(sheet)

    def _paper(self, sheet: Worksheet, wide: int = 1) -> None:
        sheet.set_landscape()
        sheet.set_paper(1)
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        sheet.fit_to_pages(wide, 0)

    def _head(self, sheet: Worksheet, columns: Sequence[str]) -> None:
        """The hidden row of names, the headings, the widths."""
        sheet.set_row(CODES, None, None, {"hidden": True})
        sheet.set_row(HEADINGS, 48)
        for at, name in enumerate(columns):
            hidden = {"hidden": True} if name == Fixed.KEY else {}
            sheet.set_column(at, at, _WIDTHS[name], None, hidden)
            sheet.write_string(CODES, at, name)
            is_input = name not in set(Fixed)
            colours = {"bg_color": _ACCENT, "font_color": "#FFFFFF"} if is_input else {"bg_color": "#DAD5C9"}
            style = self._style(bold=True, border=1, border_color=_LINE, **colours)
            sheet.write_string(HEADINGS, at, self.labels[f"column.{name}"], style)

    def _progress(self, sheet: Worksheet) -> None:
        columns = (*Fixed, *Input)
        self._head(sheet, columns)
        sheet.write_string(GROUPS, 1, self.labels["group.fixed"], self._style(bold=True, text_wrap=False))
        sheet.write_string(
            GROUPS,
            len(Fixed),
            self.labels["group.input"],
            self._style(bold=True, font_color=_ACCENT, text_wrap=False),
        )
        for row, line in enumerate(self.book.lines, start=FIRST):
            texts = [(_WIDTHS[name], str(self._value(line, name) or "")) for name in columns]
            sheet.set_row(row, _height(texts, least=2))
            for at, name in enumerate(columns):
                self._write(sheet, row, at, name, line)
        last = FIRST + max(len(self.book.lines), 1) - 1
        self._validate(sheet, columns, last)
        sheet.freeze_panes(FIRST, list(Fixed).index(Fixed.TITLE) + 1)
        sheet.autofilter(HEADINGS, 0, last, len(columns) - 1)
        sheet.repeat_rows(HEADINGS)
        sheet.repeat_columns(0, list(Fixed).index(Fixed.TITLE))
        sheet.protect("", PROTECTION)
        self._paper(sheet, wide=2)

    def _write(self, sheet: Worksheet, row: int, at: int, name: str, line: BookLine) -> None:
        value = self._value(line, name)
        more: dict[str, Any] = {}
        if name in _DAYS:
            more = {"num_format": DAY, "align": "left"}
        elif isinstance(value, Decimal) and name in {Fixed.LAST_PERCENT, Fixed.VALIDATED}:
            more = {"num_format": '0" %"' if value == value.to_integral_value() else '0.00" %"'}
        style = self._cell(is_input=name in set(Input), is_locked=line.is_locked, **more)
        _put(sheet, row, at, self._told(name, value), style)

    def _value(self, line: BookLine, name: str) -> Any:
        return getattr(line.inputs, name) if name in set(Input) else self._shown(line, Fixed(name))

    def _shown(self, line: BookLine, name: Fixed) -> Any:
        """What a locked column shows of a line."""
        match name:
            case Fixed.PART:
                return self.labels[f"role.{line.role.value}"] if line.role else ""
            case Fixed.SITUATION:
                return self.labels[f"situation.{line.situation.value}"]
            case Fixed.DUE_ON:
                return line.occurrence_due_on or line.due_on
            case Fixed.LAST_ON:
                return line.last_reported_on
            case Fixed.PLANNED:
                return "" if line.planned is None else f"{line.planned.normalize():,f} {line.unit}".strip()
            case Fixed.MEANS:
                return "\n".join(f"• {one.text}" for one in line.means)
            case _:
                return getattr(line, name.value)

    def _told(self, name: str, value: Any) -> Any:
        """A value as the cell has it: lists by their words."""
        if name == Input.NO_PROGRESS:
            return self.labels["yes"] if value else ""
        if isinstance(value, ObstacleKind):
            return self.labels[f"obstacle.{value.value}"]
        if isinstance(value, Access):
            return self.labels[f"access.{value.value}"]
        return value

    def _validate(self, sheet: Worksheet, columns: Sequence[str], last: int) -> None:
        """What each column takes, and what it says when somebody stands on it."""
        for at, name in enumerate(columns):
            if name in set(Input):
                sheet.data_validation(FIRST, at, last, at, self._rule(name))

    def _rule(self, name: str, source: str = "") -> dict[str, Any]:
        rule: dict[str, Any] = {
            "validate": "any",
            "ignore_blank": True,
            "input_title": self.labels[f"column.{name}"][:32],
            "input_message": self.labels[f"help.{name}"][:255],
            "error_title": self.labels["error.title"][:32],
            "error_message": self.labels.get(f"error.{name}", self.labels["error.list"])[:255],
        }
        if name in _DAYS:
            between = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            return rule | {"validate": "date", **between, "error_message": self.labels["error.day"]}
        match name:
            case Input.PERCENT:
                return rule | {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
            case Input.DELIVERED:
                return rule | {"validate": "decimal", "criteria": ">=", "value": 0}
            case Input.NO_PROGRESS:
                return rule | {"validate": "list", "source": [self.labels["yes"], self.labels["no"]]}
            case Input.OBSTACLE_KIND:
                kinds = [self.labels[f"obstacle.{one.value}"] for one in ObstacleKind]
                return rule | {"validate": "list", "source": kinds}
            case LinkColumn.ACCESS:
                return rule | {"validate": "list", "source": self._accesses()}
            case LinkColumn.TARGET:
                return rule | {"validate": "list", "source": source}
            case _:
                return rule | {
                    "validate": "length", "criteria": "<=", "value": LONGEST_TEXT,
                    "error_message": self.labels["error.long"],
                }  # fmt: skip

    def _accesses(self) -> list[str]:
        return [self.labels[f"access.{one.value}"] for one in (Access.PUBLIC, Access.CONFIDENTIAL)]

    def _targets(self) -> dict[tuple[str, str], str]:
        """What a link may be evidence of, each by a text of its own: a line's means, or the line itself."""
        found: dict[tuple[str, str], str] = {}
        used: set[str] = set()
        for line in self.book.lines:
            day = f" ({line.occurrence_due_on:%d/%m/%Y})" if line.occurrence_due_on else ""
            head = f"{line.commitment} · {line.label}{day}"
            for uid, text in (*((one.uid, one.text) for one in line.means), ("", self.labels["any-means"])):
                told = f"{head} · {' '.join(text.split())}"
                told = told if len(told) <= LONGEST_TARGET else f"{told[: LONGEST_TARGET - 1]}…"
                number = 2
                while told in used:
                    told, number = f"{told[: LONGEST_TARGET - 6]} ({number})", number + 1
                used.add(told)
                found[line.key, uid] = told
        return found

    def _links(self, sheet: Worksheet, targets: Mapping[tuple[str, str], str], lists: str) -> None:
        """A row for each means, with the link that stands there, then rows free for more."""
        columns = tuple(LinkColumn)
        self._head(sheet, columns)
        title = self._style(bold=True, font_color=_ACCENT, text_wrap=False)
        sheet.write_string(GROUPS, 0, self.labels["group.links"], title)
        row = FIRST
        more: list[tuple[str, SheetLink]] = []
        for line in self.book.lines:
            for uid in (*(one.uid for one in line.means), ""):
                standing = sorted(
                    (one for one in line.inputs.links if uid in one.means or not (uid or one.means)),
                    key=lambda one: one.url,
                )
                if uid:
                    self._link(sheet, row, targets[line.key, uid], standing[:1], is_locked=line.is_locked)
                    row += 1
                more.extend((targets[line.key, uid], one) for one in (standing[1:] if uid else standing))
        free = row
        for target, link in more:
            self._link(sheet, row, target, [link], is_free=True)
            row += 1
        for _ in range(FREE_LINKS):
            self._link(sheet, row, "", [], is_free=True)
            row += 1
        source = f"='{lists}'!$A$2:$A${len(targets) + 1}"
        sheet.data_validation(free, 0, row - 1, 0, self._rule(LinkColumn.TARGET, source))
        for at, name in enumerate(columns[1:], start=1):
            sheet.data_validation(FIRST, at, row - 1, at, self._rule(name))
        sheet.freeze_panes(FIRST, 1)
        sheet.repeat_rows(HEADINGS)
        sheet.protect("", PROTECTION)
        self._paper(sheet)

    def _link(
        self,
        sheet: Worksheet,
        row: int,
        target: str,
        links: Sequence[SheetLink],
        *,
        is_locked: bool = False,
        is_free: bool = False,
    ) -> None:
        link = links[0] if links else None
        sheet.set_row(row, _height([(_WIDTHS[LinkColumn.TARGET], target)]) + 3)
        _put(sheet, row, 0, target, self._cell(is_input=is_free))
        for at, name in enumerate(LinkColumn):
            if name is not LinkColumn.TARGET:
                attribute = "title" if name is LinkColumn.TITLE else name.value
                value = getattr(link, attribute) if link else None
                more = {"num_format": DAY, "align": "left"} if name in _DAYS else {}
                style = self._cell(is_input=True, is_locked=is_locked, **more)
                _put(sheet, row, at, self._told(name, value), style)

    def _lists(self, sheet: Worksheet, targets: Mapping[tuple[str, str], str]) -> None:
        """What links may answer, and how every line stood; nobody needs to look at it."""
        for row, ((key, uid), told) in enumerate(targets.items(), start=1):
            for at, text in enumerate((told, key, uid)):
                sheet.write_string(row, at, text)
        head = (FORMAT, self.book.round_uid, self.book.institution_uid, self.book.made_at.isoformat())
        for at, text in enumerate(head):
            sheet.write_string(0, at, text)
        for row, line in enumerate(self.book.lines, start=1):
            sheet.write_string(row, 4, line.key)
            sheet.write_string(row, 5, fingerprint(line.inputs))
        choices = [one for one in self.labels if one in {"yes", "no"} or one.startswith(CHOICES)]
        for row, code in enumerate(choices, start=1):
            sheet.write_string(row, 6, self.labels[code])
            sheet.write_string(row, 7, code)
        sheet.protect("", PROTECTION)
        sheet.very_hidden()


def _height(texts: Sequence[tuple[float, str]], least: int = 1) -> float:
    """The height of a row for texts by the width of their columns: not every program measures it itself."""
    lines = (
        sum(max(1, -(-len(part) // max(int(width), 1))) for part in text.split("\n")) for width, text in texts
    )
    return float(min(max(least, *lines) * 15 + 3, _TALLEST))


def _put(sheet: Worksheet, row: int, at: int, value: Any, style: Format) -> None:
    """A value in its cell, typed; a text stays a text whatever it begins with."""
    if isinstance(value, date):
        sheet.write_datetime(row, at, datetime.combine(value, time()), style)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(row, at, float(value), style)
    elif value:
        sheet.write_string(row, at, str(value), style)
    else:
        sheet.write_blank(row, at, None, style)
