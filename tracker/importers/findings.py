"""Findings gathered while a file is read: each once, by cell."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import Problem
from tracker.importers.proposals import Finding, Level
from tracker.importers.sheets import Place, Sheet, cell_name
from tracker.importers.wording import collapse

LONGEST_TEXT = 500


class FindingList:
    """What is wrong or doubtful in a file; the same finding on the same cell is told once."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self._told: set[tuple[str, str, str, str]] = set()

    def add(self, finding: Finding) -> None:
        """Keep a finding, unless the same was told of the same cell."""
        key = (finding.code, finding.sheet, finding.cell, repr(sorted(finding.params.items())))
        if key not in self._told:
            self._told.add(key)
            self.all.append(finding)

    def doubt(
        self, code: str, sheet: Sheet, place: Place, text: str, node_key: str = "", /, **params: str
    ) -> None:
        """A doubt about a cell, with its text."""
        cell = cell_name(place)
        self.add(Finding(Level.DOUBT, code, sheet.name, cell, _short(text), params, node_key))

    def error(
        self, code: str, sheet: Sheet, place: Place, text: str, node_key: str = "", /, **params: str
    ) -> None:
        """An error in a cell, with its text."""
        cell = cell_name(place)
        self.add(Finding(Level.ERROR, code, sheet.name, cell, _short(text), params, node_key))

    def repeated(
        self, sheet: Sheet, place: Place, label: str, first_sheet: Sheet, first: Place, node_key: str = ""
    ) -> None:
        """A number that stands twice, with the cell where it stood first."""
        before = cell_name(first) if first_sheet is sheet else f"{first_sheet.name}!{cell_name(first)}"
        self.error("repeated-number", sheet, place, sheet.text(*place), node_key, label=label, first=before)

    def problems(
        self, problems: Iterable[Problem], sheet: Sheet, place: Place, text: str, node_key: str = ""
    ) -> None:
        """What a reader of texts found, told of the cell the text stands in."""
        for level, code, params in problems:
            name = cell_name(place)
            self.add(Finding(level, code, sheet.name, name, _short(text), dict(params), node_key))


def refusal(refused: RefusedFileError) -> Finding:
    """Why a file was not opened, as its one finding."""
    return Finding(Level.ERROR, refused.code, params=refused.params)


def _short(text: str) -> str:
    bare = collapse(text)
    return bare if len(bare) <= LONGEST_TEXT else bare[: LONGEST_TEXT - 1] + "…"
