"""A round's workbook for an institution, and what one that came back says against what stands now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.round_workbook import (
    LONGEST_TEXT,
    BookLine,
    BookMeans,
    Input,
    LineInputs,
    RoundBook,
    SheetLink,
    Situation,
    changed_fields,
    fingerprint,
    plain_text,
)
from tracker.domain.workflow import ReportStatus
from tracker.importers.proposals import Finding, Level
from tracker.importers.round_workbook import LineProposal, WorkbookProposal, read_round_workbook
from tracker.models.progress import ProgressReport
from tracker.queries.progress_reports import ReportVersion
from tracker.queries.rounds import RoundSheet, SheetItem, get_sheet

_TEXTS = (Input.DEPARTURE_REASON, Input.NARRATIVE, Input.OBSTACLE, Input.NEEDED)


class LineState(StrEnum):
    """What a line of the workbook is, against what stands now."""

    NEW = "new"
    CHANGED = "changed"
    CONFLICT = "conflict"
    """Written in the workbook, and changed by somebody since it was made."""
    SAME = "same"
    """The draft says it already."""
    SENT = "sent"
    """A report that was handed in says it already."""
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class FieldChange:
    """One field of a line: what stands, and what the workbook says."""

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class ComparedLine:
    """One line of the workbook beside what stands."""

    item: SheetItem
    proposal: LineProposal
    state: LineState
    current: LineInputs
    request_key: str
    refusals: tuple[DomainError, ...] = ()
    """What keeps it from being handed in."""

    @property
    def key(self) -> str:
        """The line's key."""
        return self.item.key

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """Field by field, what stands and what the workbook says."""
        mine = self.proposal.inputs
        return tuple(
            FieldChange(name, getattr(self.current, name), getattr(mine, name))
            for name in changed_fields(self.current, mine)
        )

    @property
    def is_draft(self) -> bool:
        """A draft stands that can be handed in."""
        return self.item.draft is not None and self.item.draft.status is ReportStatus.DRAFT

    @property
    def is_written(self) -> bool:
        """The workbook says something that does not stand yet."""
        return self.state in {LineState.NEW, LineState.CHANGED, LineState.CONFLICT}

    @property
    def can_be_submitted(self) -> bool:
        """There is, or will be, a draft to hand in."""
        return self.is_written or (self.is_draft and self.state is not LineState.SENT)

    @property
    def is_shown(self) -> bool:
        """Lines that nobody touched and that hold no draft are only counted."""
        return self.state is not LineState.UNTOUCHED or self.is_draft


@dataclass(frozen=True)
class ComparedWorkbook:
    """A workbook that came back beside what stands: nothing is written while an error stands."""

    sheet: RoundSheet
    lines: tuple[ComparedLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    seen: str = ""
    """Names all that stood when it was compared: what is confirmed is what was shown."""

    @property
    def has_errors(self) -> bool:
        """True when nothing may be written."""
        return any(one.level is Level.ERROR for one in self.findings)

    @property
    def conflicts(self) -> tuple[ComparedLine, ...]:
        """Lines that ask which of two to keep."""
        return tuple(one for one in self.lines if one.state is LineState.CONFLICT)

    @property
    def untouched(self) -> int:
        """How many lines are left as they are."""
        return sum(not one.is_shown for one in self.lines)


@dataclass(frozen=True)
class _Found:
    """A line on its way to be compared, with what is wrong with it."""

    line: ComparedLine | None
    findings: tuple[Finding, ...] = field(default=())


def make_workbook(
    actor: Actor, *, round_uid: str, institution_uid: str, today: date, now: datetime
) -> RoundBook:
    """An institution's workbook of a round, filled with what is being written. NotFound as `get_sheet`."""
    require(actor, Permission.REPORT_READ_OWN)
    sheet = get_sheet(actor, round_uid, institution_uid, today=today, now=now)
    return RoundBook(
        round_uid=sheet.round.uid,
        institution_uid=sheet.institution_uid,
        institution=sheet.institution,
        plan_number=sheet.plan_number,
        period_start=sheet.round.period_start,
        period_end=sheet.round.period_end,
        due_on=sheet.round.due_on,
        made_at=now,
        lines=tuple(_book_line(one) for one in sheet.items),
    )


def _book_line(item: SheetItem) -> BookLine:
    return BookLine(
        key=item.key,
        commitment=item.commitment,
        label=item.label,
        title=item.title,
        role=item.role,
        occurrence_due_on=item.occurrence_due_on,
        due_on=item.due_on,
        situation=_situation(item),
        last_percent=item.last_percent,
        last_reported_on=item.last_reported_on,
        validated=item.validated,
        planned=item.planned,
        unit=item.unit,
        means=tuple(BookMeans(one.uid, one.text) for one in item.means),
        inputs=standing_inputs(item),
    )


def _situation(item: SheetItem) -> Situation:
    if item.is_blocked:
        return Situation.IN_REVIEW
    if item.draft is not None and _is_too_long(item.draft):
        return Situation.ON_PAGE
    if item.draft is not None:
        return Situation.DRAFT if item.draft.status is ReportStatus.DRAFT else Situation.RETURNED
    return Situation.ANSWERED if item.is_answered else Situation.PENDING


def _is_too_long(version: ReportVersion) -> bool:
    return any(len(getattr(version, name)) > LONGEST_TEXT for name in _TEXTS)


def standing_inputs(item: SheetItem) -> LineInputs:
    """What stands in the cells of a line: its draft, else the version that came back, else nothing."""
    version = item.draft
    if version is None or item.is_blocked or _is_too_long(version):
        return LineInputs()
    inputs = inputs_of(version)
    return inputs if version.status is ReportStatus.DRAFT else replace(inputs, reported_on=None)


def inputs_of(version: ReportVersion) -> LineInputs:
    """A version of a report as the workbook's cells hold it; reserved links and files stay outside of it."""
    texts: dict[str, Any] = {name.value: plain_text(getattr(version, name)) for name in _TEXTS}
    same: dict[str, Any] = {
        one.name: getattr(version, one.name)
        for one in fields(LineInputs)
        if one.name not in texts and one.name != "links"
    }
    links = frozenset(
        SheetLink(
            one.url,
            "" if one.title == one.url else one.title,
            one.effective_on,
            one.access,
            frozenset(one.means_uids),
        )
        for one in version.evidence
        if one.kind is EvidenceKind.LINK and one.access is not Access.RESERVED
    )
    return LineInputs(**same, **texts, links=links)


def compare_workbook(
    actor: Actor,
    data: bytes,
    *,
    round_uid: str,
    institution_uid: str,
    today: date,
    now: datetime,
) -> ComparedWorkbook:
    """A workbook that came back, line by line beside what stands; reads only. NotFound as `get_sheet`."""
    sheet = get_sheet(actor, round_uid, institution_uid, today=today, now=now)
    proposal = read_round_workbook(data)
    findings = [*proposal.findings, *_of_another(proposal, sheet)]
    if any(one.level is Level.ERROR for one in findings if not one.cell):
        return ComparedWorkbook(sheet, findings=tuple(findings))
    marks = _request_keys(sheet)
    found = [_compared(actor, proposal, line, sheet, marks) for line in proposal.lines]
    findings.extend(finding for one in found for finding in one.findings)
    lines = tuple(one.line for one in found if one.line is not None)
    touched = {one.key for one in lines if one.state is not LineState.UNTOUCHED}
    kept = (one for one in findings if one.level is Level.ERROR or one.node_key in touched)
    return ComparedWorkbook(sheet, lines, tuple(kept), _seen(lines))


def _of_another(proposal: WorkbookProposal, sheet: RoundSheet) -> Iterator[Finding]:
    """Why a workbook is not the one that is asked for here."""
    if not proposal.round_uid:
        return
    if proposal.round_uid != sheet.round.uid:
        yield Finding(Level.ERROR, "other-round")
    elif proposal.institution_uid != sheet.institution_uid:
        yield Finding(Level.ERROR, "other-institution")
    if not sheet.round.is_current:
        yield Finding(Level.ERROR, "round-not-current")


def _request_keys(sheet: RoundSheet) -> Mapping[str, str]:
    """By its uid, the form that each report being written was last saved with."""
    uids = [one.draft.uid for one in sheet.items if one.draft is not None]
    rows = db.session.execute(
        select(ProgressReport.uid, ProgressReport.request_key).where(ProgressReport.uid.in_(uids))
    )
    return {row.uid: row.request_key or "" for row in rows}


def _seen(lines: Iterable[ComparedLine]) -> str:
    """All that stands of the lines in one short text."""
    parts = []
    for one in lines:
        draft, answer = one.item.draft, one.item.answer
        stands = f"{draft.uid}/{draft.lock_version}" if draft else ""
        said = f"{answer.uid}/{answer.lock_version}" if answer else ""
        parts.append(f"{one.key}|{one.item.status}|{stands}|{said}|{fingerprint(one.current)}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _compared(
    actor: Actor,
    proposal: WorkbookProposal,
    line: LineProposal,
    sheet: RoundSheet,
    marks: Mapping[str, str],
) -> _Found:
    item = sheet.find(line.key)
    if item is None:
        return _Found(None, (_finding(line, "line-not-in-round", Input.PERCENT),))
    key = _request_key(actor, proposal, line)
    current = standing_inputs(item)
    is_own = item.draft is not None and marks.get(item.draft.uid) == key
    state = _state(line, item, current, is_own=is_own)
    compared = ComparedLine(item, line, state, current, key)
    if not compared.is_written:
        return _Found(compared)
    if _situation(item) in {Situation.IN_REVIEW, Situation.ON_PAGE}:
        code = "workbook-line-in-review" if item.is_blocked else "line-written-on-page"
        return _Found(compared, (_finding(line, code, Input.PERCENT),))
    if line.inputs.percent == 100 and line.inputs.completed_on is None:
        return _Found(
            compared, (_finding(line, "completion-unknown", Input.COMPLETED_ON, level=Level.DOUBT),)
        )
    return _Found(compared)


def _request_key(actor: Actor, proposal: WorkbookProposal, line: LineProposal) -> str:
    """The same line of the same download by the same person: what it saved before is its own."""
    parts = (proposal.round_uid, proposal.institution_uid, proposal.made_at, line.key, actor.uid)
    return f"sheet-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:40]}"


def _finding(line: LineProposal, code: str, name: Input, level: Level = Level.ERROR) -> Finding:
    return Finding(level, code, line.sheet, line.cells.get(name.value, f"A{line.row}"), "", {}, line.key)


def _state(line: LineProposal, item: SheetItem, current: LineInputs, *, is_own: bool) -> LineState:
    mine = line.inputs
    if fingerprint(mine) == (line.base or fingerprint(LineInputs())):
        return LineState.UNTOUCHED
    if item.answer is not None and not changed_fields(inputs_of(item.answer), mine):
        return LineState.SENT
    if not changed_fields(current, mine):
        return LineState.SAME
    if line.base and fingerprint(current) != line.base and not is_own:
        return LineState.CONFLICT
    return LineState.NEW if item.draft is None else LineState.CHANGED
