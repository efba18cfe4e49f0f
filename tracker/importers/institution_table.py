"""Institutions in a text table (.csv): acronym, name, sector, unit of which one, whether a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from tracker.domain.errors import DomainError
from tracker.domain.institutions import checked_names
from tracker.domain.plans import Sector
from tracker.domain.text import normalise
from tracker.importers.findings import refusal
from tracker.importers.office_files import RefusedFileError
from tracker.importers.proposals import Finding, Level
from tracker.importers.sectors import sector_named
from tracker.importers.tables import read_table

_COLUMNS: dict[str, frozenset[str]] = {
    "acronym": frozenset({"siglas", "sigla", "acronimo", "acronym"}),
    "name": frozenset({"nombre", "institucion", "nombre completo", "name", "institution"}),
    "sector": frozenset({"sector", "tipo"}),
    "parent": frozenset(
        {"unidad de", "depende de", "institucion superior", "dentro de", "parent", "unit of"}
    ),
    "group": frozenset({"grupo", "es grupo", "group", "is group"}),
}
_YES = frozenset({"si", "x", "yes", "1", "true", "verdadero"})
_NO = frozenset({"", "no", "0", "false", "falso", "-"})


@dataclass(frozen=True)
class InstitutionLine:
    """One institution as a row of the file gives it; an empty sector was not given."""

    row: int
    acronym: str
    name: str
    sector: Sector | None
    parent: str
    is_group: bool
    parent_cell: str
    name_cell: str


@dataclass
class InstitutionTable:
    """What a file says, and what is wrong or doubtful in it."""

    lines: list[InstitutionLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_institutions(data: bytes) -> InstitutionTable:
    """The institutions of a file; a row with an error in it is told and left out."""
    table = InstitutionTable()
    try:
        rows = read_table(data)
    except RefusedFileError as refused:
        table.findings.append(refusal(refused))
        return table
    start = next((place for place, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    columns = _columns(rows[start] if rows else [])
    if "name" not in columns:
        params = {"columns": "institution_name"}
        table.findings.append(Finding(Level.ERROR, "missing-column", cell=f"A{start + 1}", params=params))
        return table
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        if any(cell.strip() for cell in row):
            _Row(number, row, columns, table).read()
    table.findings += _repeated(table.lines)
    return table


def _columns(heading: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = next((one for one, words in _COLUMNS.items() if normalise(cell) in words), None)
        if name is not None:
            found.setdefault(name, place)
    return found


@dataclass
class _Row:
    """One row being read; findings name its cells as a spreadsheet does."""

    number: int
    cells: Sequence[str]
    columns: dict[str, int]
    table: InstitutionTable

    def read(self) -> None:
        """Add the row's institution, unless something in it is an error."""
        errors = len([one for one in self.table.findings if one.level is Level.ERROR])
        sector, is_group = self._sector(), self._group()
        try:
            names = checked_names(self._text("acronym"), self._text("name"))
        except DomainError as error:
            field = error.field or "name"
            self._tell(Level.ERROR, error.code, field, {k: str(v) for k, v in error.params.items()})
            return
        if len([one for one in self.table.findings if one.level is Level.ERROR]) > errors:
            return
        self.table.lines.append(
            InstitutionLine(
                row=self.number,
                acronym=names.acronym,
                name=names.name,
                sector=sector,
                parent=self._text("parent"),
                is_group=is_group,
                parent_cell=self._cell("parent"),
                name_cell=self._cell("name"),
            )
        )

    def _sector(self) -> Sector | None:
        text = self._text("sector")
        if not text:
            return None
        found = sector_named(text)
        if found is None:
            self._tell(Level.ERROR, "sector-unknown", "sector", {})
        return found

    def _group(self) -> bool:
        text = normalise(self._text("group"))
        if text not in _YES | _NO:
            self._tell(Level.ERROR, "group-unknown", "group", {})
        return text in _YES

    def _text(self, column: str) -> str:
        place = self.columns.get(column)
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    def _cell(self, column: str) -> str:
        return f"{get_column_letter(self.columns.get(column, 0) + 1)}{self.number}"

    def _tell(self, level: Level, code: str, column: str, params: dict[str, str]) -> None:
        text = self._text(column)[:120]
        self.table.findings.append(Finding(level, code, cell=self._cell(column), text=text, params=params))


def _repeated(lines: Sequence[InstitutionLine]) -> Iterator[Finding]:
    """An acronym, or a name under the same parent, that stands twice."""
    first: dict[tuple[str, ...], int] = {}
    for one in lines:
        keys = [("name", normalise(one.name), normalise(one.parent))]
        keys += [("acronym", normalise(one.acronym), "")] if one.acronym else []
        before = next((first[key] for key in keys if key in first), None)
        if before is not None:
            params = {"row": str(before)}
            yield Finding(
                Level.ERROR, "institution-repeated", cell=one.name_cell, text=one.name, params=params
            )
        for key in keys:
            first.setdefault(key, one.row)
