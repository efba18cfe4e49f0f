"""A round's workbook as it comes back (.xlsx): what each line says, with every doubt and error by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.round_workbook import FORMAT, Fixed, Input, LineInputs, LinkColumn, SheetLink
from tracker.importers import round_cells as cells
from tracker.importers.findings import LONGEST_TEXT, refusal
from tracker.importers.office_files import RefusedFileError, check_office_file
from tracker.importers.proposals import Finding, Level
from tracker.importers.round_cells import CellError, Doubt, Written
from tracker.importers.sheets import Place, cell_name, cells_of, open_workbook
from tracker.importers.wording import collapse, fold

Value = TypeVar("Value")
# Names of columns stand in the first rows; headings for people in the two below them.
_SEARCHED_ROWS, _HEADING_ROWS = 12, 2
_TEXTS = (Input.DEPARTURE_REASON, Input.NARRATIVE, Input.OBSTACLE, Input.NEEDED)
_DAYS = (Input.COMPLETED_ON, Input.REPORTED_ON, Input.NEW_EXPECTED_ON)


@dataclass(frozen=True)
class LineProposal:
    """What the workbook says of one line, and how the line stood when the workbook was made."""

    row: int
    sheet: str
    key: str
    inputs: LineInputs
    base: str
    """Fingerprint of what the workbook brought; empty where it does not say."""
    cells: Mapping[str, str]
    """The name of the cell of each field."""


@dataclass
class WorkbookProposal:
    """What a workbook that came back says."""

    round_uid: str = ""
    institution_uid: str = ""
    made_at: str = ""
    """The instant at which the workbook was made, as it says it."""
    lines: list[LineProposal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """True when nothing may be written."""
        return any(one.level is Level.ERROR for one in self.findings)


@dataclass
class _Grid:
    """One sheet: its cells, and the column of each name."""

    name: str
    written: dict[Place, Written]
    columns: dict[str, int] = field(default_factory=dict)
    names_row: int = 0

    def at(self, row: int, name: str) -> Written:
        return self.written.get((row, self.columns[name]), Written()) if name in self.columns else Written()

    def text(self, row: int, column: int) -> str:
        return self.written.get((row, column), Written()).text

    def place(self, row: int, name: str) -> str:
        return cell_name((row, self.columns.get(name, 1)))

    @property
    def rows(self) -> list[int]:
        """The rows below the names that hold anything."""
        return sorted({row for row, _ in self.written if row > self.names_row})

    def find_columns(self, *asked: str) -> bool:
        """Look for the row that names the columns; True where it names those asked for."""
        for row in range(1, _SEARCHED_ROWS + 1):
            named = {one.text: at for (line, at), one in self.written.items() if line == row and one.text}
            if set(asked) <= named.keys():
                self.columns, self.names_row = named, row
                return True
        return False


def read_round_workbook(data: bytes) -> WorkbookProposal:
    """What every line of a workbook says; nothing of it may be written while an error stands."""
    proposal = WorkbookProposal()
    try:
        check_office_file(data, "xlsx")
        grids = _grids(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    progress = [one for one in grids if one.find_columns(Fixed.KEY, Fixed.LABEL)]
    links = [one for one in grids if one.find_columns(LinkColumn.TARGET)]
    kept = next((one for one in grids if one.text(1, 1) == FORMAT), None)
    if not progress or kept is None:
        proposal.findings.append(Finding(Level.ERROR, "not-a-round-workbook"))
        return proposal
    _Reading(proposal, _Kept(kept)).read(progress, links)
    return proposal


def _grids(data: bytes) -> list[_Grid]:
    written = open_workbook(data, values=False)
    formulas = any(one.data_type == "f" for sheet in written.worksheets for one in cells_of(sheet).values())
    computed = open_workbook(data, values=True) if formulas else written
    return [_grid(one, two) for one, two in zip(written.worksheets, computed.worksheets, strict=True)]


def _grid(written: Worksheet, computed: Worksheet) -> _Grid:
    results = cells_of(computed)
    found = {place: _written(cell, results.get(place, cell)) for place, cell in cells_of(written).items()}
    return _Grid(written.title, {place: one for place, one in found.items() if not one.is_empty})


def _written(cell: Cell, result: Cell) -> Written:
    """A formula counts as its stored result; a text that begins like one is a text."""
    is_formula = cell.data_type == "f"
    is_broken = result.data_type == "e"
    value: Any = None if is_broken else result.value
    return Written(
        value=value,
        number_format=str(result.number_format or ""),
        target=str(cell.hyperlink.target or "") if cell.hyperlink else "",
        is_uncomputed=is_formula and value is None and not is_broken,
        is_broken=is_broken,
    )


class _Kept:
    """The hidden sheet: what the workbook is of, how its lines stood, the words of its lists."""

    def __init__(self, grid: _Grid) -> None:
        self.round_uid, self.institution_uid, self.made_at = (grid.text(1, at) for at in (2, 3, 4))
        rows = grid.rows
        self.targets = {
            collapse(grid.text(row, 1)): (grid.text(row, 2), grid.text(row, 3)) for row in rows if row > 1
        }
        self.bases = {grid.text(row, 5): grid.text(row, 6) for row in rows if row > 1}
        self.choices = {fold(collapse(grid.text(row, 7))): grid.text(row, 8) for row in rows if row > 1}


@dataclass
class _Reading:
    """One workbook being read, row by row."""

    proposal: WorkbookProposal
    kept: _Kept

    def read(self, progress: list[_Grid], links: list[_Grid]) -> None:
        """Everything the workbook says."""
        self.proposal.round_uid = self.kept.round_uid
        self.proposal.institution_uid = self.kept.institution_uid
        self.proposal.made_at = self.kept.made_at
        for grid in (*progress[1:], *links[1:]):
            self._error(grid.name, "", "sheet-repeated", "", name=grid.name)
        self._missing(progress[0], Input)
        found: dict[str, dict[LinkCells, set[str]]] = {}
        if links:
            self._missing(links[0], LinkColumn)
            found = self._links(links[0], {key for _, key in self._keys(progress[0])})
        else:
            self._error("", "", "column-missing", "", column="links")
        self._lines(progress[0], found)

    def _error(self, sheet: str, cell: str, code: str, text: str, key: str = "", **params: str) -> None:
        shown = collapse(text)[:LONGEST_TEXT]
        self.proposal.findings.append(Finding(Level.ERROR, code, sheet, cell, shown, params, key))

    def _missing(self, grid: _Grid, columns: type[Input] | type[LinkColumn]) -> None:
        for name in columns:
            if name not in grid.columns:
                self._error(grid.name, "", "column-missing", "", column=name.value)

    def _keys(self, grid: _Grid) -> Iterator[tuple[int, str]]:
        """Rows of lines with their key; those of headings have none."""
        for row in grid.rows:
            if key := grid.at(row, Fixed.KEY).text:
                yield row, key

    def _lines(self, grid: _Grid, links: Mapping[str, dict[LinkCells, set[str]]]) -> None:
        first: dict[str, int] = {}
        for row, key in self._keys(grid):
            if first.setdefault(key, row) != row:
                place = grid.place(row, Fixed.LABEL)
                told = grid.at(row, Fixed.LABEL).text
                self._error(grid.name, place, "line-repeated", told, key, first=str(first[key]))
                continue
            self.proposal.lines.append(self._line(grid, row, key, links.get(key, {})))
        for row in grid.rows:
            written = [name for name in Input if not grid.at(row, name).is_empty]
            is_heading = row <= grid.names_row + _HEADING_ROWS
            if written and not is_heading and grid.at(row, Fixed.KEY).is_empty:
                text = grid.at(row, written[0]).text
                self._error(grid.name, grid.place(row, written[0]), "row-without-line", text)

    def _line(self, grid: _Grid, row: int, key: str, links: Mapping[LinkCells, set[str]]) -> LineProposal:
        def read(name: Input, reader: Callable[[Written], Any]) -> Any:
            return self._read(grid, row, name, key, reader)

        choices = self.kept.choices
        percent = self._doubtful(grid, row, Input.PERCENT, key, cells.read_percent)
        kind = read(
            Input.OBSTACLE_KIND,
            lambda cell: cells.read_choice(cell, choices, "obstacle", "obstacle-kind-unknown"),
        )
        texts: dict[str, Any] = {name.value: read(name, cells.read_text) or "" for name in _TEXTS}
        days: dict[str, Any] = {name.value: read(name, cells.read_day) for name in _DAYS}
        inputs = LineInputs(
            percent=percent,
            delivered=self._doubtful(grid, row, Input.DELIVERED, key, cells.read_quantity),
            no_progress=bool(read(Input.NO_PROGRESS, lambda cell: cells.read_yes_no(cell, choices))),
            obstacle_kind=ObstacleKind(kind) if kind else None,
            links=frozenset(
                SheetLink(one.url, one.title, one.effective_on, one.access, frozenset(means - {""}))
                for one, means in links.items()
            ),
            **texts,
            **days,
        )
        if inputs.completed_on is not None and percent != 100 and Input.PERCENT in grid.columns:
            place = grid.place(row, Input.COMPLETED_ON)
            told = grid.at(row, Input.COMPLETED_ON).text
            self._error(grid.name, place, "completion-below-full", told, key)
        places = {name.value: grid.place(row, name) for name in Input}
        return LineProposal(row, grid.name, key, inputs, self.kept.bases.get(key, ""), places)

    def _read(
        self, grid: _Grid, row: int, name: str, key: str, reader: Callable[[Written], Value]
    ) -> Value | None:
        """The value of a cell, or None with the error told."""
        cell = grid.at(row, name)
        try:
            if cell.is_uncomputed:
                raise CellError("formula-not-computed")
            if cell.is_broken:
                raise CellError("impossible-value")
            return reader(cell)
        except CellError as error:
            self._error(grid.name, grid.place(row, name), error.code, cell.text, key, **error.params)
            return None

    def _doubtful(
        self,
        grid: _Grid,
        row: int,
        name: str,
        key: str,
        reader: Callable[[Written], tuple[Value, Doubt | None]],
    ) -> Value | None:
        """The same for a value that may be read with a doubt."""
        value, doubt = self._read(grid, row, name, key, reader) or (None, None)
        if doubt is not None:
            place, text = grid.place(row, name), grid.at(row, name).text
            self.proposal.findings.append(
                Finding(Level.DOUBT, doubt.code, grid.name, place, text, dict(doubt.params), key)
            )
        return value

    def _links(self, grid: _Grid, known: set[str]) -> dict[str, dict[LinkCells, set[str]]]:
        """The links of each line, each with the means it answers."""
        found: dict[str, dict[LinkCells, set[str]]] = {}
        for row in grid.rows:
            if row <= grid.names_row + _HEADING_ROWS:
                continue
            written = [name for name in LinkColumn if not grid.at(row, name).is_empty]
            if not set(written) - {LinkColumn.TARGET}:
                continue
            target = self._target(grid, row)
            link = self._link(grid, row, target[0] if target else "")
            if target is None or link is None:
                continue
            if target[0] not in known:
                place = grid.place(row, LinkColumn.TARGET)
                self._error(grid.name, place, "line-row-missing", grid.at(row, LinkColumn.TARGET).text)
                continue
            found.setdefault(target[0], {}).setdefault(link, set()).add(target[1])
        return found

    def _target(self, grid: _Grid, row: int) -> tuple[str, str] | None:
        """The line and the means a link answers."""
        told = collapse(grid.at(row, LinkColumn.TARGET).text)
        target = self.kept.targets.get(told)
        if target is None:
            code = "target-not-in-list" if told else "link-without-target"
            shown = told or grid.at(row, LinkColumn.URL).text
            self._error(grid.name, grid.place(row, LinkColumn.TARGET), code, shown)
        return target

    def _link(self, grid: _Grid, row: int, key: str) -> LinkCells | None:
        before = len(self.proposal.findings)
        if grid.at(row, LinkColumn.URL).is_empty:
            told = grid.at(row, LinkColumn.TITLE).text
            self._error(grid.name, grid.place(row, LinkColumn.URL), "link-missing", told, key)
            return None
        url = self._read(grid, row, LinkColumn.URL, key, cells.read_address)
        title = self._read(grid, row, LinkColumn.TITLE, key, cells.read_text)
        day = self._read(grid, row, LinkColumn.EFFECTIVE_ON, key, cells.read_day)
        access = self._read(
            grid,
            row,
            LinkColumn.ACCESS,
            key,
            lambda cell: cells.read_choice(cell, self.kept.choices, "access", "access-not-understood"),
        )
        if len(self.proposal.findings) > before or url is None:
            return None
        return LinkCells(url, collapse(title or ""), day, Access(access) if access else None)


@dataclass(frozen=True)
class LinkCells:
    """What stands in the cells of one link, whatever it answers."""

    url: str
    title: str
    effective_on: Any
    access: Access | None
