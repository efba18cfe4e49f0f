"""Progress claimed by institutions (.csv): percent, narrative and links, activity by activity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from urllib.parse import urlsplit

from openpyxl.utils import get_column_letter

from tracker.domain.plans import Role
from tracker.importers.findings import refusal
from tracker.importers.institution_words import role_of
from tracker.importers.institutions import InstitutionReader
from tracker.importers.numbering import number_of, read_title
from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import parse_windows
from tracker.importers.proposals import ClaimProposal, Finding, InstitutionEntry, Level, ProgressProposal
from tracker.importers.tables import read_table
from tracker.importers.wording import collapse, fold, key_of

_NO = r"(?:(?:no|num|numero|id) )?(?:del? )?"
_DONE = r"cumplimiento|cumplido|finalizacion|conclusion|completado|termino"
_SHARE = r"avance|pct|porcentaje|cumplimiento|grado|ejecucion|reportado|declarado"
_TOLD = r"resumen|descripcion|detalle|comentarios?|narrativa?|logros?|observaciones"
_ALIASES: tuple[tuple[str, str], ...] = (
    ("completed_on", rf"(?:fecha )?(?:de )?(?:{_DONE})(?: real)?"),
    ("reported_on", r"fecha(?: del?)? (?:corte|reporte|informe|avance|registro)|corte|fecha|al"),
    ("commitment", rf"{_NO}compromiso(?: no)?"),
    ("milestone", rf"{_NO}(?:hito|meta)(?: no)?"),
    ("activity", rf"{_NO}(?:la )?(?:actividad|accion)(?: no)?"),
    ("role", r"rol|papel|tipo de responsabilidad|participacion"),
    ("institution", r"(?:institucion|entidad)(?: responsable| que (?:informa|reporta))?|responsable|siglas"),
    ("percent", rf"(?:{_SHARE}|por ciento)(?: (?:de )?(?:{_SHARE}))*"),
    ("narrative", rf"(?:{_TOLD})(?: del? avances?)?"),
    ("links", r"enlaces?|links?|vinculos?|url|evidencias?|medios? de verificacion|portales"),
)
_REQUIRED = ("commitment", "institution", "percent", "reported_on")
_MOST_HEADING_ROWS = 15
_NO_VALUE = frozenset(
    {"", "-", "–", "—", "n/a", "s/d", "nd", "n.d.", "no aplica", "sin dato", "sin informacion"}
)


def read_progress(data: bytes, known: Sequence[InstitutionEntry] = ()) -> ProgressProposal:
    """The claims of a progress file; a row with an error in it is told and left out."""
    proposal = ProgressProposal()
    try:
        rows = read_table(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    heading, columns = _heading(rows)
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        cell = f"A{heading + 1}"
        params = {"columns": ", ".join(missing)}
        proposal.findings.append(Finding(Level.ERROR, "missing-column", cell=cell, params=params))
        return proposal
    reader = InstitutionReader(known)
    for number, row in enumerate(rows[heading + 1 :], start=heading + 2):
        one = _Row(number, row, columns, len(rows[heading]), proposal)
        if any(cell.strip() for cell in row) and not one.is_unfilled:
            one.read(reader)
    _tell_repeated(proposal)
    return proposal


def column_name(text: str) -> str | None:
    """Which column a heading names, whatever its spelling; None for one that is not read."""
    folded = re.sub(r"\b(?:%|porciento)\b", "", key_of(text.replace("%", " pct ").replace("#", " no ")))
    return next((name for name, words in _ALIASES if re.fullmatch(words, folded)), None)


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row that names most columns, among the first; titles may stand above it."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(rows[:_MOST_HEADING_ROWS]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            name = column_name(cell)
            if name is not None:
                columns.setdefault(name, position)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


@dataclass
class _Row:
    """One row being read; findings name its cells as a spreadsheet does."""

    number: int
    cells: list[str]
    columns: dict[str, int]
    width: int
    proposal: ProgressProposal
    failed: bool = False

    @property
    def is_unfilled(self) -> bool:
        """A row of the form that nobody has filled in yet: it names an item and says nothing of it."""
        said = ("percent", "reported_on", "completed_on", "narrative", "links")
        is_wider = any(cell.strip() for cell in self.cells[self.width :])
        return not is_wider and not any(self._text(name) for name in said)

    def read(self, reader: InstitutionReader) -> None:
        """Add the row's claim, unless something in it is an error."""
        extra = [n for n, cell in enumerate(self.cells) if n >= self.width and cell.strip()]
        if extra:
            self._tell(Level.ERROR, "cells-beyond-columns", extra[0], self.cells[extra[0]])
        commitment = self._commitment()
        milestone, activity = self._labels()
        percent, reported_on = self._percent(), self._reported_on()
        completed_on = self._date("completed_on")
        self._check_completion(percent, reported_on, completed_on)
        mention, problems = reader.identify(self._text("institution"))
        if mention is None:
            self._error("missing-institution", "institution")
        for level, code, params in problems:
            self._tell(level, code, self.columns["institution"], self._text("institution"), **params)
        role, links, narrative = self._role(), self._links(), self._narrative()
        if percent is None and not narrative and not self.failed:
            self._doubt("nothing-reported", "percent")
        if not self.failed and mention is not None and commitment is not None and reported_on is not None:
            self.proposal.claims.append(
                ClaimProposal(
                    self.number, commitment, milestone, activity, mention, role, self._text("role"),
                    percent, reported_on, completed_on, narrative, links,
                )
            )  # fmt: skip

    def _text(self, name: str) -> str:
        position = self.columns.get(name)
        if position is None or position >= len(self.cells):
            return ""
        return collapse(self.cells[position])

    def _tell(self, level: Level, code: str, position: int, text: str, /, **params: str) -> None:
        cell = f"{get_column_letter(position + 1)}{self.number}"
        self.failed = self.failed or level is Level.ERROR
        self.proposal.findings.append(Finding(level, code, "", cell, text, params, self._key()))

    def _error(self, code: str, name: str, /, **params: str) -> None:
        self._tell(Level.ERROR, code, self.columns[name], self._text(name), **params)

    def _doubt(self, code: str, name: str, /, **params: str) -> None:
        self._tell(Level.DOUBT, code, self.columns[name], self._text(name), **params)

    def _key(self) -> str:
        number = number_of(self._text("commitment"))
        milestone, activity = self._labels()
        return "/".join(filter(None, (str(number or ""), ".".join(filter(None, (milestone, activity))))))

    def _commitment(self) -> int | None:
        match = re.search(r"\d+", self._text("commitment"))
        if match is None:
            self._error("impossible-number", "commitment")
            return None
        return int(match.group()[:9])

    def _labels(self) -> tuple[str, str]:
        """Milestone and activity as labels: "Hito 2" is 2, "2.3" as activity is the third of milestone 2."""
        milestone = label_in(self._text("milestone"))
        activity = label_in(self._text("activity"))
        if "." in activity:
            *above, activity = activity.split(".")
            milestone = milestone or above[-1]
        return milestone.split(".")[-1], activity

    def _percent(self) -> Decimal | None:
        text = self._text("percent")
        if fold(text) in _NO_VALUE:
            return None
        value = to_decimal(re.sub(r"\s*(?:%|por ?ciento)\s*$", "", text, flags=re.IGNORECASE))
        if value is None:
            self._error("percent-not-a-number", "percent")
            return None
        if not 0 <= value <= 100:
            self._error("percent-out-of-range", "percent", value=str(value))
            return None
        rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        if rounded != value:
            self._doubt("percent-rounded", "percent", value=str(rounded))
        return rounded

    def _reported_on(self) -> date | None:
        if not self._text("reported_on"):
            self._error("missing-date", "reported_on")
            return None
        return self._date("reported_on")

    def _date(self, name: str) -> date | None:
        text = self._text(name)
        if fold(text) in _NO_VALUE:
            return None
        windows = parse_windows(text).windows
        if len(windows) != 1 or windows[0].start != windows[0].end:
            self._error("impossible-date", name, value=text)
            return None
        return windows[0].end

    def _check_completion(
        self, percent: Decimal | None, reported: date | None, completed: date | None
    ) -> None:
        if completed is None:
            return
        if reported is not None and completed > reported:
            self._doubt("completed-after-cutoff", "completed_on", cutoff=reported.isoformat())
        if percent is None or percent < 100:
            self._doubt("completed-below-100", "completed_on", percent=str(percent or ""))

    def _role(self) -> Role | None:
        text = self._text("role")
        role = role_of(text) if text else None
        if text and role is None:
            self._doubt("unknown-role", "role")
        return role

    def _narrative(self) -> str:
        position = self.columns.get("narrative")
        if position is None or position >= len(self.cells):
            return ""
        return self.cells[position].replace("\r\n", "\n").replace("\r", "\n").strip()

    def _links(self) -> tuple[str, ...]:
        found: list[str] = []
        for word in re.split(r"[\s,;|]+", self._text("links")):
            bare = word.strip("<>()\"'")
            if not bare:
                continue
            if is_web_address(bare):
                found.append(bare)
            else:
                self._doubt("link-not-understood", "links", link=bare)
        return tuple(dict.fromkeys(found))


def label_in(text: str) -> str:
    """The number in a cell of milestones or activities: "Hito 2", "2.0", "Actividad 2.3", "3a"."""
    folded = fold(text)
    found = read_title(text).label or next(iter(re.findall(r"\d{1,3}(?:\.\d{1,3})*[a-z]?", folded)), "")
    return re.sub(r"\.0+$", "", found)


def to_decimal(text: str) -> Decimal | None:
    """A number with a decimal comma or point; None for anything else, infinity and NaN included."""
    bare = text.replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.\d{1,12})?|[+-]?\.\d{1,12}", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def is_web_address(text: str) -> bool:
    """True for a whole http or https address; nothing else may become a link."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "." in (parts.hostname or "")


def _tell_repeated(proposal: ProgressProposal) -> None:
    """Two rows of one institution on one item at one date: which of them holds cannot be known."""
    seen: dict[tuple[object, ...], int] = {}
    for claim in proposal.claims:
        who = claim.institution.acronym or claim.institution.name
        key = (claim.commitment, claim.milestone, claim.activity, who, claim.reported_on)
        first = seen.setdefault(key, claim.row)
        if first != claim.row:
            label = ".".join(filter(None, (claim.milestone, claim.activity)))
            node = "/".join(filter(None, (str(claim.commitment), label)))
            proposal.findings.append(
                Finding(Level.ERROR, "repeated-row", "", f"A{claim.row}", "", {"first": f"A{first}"}, node)
            )
