"""What changed between two compiled reports of the same: what differs is listed, the rest is counted.

What follows from time alone (days late, labels of late recording) is no change of the facts and is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from tracker.domain.changes import FieldChange
from tracker.domain.differences import Piece, word_differences
from tracker.domain.errors import DomainError
from tracker.domain.report_document import (
    ClaimCounts,
    CommitmentLine,
    EarlierReport,
    EvidenceLine,
    Finding,
    ItemLine,
    OwnReport,
    PointFigure,
    ReportDocument,
    Summary,
)
from tracker.domain.report_values import Aggregate

Figure = PointFigure | Aggregate | None
FIGURES = ("validated", "reported")
PLAN_FIELDS = ("title", "starts_on", "ends_on", "milestone_word", "substantial_from", "due_soon_days")
COUNTS = ("commitments", "milestones", "activities", "items", "coverage")
ITEM_FIELDS = ("title", "axis", "level", "state", "coverage", "windows", "baseline_windows", "products")
_CLAIMED = ("percent", "on", "completed_on", "occurrence", "delivered", "departure_reason", "no_progress")
_DECIDED = ("status", "exception", "validated_by", "validated_on", "claimed_role", "links")
EVIDENCE_FIELDS = ("accepted", "title", "on", "access", "url", "sha256")
# What a comparison speaks of; a field that a document gains later is named whole where it differs.
_TOLD = frozenset(
    {"kind", "plan", "institution", "cutoff", "known_at", "summary", "findings", "commitments", "imprint"}
)


class Became(StrEnum):
    """What became of a report, a piece of evidence or a finding."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True)
class Edition:
    """One of the two reports, by its head."""

    version: int | None
    cutoff: date
    known_at: int
    sha256: str


@dataclass(frozen=True)
class Place:
    """An item: its commitment's number, its own and its name."""

    commitment: str
    label: str
    level: str
    uid: str
    title: str


@dataclass(frozen=True)
class FigureChange:
    """One of both figures, before and after, each with its date and author."""

    name: str
    before: Figure
    after: Figure


@dataclass(frozen=True)
class ReportChange:
    """A report of progress that came, went, or says something else."""

    became: Became
    institution: str
    report: OwnReport | EarlierReport
    fields: tuple[FieldChange, ...] = ()
    narrative: tuple[Piece, ...] = ()
    """Where its narrative changed: both in one, word by word."""


@dataclass(frozen=True)
class EvidenceChange:
    """An item of evidence that came, went, or was judged or described otherwise."""

    became: Became
    institution: str
    evidence: EvidenceLine
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class FindingChange:
    """A finding that appeared, is gone, or has other values."""

    became: Became
    before: Finding | None
    after: Finding | None


@dataclass(frozen=True)
class ItemChange:
    """All that changed of one item."""

    place: Place
    figures: tuple[FigureChange, ...]
    fields: tuple[FieldChange, ...]
    reports: tuple[ReportChange, ...]
    evidence: tuple[EvidenceChange, ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing changed."""
        return not (self.figures or self.fields or self.reports or self.evidence)


@dataclass(frozen=True)
class ReportComparison:
    """Two reports of the same side by side."""

    before: Edition
    after: Edition
    plan: tuple[FieldChange, ...]
    summary: tuple[FieldChange, ...]
    figures: tuple[FigureChange, ...]
    added: tuple[Place, ...]
    removed: tuple[Place, ...]
    items: tuple[ItemChange, ...]
    findings: tuple[FindingChange, ...]
    unlisted: tuple[str, ...]
    """Parts of the document that differ and are not told one by one."""
    items_same: int
    findings_same: int

    @property
    def is_empty(self) -> bool:
        """True where both say the same, whatever their dates."""
        told = (self.plan, self.summary, self.figures, self.added, self.removed)
        return not any((*told, self.items, self.findings, self.unlisted))


def compare_documents(before: ReportDocument, after: ReportDocument) -> ReportComparison:
    """What changed from one report to another of the same kind and plan; DomainError for any other two."""
    if (before.kind, before.plan.number) != (after.kind, after.plan.number):
        raise DomainError("reports-not-comparable", field="con")
    old = {place.uid: (place, line) for place, line in _items(before)}
    new = {place.uid: (place, line) for place, line in _items(after)}
    shared = [_item_change(*old[uid], place, line) for uid, (place, line) in new.items() if uid in old]
    findings = tuple(_finding_changes(before.findings, after.findings))
    gone = sum(one.before is not None for one in findings)
    return ReportComparison(
        before=_edition(before),
        after=_edition(after),
        plan=tuple(_differing(PLAN_FIELDS, before.plan, after.plan)),
        summary=tuple(_summary_changes(before.summary, after.summary)),
        figures=tuple(_figure_changes(before.summary, after.summary)),
        added=tuple(place for place, _ in new.values() if place.uid not in old),
        removed=tuple(place for place, _ in old.values() if place.uid not in new),
        items=tuple(one for one in shared if not one.is_empty),
        findings=findings,
        unlisted=tuple(_unlisted(before, after)),
        items_same=sum(one.is_empty for one in shared),
        findings_same=len(before.findings) - gone,
    )


def _edition(document: ReportDocument) -> Edition:
    imprint = document.imprint
    return Edition(imprint.version, document.cutoff, document.known_at, imprint.sha256)


def _unlisted(before: ReportDocument, after: ReportDocument) -> Iterator[str]:
    for one in fields(ReportDocument):
        if one.name not in _TOLD and getattr(before, one.name) != getattr(after, one.name):
            yield one.name


def document_places(document: ReportDocument) -> tuple[Place, ...]:
    """Every item of a report, in its order."""
    return tuple(place for place, _ in _items(document))


def place_number(place: Place) -> str:
    """How an item is named: its commitment, and its own number below it."""
    if place.level == "commitment":
        return place.label
    return f"{place.commitment} · {place.label}"


def _items(document: ReportDocument) -> Iterator[tuple[Place, ItemLine]]:
    """Every item of a report with its place, in order."""
    for commitment in document.commitments:
        for level, line in _below(commitment):
            yield Place(commitment.label, line.label, level, line.uid, line.title), line


def _below(commitment: CommitmentLine) -> Iterator[tuple[str, ItemLine]]:
    yield "commitment", commitment
    for milestone in commitment.milestones:
        yield "milestone", milestone
        yield from (("activity", one) for one in milestone.activities)
    yield from (("activity", one) for one in commitment.activities)


def _differing(names: Iterable[str], before: object, after: object) -> Iterator[FieldChange]:
    """The fields that both have and say otherwise."""
    for name in names:
        if hasattr(before, name) and hasattr(after, name):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                yield FieldChange(name, old, new)


def _summary_changes(before: Summary, after: Summary) -> Iterator[FieldChange]:
    yield from _differing(COUNTS, before, after)
    old = {one.state: one.count for one in before.states}
    new = {one.state: one.count for one in after.states}
    for state in dict.fromkeys((*old, *new)):
        if old.get(state, 0) != new.get(state, 0):
            yield FieldChange(f"state.{state.value}", old.get(state, 0), new.get(state, 0))
    for change in _differing((one.name for one in fields(ClaimCounts)), before.claims, after.claims):
        yield FieldChange(f"claims.{change.field}", change.before, change.after)


def _figure_changes(before: object, after: object) -> Iterator[FigureChange]:
    for name in FIGURES:
        old: Figure = getattr(before, name, None)
        new: Figure = getattr(after, name, None)
        if _figure_told(old) != _figure_told(new):
            yield FigureChange(name, old, new)


def _figure_told(figure: Figure) -> tuple[object, ...] | None:
    """What makes a figure another one: an activity's also its date and author; above, what it stands on."""
    if isinstance(figure, Aggregate):
        told = (figure.percent, figure.informed_mean, figure.informed, figure.total)
        return (*told, figure.floor_with_withdrawn)
    return (
        None
        if figure is None
        else (figure.percent, figure.on, figure.by, figure.completed_on, figure.missing)
    )


def _item_change(old_place: Place, old: ItemLine, place: Place, new: ItemLine) -> ItemChange:
    return ItemChange(
        place=place,
        figures=tuple(_figure_changes(old, new)),
        fields=(
            *_moved(old_place, place),
            *_differing(ITEM_FIELDS, old, new),
            *_due_changes(old, new),
            *_listed_changes("roles", old.roles, new.roles),
            *_listed_changes("means", _texts(old), _texts(new)),
        ),
        reports=tuple(_report_changes(old, new)),
        evidence=tuple(_evidence_changes(old, new)),
    )


def _moved(before: Place, after: Place) -> Iterator[FieldChange]:
    """Another number, or another commitment."""
    old, new = (before.commitment, before.label), (after.commitment, after.label)
    if old != new:
        yield FieldChange("place", before, after)


def _due_changes(before: ItemLine, after: ItemLine) -> Iterator[FieldChange]:
    """The due date where it was moved; the next delivery's where the periods stand and time went on."""
    if before.due_on != after.due_on:
        name = "due_on" if before.windows != after.windows else "next_due_on"
        yield FieldChange(name, before.due_on, after.due_on)
    if before.baseline_due_on != after.baseline_due_on and before.baseline_windows != after.baseline_windows:
        yield FieldChange("baseline_due_on", before.baseline_due_on, after.baseline_due_on)


def _listed_changes(
    name: str, before: tuple[object, ...], after: tuple[object, ...]
) -> Iterator[FieldChange]:
    """A list in which something came or went; another order is no change."""
    if Counter(before) != Counter(after):
        yield FieldChange(name, before, after)


def _texts(line: ItemLine) -> tuple[str, ...]:
    return tuple(one.text for one in line.means)


Told = tuple[str, OwnReport | EarlierReport]


def _reports(line: ItemLine) -> dict[str, Told]:
    """Every report of an item by its uid, with whose it is; earlier ones too."""
    found: dict[str, Told] = {}
    for own in line.institution_reports:
        every: tuple[OwnReport | EarlierReport, ...] = (own, *own.earlier)
        for one in every:
            found.setdefault(one.uid, (own.institution, one))
    return found


def _report_changes(before: ItemLine, after: ItemLine) -> Iterator[ReportChange]:
    old, new = _reports(before), _reports(after)
    for uid, (institution, report) in new.items():
        if uid not in old:
            yield ReportChange(Became.NEW, institution, report)
            continue
        earlier = old[uid][1]
        changed = tuple(_differing((*_CLAIMED, *_DECIDED), earlier, report))
        told_otherwise = earlier.narrative != report.narrative
        pieces = word_differences(earlier.narrative, report.narrative) if told_otherwise else ()
        if changed or pieces:
            yield ReportChange(Became.CHANGED, institution, report, changed, pieces)
    for uid, (institution, report) in old.items():
        if uid not in new:
            yield ReportChange(Became.GONE, institution, report)


def _evidence(line: ItemLine) -> dict[str, tuple[str, EvidenceLine]]:
    """Every item of evidence handed in, by its uid, with whose it is."""
    return {
        one.uid: (institution, one)
        for institution, report in _reports(line).values()
        for one in report.evidence
    }


def _evidence_changes(before: ItemLine, after: ItemLine) -> Iterator[EvidenceChange]:
    old, new = _evidence(before), _evidence(after)
    for uid, (institution, evidence) in new.items():
        if uid not in old:
            yield EvidenceChange(Became.NEW, institution, evidence)
            continue
        changed = tuple(_differing(EVIDENCE_FIELDS, old[uid][1], evidence))
        if changed:
            yield EvidenceChange(Became.CHANGED, institution, evidence, changed)
    for uid, (institution, evidence) in old.items():
        if uid not in new:
            yield EvidenceChange(Became.GONE, institution, evidence)


def _finding_changes(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[FindingChange]:
    """Findings paired by kind, item and institution; what has no partner appeared or is gone."""
    old, new = _by_subject(before, after), _by_subject(after, before)
    for key in dict.fromkeys((*new, *old)):
        for earlier, later in zip_longest(old.get(key, ()), new.get(key, ())):
            yield FindingChange(_became(earlier, later), earlier, later)


def _became(before: object, after: object) -> Became:
    if before is None:
        return Became.NEW
    return Became.GONE if after is None else Became.CHANGED


def _by_subject(these: Sequence[Finding], others: Sequence[Finding]) -> Mapping[Any, list[Finding]]:
    """The findings that the other side does not have as they are, by what they are about."""
    left = [_finding_key(one) for one in others]
    found: dict[Any, list[Finding]] = {}
    for one in these:
        if _finding_key(one) in left:
            left.remove(_finding_key(one))
        else:
            found.setdefault((one.code, one.row.uid, one.institution), []).append(one)
    return found


def _finding_key(finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same one, whatever number its item bears now."""
    return finding.code, finding.row.uid, finding.institution, sorted(finding.params.items())
