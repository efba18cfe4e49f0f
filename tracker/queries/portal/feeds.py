"""What happened to a plan, a commitment, an activity or an institution's items, as everybody may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import false, select, true
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind
from tracker.domain.snapshots import window_from
from tracker.domain.timeline import Entry, EntryKind, Quote
from tracker.domain.workflow import ReportStatus
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.notices import OverdueFlag
from tracker.models.plans import Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.reports import CompiledReport
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.subjects import Subject, SubjectKind, belongs_to
from tracker.queries.timeline_reports import Reader, step_entry, with_all_that_hangs

PAGE_SIZE = 40
MOST_PAGES = 500


@dataclass(frozen=True)
class FeedItem:
    """The item of the plan that an entry is about."""

    uid: str
    kind: NodeKind
    label: str
    title: str


@dataclass(frozen=True)
class PublishedReport:
    """A compiled report that was published."""

    uid: str
    kind: CompilationKind
    institution: str
    commitment: int | None
    cutoff_on: date
    version: int
    locale: str


@dataclass(frozen=True)
class Happening:
    """One thing that happened: an entry of the timeline, or a report published."""

    key: str
    """Names it for good."""
    at: datetime
    updated_at: datetime
    """When what it says last changed: a report may have been returned or validated since."""
    entry: Entry | None = None
    item: FeedItem | None = None
    report: PublishedReport | None = None


@dataclass(frozen=True)
class FeedPage:
    """Some of what happened, the newest first."""

    happenings: tuple[Happening, ...]
    page: int
    has_next: bool


def get_feed(subject: Subject, page: int = 1, *, zone: str) -> FeedPage:
    """One page of what happened to a subject, in a constant number of queries; NotFound past the last.

    Where the subject is an institution, reports are its own; dates, delays and amendments are those of every
    item in which it takes part.
    """
    if not 1 <= page <= MOST_PAGES:
        raise NotFound("page-not-found", page=page)
    most = page * PAGE_SIZE + 1
    dated = [
        *_steps(subject, most),
        *_flags(subject, most, zone),
        *_moves(subject, most),
        *_amendments(subject, most),
        *_published(subject, most),
    ]
    ordered = sorted(dated, key=lambda one: (one[0], one[1]), reverse=True)
    chosen = ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    if page > 1 and not chosen:
        raise NotFound("page-not-found", page=page)
    return FeedPage(tuple(_told(one[2] for one in chosen)), page, len(ordered) > page * PAGE_SIZE)


@dataclass(frozen=True)
class _Step:
    """A step of a report, before the report is read with all that hangs on it."""

    event: ReportEvent
    item: FeedItem


# When, what tells two of one instant apart, and what happened.
_Dated = tuple[datetime, str, "_Step | Happening"]


def _told(chosen: Iterable[_Step | Happening]) -> Iterator[Happening]:
    """What was chosen for the page in full: the reports of its steps are read together."""
    rows = list(chosen)
    wanted = sorted({one.event.report_id for one in rows if isinstance(one, _Step)})
    reports = {
        one.id: one
        for one in db.session.scalars(
            with_all_that_hangs(select(ProgressReport)).where(ProgressReport.id.in_(wanted))
        )
    }
    for one in rows:
        yield _step(one, reports[one.event.report_id]) if isinstance(one, _Step) else one


def _step(step: _Step, report: ProgressReport) -> Happening:
    return Happening(
        key=f"paso-{step.event.uid}",
        at=step.event.at,
        updated_at=report.actions[-1].at,
        entry=step_entry(step.event, report, Reader()),
        item=step.item,
    )


_ITEM = tuple(NODES.c[name].label(f"node_{name}") for name in ("uid", "kind", "label", "title"))


def _item(row: Any) -> FeedItem:
    return FeedItem(row.node_uid, NodeKind(row.node_kind), row.node_label, row.node_title)


def _steps(subject: Subject, most: int) -> Iterator[_Dated]:
    """Claims and decisions."""
    whose = ProgressReport.institution_id == subject.id
    rows = db.session.execute(
        select(ReportEvent, *_ITEM)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .join(NODES, NODES.c.id == ProgressReport.node_id)
        .where(
            belongs_to(subject) if subject.kind is not SubjectKind.INSTITUTION else whose,
            NODES.c.plan_id == subject.plan_id,
            ProgressReport.status != ReportStatus.DRAFT,
        )
        .order_by(ReportEvent.recorded_seq.desc())
        .limit(most)
    )
    for row in rows:
        yield row.ReportEvent.at, f"{row.ReportEvent.recorded_seq:020}", _Step(row.ReportEvent, _item(row))


def _flags(subject: Subject, most: int, zone: str) -> Iterator[_Dated]:
    """What began to be overdue, at the start of the day on which it was found so."""
    rows = db.session.execute(
        select(OverdueFlag, *_ITEM)
        .join(NODES, NODES.c.id == OverdueFlag.node_id)
        .where(belongs_to(subject))
        .order_by(OverdueFlag.opened_on.desc(), OverdueFlag.id.desc())
        .limit(most)
    )
    for row in rows:
        flag, item = row.OverdueFlag, _item(row)
        at = datetime.combine(flag.opened_on, time.min, ZoneInfo(zone)).astimezone(UTC)
        key = f"atraso-{item.uid}-{flag.occurrence}-{flag.due_on.isoformat()}"
        entry = Entry(
            key=key,
            kind=EntryKind.OVERDUE,
            what="overdue-opened",
            on=flag.opened_on,
            at=None,
            due_on=flag.due_on,
            occurrence=flag.occurrence,
        )
        yield at, key, Happening(key, at, at, entry, item)


def _moves(subject: Subject, most: int) -> Iterator[_Dated]:
    """Dates that were moved, each with its reason and its resolution."""
    rows = db.session.execute(
        select(Rescheduling, *_ITEM)
        .join(NODES, NODES.c.id == Rescheduling.node_id)
        .where(belongs_to(subject), Rescheduling.status == ReschedulingStatus.APPROVED)
        .options(joinedload(Rescheduling.institution))
        .order_by(Rescheduling.recorded_seq.desc())
        .limit(most)
    )
    for row in rows:
        moved = row.Rescheduling
        at = moved.decided_at
        quotes = (Quote("reason", moved.reason), Quote("resolution", moved.resolution))
        entry = Entry(
            key=f"fechas-{moved.uid}",
            kind=EntryKind.DATES,
            what="dates-approved",
            on=moved.decided_on or at.date(),
            at=at,
            seq=moved.recorded_seq,
            office="contact_point",
            due_on=max((window_from(one).end for one in moved.windows), default=None),
            number=moved.resolution_number,
            institutions=(moved.institution.label,),
            quotes=tuple(one for one in quotes if one.text),
        )
        yield at, f"{moved.recorded_seq or 0:020}", Happening(entry.key, at, at, entry, _item(row))


def _amendments(subject: Subject, most: int) -> Iterator[_Dated]:
    """Approved amendments: of a plan all, of anything else those that changed one of its items."""
    where = [Amendment.plan_id == subject.plan_id, Amendment.status == AmendmentStatus.APPROVED]
    if subject.kind is not SubjectKind.PLAN:
        touching = (
            select(AmendmentChange.amendment_id)
            .join(NODES, NODES.c.id == AmendmentChange.node_id)
            .where(belongs_to(subject))
        )
        where.append(Amendment.id.in_(touching))
    rows = db.session.scalars(
        select(Amendment).where(*where).order_by(Amendment.recorded_seq.desc()).limit(most)
    )
    for one in rows:
        at = one.approved_at or one.prepared_at
        quotes = [Quote(name, getattr(one, name)) for name in ("title", "reason", "resolution")]
        entry = Entry(
            key=f"enmienda-{one.uid}",
            kind=EntryKind.PLAN,
            what="amended",
            on=one.effective_on or at.date(),
            at=at,
            seq=one.recorded_seq,
            office="contact_point",
            number=str(one.number or ""),
            quotes=tuple(each for each in quotes if each.text),
        )
        yield at, f"{one.recorded_seq or 0:020}", Happening(entry.key, at, at, entry)


def _published(subject: Subject, most: int) -> Iterator[_Dated]:
    """Compiled reports published: of a plan all, of a commitment or an institution those about it."""
    about = {
        SubjectKind.PLAN: true(),
        SubjectKind.COMMITMENT: CompiledReport.commitment_number == subject.commitment,
        SubjectKind.INSTITUTION: CompiledReport.institution_id == subject.id,
        SubjectKind.ACTIVITY: false(),
    }[subject.kind]
    rows = db.session.scalars(
        select(CompiledReport)
        .where(
            CompiledReport.plan_id == subject.plan_id,
            CompiledReport.status == CompilationStatus.PUBLISHED,
            CompiledReport.published_at.is_not(None),
            about,
        )
        .options(joinedload(CompiledReport.institution))
        .order_by(CompiledReport.published_at.desc(), CompiledReport.id.desc())
        .limit(most)
    )
    for one in rows:
        at = one.published_at or one.requested_at
        report = PublishedReport(
            uid=one.uid,
            kind=one.kind,
            institution=one.institution.label if one.institution else "",
            commitment=one.commitment_number,
            cutoff_on=one.cutoff_on,
            version=one.version,
            locale=one.locale,
        )
        yield at, one.uid, Happening(f"informe-{one.uid}", at, at, report=report)
