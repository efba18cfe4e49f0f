"""The rows of a work plan's table, as milestones and activities with the cells that speak of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.importers.findings import FindingList
from tracker.importers.headings import Column, Heading
from tracker.importers.numbering import Numbered, plain_label, read_title
from tracker.importers.plan_head import Head, is_footer
from tracker.importers.sheets import Place, Sheet

_IDENTITY = frozenset(
    {Column.NUMBER, Column.TITLE, Column.MILESTONE, Column.MILESTONE_NUMBER, Column.COMMITMENT}
)


@dataclass
class RawItem:
    """One milestone or activity: its number, its title, and the rows that speak of it."""

    sheet: Sheet
    heading: Heading
    place: Place
    title: str
    label: str
    number: int
    rows: list[int]
    own_fields: bool = True
    """False where the row's other columns speak of the activity beside it, not of this milestone."""

    def cells(self, column: Column) -> list[Place]:
        """The distinct cells of one column over its rows; never its own title stretched over them."""
        position = self.heading.columns.get(column)
        if position is None or not self.own_fields:
            return []
        identity = {self.place}
        for one in _IDENTITY & set(self.heading.columns):
            identity.update(self.sheet.anchor(row, self.heading.columns[one]) for row in self.rows)
        anchors = dict.fromkeys(self.sheet.anchor(row, position) for row in self.rows)
        return [place for place in anchors if place in self.sheet.cells and place not in identity]


@dataclass
class RawMilestone(RawItem):
    """A milestone with its activities."""

    activities: list[RawItem] = field(default_factory=list)


@dataclass
class RawCommitment:
    """A commitment as gathered from one or more tables."""

    sheet: Sheet
    head: Head
    number: int
    title: str
    place: Place
    milestones: list[RawMilestone] = field(default_factory=list)
    activities: list[RawItem] = field(default_factory=list)
    footers: list[tuple[Place, str]] = field(default_factory=list)
    taken: dict[tuple[str, str], RawItem] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)

    @property
    def milestone(self) -> RawMilestone | None:
        """The milestone the next activity belongs to."""
        return self.milestones[-1] if self.milestones else None

    def items(self) -> Iterator[RawItem]:
        """All milestones and activities in order."""
        for milestone in self.milestones:
            yield milestone
            yield from milestone.activities
        yield from self.activities


class Table:
    """One table under one heading, read row by row into a commitment."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        commitment: RawCommitment,
        findings: FindingList,
        style: LabelStyle,
    ) -> None:
        self.sheet = sheet
        self.heading = heading
        self.commitment = commitment
        self.findings = findings
        self._labels = style
        self._last: RawItem | None = None
        self._title_place: Place | None = None
        self._milestone_place: Place | None = None

    def read_row(self, row: int) -> None:
        """Take in one row: a milestone, an activity, more of the one above, or a footer."""
        self._milestone_column(row)
        place = self._place(row, Column.TITLE)
        text = self.sheet.text(*place) if place else ""
        if place is None or not text or place == self._milestone_place:
            self._without_title(row)
        elif place == self._title_place:
            self._continue(row)
        elif place[0] < row:
            return
        elif is_footer(text) and not self._beside(row):
            self.commitment.footers.append((place, text))
        else:
            self._item(row, place, text)

    def _place(self, row: int, column: Column) -> Place | None:
        position = self.heading.columns.get(column)
        return self.sheet.anchor(row, position) if position is not None else None

    def _own_text(self, row: int, column: Column) -> str:
        """The text of a cell that begins in this row."""
        place = self._place(row, column)
        return self.sheet.text(*place) if place is not None and place[0] == row else ""

    def _beside(self, row: int) -> list[Place]:
        """What begins in this row in the columns that describe an item."""
        columns = [position for kind, position in self.heading.columns.items() if kind not in _IDENTITY]
        title = self._place(row, Column.TITLE)
        anchors = dict.fromkeys(self.sheet.anchor(row, position) for position in columns)
        return [
            place for place in anchors if place[0] == row and place in self.sheet.cells and place != title
        ]

    def _milestone_column(self, row: int) -> None:
        place = self._place(row, Column.MILESTONE)
        if place is None or place == self._milestone_place or place not in self.sheet.cells or place[0] < row:
            return
        text = self.sheet.text(*place)
        if self._milestone_place is not None and text == self.sheet.text(*self._milestone_place):
            self._milestone_place = place
            return
        self._milestone_place = place
        found = read_title(text)
        label = found.label or plain_label(self._own_text(row, Column.MILESTONE_NUMBER))
        alone = not self._own_text(row, Column.TITLE)
        self._add_milestone(row, place, Numbered(found.title, label, is_milestone=True), own_fields=alone)

    def _without_title(self, row: int) -> None:
        """A row that names nothing new goes on with the item above; a stray text below becomes a footer."""
        beside = self._beside(row)
        if self._last is not None and beside:
            self._continue(row)
            if self._milestone_place is None or self._milestone_place[0] != row:
                text = self.sheet.text(*beside[0])
                self.findings.doubt("row-joined", self.sheet, beside[0], text, self._key(self._last.label))
            return
        for place in self.sheet.in_row(row):
            text = self.sheet.text(*place)
            if place[0] == row and place != self._milestone_place and is_footer(text):
                self.commitment.footers.append((place, text))
            elif place[0] == row and place != self._milestone_place:
                self.findings.doubt("text-not-understood", self.sheet, place, text, rest=text)

    def _continue(self, row: int) -> None:
        if self._last is not None and row not in self._last.rows:
            self._last.rows.append(row)

    def _item(self, row: int, place: Place, text: str) -> None:
        found = read_title(text)
        own_number = plain_label(self._own_text(row, Column.NUMBER))
        if self._is_note(found, own_number, row):
            self.findings.doubt("text-not-understood", self.sheet, place, text, rest=text)
            return
        label = self._labels.label(found, own_number)
        if found.label and own_number and own_number != found.label and found.is_milestone:
            self.findings.doubt(
                "number-conflict", self.sheet, place, text, number=own_number, label=found.label
            )
        self._title_place = place
        if self._labels.is_milestone(found, label, self._own_text(row, Column.NUMBER)):
            self._add_milestone(row, place, Numbered(found.title, label, is_milestone=True), own_fields=True)
        else:
            self._add_activity(row, place, Numbered(found.title, label))

    def _is_note(self, found: Numbered, own_number: str, row: int) -> bool:
        """A line without number and with nothing beside it, in a table that numbers its rows."""
        named = found.label or own_number or found.is_milestone or found.says_activity
        return self._labels.numbered and not named and not self._beside(row)

    def _key(self, label: str) -> str:
        return f"{self.commitment.number}/{label}"

    def _add_milestone(self, row: int, place: Place, found: Numbered, *, own_fields: bool) -> None:
        label = self._labels.local(found.label).split(".")[-1]
        number, label = self._number(label, "", place)
        title = self._title(found.title, place, label)
        item = RawMilestone(self.sheet, self.heading, place, title, label, number, [row], own_fields)
        self._count(item, "")
        self.commitment.milestones.append(item)
        self._last = item if own_fields else None

    def _add_activity(self, row: int, place: Place, found: Numbered) -> None:
        *above, label = self._labels.local(found.label).split(".")
        milestone = self._home(above, place)
        siblings = milestone.activities if milestone else self.commitment.activities
        home = f"{milestone.label}." if milestone else "."
        number, label = self._number(label, home, place)
        full = f"{milestone.label}.{label}" if milestone else label
        title = self._title(found.title, place, full)
        item = RawItem(self.sheet, self.heading, place, title, full, number, [row])
        self._count(item, home)
        siblings.append(item)
        self._last = item

    def _home(self, above: list[str], place: Place) -> RawMilestone | None:
        """The milestone an activity belongs to: the one its number names, else the one above it."""
        current = self.commitment.milestone
        if not above or (current and current.label == above[-1]):
            return current
        named = [one for one in self.commitment.milestones if one.label == above[-1]]
        if not named:
            label = current.label if current else ""
            self.findings.doubt(
                "number-conflict", self.sheet, place, self.sheet.text(*place), number=above[-1], label=label
            )
        return named[0] if named else current

    def _number(self, label: str, home: str, place: Place) -> tuple[int, str]:
        number = Numbered("", label).number
        if number is not None:
            return number, label
        number = self.commitment.highest.get(home, 0) + 1
        text = self.sheet.text(*place)
        key = self._key(f"{home.removeprefix('.')}{number}")
        self.findings.doubt("number-missing", self.sheet, place, text, key, number=str(number))
        return number, str(number)

    def _title(self, title: str, place: Place, label: str) -> str:
        if title.strip(" .:-"):
            return title.strip()
        text = self.sheet.text(*place)
        self.findings.doubt("title-missing", self.sheet, place, text, self._key(label))
        return text

    def _count(self, item: RawItem, home: str) -> None:
        """Note a number as taken among its siblings; a second one of the same label is an error."""
        twin = self.commitment.taken.setdefault((home, item.label), item)
        if twin is not item:
            key = self._key(item.label)
            self.findings.repeated(item.sheet, item.place, item.label, twin.sheet, twin.place, key)
        self.commitment.highest[home] = max(self.commitment.highest.get(home, 0), item.number)


class LabelStyle:
    """How a table numbers its rows: dotted numbers make plain ones milestones, unless words tell them."""

    def __init__(self, sheet: Sheet, heading: Heading) -> None:
        labels: list[str] = []
        self._words = False
        for row in (one for one in sheet.rows if one > heading.last_row):
            found = read_title(_text(sheet, heading, row, Column.TITLE))
            labels += [found.label, plain_label(_text(sheet, heading, row, Column.NUMBER))]
            self._words = self._words or found.is_milestone
        self.numbered = any(labels) or self._words
        depths = [label.count(".") for label in labels if label]
        self._dotted = any(depths)
        self._with_commitment = max(depths, default=0) >= 2

    def label(self, found: Numbered, own_number: str) -> str:
        """The row's label; a dotted one in the number column says more than a plain one in the title."""
        return own_number if "." in own_number and "." not in found.label else found.label or own_number

    def local(self, label: str) -> str:
        """The label without the commitment's number in front ("10.2.1" is 2.1)."""
        return label.split(".", 1)[1] if self._with_commitment and "." in label else label

    def is_milestone(self, found: Numbered, label: str, number_cell: str) -> bool:
        """True for a row that the words, or else the depth of its number, make a milestone."""
        if found.is_milestone or read_title(number_cell).is_milestone:
            return True
        if self._words or found.says_activity or not self._dotted or not label:
            return False
        return "." not in self.local(label)


def _text(sheet: Sheet, heading: Heading, row: int, column: Column) -> str:
    position = heading.columns.get(column)
    place = (row, position) if position is not None else None
    return sheet.text(*place) if place is not None and sheet.anchor(*place)[0] == row else ""
