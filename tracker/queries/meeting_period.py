"""What a plan brought between two meetings: the figures of the monthly report, over other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import PlanFacts, ReportFact
from tracker.domain.history import Cut
from tracker.domain.meetings import Meeting
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.report_findings import Row, rows
from tracker.domain.report_period import compare_since, decisions_since
from tracker.domain.report_rows import Moment
from tracker.domain.report_values import InstitutionPeriod, Period, RowRef
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import ReportStatus
from tracker.models.plans import ActionPlan
from tracker.queries.history import get_plan_id, plan_facts
from tracker.queries.round_counts import TAKES_REPORTS


@dataclass(frozen=True)
class Named:
    """An item with its title, and what is told of it: an institution's percent, or the days it is late."""

    uid: str
    label: str
    title: str
    institution: str = ""
    percent: Decimal | None = None
    comment: str = ""
    days_late: int = 0


@dataclass(frozen=True)
class SinceLast:
    """A plan since the last meeting."""

    plan_number: int
    title: str
    since: date
    until: date
    period: Period
    validated: tuple[Named, ...]
    returned: tuple[Named, ...]
    newly_late: tuple[Named, ...]
    silent: tuple[InstitutionPeriod, ...]
    """Institutions with something open to report that handed in nothing."""


def list_since_last(
    actor: Actor, meeting: Meeting, last: Meeting | None, *, today: date, zone: str
) -> tuple[SinceLast, ...]:
    """The meeting's plan, or every plan in course, from the day after the last meeting up to this one.

    A meeting still to come is told up to today; the first one from the beginning of the plan.
    """
    require(actor, Permission.MEETING_READ)
    until = min(meeting.on, today)
    found = (_since(number, meeting, last, until, zone) for number in _plans(meeting))
    return tuple(one for one in found if one is not None)


def _plans(meeting: Meeting) -> Sequence[int]:
    if meeting.plan_number is not None:
        return [meeting.plan_number]
    return db.session.scalars(
        select(ActionPlan.number)
        .where(ActionPlan.status.in_(TAKES_REPORTS), ActionPlan.number.is_not(None))
        .order_by(ActionPlan.number.desc())
    ).all()


def _since(number: int, meeting: Meeting, last: Meeting | None, until: date, zone: str) -> SinceLast | None:
    """One plan; None where it was not there yet, or was over before those days and nobody asked for it."""
    plan_id = get_plan_id(number)
    try:
        facts = plan_facts(plan_id, Cut(until))
    except NotFound:
        return None
    status = assess(facts, until)
    first = last.on + timedelta(days=1) if last is not None else (facts.starts_on or until)
    first = min(first, until)
    if meeting.plan_number is None and facts.ends_on is not None and facts.ends_on < first:
        return None
    moment = Moment(until, ZoneInfo(zone))
    eve = _eve(plan_id, facts, first - timedelta(days=1))
    period = compare_since(eve, status, moment, first, until + timedelta(days=30))
    items = [row for row in rows(status) if row.status.own is not None]
    decided = [(row, report) for row, report in decisions_since(items, first, moment)]
    by_uid = {row.ref.uid: row for row in items}
    return SinceLast(
        plan_number=number,
        title=status.facts.title,
        since=first,
        until=until,
        period=period,
        validated=tuple(_decided(row, one) for row, one in decided if one.status is ReportStatus.VALIDATED),
        returned=tuple(_decided(row, one) for row, one in decided if one.status is ReportStatus.RETURNED),
        newly_late=tuple(_late(ref, by_uid) for ref in period.newly_late),
        silent=tuple(one for one in period.institutions if one.awaited and not one.handed_in),
    )


def _eve(plan_id: int, facts: PlanFacts, day: date) -> NodeStatus:
    """The plan the day before; one that was not there yet as it stands later, without reports."""
    try:
        before = plan_facts(plan_id, Cut(day))
    except NotFound:
        before = replace(facts, reports=())
    return assess(before, day)


def _decided(row: Row, report: ReportFact) -> Named:
    return Named(
        uid=row.ref.uid,
        label=row.ref.label,
        title=row.status.facts.title,
        institution=report.institution.label,
        percent=report.percent,
        comment=report.decision.comment if report.decision else "",
    )


def _late(ref: RowRef, by_uid: dict[str, Row]) -> Named:
    status = by_uid[ref.uid].status
    days = status.own.standing.days_late if status.own else 0
    return Named(uid=ref.uid, label=ref.label, title=status.facts.title, days_late=days or 0)
