"""Assessments out of a file (.csv, .xlsx): the IRM's codes, self-assessments, the table's levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from openpyxl.utils import get_column_letter

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import SEVERAL, IrmCode, IrmField, in_order
from tracker.importers.assessment_words import column_name, read_code, read_level
from tracker.importers.findings import LONGEST_TEXT, refusal
from tracker.importers.institutions import InstitutionReader
from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import parse_windows
from tracker.importers.progress import is_web_address
from tracker.importers.proposals import Finding, InstitutionEntry, InstitutionMention, Level
from tracker.importers.sheets import cell_name, read_sheets
from tracker.importers.tables import read_table
from tracker.importers.wording import collapse, fold

REQUIRED: dict[Assessor, tuple[str, ...]] = {
    Assessor.IRM: ("commitment", "source", "on"),
    Assessor.INSTITUTION: ("commitment", "institution", "on"),
    Assessor.TECHNICAL_TABLE: ("commitment", "on"),
}
"""What a file of each assessor must have, so that nothing in it lacks its author and its date."""
# What a row says, apart from which commitment it is about, whose and when.
_SAYING = ("level", "achievements", "obstacles", *IrmField)
_MOST_HEADING_ROWS = 15
_NOTHING = frozenset(
    {"", "-", "–", "—", "n/a", "n.a.", "na", "s/d", "no aplica", "not applicable", "pendiente"}
)


@dataclass(frozen=True)
class AssessmentProposal:
    """One row: what an assessor says of a commitment."""

    label: str
    """The commitment as the file numbers it ("3", "3a")."""
    institution: InstitutionMention | None
    on: date
    level: CompletionLevel | None
    achievements: str
    obstacles: str
    source: str
    link: str
    codes: tuple[IrmCode, ...]
    cells: dict[str, str]
    """Where each of its fields stands."""
    sheet: str = ""


@dataclass
class AssessmentsProposal:
    """What a file of assessments proposes, all of one assessor."""

    assessor: Assessor
    rows: list[AssessmentProposal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Grid:
    """The cells of the table, as texts, with the name of its sheet."""

    rows: list[list[str]]
    sheet: str = ""
    bad: list[str] = field(default_factory=list)


def read_assessments(
    data: bytes, assessor: Assessor, known: Sequence[InstitutionEntry] = ()
) -> AssessmentsProposal:
    """The assessments of a file, its columns known by their headings; a row with an error is left out.

    A row that says nothing of its commitment is one that nobody has filled in yet.
    """
    proposal = AssessmentsProposal(assessor)
    try:
        grid = _grid(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    heading, columns = _heading(grid.rows)
    missing = [name for name in REQUIRED[assessor] if name not in columns]
    if missing:
        params = {"columns": ", ".join(missing)}
        proposal.findings.append(
            Finding(Level.ERROR, "missing-column", grid.sheet, f"A{heading + 1}", params=params)
        )
        return proposal
    proposal.findings += [Finding(Level.ERROR, "formula-not-computed", grid.sheet, cell) for cell in grid.bad]
    _tell_unread(grid, heading, columns, proposal)
    reader = InstitutionReader(known)
    for number, row in enumerate(grid.rows[heading + 1 :], start=heading + 2):
        _Row(number, row, columns, grid, len(grid.rows[heading]), proposal).read(reader)
    _tell_repeated(proposal)
    return proposal


def _grid(data: bytes) -> _Grid:
    """The first worksheet of a workbook, or a text table."""
    if not data.startswith(b"PK"):
        return _Grid(read_table(data))
    sheet = read_sheets(data)[0]
    places = [*sheet.cells, *sheet.anchors]
    height = max((row for row, _ in places), default=0)
    width = max((column for _, column in places), default=0)
    rows = [[sheet.text(row, column) for column in range(1, width + 1)] for row in range(1, height + 1)]
    return _Grid(rows or [[]], sheet.name, [cell_name(one) for one in (*sheet.uncomputed, *sheet.broken)])


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row that names most columns, among the first; titles may stand above it."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(rows[:_MOST_HEADING_ROWS]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            if name := column_name(cell):
                columns.setdefault(name, position)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _tell_unread(grid: _Grid, heading: int, columns: dict[str, int], proposal: AssessmentsProposal) -> None:
    """A column with something in it that is not read is a doubt: its heading may be misspelt."""
    read = set(columns.values())
    for position, cell in enumerate(grid.rows[heading]):
        filled = any(position < len(row) and row[position].strip() for row in grid.rows[heading + 1 :])
        if position not in read and filled and column_name(cell) != "":
            where = f"{get_column_letter(position + 1)}{heading + 1}"
            proposal.findings.append(
                Finding(Level.DOUBT, "column-not-read", grid.sheet, where, collapse(cell)[:LONGEST_TEXT])
            )


@dataclass
class _Row:
    """One row being read; findings name its cells as a spreadsheet does."""

    number: int
    cells: list[str]
    columns: dict[str, int]
    grid: _Grid
    width: int
    proposal: AssessmentsProposal
    failed: bool = False

    def read(self, reader: InstitutionReader) -> None:
        """Add what the row says, unless something in it is an error."""
        extra = [n for n, cell in enumerate(self.cells) if n >= self.width and cell.strip()]
        if extra:
            self._tell(Level.ERROR, "cells-beyond-columns", extra[0], self.cells[extra[0]])
        if not any(self._text(name) for name in _SAYING):
            return
        label, on = self._label(), self._on()
        institution = self._institution(reader)
        level, codes, link, source = self._level(), self._codes(), self._link(), self._source()
        if self.failed or not label or on is None:
            return
        self.proposal.rows.append(
            AssessmentProposal(
                label, institution, on, level, self._prose("achievements"), self._prose("obstacles"),
                source, link, codes, {name: self._cell(name) for name in self.columns}, self.grid.sheet,
            )
        )  # fmt: skip

    def _raw(self, name: str) -> str:
        position = self.columns.get(name)
        return "" if position is None or position >= len(self.cells) else self.cells[position]

    def _text(self, name: str) -> str:
        text = collapse(self._raw(name))
        return "" if fold(text) in _NOTHING else text

    def _prose(self, name: str) -> str:
        text = self._raw(name).replace("\r\n", "\n").replace("\r", "\n").strip()
        return "" if fold(text) in _NOTHING else text

    def _cell(self, name: str) -> str:
        return f"{get_column_letter(self.columns[name] + 1)}{self.number}"

    def _tell(self, level: Level, code: str, position: int, text: str, /, **params: str) -> None:
        cell = f"{get_column_letter(position + 1)}{self.number}"
        self.failed = self.failed or level is Level.ERROR
        found = Finding(
            level, code, self.grid.sheet, cell, collapse(text)[:LONGEST_TEXT], params, self._key()
        )
        self.proposal.findings.append(found)

    def _error(self, code: str, name: str, /, **params: str) -> None:
        self._tell(Level.ERROR, code, self.columns[name], self._raw(name), **params)

    def _key(self) -> str:
        return label_in(self._text("commitment"))

    def _label(self) -> str:
        label = self._key()
        if not label:
            self._error("impossible-number", "commitment")
        return label

    def _on(self) -> date | None:
        text = self._text("on")
        if not text:
            self._error("missing-date", "on")
            return None
        windows = parse_windows(text).windows
        if len(windows) != 1 or windows[0].start != windows[0].end:
            self._error("impossible-date", "on", value=text)
            return None
        return windows[0].end

    def _institution(self, reader: InstitutionReader) -> InstitutionMention | None:
        """Whose words they are: one institution that is known; a misspelling makes nobody an author."""
        if self.proposal.assessor is not Assessor.INSTITUTION:
            return None
        text = self._text("institution")
        if not text:
            self._error("missing-institution", "institution")
            return None
        reading = reader.read(text)
        if len(reading.roles) != 1:
            self._error("author-not-one", "institution")
            return None
        mention = reading.roles[0].institution
        if not mention.known:
            self._error("author-unknown", "institution")
        for level, code, params in reading.findings:
            if code == "institution-guessed":
                self._tell(level, code, self.columns["institution"], text, **params)
        return mention

    def _source(self) -> str:
        source = self._text("source")
        if not source and self.proposal.assessor is Assessor.IRM:
            self._error("report-title-missing", "source")
        return source

    def _level(self) -> CompletionLevel | None:
        text = self._text("level")
        level = read_level(text) if text else None
        if text and level is None:
            self._error("level-not-in-scale", "level")
        return level

    def _codes(self) -> tuple[IrmCode, ...]:
        if self.proposal.assessor is not Assessor.IRM:
            return ()
        return in_order(code for one in IrmField for code in self._codes_of(one))

    def _codes_of(self, one: IrmField) -> list[IrmCode]:
        text = collapse(self._raw(one)) if one in self.columns else ""
        if fold(text) in _NOTHING:
            return []
        parts = re.split(r"\s*[,;|/\n]\s*", text) if one in SEVERAL else [text]
        found = [(read_code(one, part)) for part in parts if part]
        if None in found:
            self._error("code-not-in-list", one, irm_field=one.value)
        return [IrmCode(one, value) for value in found if value is not None]

    def _link(self) -> str:
        link = self._text("link").strip("<>")
        if link and not is_web_address(link):
            self._error("link-not-an-address", "link")
        return link


def label_in(text: str) -> str:
    """The commitment's number in a cell: "Compromiso 3", "3.", "3a", "3. Capacitación"; empty where none."""
    match = re.search(r"\b0*(\d{1,4})(?:\.0+)?\s?([a-z]?)\b", fold(text))
    return match.group(1) + match.group(2) if match else ""


def _tell_repeated(proposal: AssessmentsProposal) -> None:
    """Two rows of one author on one commitment and date: which of them holds cannot be known."""
    seen: dict[tuple[str, str, date], str] = {}
    for row in proposal.rows:
        author = (row.institution.acronym or row.institution.name) if row.institution else ""
        where = row.cells["commitment"]
        first = seen.setdefault((row.label, author, row.on), where)
        if first != where:
            params = {"first": first}
            proposal.findings.append(
                Finding(Level.ERROR, "repeated-row", row.sheet, where, row.label, params, row.label)
            )
