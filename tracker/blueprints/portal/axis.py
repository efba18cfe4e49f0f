"""The time axis of the schedule: days as shares of its width, years over months or quarters, three zooms."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from babel.dates import format_date
from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.schedule import Window, add_months, period_end

# How wide the drawing is beside its names in an ordinary window, in ems; what is wider scrolls.
ROOM = 39.0
# Up to so many months a plan is shown by month, and by quarter, where nothing else is asked for.
MOST_BY_MONTH = 24
MOST_BY_QUARTER = 36


class Zoom(StrEnum):
    """How closely the schedule is looked at: the words of the address."""

    YEAR = "anio"
    QUARTER = "trimestre"
    MONTH = "mes"


# The least width of a column in ems; a year always fits.
_LEAST = {Zoom.MONTH: 1.65, Zoom.QUARTER: 3.8, Zoom.YEAR: 0.0}


@dataclass(frozen=True)
class Period:
    """From the first of a month to the last of a month."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """How many months it has."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def shifted(self, months: int) -> Period:
        """The same length, so many months later."""
        end = add_months(self.last, months)
        return Period(add_months(self.first, months), period_end(end.year, end.month))

    def meets(self, other: Period) -> bool:
        """True where they share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Span:
    """A stretch of the drawing, in percent of its width."""

    x: float
    width: float


@dataclass(frozen=True)
class Cell(Span):
    """A year, a quarter or a month of the axis; without a label where it would not fit."""

    label: str


@dataclass(frozen=True)
class Axis:
    """Two levels of cells, and how wide all of it must be at least (in ems; None where it always fits)."""

    upper: tuple[Cell, ...]
    lower: tuple[Cell, ...]
    wide: float | None


@dataclass(frozen=True)
class Scale:
    """Days to percent of the width of a period."""

    period: Period

    def start(self, day: date) -> float:
        """Where a day begins; days outside stand at the edge."""
        return self._share(self._month(day) + (day.day - 1) / _length(day))

    def end(self, day: date) -> float:
        """Where a day ends; days outside stand at the edge."""
        return self._share(self._month(day) + day.day / _length(day))

    def within(self, day: date) -> bool:
        """True for a day that is on the drawing."""
        return self.period.first <= day <= self.period.last

    def span(self, first: date | None, last: date) -> Span | None:
        """The stretch from the beginning of a day to the end of another; None where none of it is on."""
        first = first or last
        if first > self.period.last or last < self.period.first:
            return None
        x = self.start(first)
        return Span(x, max(round(self.end(last) - x, 2), 0.2))

    def _month(self, day: date) -> int:
        first = self.period.first
        return (day.year - first.year) * 12 + day.month - first.month

    def _share(self, months: float) -> float:
        return round(min(max(months / self.period.months, 0.0), 1.0) * 100, 2)


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def period_of_windows(windows: Iterable[Window]) -> Period | None:
    """The months that some windows need; None where there are none."""
    ends = [(one.start or one.end, one.end) for one in windows]
    if not ends:
        return None
    first, last = min(start for start, _end in ends), max(end for _start, end in ends)
    return Period(first.replace(day=1), period_end(last.year, last.month))


def zoom_for(period: Period) -> Zoom:
    """By month where the months fit, else by quarter, else by year."""
    if period.months <= MOST_BY_MONTH:
        return Zoom.MONTH
    return Zoom.QUARTER if period.months <= MOST_BY_QUARTER else Zoom.YEAR


def aligned(period: Period, zoom: Zoom) -> Period:
    """The period with whole quarters at its ends, where its columns are quarters."""
    if zoom is Zoom.MONTH:
        return period
    first, last = period.first, period.last
    start = add_months(first, -((first.month - 1) % 3))
    end = add_months(last, 2 - (last.month - 1) % 3)
    return Period(start, period_end(end.year, end.month))


def axis_of(period: Period, zoom: Zoom) -> Axis:
    """Years above; below them months, or quarters, named where their names fit."""
    step = 1 if zoom is Zoom.MONTH else 3
    least = _LEAST[zoom] * period.months / step
    room = max(least, ROOM)
    return Axis(
        upper=tuple(_cells(period, 12, _year_label, room)),
        lower=tuple(_cells(period, step, _LABELS[zoom], room)),
        wide=round(least, 2) if least > ROOM else None,
    )


def _cells(period: Period, step: int, label: Callable[[date], str], room: float) -> Iterator[Cell]:
    """One cell for each year, quarter or month; those at the ends may be cut."""
    scale, start = Scale(period), period.first
    while start <= period.last:
        following = add_months(start, step - (start.month - 1) % step)
        last = min(add_months(following, -1), period.last)
        span = scale.span(start, period_end(last.year, last.month))
        if span is not None:
            words = label(start)
            fits = span.width / 100 * room >= 0.34 * len(words) + 0.3
            yield Cell(span.x, span.width, words if fits else "")
        start = following


def _year_label(start: date) -> str:
    return str(start.year)


def _month_label(start: date) -> str:
    return format_date(start, "LLL", locale=i18n.locale())[:3]


def _quarter_label(start: date) -> str:
    return [_("1.er trim."), _("2.º trim."), _("3.er trim."), _("4.º trim.")][(start.month - 1) // 3]


def _short_quarter_label(start: date) -> str:
    return [_("T1"), _("T2"), _("T3"), _("T4")][(start.month - 1) // 3]


_LABELS: dict[Zoom, Callable[[date], str]] = {
    Zoom.MONTH: _month_label,
    Zoom.QUARTER: _quarter_label,
    Zoom.YEAR: _short_quarter_label,
}
