"""Reporting rounds: a plan's calendar, and which round a day falls in (design section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import DomainError

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


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
