"""Reporting rounds: a plan's calendar, and which round a day falls in (design section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.plans import NodeKind
from tracker.domain.progress import FULL, institution_claim
from tracker.domain.schedule import (
    Occurrence,
    Schedule,
    accumulated_days_late,
    due_dates,
    is_overdue,
    occurrences,
)
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import Delivery, NodeStatus
from tracker.domain.workflow import ReportStatus

_REPORTED_ON = frozenset({NodeKind.ACTIVITY, NodeKind.MILESTONE})
MONTHS_CHOICES = (1, 2, 3, 4, 6)
LATEST_OPENING = 180
LONGEST_REVIEW = 90


@dataclass(frozen=True)
class Calendar:
    """How often a plan asks for reports, on which days a round opens and is due; days count from the period.

    Rounds never overlap: one is due at the latest the day before the next one opens.
    """

    every_months: int = 1
    opens_after_days: int = 0
    """Days after the period's first day."""
    due_after_days: int = 0
    """Days after the period's last day; below zero is before it."""
    review_days: int = 10
    """Days the contact point gives itself to decide on a report."""


@dataclass(frozen=True)
class RoundDates:
    """One round: the period it asks about, and its own days."""

    period_start: date
    period_end: date
    opens_on: date
    due_on: date


def check_calendar(calendar: Calendar) -> None:
    """Raises DomainError beside the field where rounds would overlap, be empty, or follow no known rhythm."""
    if calendar.every_months not in MONTHS_CHOICES:
        raise DomainError("calendar-rhythm-unknown", field="every_months")
    if not 0 <= calendar.opens_after_days <= LATEST_OPENING:
        raise DomainError("calendar-days-out-of-range", field="opens_after_days", most=LATEST_OPENING)
    if not 1 <= calendar.review_days <= LONGEST_REVIEW:
        raise DomainError("calendar-days-out-of-range", field="review_days", most=LONGEST_REVIEW)
    if calendar.due_after_days > calendar.opens_after_days:
        raise DomainError("calendar-rounds-overlap", field="due_after_days", most=calendar.opens_after_days)
    shortest = calendar.every_months * 28
    if calendar.opens_after_days - calendar.due_after_days >= shortest:
        raise DomainError("calendar-round-empty", field="due_after_days")


def round_of_period(calendar: Calendar, period_start: date) -> RoundDates:
    """The round of the period that starts on a day."""
    following = _months_later(period_start, calendar.every_months)
    end = following - timedelta(days=1)
    return RoundDates(
        period_start,
        end,
        opens_on=period_start + timedelta(days=calendar.opens_after_days),
        due_on=end + timedelta(days=calendar.due_after_days),
    )


def current_round(calendar: Calendar, day: date) -> RoundDates:
    """The last round opened by a day: at any moment exactly one is the current one."""
    start = period_start(calendar, day)
    while (found := round_of_period(calendar, start)).opens_on > day:
        start = _months_later(start, -calendar.every_months)
    return found


def rounds_between(calendar: Calendar, first: date, last: date) -> Iterator[RoundDates]:
    """The rounds that opened on a day from `first` to `last`, in order."""
    start = period_start(calendar, first - timedelta(days=LATEST_OPENING))
    while (found := round_of_period(calendar, start)).opens_on <= last:
        if found.opens_on >= first:
            yield found
        start = _months_later(start, calendar.every_months)


def period_start(calendar: Calendar, day: date) -> date:
    """The first day of the period of a day; periods of several months start with the year."""
    month = (day.month - 1) // calendar.every_months * calendar.every_months + 1
    return date(day.year, month, 1)


def review_due_on(submitted_on: date, review_days: int) -> date:
    """The last day on which a report submitted on a day is decided in time."""
    return submitted_on + timedelta(days=review_days)


@dataclass(frozen=True)
class AskedLine:
    """What a round asks of an institution: an item, or one occurrence of it."""

    node_uid: str
    institution_uid: str
    occurrence: str = ""
    """Empty: the whole item."""


def asked_lines(plan: NodeStatus, period_end: date) -> Iterator[AskedLine]:
    """What a round asks: of each institution with a part, every item begun by its period's end, not proven.

    An item with several occurrences is asked for each that has begun; none is where nothing is left to prove.
    """
    for status in plan.walk():
        own = status.own
        if own is None or status.facts.kind not in _REPORTED_ON:
            continue
        if status.is_withdrawn or own.standing.state in COMPLETE:
            continue
        for institution in dict.fromkeys(one.institution for one in status.roles):
            for key in _asked_of(institution, status, own, period_end):
                yield AskedLine(status.facts.uid, institution.uid, key)


def _asked_of(
    institution: InstitutionRef, status: NodeStatus, own: Delivery, period_end: date
) -> Iterator[str]:
    """The occurrences asked of one institution, empty for the whole item."""
    schedule = status.facts.schedule
    slots = occurrences(schedule.current, schedule.frequency)
    accepted = [
        one for one in own.reports if one.institution == institution and one.status is ReportStatus.VALIDATED
    ]
    claim = institution_claim(
        accepted, [slot.key for slot in slots], recurring=schedule.frequency is not None
    )
    if claim is not None and claim.percent >= FULL:
        return
    met = {*(own.validated.met if own.validated else ()), *(claim.met if claim else ())}
    begun = [slot for slot in slots if slot.start_on is None or slot.start_on <= period_end]
    if len(slots) > 1:
        yield from (slot.key for slot in begun if slot.key not in met)
    elif begun or own.reports or not slots:
        yield ""


def occurrence_standing(
    schedule: Schedule, slot: Occurrence, today: date, *, due_soon_days: int
) -> tuple[State, int]:
    """State and days late of one occurrence that is not met yet, by its own due date (rules 1 and 7)."""
    late = accumulated_days_late(due_dates(schedule)[slot.key], today)
    if is_overdue(slot.due_on, today):
        return State.OVERDUE, late
    if slot.start_on is not None and slot.start_on > today:
        return State.NOT_DUE, late
    due_soon = today >= slot.due_on - timedelta(days=due_soon_days)
    return (State.DUE_SOON if due_soon else State.IN_PROGRESS), late


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
