"""Reporting rounds, calendars and answers against the chain; doubts that were resolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.history import Cut, RecordedAction, status_at
from tracker.domain.rounds import AskedLine, Calendar
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.plans import Doubt, PlanNode
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.rounds import ReportingCalendar, ReportingRound, RoundAnswer, RoundItem
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events, differing
from tracker.services.rounds import calendar_content, round_content

# A civil day and the day of the instant in UTC may be neighbours.
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Line:
    """What a round asks of an institution."""

    round: ReportingRound
    occurrence: str


def rounds(ledger: Ledger) -> Iterator[Mismatch]:
    """Each round with its days and every line it asks for; each plan's calendar as it was last changed."""
    lines: dict[int, list[AskedLine]] = defaultdict(list)
    for round_id, node, institution, occurrence in db.session.execute(
        select(RoundItem.round_id, PlanNode.uid, Institution.uid, RoundItem.occurrence)
        .join(PlanNode, PlanNode.id == RoundItem.node_id)
        .join(Institution, Institution.id == RoundItem.institution_id)
    ):
        lines[round_id].append(AskedLine(node, institution, occurrence))
    yield from against_events(
        ledger,
        "round",
        {EventTag.ROUND_OPENED},
        db.session.scalars(
            select(ReportingRound).options(joinedload(ReportingRound.plan)).order_by(ReportingRound.id)
        ),
        subject=lambda row: row.uid,
        content=lambda row: round_content(row, lines[row.id]),
        more=lambda row, event: [] if row.opened_at == event.at else ["opened_at"],
    )
    yield from _calendars(ledger)


def _calendars(ledger: Ledger) -> Iterator[Mismatch]:
    """A plan's own calendar is the one last given to it."""
    last = {one.subject_uid: one for _, one in sorted(ledger.of({EventTag.CALENDAR_CHANGED}).items())}
    rows = db.session.execute(
        select(ReportingCalendar, PlanNode.uid).join(PlanNode, PlanNode.id == ReportingCalendar.plan_id)
    )
    for row, uid in rows:
        event = last.pop(uid, None)
        if event is None:
            yield Mismatch("calendar-unrecorded", uid)
            continue
        own = Calendar(**{one.name: getattr(row, one.name) for one in fields(Calendar)})
        changed = differing(event.payload, calendar_content(uid, own))
        changed += ["recorded_seq"] if (row.recorded_seq, row.changed_at) != (event.seq, event.at) else []
        if changed:
            yield Mismatch("calendar-changed", uid, ", ".join(changed))
    for uid in sorted(last):
        yield Mismatch("calendar-missing", uid)


def answers(_ledger: Ledger) -> Iterator[Mismatch]:
    """Which round each report answers, reckoned again from what was asked and when it was handed in."""
    asked: dict[tuple[int, int], list[_Line]] = defaultdict(list)
    items = select(RoundItem, ReportingRound).join(ReportingRound, ReportingRound.id == RoundItem.round_id)
    for item, one in db.session.execute(items.order_by(ReportingRound.recorded_seq)):
        asked[(item.node_id, item.institution_id)].append(_Line(one, item.occurrence))
    kept = {one.report_id: one for one in db.session.scalars(select(RoundAnswer))}
    steps = _steps() if asked else {}
    for report in db.session.scalars(
        select(ProgressReport).where(ProgressReport.recorded_seq.is_not(None)).order_by(ProgressReport.id)
    ):
        lines = asked.get((report.node_id, report.institution_id), [])
        found = [one.round for one in lines if _speaks_of(report, one)]
        row = kept.pop(report.id, None)
        right = _round_answered(report, found, steps)
        if row is None and right is not None and report.origin != "import":
            yield Mismatch("answer-missing", report.uid, expected=right.uid)
        elif row is not None and (right is None or row.round_id != right.id or not _on_its_day(row, report)):
            yield Mismatch("answer-changed", report.uid, expected=right.uid if right else "")
    for report_id in sorted(kept):
        yield Mismatch("answer-changed", str(report_id))


def _steps() -> Mapping[int, list[RecordedAction]]:
    found: dict[int, list[RecordedAction]] = defaultdict(list)
    for one in db.session.scalars(select(ReportEvent).order_by(ReportEvent.recorded_seq)):
        found[one.report_id].append(RecordedAction(one.action, one.recorded_seq))
    return found


def _speaks_of(report: ProgressReport, line: _Line) -> bool:
    return not report.occurrence or not line.occurrence or report.occurrence == line.occurrence


def _round_answered(
    report: ProgressReport, asking: Iterable[ReportingRound], steps: Mapping[int, list[RecordedAction]]
) -> ReportingRound | None:
    """The last round open when the report was handed in; else the first opened later that it had answered."""
    sequence = report.recorded_seq or 0
    every = list(asking)
    handed_in = report.submitted_at.date() + _DAY if report.submitted_at else report.reported_on
    before = [one for one in every if one.recorded_seq < sequence and one.opens_on <= handed_in]
    if before:
        return max(before, key=lambda one: one.opens_on)
    for one in every:
        day = one.opened_at.date() + _DAY
        known = status_at(steps.get(report.id, []), Cut(as_of=day, known_at=one.recorded_seq))
        stood = one.recorded_seq > sequence and known in STANDING
        if stood and one.opens_on <= report.reported_on <= day:
            return one
    return None


def _on_its_day(row: RoundAnswer, report: ProgressReport) -> bool:
    """The day of an answer is the day of handing in, or the report's own where the round opened later."""
    days = {report.reported_on}
    if report.submitted_at is not None:
        days |= {report.submitted_at.date() + step * _DAY for step in (-1, 0, 1)}
    return row.answered_on in days


def doubts(ledger: Ledger) -> Iterator[Mismatch]:
    """Resolved doubts of documents against the events that resolved them."""
    events = {one.subject_uid: one for one in ledger.of({EventTag.DOUBT_RESOLVED}).values()}
    for row in db.session.scalars(select(Doubt).order_by(Doubt.id)):
        event = events.pop(row.uid, None)
        if (row.resolved_at is None) != (event is None):
            yield Mismatch("doubt-unrecorded" if event is None else "doubt-changed", row.uid)
        elif event is not None:
            changed = [
                *differing(event.payload, {"code": row.code, "text": row.text, "resolution": row.resolution}),
                *_unlike_resolution(row, event),
            ]
            if changed:
                yield Mismatch("doubt-changed", row.uid, ", ".join(changed))
    for uid in sorted(events):
        yield Mismatch("doubt-missing", uid)


def _unlike_resolution(row: Doubt, event: Recorded) -> Iterable[str]:
    if row.resolved_at != event.at:
        yield "resolved_at"
    if row.resolved_by_uid != event.actor_uid:
        yield "resolved_by_uid"
