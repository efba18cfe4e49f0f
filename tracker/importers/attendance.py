"""Who came to a meeting, from a list: a person a line with organisation and sector, or so many of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from tracker.domain.meetings import MAX_LINE, MAX_PEOPLE
from tracker.domain.observations import readable
from tracker.domain.plans import Sector
from tracker.importers.findings import refusal
from tracker.importers.institutions import InstitutionReader
from tracker.importers.office_files import RefusedFileError
from tracker.importers.proposals import Finding, InstitutionEntry, InstitutionMention, Level
from tracker.importers.sectors import sector_in
from tracker.importers.sheets import Sheet, read_sheets
from tracker.importers.tables import read_table
from tracker.importers.wording import collapse, key_of

_BODY = "institution|organi[sz]ation|institucion|organizacion|entidad|dependencia"
_ALIASES: tuple[tuple[str, str], ...] = (
    ("person", r"(?:(?:nombre|name|participante|asistente)s?|persona)(?: (?:completo|y apellidos?))?"),
    ("organisation", rf"(?:{_BODY})(?: (?:u|o|or) (?:{_BODY}))?"),
    ("sector", r"sector|tipo(?: de (?:institucion|organizacion))?"),
    ("people", r"(?:cantidad|numero|no|total|personas|people)(?: de (?:personas|asistentes))?"),
)
# Without a heading the cells of a line stand in this order.
_ORDER = ("person", "organisation", "sector", "people")
_MOST_HEADING_ROWS = 10


@dataclass(frozen=True)
class AttendeeProposal:
    """One line of the list; so many people where it names none."""

    line: int
    person: str
    organisation: str
    sector: Sector
    people: int
    mention: InstitutionMention | None


@dataclass
class AttendanceProposal:
    """The lines understood, and what is wrong or doubtful in the others."""

    rows: list[AttendeeProposal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """True where nothing may be written."""
        return any(one.level is Level.ERROR for one in self.findings)


def text_of(data: bytes) -> str:
    """A file's table as text with tabs, to be shown and corrected; RefusedFileError where it is none."""
    rows = _sheet_rows(read_sheets(data)) if data.startswith(b"PK") else read_table(data)
    lines = ("\t".join(collapse(cell) for cell in row).rstrip() for row in rows)
    return "\n".join(lines).strip("\n")


def _sheet_rows(sheets: Sequence[Sheet]) -> list[list[str]]:
    """The rows of the first sheet that holds any, as wide as the widest."""
    sheet = next((one for one in sheets if one.cells), None)
    if sheet is None:
        raise RefusedFileError("empty-file")
    last = max(column for _, column in sheet.cells)
    return [[sheet.text(row, column) for column in range(1, last + 1)] for row in sheet.rows]


def read_attendance(text: str, known: Sequence[InstitutionEntry] = ()) -> AttendanceProposal:
    """The people of a list as it was pasted; a line with an error in it is told and left out."""
    proposal = AttendanceProposal()
    try:
        rows = read_table(text.encode("utf-8"))
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    start, columns = _heading(rows)
    reader = InstitutionReader(known)
    for number, row in enumerate(rows[start:], start=start + 1):
        if any(cell.strip() for cell in row):
            _Line(number, row, columns, proposal).read(reader)
    _tell_whole(proposal)
    return proposal


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the lines begin, and the column of each thing; without headings they stand in their order."""
    for number, row in enumerate(rows[:_MOST_HEADING_ROWS]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            key = key_of(cell)
            name = next((one for one, words in _ALIASES if re.fullmatch(words, key)), None)
            if name is not None:
                columns.setdefault(name, position)
        if "organisation" in columns:
            return number + 1, columns
    return 0, {name: place for place, name in enumerate(_ORDER)}


@dataclass
class _Line:
    """One line being read."""

    number: int
    cells: Sequence[str]
    columns: dict[str, int]
    proposal: AttendanceProposal

    def read(self, reader: InstitutionReader) -> None:
        """Add what the line says, or what is wrong with it."""
        person, organisation = self._text("person"), self._text("organisation")
        if not organisation:
            self._tell("attendee-organisation-missing", "organisation", person)
            return
        if any(len(one) > MAX_LINE or one != readable(one) for one in (person, organisation)):
            self._tell("attendee-not-readable", "organisation", organisation)
            return
        people = self._people(person)
        mention, problems = reader.identify(organisation)
        known = mention if mention is not None and mention.known and _begins(organisation, mention) else None
        sector = self._sector(known)
        if people is None or sector is None:
            return
        for _level, code, params in problems:
            if known is not None and code == "institution-guessed":
                self._tell(code, "organisation", organisation, Level.DOUBT, dict(params))
        self.proposal.rows.append(AttendeeProposal(self.number, person, organisation, sector, people, known))

    def _text(self, name: str) -> str:
        place = self.columns.get(name)
        return collapse(self.cells[place]) if place is not None and place < len(self.cells) else ""

    def _people(self, person: str) -> int | None:
        """How many a line stands for: one where it names a person, else as many as it says."""
        said = self._text("people")
        if not said:
            return 1
        if not said.isdecimal() or not 1 <= int(said) <= MAX_PEOPLE or (person and int(said) != 1):
            self._tell("attendee-people-not-valid", "people", said)
            return None
        return int(said)

    def _sector(self, mention: InstitutionMention | None) -> Sector | None:
        """As the list says it; else that of an institution that is known."""
        said = self._text("sector")
        if not said and mention is not None:
            return mention.sector
        found = sector_in(said) if said else None
        if found is None:
            self._tell("attendee-sector-unknown" if said else "attendee-sector-missing", "sector", said)
        return found

    def _tell(
        self,
        code: str,
        column: str,
        text: str,
        level: Level = Level.ERROR,
        params: dict[str, str] | None = None,
    ) -> None:
        cell = f"{get_column_letter(self.columns.get(column, 0) + 1)}{self.number}"
        told = {"line": str(self.number), "text": text, **(params or {})}
        self.proposal.findings.append(Finding(level, code, cell=cell, text=text, params=told))


def _begins(organisation: str, mention: InstitutionMention) -> bool:
    """True where the words begin with the institution: the friends of a ministry are not the ministry."""
    return key_of(organisation).startswith(key_of(mention.text))


def _tell_whole(proposal: AttendanceProposal) -> None:
    """What is wrong with the list as a whole: nobody in it, somebody twice, too many."""
    seen: dict[tuple[str, str], int] = {}
    for one in proposal.rows:
        key = (key_of(one.person), key_of(one.organisation)) if one.person else None
        if key in seen:
            params = {"line": str(one.line), "first": str(seen[key]), "text": one.person}
            cell = f"A{one.line}"
            found = Finding(Level.ERROR, "attendee-repeated", cell=cell, text=one.person, params=params)
            proposal.findings.append(found)
        elif key is not None:
            seen[key] = one.line
    if not proposal.rows and not proposal.findings:
        proposal.findings.append(Finding(Level.ERROR, "attendance-empty"))
    if sum(one.people for one in proposal.rows) > MAX_PEOPLE:
        params = {"most": str(MAX_PEOPLE)}
        proposal.findings.append(Finding(Level.ERROR, "attendance-too-long", params=params))
