"""The official commitment template (.docx), filled by an office (design section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.domain.plans import CONTACT_FIELDS, TEMPLATE_FIELDS, Continuity
from tracker.importers.documents import Line, TextDocument, read_document
from tracker.importers.findings import refusal
from tracker.importers.frequencies import parse_frequency
from tracker.importers.headings import Column, column_of
from tracker.importers.institutions import InstitutionReader
from tracker.importers.numbering import (
    mentions_plan,
    number_of,
    plain_label,
    read_axis,
    read_commitment,
    read_plan,
    read_title,
)
from tracker.importers.office_files import RefusedFileError
from tracker.importers.periods import PeriodReading, Problem, parse_range, parse_windows
from tracker.importers.plan_items import ambiguous_quantity
from tracker.importers.proposals import (
    CommitmentProposal,
    Finding,
    InstitutionEntry,
    Level,
    MilestoneProposal,
    PlanProposal,
)
from tracker.importers.resources import read_amounts
from tracker.importers.template_fields import (
    field_of,
    is_section,
    ogp_identifier_in,
    ogp_values_in,
    version_in,
)
from tracker.importers.wording import collapse, fold, key_of

_APPROVED = re.compile(r"\baprobad[oa]\b (?:por|el|en|mediante|segun)|version (?:final|aprobada|oficial)")
_INNER = re.compile(r"^(?P<label>[^:\n]{3,90}):\s*(?P<value>\S.*)$")


def read_template(data: bytes, known: Sequence[InstitutionEntry] = ()) -> PlanProposal:
    """What a template proposes; a file that cannot be opened is one error finding, never an exception."""
    proposal = PlanProposal("template")
    try:
        document = read_document(data)
    except RefusedFileError as refused:
        proposal.findings.append(refusal(refused))
        return proposal
    form = _Form()
    form.read(document)
    proposal.source_version = form.version or version_in(document.around)
    proposal.is_draft = form.is_draft(document)
    _Builder(form, InstitutionReader(known), proposal).build()
    return proposal


@dataclass(frozen=True)
class _Milestone:
    """One row of the table of milestones: texts by column, and where it stands."""

    cells: dict[Column, str]
    where: str


@dataclass
class _Form:
    """The answers of the form as written, with the place of each."""

    number: int | None = None
    title: str = ""
    version: str = ""
    plan_text: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    milestones: list[_Milestone] = field(default_factory=list)
    stray: list[Line] = field(default_factory=list)
    _columns: dict[Column, int] = field(default_factory=dict)
    _table: int = 0
    _pending: str = ""

    def read(self, document: TextDocument) -> None:
        """Every line in order."""
        for line in document.lines:
            if line.table != self._table:
                self._columns, self._table = {}, line.table
            if line.table and self._milestone_row(line):
                continue
            self._line(line)

    def is_draft(self, document: TextDocument) -> bool:
        """A version and no word of approval make a draft of the co-creation; BORRADOR always does."""
        text = fold("\n".join((document.around, *(line.text for line in document.lines))))
        if re.search(r"\bborrador\b", text):
            return True
        return bool(self.version or version_in(document.around)) and not _APPROVED.search(text)

    def _milestone_row(self, line: Line) -> bool:
        columns = milestone_columns(line.cells)
        if columns:
            self._columns = columns
            self._pending = ""
            return True
        if not self._columns:
            return False
        cells = {kind: line.cells[n] for kind, n in self._columns.items() if n < len(line.cells)}
        answered = field_of(line.text) is not None and not plain_label(cells.get(Column.NUMBER, ""))
        if answered or not cells.get(Column.TITLE):
            self._columns = {} if answered else self._columns
            return False
        self.milestones.append(_Milestone(cells, line.where))
        return True

    def _line(self, line: Line) -> None:
        label, value = self._label(line)
        if self._commitment(line) or self._one_liner(line):
            return
        if label is None:
            self._unlabelled(line)
        elif value:
            self._keep(label, value, line.where)
            self._pending = ""
        else:
            self._pending = label
            self.places.setdefault(label, line.where)

    def _label(self, line: Line) -> tuple[str | None, str]:
        """The first cell that asks for something, with the cells after it or what follows its colon."""
        for n, cell in enumerate(line.cells):
            name = field_of(cell)
            rest = dict.fromkeys(one for one in line.cells[n + 1 :] if one and one != cell)
            if name is not None and rest:
                return name, "\n".join(rest)
            head, colon, inline = cell.partition(":")
            name = field_of(head if colon else cell)
            if name is not None and (colon or self._asks(cell)):
                return name, collapse(inline)
        return None, ""

    def _asks(self, text: str) -> bool:
        """A question, or a few words; while an answer is awaited a short sentence is that answer."""
        if text.endswith("?"):
            return True
        return is_short(text) and not (self._pending and text.endswith("."))

    def _commitment(self, line: Line) -> bool:
        """Number and title: after the word "compromiso", in one line, two cells or two lines."""
        whole = " ".join(list(dict.fromkeys(line.cells))[:2])
        found = read_commitment(whole) if len(whole) < 600 else None
        if found is None:
            return False
        if self.number is None:
            self.number, title = found
            self.title = self.title or title
            self.places["number"] = line.where
            self._pending = "" if title else "title"
        return True

    def _one_liner(self, line: Line) -> bool:
        version = version_in(line.text) if len(line.text) < 120 else ""
        if version and not self.version:
            self.version = version
            return True
        if mentions_plan(line.text) and not line.table and len(line.text) < 160:
            self.plan_text = line.text
            return True
        return False

    def _unlabelled(self, line: Line) -> None:
        if self._pending:
            name = self._pending
            self._keep(name, line.whole, line.where)
            if name == "title" or line.table:
                self._pending = ""
        elif not is_section(line.text):
            self.stray.append(line)

    def _keep(self, name: str, value: str, where: str) -> None:
        self.places.setdefault(name, where)
        if name == "title":
            found = re.match(r"^\W*(\d{1,3})\s*[.:)\-]+\s*(?P<title>\S.*)$", value, re.DOTALL)
            if found and self.number is None:
                self.number, value = int(found.group(1)), found["title"]
            self.title = collapse(self.title or value)
        elif name == "plan":
            self.plan_text = value
        elif name in self.answers:
            self.answers[name] += f"\n{value}"
        else:
            self.answers[name] = value


def is_short(text: str) -> bool:
    """A text short enough to be a label without a colon."""
    return len(text.split()) <= 10


def milestone_columns(cells: Sequence[str]) -> dict[Column, int]:
    """The columns of a heading of milestones, by their words; empty for any other row."""
    found: dict[Column, int] = {}
    for n, cell in enumerate(cells):
        kind = column_of(cell)
        if kind is Column.MILESTONE and Column.TITLE not in found:
            kind = Column.TITLE
        if kind is not None:
            found.setdefault(kind, n)
    beside = {Column.LEAD, Column.CONTINUITY, Column.START, Column.END, Column.PERIOD} & set(found)
    return found if Column.TITLE in found and len(beside) >= 2 else {}


@dataclass
class _Builder:
    """Turns the answers into the proposal, telling doubts and errors."""

    form: _Form
    reader: InstitutionReader
    proposal: PlanProposal

    def build(self) -> None:
        """The commitment of the form; a form without a number proposes nothing."""
        form = self.form
        if form.number is None:
            self.proposal.findings.append(Finding(Level.ERROR, "no-commitment-number"))
            return
        where = form.places.get("number", "")
        made = CommitmentProposal(form.number, str(form.number), form.title, cell=where)
        self._head(made)
        self._answers(made)
        for raw in form.milestones:
            self._milestone(made, raw)
        if not form.milestones:
            self._tell(Level.DOUBT, "no-milestones", "", "", made.label)
        if not made.title:
            self._tell(Level.DOUBT, "title-missing", made.cell, "", made.label)
        for line in form.stray:
            text = collapse(line.whole)
            self._tell(Level.DOUBT, "text-not-understood", line.where, text, made.label, rest=text)
        self.proposal.commitments.append(made)

    def _head(self, made: CommitmentProposal) -> None:
        answers = self.form.answers
        if self.form.plan_text:
            made.plan_title = collapse(self.form.plan_text)
            made.plan_number, made.plan_years = read_plan(made.plan_title)
        if "axis" in answers:
            made.axis_number, made.axis_title = read_axis(answers["axis"])
        if "dates" in answers:
            made.windows_text = answers["dates"]
            reading = parse_windows(answers["dates"])
        elif "start" in answers or "end" in answers:
            made.windows_text = " – ".join(filter(None, (answers.get("start"), answers.get("end"))))
            reading = parse_range(answers.get("start"), answers.get("end"))
        else:
            reading = PeriodReading()
        made.windows = reading.windows
        where = self.form.places.get("dates", self.form.places.get("start", ""))
        self._problems(reading.problems, where, made.windows_text, made.label)

    def _answers(self, made: CommitmentProposal) -> None:
        answers = dict(self.form.answers)
        answers.update(_inner_answers(answers.get("additional_information", "")))
        made.fields = {name: answers[name] for name in TEMPLATE_FIELDS if answers.get(name)}
        made.contact = {name: answers[name] for name in CONTACT_FIELDS if answers.get(name)}
        if self.form.version:
            made.fields["template_version"] = self.form.version
        identifier = ogp_identifier_in(answers.get("ogp_identifier", ""))
        if identifier:
            made.fields["ogp_identifier"] = identifier
        made.ogp_values = ogp_values_in(answers.get("relevance", ""))
        money = "\n".join(filter(None, (answers.get("budget"), answers.get("financial_resources_text"))))
        made.financial_centavos = read_amounts(money, self.reader) if money else ()
        text = answers.get("responsible_text", "")
        if text:
            reading = self.reader.read(text)
            made.roles = reading.roles
            self._problems(reading.findings, self.form.places["responsible_text"], text, made.label)

    def _milestone(self, made: CommitmentProposal, raw: _Milestone) -> None:
        found = read_title(raw.cells[Column.TITLE])
        label = plain_label(raw.cells.get(Column.NUMBER, "")) or found.label
        label = label.split(".")[-1]
        number = number_of(label)
        if number is None:
            number = max((one.number for one in made.milestones), default=0) + 1
            label = str(number)
            self._tell(Level.DOUBT, "number-missing", raw.where, found.title, made.label, number=label)
        key = f"{made.label}/{label}"
        twin = next((one for one in made.milestones if one.label == label), None)
        if twin is not None:
            self._tell(
                Level.ERROR, "repeated-number", raw.where, found.title, key, label=label, first=twin.cell
            )
        item = MilestoneProposal(number, label, found.title or raw.cells[Column.TITLE], cell=raw.where)
        self._fill(item, raw, key)
        made.milestones.append(item)

    def _fill(self, item: MilestoneProposal, raw: _Milestone, key: str) -> None:
        cells = raw.cells
        if Column.PERIOD in cells:
            item.windows_text = cells[Column.PERIOD]
            reading = parse_windows(item.windows_text)
        else:
            ends = (cells.get(Column.START, ""), cells.get(Column.END, ""))
            item.windows_text = " – ".join(filter(None, ends))
            reading = parse_range(*ends)
        item.windows = reading.windows
        self._problems(reading.problems, raw.where, item.windows_text or item.title, key)
        item.roles_text = cells.get(Column.LEAD, "")
        roles = self.reader.read(item.roles_text)
        item.roles = roles.roles
        self._problems(roles.findings, raw.where, item.roles_text, key)
        if not item.roles:
            self._tell(Level.DOUBT, "no-responsible", raw.where, item.title, key)
        item.continuity = self._continuity(cells.get(Column.CONTINUITY, ""), raw.where, key)
        words = ambiguous_quantity(item.title)
        if words:
            self._tell(Level.DOUBT, "quantity-ambiguous", raw.where, item.title, key, words=words)
        if parse_frequency(item.title) is not None:
            frequency = parse_frequency(item.title)
            self._tell(
                Level.DOUBT, "frequency-possible", raw.where, item.title, key, frequency=str(frequency)
            )

    def _continuity(self, text: str, where: str, key: str) -> Continuity | None:
        folded = key_of(text)
        if re.search(r"\bnuev[oa]\b", folded):
            return Continuity.NEW
        if re.search(r"\bcurso\b|\bcontinu|\bexistente\b", folded):
            return Continuity.IN_PROGRESS
        if folded:
            self._tell(Level.DOUBT, "continuity-not-understood", where, text, key)
        return None

    def _problems(self, problems: Sequence[Problem], where: str, text: str, key: str) -> None:
        for level, code, params in problems:
            self._tell(level, code, where, text, key, **params)

    def _tell(self, level: Level, code: str, where: str, text: str, key: str, /, **params: str) -> None:
        self.proposal.findings.append(Finding(level, code, "", where, collapse(text)[:500], params, key))


def _inner_answers(text: str) -> dict[str, str]:
    """Labels inside one answer ("Presupuesto: …"), as the template's last box holds them."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        match = _INNER.match(line)
        name = field_of(match["label"]) if match else None
        if match and name in ("budget", "linked_programmes", "development_plan_links", "sdg_links"):
            found[name] = match["value"]
    return found
