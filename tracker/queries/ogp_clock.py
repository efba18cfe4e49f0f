"""What counts for the clock of the Open Government Partnership, and how each duty stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access
from tracker.domain.meetings import TOOK_PLACE
from tracker.domain.ogp_clock import Duty, Rhythm, Standing, counts_for, stand
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import PlanStatus
from tracker.domain.slots import civil_day
from tracker.domain.workflow import ReportAction
from tracker.models.accounts import User
from tracker.models.amendments import Amendment, AmendmentStatus
from tracker.models.audit import AuditEvent
from tracker.models.evidence import Evidence
from tracker.models.meetings import TableMeeting
from tracker.models.ogp_clock import OgpClockEvent
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.models.progress import ReportEvent
from tracker.models.reports import CompiledReport
from tracker.queries.evidence import was_accepted

SHOWN = 12
_FOLLOWED = (PlanStatus.APPROVED, PlanStatus.IN_COURSE)


@dataclass(frozen=True)
class Kept:
    """Something that counts for a duty: recorded by hand, or done in the system itself."""

    kind: Duty
    on: date
    source: str
    """record, meeting, report, amendment or evidence."""
    note: str = ""
    link: str = ""
    plan: int | None = None
    number: int | None = None
    uid: str = ""
    by: str = ""
    """Who recorded it; for those who may record, never for the public."""
    at: datetime | None = None
    reason: str = ""
    """Why it was corrected."""


@dataclass(frozen=True)
class DutyPage:
    """A duty with how it stands and the last things that count for it."""

    standing: Standing
    kept: tuple[Kept, ...]
    total: int


@dataclass(frozen=True)
class Correction:
    """A row that stands no longer, with what took its place and why."""

    kind: Duty
    was_on: date
    was: str
    now_on: date | None
    now: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ClockPage:
    """The clock as those who keep it read it."""

    duties: tuple[DutyPage, ...]
    corrections: tuple[Correction, ...]
    may_record: bool


def get_clock_page(actor: Actor, rhythms: Mapping[Duty, Rhythm], today: date, zone: str) -> ClockPage:
    """The clock with everything recorded for it, corrections included; for those who read every report."""
    require(actor, Permission.REPORT_READ_ALL)
    return ClockPage(
        list_duties(rhythms, today, zone), tuple(_corrections()), can(actor, Permission.TABLE_MANAGE)
    )


def list_duties(rhythms: Mapping[Duty, Rhythm], today: date, zone: str) -> tuple[DutyPage, ...]:
    """Each duty, how it stands on a day and the last things that count for it, newest first."""
    kept = list_kept(zone)
    starts_on = clock_start(today, zone)
    return tuple(_duty(duty, rhythm, kept, starts_on, today) for duty, rhythm in rhythms.items())


def list_standings(rhythms: Mapping[Duty, Rhythm], today: date, zone: str) -> list[Standing]:
    """How each duty stands on a day."""
    return [one.standing for one in list_duties(rhythms, today, zone)]


def _duty(duty: Duty, rhythm: Rhythm, kept: Sequence[Kept], starts_on: date | None, today: date) -> DutyPage:
    own = [one for one in kept if duty in counts_for(one.kind)]
    standing = stand(duty, rhythm, (one.on for one in own), starts_on=starts_on, today=today)
    newest = sorted(own, key=lambda one: one.on, reverse=True)
    return DutyPage(standing, tuple(newest[:SHOWN]), len(own))


def clock_start(today: date, zone: str) -> date | None:
    """Since when the clock runs without anything recorded: since a plan in course is kept here.

    A plan that was brought here late is asked for nothing from before; one that ended asks for nothing.
    """
    rows = db.session.execute(
        select(ActionPlan.starts_on, func.min(AuditEvent.at))
        .join(FactVersion, FactVersion.subject_uid == ActionPlan.uid)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(
            ActionPlan.status.in_(_FOLLOWED),
            ActionPlan.starts_on <= today,
            ActionPlan.ends_on.is_(None) | (ActionPlan.ends_on >= today),
        )
        .group_by(ActionPlan.id, ActionPlan.starts_on)
    )
    return min((max(start, _civil(at, zone)) for start, at in rows if start is not None), default=None)


def list_kept(zone: str) -> list[Kept]:
    """Everything that counts, in a constant number of queries: what was recorded, and what was published.

    A meeting of the technical table that was held is one of the forum. A compiled report that is published,
    an amendment approved, and evidence that everybody may open since a report was validated with it are
    updates of the repository.
    """
    return [*_recorded(), *_meetings(), *_reports(zone), *_amendments(zone), *_evidence(zone)]


def _recorded() -> Iterator[Kept]:
    replaced = select(OgpClockEvent.replaces_id).where(OgpClockEvent.replaces_id.is_not(None))
    for row, name in db.session.execute(
        select(OgpClockEvent, func.coalesce(func.nullif(User.name, ""), User.email))
        .outerjoin(User, User.uid == OgpClockEvent.actor_uid)
        .where(~OgpClockEvent.is_withdrawal, OgpClockEvent.id.not_in(replaced))
        .order_by(OgpClockEvent.held_on, OgpClockEvent.id)
    ):
        yield Kept(
            kind=row.kind,
            on=row.held_on,
            source="record",
            note=row.note,
            link=row.link,
            uid=row.uid,
            by=name or row.actor_uid,
            at=row.at,
            reason=row.reason,
        )


def _meetings() -> Iterator[Kept]:
    for on, number in db.session.execute(
        select(TableMeeting.held_on, TableMeeting.number).where(TableMeeting.status.in_(TOOK_PLACE))
    ):
        yield Kept(Duty.FORUM, on, "meeting", number=number)


def _reports(zone: str) -> Iterator[Kept]:
    for published_at, number, kind in db.session.execute(
        select(CompiledReport.published_at, ActionPlan.number, CompiledReport.kind)
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(CompiledReport.status == CompilationStatus.PUBLISHED)
    ):
        on = _civil(published_at, zone)
        yield Kept(Duty.REPOSITORY, on, "report", note=kind.value, plan=number)


def _amendments(zone: str) -> Iterator[Kept]:
    plan = PlanNode.__table__.alias()
    for approved_at, number, amendment, title in db.session.execute(
        select(Amendment.approved_at, plan.c.number, Amendment.number, Amendment.title)
        .join(plan, plan.c.id == Amendment.plan_id)
        .where(Amendment.status == AmendmentStatus.APPROVED)
    ):
        on = _civil(approved_at, zone)
        yield Kept(Duty.REPOSITORY, on, "amendment", note=title, plan=number, number=amendment)


def _evidence(zone: str) -> Iterator[Kept]:
    """One entry a day, with how many items were published on it; the database counts those of a validation.

    Of two validations of a report on one day (it was reopened between) the last one says.
    """
    found: dict[date, dict[int, int]] = {}
    for report_id, at, items in db.session.execute(
        select(ReportEvent.report_id, ReportEvent.at, func.count(Evidence.id))
        .join(Evidence, Evidence.report_id == ReportEvent.report_id)
        .where(ReportEvent.action == ReportAction.VALIDATE, Evidence.access == Access.PUBLIC, was_accepted())
        .group_by(ReportEvent.id, ReportEvent.report_id, ReportEvent.at)
        .order_by(ReportEvent.at)
    ):
        found.setdefault(civil_day(at, zone), {})[report_id] = items
    for on, reports in found.items():
        yield Kept(Duty.REPOSITORY, on, "evidence", number=sum(reports.values()))


def _civil(instant: datetime | None, zone: str) -> date:
    """The civil day; what was published, approved or recorded always has its instant."""
    assert instant is not None  # noqa: S101 - said above; a CHECK holds it of amendments
    return civil_day(instant, zone)


def _corrections() -> Iterator[Correction]:
    """What was corrected or withdrawn, the last first."""
    rows = db.session.execute(
        select(OgpClockEvent, func.coalesce(func.nullif(User.name, ""), User.email))
        .outerjoin(User, User.uid == OgpClockEvent.actor_uid)
        .order_by(OgpClockEvent.id.desc())
    ).all()
    by_id = {row.id: row for row, _ in rows}
    for row, name in rows:
        if row.replaces_id is None:
            continue
        old = by_id[row.replaces_id]
        gone = row.is_withdrawal
        yield Correction(
            old.kind,
            old.held_on,
            old.note,
            None if gone else row.held_on,
            "" if gone else row.note,
            row.reason,
            name or row.actor_uid,
            row.at,
        )


def get_recorded(actor: Actor, uid: str) -> OgpClockEvent:
    """A row that stands, for correcting it; NotFound for one that was replaced."""
    require(actor, Permission.TABLE_MANAGE)
    row = db.session.scalar(select(OgpClockEvent).where(OgpClockEvent.uid == uid))
    if row is None or row.is_withdrawal or _is_replaced(row.id):
        raise NotFound("clock-event-not-found")
    return row


def _is_replaced(event_id: int) -> bool:
    return (
        db.session.scalar(select(OgpClockEvent.id).where(OgpClockEvent.replaces_id == event_id)) is not None
    )
