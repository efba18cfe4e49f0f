"""Physical and financial targets (.xlsx) as institutions publish them, table by table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain.targets import (
    PrintedTotal,
    Side,
    TargetFinding,
    TargetFindingCode,
    TargetSource,
    TargetTable,
    findings,
    period_of,
)
from tracker.domain.text import normalise
from tracker.importers.findings import FindingList, refusal
from tracker.importers.institutions import InstitutionReader
from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import parse_windows
from tracker.importers.proposals import Finding, InstitutionEntry, Level, TargetsProposal
from tracker.importers.sheets import Place, Sheet, read_sheets
from tracker.importers.target_heads import Label, TargetHead, find_heads, period_in
from tracker.importers.target_levels import placed
from tracker.importers.target_rows import RawTarget, RowReader
from tracker.importers.wording import collapse, fold

_PROGRAMME = re.compile(r"\bprograma(?: presupuestario)?(?: no\.?)? ?:? ?(\d{1,3})\b[ .:-]*(.*)")
_YEAR = re.compile(r"\bejercicio(?: fiscal)?(?: del?)?(?: ano)? (20\d\d)\b")
_SOURCE = re.compile(r"^(?:fuente|reporte)\b[ :.]*")
_REPORT = re.compile(r"\bno\.? ?:? ?([A-Za-z0-9][\w./-]*)", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2} de [a-z]+ del? \d{4}|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}")
_LAST_PERIOD = 3
_CODES = {
    TargetFindingCode.SUM_DIFFERS: "target-sum-differs",
    TargetFindingCode.TOTAL_DIFFERS: "target-total-differs",
    TargetFindingCode.CURRENT_DIFFERS: "target-current-differs",
    TargetFindingCode.PERCENT_DIFFERS: "target-percent-differs",
    TargetFindingCode.EXECUTED_ABOVE_CURRENT: "target-executed-above-current",
    TargetFindingCode.EXECUTED_FALLS: "target-executed-falls",
}


@dataclass(frozen=True)
class TargetsOrder:
    """What whoever imports says of the file; what the file says itself must agree."""

    year: int
    today: date
    programme: str = ""
    period: int | None = None
    report: str = ""
    report_on: date | None = None


def read_targets(
    data: bytes, order: TargetsOrder, institution: str = "", known: Sequence[InstitutionEntry] = ()
) -> TargetsProposal:
    """The tables of a workbook; one that cannot be opened is one error finding, never an exception.

    `institution` is whose they are, by acronym or name: no import makes an institution out of a slip.
    """
    mention, _ = InstitutionReader(known).identify(institution)
    proposal = TargetsProposal(mention if mention is not None and mention.known else None)
    try:
        sheets = read_sheets(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    found = FindingList()
    for sheet in sheets:
        _SheetReader(sheet, order, found, proposal.tables).run()
    if not proposal.tables and not found.all:
        name = sheets[0].name if sheets else ""
        found.add(Finding(Level.ERROR, "targets-head-not-found", sheet=name))
    if institution and proposal.institution is None:
        found.add(Finding(Level.ERROR, "owner-unknown", text=institution))
    proposal.findings = found.all
    return proposal


@dataclass
class _Draft:
    """A table being read."""

    title: str
    title_place: Place
    programme: str
    programme_name: str
    period: int
    source: TargetSource
    rows: list[RawTarget] = field(default_factory=list)
    total: RawTarget | None = None
    told: dict[tuple[int, str], Place] = field(default_factory=dict)


@dataclass
class _SheetReader:
    """Walks one sheet: titles, heads, rows and sources, as many tables as stand below one another."""

    sheet: Sheet
    order: TargetsOrder
    findings: FindingList
    tables: list[TargetTable]
    draft: _Draft | None = None
    earlier: list[_Draft] = field(default_factory=list)
    """Tables above the one being read, under the same titles and from the same source."""
    added: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> None:
        """Read every table of the sheet."""
        heads = find_heads(self.sheet)
        between = self._texts(0, heads[0].first) if heads else []
        for number, head in enumerate(heads):
            if missing := head.missing():
                names = ", ".join(missing)
                self.findings.error("missing-column", self.sheet, (head.last, 1), "", columns=names)
                return
            if self.draft is None or between:
                self._finish()
                self.draft = self._open(head, between)
            below = heads[number + 1].first if number + 1 < len(heads) else max(self.sheet.rows) + 1
            between = self._body(head, below, is_last=number + 1 == len(heads))
        self._finish()

    def _texts(self, after: int, before: int) -> list[Place]:
        rows = [row for row in self.sheet.rows if after < row < before]
        return [place for row in rows for place in self.sheet.in_row(row)[:1] if place[0] == row]

    def _open(self, head: TargetHead, titles: Sequence[Place]) -> _Draft:
        """A new table out of what stands above its head and what was said of the file."""
        texts = {place: collapse(self.sheet.text(*place)) for place in titles}
        for place, text in texts.items():
            year = _YEAR.search(fold(text))
            if year is not None and int(year.group(1)) != self.order.year:
                stated, given = year.group(1), str(self.order.year)
                self.findings.error("year-differs", self.sheet, place, text, stated=stated, given=given)
        named = [place for place, text in texts.items() if "metas" in fold(text)]
        title_place = next(iter(named or titles), (head.first, head.labels[Label.NAME]))
        stated_periods = [period for text in texts.values() if (period := period_in(text))]
        period = self.order.period or next(iter(stated_periods), None)
        if period is None:
            period = self._assumed_period()
            self.findings.doubt("period-assumed", self.sheet, title_place, "", number=str(period))
        source = TargetSource(self.order.report, self.order.report_on)
        title = texts.get(title_place, "") or self.sheet.name
        draft = _Draft(title, title_place, self.order.programme, "", period, source)
        for place, text in texts.items():
            self._programme(draft, place, text)
        return draft

    def _assumed_period(self) -> int:
        """The whole year once it is over, else the period that today is in."""
        today = self.order.today
        return period_of(today) if today.year == self.order.year else _LAST_PERIOD

    def _programme(self, draft: _Draft, place: Place, text: str) -> bool:
        """True where a text names a programme; it is not to be another than the one that was given."""
        match = _PROGRAMME.search(fold(text))
        if match is None:
            return False
        stated = match.group(1)
        given = self.order.programme
        if given and given.lstrip("0") != stated.lstrip("0"):
            self.findings.error("programme-differs", self.sheet, place, text, stated=stated, given=given)
        draft.programme = given or stated
        draft.programme_name = collapse(text[match.start(2) : match.end(2)])
        return True

    def _body(self, head: TargetHead, below: int, *, is_last: bool) -> list[Place]:
        """Read the rows under a head; gives the texts after the last row of figures: the next titles."""
        draft = self.draft
        if draft is None:
            return []
        reader = RowReader(self.sheet, head, draft.period, self.findings, draft.told)
        rows = [row for row in self.sheet.rows if head.last < row < below]
        last = max((row for row in rows if self._has_figures(head, row)), default=head.last)
        for row in rows:
            has_figures = self._has_figures(head, row)
            is_programme = has_figures and self._is_programme(head, row)
            if is_programme or (not has_figures and (row < last or is_last)):
                self._note(row)
                if self.draft is not draft and self.draft is not None:
                    draft, reader.told = self.draft, self.draft.told
            if has_figures:
                self._take(reader, row, is_total=is_programme)
        return [] if is_last else [one for one in self._texts(last, below) if not self._is_source(one)]

    def _has_figures(self, head: TargetHead, row: int) -> bool:
        columns = {one for side in head.figures.values() for cells in side.values() for one in cells}
        return any((row, column) in self.sheet.cells for column in columns)

    def _is_programme(self, head: TargetHead, row: int) -> bool:
        """True for a heading of a programme that carries its figures: they are the total of what follows."""
        return _PROGRAMME.match(fold(collapse(self.sheet.text(row, head.labels[Label.NAME])))) is not None

    def _take(self, reader: RowReader, row: int, *, is_total: bool) -> None:
        draft = self.draft
        if draft is None:
            return
        raw = reader.read(row, draft.rows[-1] if draft.rows else None)
        if raw.is_total or is_total:
            draft.total = raw
        else:
            draft.rows.append(raw)

    def _note(self, row: int) -> None:
        """A row of words: where the table was taken from, another programme, or something not understood."""
        places = [place for place in self.sheet.in_row(row) if place[0] == row]
        if not places or self.draft is None or self._is_source(places[0]):
            return
        text = collapse(self.sheet.text(*places[0]))
        other = replace(
            self.draft, programme="", programme_name="", rows=[], total=None, told={}, title_place=places[0]
        )
        if self._programme(other, places[0], text):
            if not self.draft.rows and self.draft.programme in {"", other.programme}:
                self.draft.programme, self.draft.programme_name = other.programme, other.programme_name
                return
            self.earlier.append(self.draft)
            self.draft = other
        else:
            self.findings.doubt("row-without-figures", self.sheet, places[0], text)

    def _is_source(self, place: Place) -> bool:
        """True for "Fuente: Reporte SIGES No. R0081830.rpt", which is then kept."""
        texts = [collapse(self.sheet.text(*one)) for one in self.sheet.in_row(place[0])]
        text = " ".join(texts)
        match = _SOURCE.match(fold(text))
        if match is None or self.draft is None:
            return False
        number = _REPORT.search(text)
        report = number.group(1).rstrip(".") if number else collapse(text[match.end() :])
        for draft in (*self.earlier, self.draft):
            draft.source = TargetSource(draft.source.report or report, draft.source.on or _day_in(text))
        return True

    def _finish(self) -> None:
        """Hand over what was read under one head."""
        drafts = [*self.earlier, *([self.draft] if self.draft else [])]
        self.earlier, self.draft = [], None
        for draft in drafts:
            self._hand_over(draft)

    def _hand_over(self, draft: _Draft) -> None:
        """One table, with what does not add up in it."""
        place = draft.title_place
        if not draft.rows:
            self.findings.doubt("table-without-rows", self.sheet, place, draft.title)
            return
        if not draft.programme:
            self.findings.doubt("programme-not-stated", self.sheet, place, draft.title)
        if not draft.source.report:
            self.findings.doubt("source-not-stated", self.sheet, place, draft.title)

        def guessed(raw: RawTarget, count: int) -> None:
            at = self._place(draft, raw.row, "")
            self.findings.doubt("hierarchy-guessed", self.sheet, at, raw.name, count=str(count))

        table = TargetTable(
            year=self.order.year,
            period=draft.period,
            programme=draft.programme,
            programme_name=draft.programme_name,
            title=draft.title,
            source=draft.source,
            rows=placed(draft.rows, draft.period, guessed),
            total=_total(draft.total),
        )
        self._add(table, place)
        for one in findings(table):
            self._tell(one, draft)

    def _add(self, table: TargetTable, place: Place) -> None:
        """Two tables under one title on two sheets take the name of the sheet; on one, they are an error."""
        same = (table.programme, normalise(table.title))
        if same in self.added:
            self.findings.error("table-repeated", self.sheet, place, table.title)
            return
        self.added.add(same)
        if any((one.programme, normalise(one.title)) == same for one in self.tables):
            table = replace(table, title=f"{table.title} ({self.sheet.name})")
        self.tables.append(table)

    def _place(self, draft: _Draft, row: int, figure: str) -> Place:
        return draft.told.get((row, figure), (row, draft.title_place[1]))

    def _tell(self, one: TargetFinding, draft: _Draft) -> None:
        """What does not add up, as a doubt of the cell that prints it: it is written as the table has it."""
        total = draft.total
        row = draft.rows[one.position - 1].row if one.position or total is None else total.row
        place = self._place(draft, row, f"{one.side.value}.{one.figure}")
        text = self.sheet.text(*place)
        params = {
            "side": one.side.value,
            "figure": one.figure,
            "printed": f"{one.printed:f}",
            "computed": f"{one.computed:f}",
        }
        if one.side is Side.PHYSICAL and one.unit:
            params["unit"] = one.unit
        self.findings.doubt(_CODES[one.code], self.sheet, place, text, **params)


def _total(raw: RawTarget | None) -> PrintedTotal | None:
    return PrintedTotal(raw.unit, raw.physical, raw.financial) if raw else None


def _day_in(text: str) -> date | None:
    match = _DAY.search(fold(text))
    windows = parse_windows(match.group()).windows if match else ()
    return windows[0].end if windows else None
