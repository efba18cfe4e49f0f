"""The schedule as the component draws it: offsets counted in months from the first one."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask import url_for

from tracker import i18n
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision, Window
from tracker.domain.states import COMPLETE, State
from tracker.queries.portal.plans import CommitmentRow
from tracker.queries.portal.schedule import ScheduleRow
from tracker.words.periods import window_words

# More month names than this would stand on each other.
MOST_NAMES = 26


@dataclass(frozen=True)
class Month:
    """A month of the drawing; some have no name where there are many."""

    label: str
    year: int


@dataclass(frozen=True)
class Span:
    """From one offset to another."""

    start: float
    end: float


@dataclass(frozen=True)
class Bar(Span):
    """A window, and how it is filled."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One row of the drawing."""

    label: str
    title: str
    url: str
    state: State
    bars: tuple[Bar, ...]
    days_late: int | None = None
    delay: Span | None = None
    slippage: int | None = None
    """Days by which its due date was moved from the plan as approved."""
    heading: bool = False


@dataclass(frozen=True)
class Drawing:
    """All that the component needs."""

    rows: tuple[Line, ...]
    months: tuple[Month, ...]
    today: float | None


@dataclass(frozen=True)
class Scale:
    """Days to offsets."""

    first: date
    months: int

    def start(self, day: date) -> float:
        """Where a day begins."""
        return self._month(day) + (day.day - 1) / self._length(day)

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self._month(day) + day.day / self._length(day)

    def within(self, day: date) -> bool:
        """True for a day that is on the drawing."""
        return 0 <= self._month(day) < self.months

    def _month(self, day: date) -> int:
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    @staticmethod
    def _length(day: date) -> int:
        return calendar.monthrange(day.year, day.month)[1]


def _scale(windows: Iterable[Window]) -> Scale | None:
    ends = [(one.start or one.end, one.end) for one in windows]
    if not ends:
        return None
    first, last = min(start for start, _ in ends), max(end for _, end in ends)
    return Scale(first.replace(day=1), (last.year - first.year) * 12 + last.month - first.month + 1)


def _months(scale: Scale) -> tuple[Month, ...]:
    step = 1 if scale.months <= MOST_NAMES else 3 if scale.months <= 3 * MOST_NAMES else 12
    found = []
    for index in range(scale.months):
        year, month = divmod(scale.first.year * 12 + scale.first.month - 1 + index, 12)
        label = format_date(date(year, month + 1, 1), "LLL", locale=i18n.locale()).rstrip(".")
        found.append(Month(label if index % step == 0 or index == scale.months - 1 else "", year))
    return tuple(found)


def _bar(window: Window, kind: str, scale: Scale) -> Bar:
    return Bar(scale.start(window.start or window.end), scale.end(window.end), kind, window_words(window))


def _kind(row: ScheduleRow) -> str:
    """How an item's windows are filled; a bar is never more than what is said of the item."""
    if row.kind is not NodeKind.ACTIVITY:
        return "planned"
    if row.state in COMPLETE:
        return "proven"
    if row.reported is not None:
        return "claimed"
    return "missed" if row.state is State.OVERDUE else "planned"


def _delay(row: ScheduleRow, scale: Scale, today: date) -> Span | None:
    """The red line of what is overdue, from its due date to today or to the edge of the drawing."""
    if row.state is not State.OVERDUE or row.due_on is None or row.kind is not NodeKind.ACTIVITY:
        return None
    return Span(scale.end(row.due_on), min(scale.end(today), float(scale.months)))


def _url(row: ScheduleRow, plan_number: int) -> str:
    if row.kind is NodeKind.ACTIVITY:
        return url_for("portal.activity", uid=row.uid)
    anchor = f"hito-{row.uid}" if row.kind is NodeKind.MILESTONE else None
    return url_for("portal.commitment", number=plan_number, commitment=row.commitment, _anchor=anchor)


def draw(rows: Sequence[ScheduleRow], plan_number: int, today: date) -> Drawing | None:
    """The drawing of some lines of a plan; None where no window is known."""
    scale = _scale(window for row in rows for window in row.windows)
    if scale is None:
        return None
    lines = tuple(
        Line(
            label=row.label,
            title=row.title,
            url=_url(row, plan_number),
            state=row.state,
            bars=tuple(_bar(window, _kind(row), scale) for window in row.windows),
            days_late=row.days_late,
            delay=_delay(row, scale, today),
            slippage=row.slippage,
            heading=row.kind is not NodeKind.ACTIVITY,
        )
        for row in rows
    )
    return Drawing(lines, _months(scale), scale.end(today) if scale.within(today) else None)


def draw_commitments(
    rows: Iterable[CommitmentRow],
    spans: Mapping[int, tuple[date | None, date]],
    plan_number: int,
    today: date,
) -> Drawing | None:
    """One line for each commitment, from its first planned day to its last."""
    windows = {
        row.id: Window(spans[row.id][1], spans[row.id][0], Precision.MONTH, Precision.MONTH)
        for row in rows
        if row.id in spans
    }
    scale = _scale(windows.values())
    if scale is None:
        return None
    lines = tuple(
        Line(
            label=row.label,
            title=row.title,
            url=url_for("portal.commitment", number=plan_number, commitment=row.number),
            state=row.totals.state,
            bars=(_bar(windows[row.id], "planned", scale),) if row.id in windows else (),
            days_late=row.tally.most_days_late or row.totals.days_late,
        )
        for row in rows
    )
    return Drawing(lines, _months(scale), scale.end(today) if scale.within(today) else None)
