"""Windows, occurrences, due dates and lateness (design section 2, rules 1 and 7)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Precision(StrEnum):
    """How exactly one end of a window is known."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    FOUR_MONTH = "four_month"
    HALF_YEAR = "half_year"
    YEAR = "year"


MONTHS_IN: dict[Precision, int] = {
    Precision.MONTH: 1,
    Precision.QUARTER: 3,
    Precision.FOUR_MONTH: 4,
    Precision.HALF_YEAR: 6,
    Precision.YEAR: 12,
}


class Frequency(StrEnum):
    """How often a recurring duty falls due."""

    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    FOUR_MONTHLY = "four_monthly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


MONTHS_BETWEEN: dict[Frequency, int] = {
    Frequency.MONTHLY: 1,
    Frequency.BIMONTHLY: 2,
    Frequency.QUARTERLY: 3,
    Frequency.FOUR_MONTHLY: 4,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}

# The due date of an occurrence that a rescheduling took out.
NEVER = date.max

# Expected progress is only drawn where time is a fair measure (rule 7).
EXPECTED_MIN_DAYS = 60


@dataclass(frozen=True, order=True)
class Window:
    """A period in which an item is to be done; the start may be unknown ("a más tardar en junio")."""

    end: date
    start: date | None = None
    end_precision: Precision = Precision.DAY
    start_precision: Precision = Precision.DAY

    def __post_init__(self) -> None:
        """Refuse a window that ends before it starts."""
        if self.start is not None and self.start > self.end:
            raise ValueError("reversed-window")


@dataclass(frozen=True)
class ScheduleRevision:
    """The windows in force from a day on; the first revision (from_on None) is the baseline."""

    windows: tuple[Window, ...]
    from_on: date | None = None


@dataclass(frozen=True)
class Occurrence:
    """One thing to be met by one due date: a separate window, or one period of a recurring duty."""

    key: str
    start_on: date | None
    due_on: date
    precision: Precision


@dataclass(frozen=True)
class Schedule:
    """All that is known of when an item is due: every revision in order, and its frequency."""

    revisions: tuple[ScheduleRevision, ...] = ()
    frequency: Frequency | None = None

    @property
    def current(self) -> tuple[Window, ...]:
        """The windows in force at the end."""
        return self.revisions[-1].windows if self.revisions else ()

    @property
    def baseline(self) -> tuple[Window, ...]:
        """The windows frozen at the plan's approval."""
        return self.revisions[0].windows if self.revisions else ()


def period_start(year: int, month: int) -> date:
    """The first day of a month."""
    return date(year, month, 1)


def period_end(year: int, month: int) -> date:
    """The last day of a month, leap years included."""
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The first day of the month that many months after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_of(year: int, precision: Precision, index: int = 1) -> tuple[date, date]:
    """First and last day of the index-th (from 1) period of a year; ValueError outside the year."""
    months = MONTHS_IN.get(precision)
    if months is None or not 1 <= index <= 12 // months:
        raise ValueError("impossible-period")
    first = (index - 1) * months + 1
    return period_start(year, first), period_end(year, first + months - 1)


def period_containing(day: date, precision: Precision) -> tuple[date, date]:
    """The period of that precision in which a day falls; for `day` the day itself."""
    months = MONTHS_IN.get(precision)
    if months is None:
        return day, day
    return period_of(day.year, precision, (day.month - 1) // months + 1)


def occurrences(windows: Sequence[Window], frequency: Frequency | None = None) -> tuple[Occurrence, ...]:
    """Each separate window is an occurrence; with a frequency, each period inside the windows is one.

    They come by due date. A window's key is its place in the schedule, so that it stays the same delivery
    when a rescheduling moves it past another; a period's key is its first month.
    """
    found: dict[str, Occurrence] = {}
    for place, window in enumerate(windows, start=1):
        if frequency is None:
            found[str(place)] = Occurrence(str(place), window.start, window.end, window.end_precision)
            continue
        for one in _periods(window, MONTHS_BETWEEN[frequency]):
            found.setdefault(one.key, one)
    return tuple(sorted(found.values(), key=lambda one: (one.due_on, one.start_on or date.min)))


def _periods(window: Window, months: int) -> Iterable[Occurrence]:
    """The periods of `months` months from the window's start; the last one ends with the window."""
    start = window.start or window.end.replace(day=1)
    while start <= window.end:
        following = add_months(start, months)
        due = min(following - timedelta(days=1), window.end)
        yield Occurrence(f"{start.year:04d}-{start.month:02d}", start, due, Precision.MONTH)
        start = following


def is_overdue(due_on: date, today: date) -> bool:
    """Overdue from the day after the due date: the one definition for pages, jobs, reports and API."""
    return today > due_on


def days_after(due_on: date, until: date) -> int:
    """Whole days from the due date to a later day; 0 up to and on the due date."""
    return max(0, (until - due_on).days)


def due_dates(schedule: Schedule) -> dict[str, tuple[tuple[date | None, date], ...]]:
    """For each occurrence there ever was, every (from_on, due_on) in force, oldest first.

    From the revision that took it out an occurrence is due NEVER: the days it was late until then remain.
    """
    found: dict[str, tuple[tuple[date | None, date], ...]] = {}
    for revision in schedule.revisions:
        dues = {one.key: one.due_on for one in occurrences(revision.windows, schedule.frequency)}
        for key in (*found, *(key for key in dues if key not in found)):
            found[key] = (*found.get(key, ()), (revision.from_on, dues.get(key, NEVER)))
    return found


def accumulated_days_late(dues: Sequence[tuple[date | None, date]], until: date) -> int:
    """Days, up to and including `until`, that lay after the due date in force on that day.

    A rescheduling approved after the due date therefore never erases days already late (rule 7).
    """
    late = 0
    for position, (from_on, due_on) in enumerate(dues):
        if due_on == NEVER:
            continue
        following = dues[position + 1][0] if position + 1 < len(dues) else None
        last = until if following is None else min(until, following - timedelta(days=1))
        first_late = due_on + timedelta(days=1)
        if from_on is not None:
            first_late = max(first_late, from_on)
        late += max(0, (last - first_late).days + 1)
    return late


def days_late_by(days_late: int, due_on: date, counted_on: date, day: date) -> int:
    """The days late of an item still open, as they stood on an earlier day than the one they were counted on.

    Once due it gains a day every day: what it gained since that day is taken off.
    """
    return max(days_late - days_after(max(due_on, day), counted_on), 0)


def has_opened(windows: Sequence[Window], today: date) -> bool:
    """True once any window has begun; a window without a start is open from the beginning."""
    return any(window.start is None or window.start <= today for window in windows)


def expected_share(
    windows: Sequence[Window], today: date, *, min_days: int = EXPECTED_MIN_DAYS
) -> Fraction | None:
    """Elapsed share (0 to 1) of the windows; gaps do not elapse; None where time is no fair measure.

    Drawn only for windows over 60 days together (rule 7); a window without a start cannot elapse.
    """
    if not windows or any(window.start is None for window in windows):
        return None
    total = sum((w.end - w.start).days + 1 for w in windows if w.start is not None)
    if total <= min_days:
        return None
    elapsed = sum(
        min((today - w.start).days + 1, (w.end - w.start).days + 1)
        for w in windows
        if w.start is not None and w.start <= today
    )
    return Fraction(elapsed, total)
