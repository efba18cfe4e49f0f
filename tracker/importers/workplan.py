"""The work plan and schedule (.xlsx): commitments, milestones and activities with all a row says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from tracker.domain.schedule import Window
from tracker.importers.findings import FindingList, refusal
from tracker.importers.headings import Column, Heading, find_heading
from tracker.importers.institutions import InstitutionReader
from tracker.importers.numbering import read_commitment
from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import parse_range, parse_windows
from tracker.importers.plan_head import Head, Told, label_of, opens_head
from tracker.importers.plan_items import ItemBuilder
from tracker.importers.plan_rows import LabelStyle, RawCommitment, Table
from tracker.importers.proposals import CommitmentProposal, Finding, InstitutionEntry, Level, PlanProposal
from tracker.importers.resources import read_amounts
from tracker.importers.sheets import Sheet, read_sheets
from tracker.importers.wording import fold, key_of

_COPIED = ("description", "responsible_text", "other_actors", "problem", "observations", "ogp_identifier")
_RESOURCES = ("financial_resources_text", "human_resources_text")


def read_workplan(data: bytes, known: Sequence[InstitutionEntry] = ()) -> PlanProposal:
    """What a work plan proposes; a file that cannot be opened is one error finding, never an exception."""
    proposal = PlanProposal("workplan")
    try:
        sheets = read_sheets(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    findings = FindingList()
    commitments: list[RawCommitment] = []
    headings = sum(_SheetReader(sheet, commitments, findings).run() for sheet in sheets)
    if not headings:
        name = sheets[0].name if sheets else ""
        findings.add(Finding(Level.ERROR, "header-not-found", sheet=name))
    builder = ItemBuilder(InstitutionReader(known), findings)
    builder.learn(commitments)
    proposal.commitments = [_commitment(raw, builder) for raw in commitments]
    proposal.is_draft = any(raw.head.is_draft for raw in commitments)
    proposal.source_version = next((raw.head.version for raw in commitments if raw.head.version), "")
    proposal.findings = findings.all
    return proposal


class _SheetReader:
    """Walks one sheet: heads and tables, as many as stand below one another."""

    def __init__(self, sheet: Sheet, commitments: list[RawCommitment], findings: FindingList) -> None:
        self.sheet = sheet
        self.commitments = commitments
        self.findings = findings
        self.head = Head(sheet.name)
        self.table: Table | None = None
        self.heading: Heading | None = None
        self.current: RawCommitment | None = None
        self._styles: dict[tuple[int | None, int | None], LabelStyle] = {}

    def run(self) -> int:
        """Read every row; the number of headings found says whether the sheet holds a plan."""
        found = 0
        for row in self.sheet.rows:
            heading = find_heading(self.sheet, row)
            if heading is not None:
                found += 1
                self._open(heading)
            elif self.heading is not None and row <= self.heading.last_row:
                continue
            else:
                self._row(row)
        if found:
            self._finish()
        return found

    def _finish(self) -> None:
        for text in (*self.sheet.outside, self.sheet.name):
            if self.current is not None:
                self.current.head.note_draft(text)
        for place in self.sheet.uncomputed:
            self.findings.doubt("formula-without-value", self.sheet, place, "")
        for place in self.sheet.broken:
            self.findings.error("impossible-value", self.sheet, place, self.sheet.text(*place))

    def _open(self, heading: Heading) -> None:
        """A heading begins a table of the commitment named above it; without one it goes on with the last."""
        self.heading = heading
        if Column.COMMITMENT in heading.columns and self.head.number is None:
            self.table = None
            return
        number = self.head.number
        if number is None and self.current is None:
            number = _number_in_name(self.sheet.name)
        if number is not None:
            self.current = self._begin(self.head, number, self.head.title)
        if self.current is None:
            place = (heading.row, heading.leftmost)
            self.findings.error("no-commitment-number", self.sheet, place, self.sheet.text(*place))
            self.current = RawCommitment(self.sheet, self.head, 0, "", place)
        self.table = self._table(heading, self.current)
        self.head = Head(self.sheet.name)

    def _table(self, heading: Heading, commitment: RawCommitment) -> Table:
        key = (heading.columns.get(Column.TITLE), heading.columns.get(Column.NUMBER))
        if key not in self._styles:
            self._styles[key] = LabelStyle(self.sheet, heading)
        return Table(self.sheet, heading, commitment, self.findings, self._styles[key])

    def _begin(self, head: Head, number: int, title: str) -> RawCommitment:
        """The commitment of that number: a new one, or the one another table already holds."""
        made = RawCommitment(self.sheet, head, number, title, head.place)
        twin = next((one for one in self.commitments if one.number == number), None)
        if twin is None:
            self.commitments.append(made)
            return made
        if title and twin.title and key_of(title) != key_of(twin.title):
            self.findings.repeated(self.sheet, head.place, str(number), twin.sheet, twin.place)
        twin.title = twin.title or title
        for name, told in head.told.items():
            twin.head.told.setdefault(name, told)
        return twin

    def _row(self, row: int) -> None:
        if self.table is not None and self._opens_head(row):
            self.table = self.heading = None
        if self.heading is not None:
            self._switch(row)
        if self.table is not None:
            self.table.read_row(row)
        elif self.heading is None:
            self.head.read_row(self.sheet, row)

    def _opens_head(self, row: int) -> bool:
        """A row of its own that begins the next commitment's head."""
        places = [place for place in self.sheet.in_row(row) if place[0] == row]
        if not places or len(places) > 2:
            return False
        return opens_head(" ".join(self.sheet.text(*place) for place in places))

    def _switch(self, row: int) -> None:
        """Where a column names the commitment, each new name there begins another."""
        heading = self.heading
        if heading is None or Column.COMMITMENT not in heading.columns:
            return
        place = self.sheet.anchor(row, heading.columns[Column.COMMITMENT])
        if place[0] != row or place not in self.sheet.cells:
            return
        text = self.sheet.text(*place)
        found = read_commitment(f"compromiso {text}") or read_commitment(text)
        if found is None:
            self.findings.error("no-commitment-number", self.sheet, place, text)
            return
        if self.table is None or self.current is None or self.current.number != found[0]:
            head = Head(self.sheet.name, found[0], found[1], place)
            self.current = self._begin(head, found[0], found[1])
            self.table = self._table(heading, self.current)


def _number_in_name(name: str) -> int | None:
    found = read_commitment(name) or read_commitment(re.sub(r"^c\s*(?=\d)", "compromiso ", fold(name)))
    return found[0] if found else None


def _commitment(raw: RawCommitment, builder: ItemBuilder) -> CommitmentProposal:
    """One commitment with its head, its footers and its items."""
    head, key = raw.head, str(raw.number)
    made = CommitmentProposal(raw.number, str(raw.number), raw.title)
    made.plan_number, made.plan_title, made.plan_years = head.plan_number, head.plan_title, head.plan_years
    made.axis_number, made.axis_title = head.axis
    made.fields = {name: head.told[name].text for name in _COPIED if name in head.told}
    made.windows, made.windows_text = _windows(raw, builder.findings)
    if "responsible_text" in head.told:
        told = head.told["responsible_text"]
        reading = builder.reader.read(told.text)
        made.roles = reading.roles
        builder.findings.problems(reading.findings, raw.sheet, told.place, told.text, key)
    _add_resources(made, raw, builder)
    if not raw.title:
        builder.findings.doubt("title-missing", raw.sheet, raw.place, raw.sheet.text(*raw.place), key)
    for told in head.strange:
        builder.findings.doubt("text-not-understood", raw.sheet, told.place, told.text, key, rest=told.text)
    made.milestones = [builder.milestone(one, raw.number) for one in raw.milestones]
    made.activities = [builder.activity(one, raw.number) for one in raw.activities]
    return made


def _windows(raw: RawCommitment, findings: FindingList) -> tuple[tuple[Window, ...], str]:
    told = raw.head.told
    if "period" in told:
        one = told["period"]
        reading = parse_windows(one.value if one.value is not None else one.text)
        text, place = one.text, one.place
    elif "start" in told or "end" in told:
        start, end = told.get("start"), told.get("end")
        reading = parse_range(_said(start), _said(end))
        text = " – ".join(one.text for one in (start, end) if one)
        place = next(one.place for one in (start, end) if one)
    else:
        return (), ""
    findings.problems(reading.problems, raw.sheet, place, text, str(raw.number))
    return reading.windows, text


def _said(told: Told | None) -> str | date | None:
    return None if told is None else told.value or told.text


def _add_resources(made: CommitmentProposal, raw: RawCommitment, builder: ItemBuilder) -> None:
    """Resources from the head and the footers, with their amounts of money; other footers are doubts."""
    texts = {name: raw.head.told[name].text for name in _RESOURCES if name in raw.head.told}
    for place, text in raw.footers:
        name, inline = label_of(text)
        if name in _RESOURCES or name == "observations":
            texts[name] = "\n".join(filter(None, (texts.get(name, ""), inline)))
        else:
            builder.findings.doubt("text-not-understood", raw.sheet, place, text, made.label, rest=text)
    made.fields.update(texts)
    money = texts.get("financial_resources_text", "")
    made.financial_centavos = read_amounts(money, builder.reader) if money else ()
