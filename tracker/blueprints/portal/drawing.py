"""The schedule as the component draws it: every item a line of bars and marks, in percent of the width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.blueprints.portal.axis import (
    ROOM,
    Axis,
    Period,
    Scale,
    Span,
    Zoom,
    aligned,
    axis_of,
    period_of_windows,
    zoom_for,
)
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision, Window
from tracker.domain.states import COMPLETE, State
from tracker.queries.portal.lines import Occasion
from tracker.queries.portal.plans import CommitmentRow
from tracker.queries.portal.schedule_choice import ScheduleRow
from tracker.words.periods import listed, window_words, windows_words

_RANKS = {NodeKind.COMMITMENT: 0, NodeKind.MILESTONE: 1, NodeKind.ACTIVITY: 2}


@dataclass(frozen=True)
class Bar(Span):
    """A window, and how it is filled."""

    kind: str


@dataclass(frozen=True)
class Mark:
    """What happened, or did not, on a day."""

    x: float
    kind: str


@dataclass(frozen=True)
class Delay(Span):
    """The line of what is or was late, with its days written where there is room."""

    words: str
    before: bool
    """The words stand before its end, above the line: after it there is no room, or another window."""
    goes_on: bool
    """It goes on after the edge of the drawing."""


@dataclass(frozen=True)
class Line:
    """One row of the drawing."""

    uid: str
    label: str
    title: str
    url: str
    state: State
    kind: NodeKind
    commitment: int
    text: str
    """What the drawing shows, in words."""
    bars: tuple[Bar, ...] = ()
    baseline: tuple[Span, ...] = ()
    """The windows of the plan as approved, where they were others."""
    marks: tuple[Mark, ...] = ()
    delay: Delay | None = None
    days_late: int | None = None
    slippage: int | None = None
    folded: int = 0

    @property
    def is_heading(self) -> bool:
        """True for what stands above activities."""
        return self.kind is not NodeKind.ACTIVITY

    @property
    def is_blank(self) -> bool:
        """True where the drawing shows nothing of it."""
        return not (self.bars or self.baseline or self.marks or self.delay)


@dataclass(frozen=True)
class Drawing:
    """All that the component needs."""

    rows: tuple[Line, ...]
    axis: Axis
    period: Period
    whole: Period
    """All the months of what was asked for, drawn or not."""
    zoom: Zoom
    today: float | None
    left_out: int = 0
    """How many activities have nothing in the period asked for."""

    @property
    def signs(self) -> frozenset[str]:
        """What its legend has to explain: kinds of bars, and "mark-" before those of marks."""
        found = {bar.kind for row in self.rows for bar in row.bars}
        found |= {f"mark-{mark.kind}" for row in self.rows for mark in row.marks}
        found |= {"baseline" for row in self.rows if row.baseline}
        found |= {"on" if row.delay.goes_on else "late" for row in self.rows if row.delay}
        return frozenset(found | ({"today"} if self.today is not None else set()))


def _row_kind(row: ScheduleRow) -> str:
    """How an item's windows are filled; a bar is never more than what is said of the item."""
    if not row.delivers:
        return "summary"
    if len(row.occasions) > 1:
        return "planned"
    if row.state in COMPLETE:
        return "proven"
    if row.reported is not None:
        return "claimed"
    return "missed" if row.state is State.OVERDUE else "planned"


def _occasion_kind(one: Occasion) -> str:
    if one.proven:
        return "proven"
    if one.claimed:
        return "claimed"
    return "missed" if one.missed else "planned"


def _is_recurring(row: ScheduleRow) -> bool:
    """True where its occurrences are periods inside its windows, not the windows themselves."""
    return len(row.occasions) > 1 and len(row.occasions) != len(row.windows)


def _bars(row: ScheduleRow, scale: Scale) -> tuple[Bar, ...]:
    """Each window in force; several separate ones are each filled with what is said of it."""
    own = {(one.start_on, one.due_on): _occasion_kind(one) for one in row.occasions}
    found = []
    for window in row.windows:
        span = scale.span(window.start, window.end)
        if span is not None:
            kind = own.get((window.start, window.end), _row_kind(row))
            found.append(Bar(span.x, span.width, "planned" if _is_recurring(row) else kind))
    return tuple(found)


def _marks(row: ScheduleRow, scale: Scale) -> tuple[Mark, ...]:
    """The day of completion; of several occurrences each: met, claimed, missed or still to come."""
    if not row.delivers:
        return ()
    if not row.occasions:
        kind = "proven" if row.state in COMPLETE else "claimed"
        days = [(row.completed_on, kind)]
    elif _is_recurring(row):
        days = [(one.due_on, _occasion_kind(one)) for one in row.occasions]
    else:
        days = [
            (one.due_on if one.missed else one.completed_on, _occasion_kind(one)) for one in row.occasions
        ]
    return tuple(Mark(scale.end(day), kind) for day, kind in days if day is not None and scale.within(day))


def _delay(row: ScheduleRow, scale: Scale, axis: Axis, today: date) -> Delay | None:
    """From the due date to completion, else to today, or to the edge of the drawing; what is on it."""
    if row.due_on is None or not row.delivers or not row.days_late:
        return None
    until = today if row.state is State.OVERDUE else row.completed_on
    if until is None or until <= row.due_on or row.state is State.WITHDRAWN:
        return None
    if row.due_on > scale.period.last or until < scale.period.first:
        return None
    start, end = scale.end(row.due_on), scale.end(until)
    words = ngettext("%(num)s día", "%(num)s días", row.days_late)
    needs = (0.4 * len(words) + 1) / (axis.wide or ROOM) * 100
    hidden = end + needs > 100 or any(scale.end(window.end) > end for window in row.windows)
    return Delay(start, round(end - start, 2), words, before=hidden, goes_on=until > scale.period.last)


def _text(row: ScheduleRow) -> str:
    """What is drawn of an item, as a sentence or some."""
    if not row.windows:
        return _("Sin fecha")
    parts = [_("Plazo: %(period)s", period=windows_words(row.windows))]
    if row.moved:
        parts.append(_("En el plan aprobado: %(period)s", period=windows_words(row.baseline)))
    if row.occasions:
        parts.append(_occasions_text(row.occasions))
    if row.completed_on is not None:
        parts.append(_("Cumplida el %(day)s", day=i18n.day(row.completed_on)))
    return ". ".join(parts)


def _occasions_text(own: Sequence[Occasion]) -> str:
    """How many were claimed and proven, and which are missing."""
    words = _(
        "%(proven)s de %(total)s comprobadas, %(claimed)s declaradas",
        proven=sum(one.proven for one in own),
        claimed=sum(one.claimed for one in own),
        total=len(own),
    )
    missed = [
        window_words(Window(one.due_on, one.start_on, one.precision, one.precision))
        for one in own
        if one.missed
    ]
    return words + "; " + _("faltan: %(periods)s", periods=listed(missed)) if missed else words


def item_url(row: ScheduleRow, plan_number: int) -> str:
    """The page of an item, or its place on the page of its commitment."""
    if row.kind is NodeKind.ACTIVITY:
        return url_for("portal.activity", uid=row.uid)
    anchor = f"hito-{row.uid}" if row.kind is NodeKind.MILESTONE else None
    return url_for("portal.commitment", number=plan_number, commitment=row.commitment, _anchor=anchor)


def _line(row: ScheduleRow, scale: Scale, axis: Axis, plan_number: int, today: date) -> Line:
    spans = [scale.span(one.start, one.end) for one in row.baseline] if row.moved and row.delivers else []
    return Line(
        uid=row.uid,
        label=row.label,
        title=row.title,
        url=item_url(row, plan_number),
        state=row.state,
        kind=row.kind,
        commitment=row.commitment,
        text=_text(row),
        bars=_bars(row, scale),
        baseline=tuple(span for span in spans if span is not None),
        marks=_marks(row, scale),
        delay=_delay(row, scale, axis, today),
        days_late=row.days_late,
        slippage=row.slippage,
        folded=row.folded,
    )


def _in_period(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that show something, each with the headings it stands under."""
    kept: list[Line] = []
    for line in reversed(lines):
        stands_above = bool(kept) and _RANKS[kept[-1].kind] > _RANKS[line.kind]
        has_own = not line.is_blank and (not line.is_heading or line.folded > 0)
        if stands_above or has_own:
            kept.append(line)
    return tuple(reversed(kept))


def draw(
    rows: Sequence[ScheduleRow],
    plan_number: int,
    today: date,
    *,
    zoom: Zoom | None = None,
    period: Period | None = None,
) -> Drawing | None:
    """The drawing of some lines of a plan, whole or a part of its time; None where no window is known."""
    whole = period_of_windows(window for row in rows for window in (*row.windows, *row.baseline))
    if whole is None:
        return None
    zoom = zoom or zoom_for(period or whole)
    shown = aligned(period or whole, zoom)
    scale, axis = Scale(shown), axis_of(shown, zoom)
    lines = tuple(_line(row, scale, axis, plan_number, today) for row in rows)
    kept = _in_period(lines) if period is not None else lines
    return Drawing(
        rows=kept,
        axis=axis,
        period=shown,
        whole=whole,
        zoom=zoom,
        today=scale.end(today) if scale.within(today) else None,
        left_out=sum(not one.is_heading for one in lines) - sum(not one.is_heading for one in kept),
    )


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
    whole = period_of_windows(windows.values())
    if whole is None:
        return None
    zoom = zoom_for(whole)
    zoom = Zoom.YEAR if zoom is Zoom.QUARTER else zoom
    shown = aligned(whole, zoom)
    scale = Scale(shown)
    lines = tuple(_commitment_line(row, windows.get(row.id), scale, plan_number) for row in rows)
    return Drawing(
        lines, axis_of(shown, zoom), shown, whole, zoom, scale.end(today) if scale.within(today) else None
    )


def _commitment_line(row: CommitmentRow, window: Window | None, scale: Scale, plan_number: int) -> Line:
    span = scale.span(window.start, window.end) if window else None
    return Line(
        uid="",
        label=row.label,
        title=row.title,
        url=url_for("portal.commitment", number=plan_number, commitment=row.number),
        state=row.totals.state,
        kind=NodeKind.ACTIVITY,
        commitment=row.number,
        text=_("Plazo: %(period)s", period=window_words(window)) if window else _("Sin fecha"),
        bars=(Bar(span.x, span.width, "planned"),) if span else (),
        days_late=row.tally.most_days_late or row.totals.days_late,
    )
