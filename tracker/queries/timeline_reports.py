"""The part of a timeline that reports make: claims, decisions, evidence and its public versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.changes import FieldChange
from tracker.domain.evidence import Access
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.timeline import Entry, EntryKind, HandedIn, Quote
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.progress_reports import COMPARED, may_open

_WORDS = ("narrative", "obstacle", "needed", "departure_reason")
_DECISIONS = {
    ReportAction.VALIDATE: "validated",
    ReportAction.RETURN: "returned",
    ReportAction.REOPEN: "reopened",
    ReportAction.WITHDRAW: "withdrawn",
}


@dataclass(frozen=True)
class Reader:
    """Who reads: a person of the work area, or the public where there is no actor (design section 4)."""

    actor: Actor | None = None

    @property
    def is_public(self) -> bool:
        """True for who has no account."""
        return self.actor is None

    def reads(self, report: ProgressReport) -> bool:
        """Words and files: one's own, everything for who reads everything, what stands validated for all."""
        if report.status is ReportStatus.VALIDATED:
            return True
        if self.actor is None:
            return False
        return report.institution_id in self.actor.institution_ids or can(
            self.actor, Permission.REPORT_READ_ALL
        )

    def names(self, item: Evidence, report: ProgressReport) -> bool:
        """True where the reader may know the title of an item of evidence, and open it."""
        if self.actor is None:
            return item.access is Access.PUBLIC
        return may_open(self.actor, item.access, report.institution_id)


def load_reports(node_id: int) -> Sequence[ProgressReport]:
    """Every report handed in on an item, in the order of recording, with all that hangs on it."""
    return db.session.scalars(
        with_all_that_hangs(select(ProgressReport))
        .where(ProgressReport.node_id == node_id, ProgressReport.status != ReportStatus.DRAFT)
        .order_by(ProgressReport.recorded_seq)
    ).all()


def report_entries(reports: Sequence[ProgressReport], reader: Reader) -> Iterator[Entry]:
    """What was said and decided, and what was handed in, of every report of an item."""
    steps = [(event, report) for report in reports for event in report.actions]
    claimed: dict[tuple[int, str | None], Decimal | None] = {}
    proven: dict[tuple[int, str | None], Decimal | None] = {}
    by_version = {(one.thread_uid, one.version): one for one in reports}
    for event, report in sorted(steps, key=lambda step: step[0].recorded_seq):
        line = (report.institution_id, report.occurrence)
        if event.action is ReportAction.SUBMIT:
            before = by_version.get((report.thread_uid, report.version - 1))
            yield _submitted(event, report, reader, claimed.get(line), before)
            claimed[line] = report.percent
            continue
        yield _decided(event, report, reader, proven.get(line))
        if event.action is ReportAction.VALIDATE:
            proven[line] = report.percent
    yield from _evidence_entries(reports, reader)


def step_entry(event: ReportEvent, report: ProgressReport, reader: Reader) -> Entry:
    """One step of a report as it speaks for itself, without what was said or proven before it."""
    if event.action is ReportAction.SUBMIT:
        return _submitted(event, report, reader, None, None)
    return _decided(event, report, reader, None)


def with_all_that_hangs(statement: Select[ProgressReport]) -> Select[ProgressReport]:
    """Reports with all that their entries tell of, in a constant number of queries."""
    return statement.options(
        joinedload(ProgressReport.institution),
        selectinload(ProgressReport.actions),
        selectinload(ProgressReport.evidence).selectinload(Evidence.means),
        selectinload(ProgressReport.evidence).selectinload(Evidence.redactions),
    )


def _percent_change(before: Decimal | None, after: Decimal | None) -> tuple[FieldChange, ...]:
    if before is None or after is None or before == after:
        return ()
    return (FieldChange("percent", before, after),)


def _submitted(
    event: ReportEvent,
    report: ProgressReport,
    reader: Reader,
    said_before: Decimal | None,
    version_before: ProgressReport | None,
) -> Entry:
    readable = reader.reads(report)
    changes = _percent_change(said_before, report.percent)
    if readable and version_before is not None and reader.reads(version_before):
        changes += _other_changes(version_before, report)
    return Entry(
        key=f"presentado-{report.uid}",
        kind=EntryKind.REPORT,
        what="no-progress" if report.no_progress else "submitted",
        on=report.reported_on,
        at=event.at,
        seq=report.recorded_seq,
        office=report.institution.label,
        actor_uid=event.actor_uid if readable and not reader.is_public else "",
        percent=report.percent,
        occurrence=report.occurrence or "",
        version=report.version,
        status=report.status,
        origin=report.origin,
        obstacle_kind=report.obstacle_kind if readable else None,
        number=report.letter_number if readable else "",
        numbered_on=report.letter_on if readable else None,
        report_uid=report.uid,
        compare_uid=version_before.uid if version_before and not reader.is_public else "",
        changes=changes,
        quotes=_words(report) if readable else (),
    )


def _words(report: ProgressReport) -> tuple[Quote, ...]:
    return tuple(Quote(name, getattr(report, name)) for name in _WORDS if getattr(report, name))


def _other_changes(before: ProgressReport, after: ProgressReport) -> tuple[FieldChange, ...]:
    """Short fields that a further version says otherwise; words are quoted, the percent is told already."""
    return tuple(
        FieldChange(name, getattr(before, name), getattr(after, name))
        for name in COMPARED
        if name not in (*_WORDS, "percent")
        and hasattr(before, name)
        and (getattr(before, name) or None) != (getattr(after, name) or None)
    )


def _decided(event: ReportEvent, report: ProgressReport, reader: Reader, proven: Decimal | None) -> Entry:
    readable = reader.reads(report)
    inside = readable and not reader.is_public
    is_validation = event.action is ReportAction.VALIDATE
    quotes = [Quote("comment", event.comment, event.comment_field)] if inside and event.comment else []
    if readable and event.exception:
        quotes.append(Quote("exception", event.exception))
    withdrawn = event.action is ReportAction.WITHDRAW
    return Entry(
        key=f"paso-{event.uid}",
        kind=EntryKind.REPORT if withdrawn else EntryKind.DECISION,
        what=_DECISIONS[event.action],
        on=report.reported_on,
        at=event.at,
        seq=event.recorded_seq,
        office=report.institution.label if withdrawn else event.actor_label,
        actor_uid=event.actor_uid if inside else "",
        percent=report.percent,
        occurrence=report.occurrence or "",
        version=report.version,
        institutions=(report.institution.label,),
        report_uid=report.uid,
        changes=_percent_change(proven, report.percent) if is_validation else (),
        quotes=tuple(quotes),
        evidence=tuple(_told(event, report, reader)) if is_validation and readable else (),
        contradicts_narrative=inside and event.contradicts_narrative,
        signed_name=event.signed_name if inside else "",
    )


def _told(event: ReportEvent, report: ProgressReport, reader: Reader) -> Iterator[HandedIn]:
    """The evidence that a validation accepted; inside also what it set aside."""
    accepted = set(event.accepted_evidence)
    for item in report.evidence:
        if item.uid in accepted or not reader.is_public:
            yield handed_in(item, report, reader, set_aside=item.uid not in accepted)


def handed_in(item: Evidence, report: ProgressReport, reader: Reader, *, set_aside: bool = False) -> HandedIn:
    """An item of evidence as its reader may know it: restricted ones by their means, never by their title."""
    named = reader.names(item, report)
    return HandedIn(
        title=(item.title or item.filename) if named else "",
        means=tuple(one.text for one in item.means),
        access=item.access,
        sha256=item.sha256 or "",
        url=item.url if named else "",
        uid=item.uid if named and item.sha256 else "",
        set_aside=set_aside,
    )


def _evidence_entries(reports: Iterable[ProgressReport], reader: Reader) -> Iterator[Entry]:
    """Each item once, however many versions of its report carried it on; the public what was accepted."""
    seen: set[tuple[str, int, str]] = set()
    for report in reports:
        for item in report.evidence:
            same = (item.thread_uid or item.uid, item.version, item.sha256 or item.url)
            if same in seen or not _is_shown(item, report, reader):
                continue
            seen.add(same)
            yield _recorded(item, report, reader)
            yield from _redacted(item, report, reader)


def _is_shown(item: Evidence, report: ProgressReport, reader: Reader) -> bool:
    if not reader.reads(report):
        return False
    return not reader.is_public or item.uid in _accepted(report)


def _accepted(report: ProgressReport) -> set[str]:
    """What the last validation of a report accepted."""
    last = next((one for one in reversed(report.actions) if one.action is ReportAction.VALIDATE), None)
    return set(last.accepted_evidence) if last else set()


def _recorded(item: Evidence, report: ProgressReport, reader: Reader) -> Entry:
    return Entry(
        key=f"evidencia-{item.recorded_seq}",
        kind=EntryKind.EVIDENCE,
        what="evidence" if item.version == 1 else "evidence-replaced",
        on=item.effective_on,
        at=item.created_at,
        seq=item.recorded_seq,
        office=report.institution.label,
        actor_uid="" if reader.is_public else item.author_uid,
        version=item.version,
        report_uid=report.uid,
        evidence=(handed_in(item, report, reader),),
    )


def _redacted(item: Evidence, report: ProgressReport, reader: Reader) -> Iterator[Entry]:
    for one in item.redactions:
        day: date = one.created_at.date()
        yield Entry(
            key=f"version-publica-{one.recorded_seq}",
            kind=EntryKind.EVIDENCE,
            what="redacted",
            on=day,
            at=one.created_at,
            seq=one.recorded_seq,
            office=report.institution.label,
            actor_uid="" if reader.is_public else one.author_uid,
            report_uid=report.uid,
            evidence=(HandedIn("", tuple(m.text for m in item.means), item.access, one.sha256),),
        )
