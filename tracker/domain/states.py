"""The state of an item and its days late (design section 2, rule 7); the one definition for every reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from tracker.domain.progress import Figure
from tracker.domain.schedule import (
    EXPECTED_MIN_DAYS,
    NEVER,
    Schedule,
    accumulated_days_late,
    days_after,
    due_dates,
    expected_share,
    has_opened,
    is_overdue,
    occurrences,
    period_containing,
)


class State(StrEnum):
    """Where an item stands."""

    NOT_DUE = "not_due"
    IN_PROGRESS = "in_progress"
    BEHIND = "behind"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    AWAITING_VALIDATION = "awaiting_validation"
    COMPLETE_EARLY = "complete_early"
    COMPLETE_ON_TIME = "complete_on_time"
    COMPLETE_LATE = "complete_late"
    COMPLETE_UNDATED = "complete_undated"
    WITHDRAWN = "withdrawn"
    NO_DATE = "no_date"


COMPLETE = frozenset(
    {State.COMPLETE_EARLY, State.COMPLETE_ON_TIME, State.COMPLETE_LATE, State.COMPLETE_UNDATED}
)
# Worst first: an aggregate takes the worst of its open children (rule 5), of the closed ones if none is.
OPEN_BY_GRAVITY: tuple[State, ...] = (
    State.OVERDUE,
    State.BEHIND,
    State.DUE_SOON,
    State.AWAITING_VALIDATION,
    State.IN_PROGRESS,
    State.NO_DATE,
    State.NOT_DUE,
)
CLOSED_BY_GRAVITY: tuple[State, ...] = (
    State.COMPLETE_LATE,
    State.COMPLETE_UNDATED,
    State.COMPLETE_ON_TIME,
    State.COMPLETE_EARLY,
    State.WITHDRAWN,
)


@dataclass(frozen=True)
class Standing:
    """State, days late (None where they cannot be told), and the dates that govern them."""

    state: State
    days_late: int | None = 0
    days_late_baseline: int | None = 0
    due_on: date | None = None
    baseline_due_on: date | None = None
    expected: Fraction | None = None
    """Expected progress in percent, where time is a fair measure."""
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timeliness:
    """A completion against its due dates."""

    state: State
    days_late: int | None
    days_late_baseline: int | None


def timeliness(
    schedule: Schedule, met: Mapping[str, date | None], *, only: Collection[str] | None = None
) -> Timeliness:
    """Lateness runs to the completion date, never to the report, the cut-off or the validation.

    A missing completion date, or no due date to compare it with, gives "date not given" and no days.
    Early is before the period named by the end of the window (before March, where it is due in March).
    `only` judges the occurrences named, where a claim speaks of no others.
    """
    slots = [
        slot for slot in occurrences(schedule.current, schedule.frequency) if only is None or slot.key in only
    ]
    days = {slot.key: met.get(slot.key) for slot in slots}
    if not slots or any(day is None for day in days.values()):
        return Timeliness(State.COMPLETE_UNDATED, None, None)
    dated = {key: day for key, day in days.items() if day is not None}
    dues = due_dates(schedule)
    late = max(accumulated_days_late(dues[slot.key], dated[slot.key]) for slot in slots)
    if only is None:
        late = max(late, _late_before_taken_out(schedule, met, max(dated.values())))
    late_baseline = max(days_after(_baseline(dues[slot.key]), dated[slot.key]) for slot in slots)
    if late > 0:
        return Timeliness(State.COMPLETE_LATE, late, late_baseline)
    early = all(dated[s.key] < period_containing(s.due_on, s.precision)[0] for s in slots)
    return Timeliness(State.COMPLETE_EARLY if early else State.COMPLETE_ON_TIME, 0, late_baseline)


def _late_before_taken_out(schedule: Schedule, met: Mapping[str, date | None], until: date) -> int:
    """Days late of occurrences that a rescheduling took out: that erases them as little as moving does."""
    late = 0
    for key, dues in due_dates(schedule).items():
        if dues[-1][1] == NEVER:
            day = met.get(key, until)
            late = max(late, 0 if day is None else accumulated_days_late(dues, day))
    return late


def _baseline(dues: Sequence[tuple[date | None, date]]) -> date:
    return dues[0][1]


def expected_progress(schedule: Schedule, today: date, *, quantified: bool = False) -> Fraction | None:
    """Expected percent: periods fallen due over all of them, else the elapsed share of the windows.

    Drawn only for long windows, for quantities and for several occurrences (rule 7).
    """
    slots = occurrences(schedule.current, schedule.frequency)
    if schedule.frequency is not None and slots:
        return Fraction(100 * sum(is_overdue(slot.due_on, today) for slot in slots), len(slots))
    least = 0 if quantified or len(slots) > 1 else EXPECTED_MIN_DAYS
    share = expected_share(schedule.current, today, min_days=least)
    return None if share is None else share * 100


def standing(
    schedule: Schedule,
    validated: Figure | None,
    reported: Figure | None,
    today: date,
    *,
    withdrawn: bool = False,
    due_soon_days: int = 30,
    quantified: bool = False,
) -> Standing:
    """The state of one item on a day, from its schedule and its two figures.

    Complete is what is validated at 100 %; a 100 % that waits for its decision stands apart from overdue.
    While another lead's claim still waits, what one lead had validated does not complete the item.
    """
    undecided = _undecided_lead(validated, reported)
    base = _base(schedule, {} if undecided else _met(validated), _met(reported))
    base = replace(base, expected=expected_progress(schedule, today, quantified=quantified))
    if withdrawn:
        return replace(base, state=State.WITHDRAWN)
    if validated is not None and validated.is_complete and not undecided:
        time = timeliness(schedule, validated.met)
        return _timed(base, time.state, time)
    if reported is not None and reported.is_complete:
        return _timed(base, State.AWAITING_VALIDATION, timeliness(schedule, reported.met))
    if base.due_on is None:
        return base
    base = _with_open_days(base, schedule, {**_met(reported), **_met(validated)}, today)
    behind = is_behind(schedule, reported, quantified=quantified)
    started = has_opened(schedule.current, today) or (reported is not None and reported.percent > 0)
    return replace(base, state=_open_state(base, today, due_soon_days, behind=behind, started=started))


def _met(figure: Figure | None) -> Mapping[str, date | None]:
    return figure.met if figure else {}


def _base(
    schedule: Schedule, validated: Mapping[str, date | None], reported: Mapping[str, date | None]
) -> Standing:
    """What is still to do, and the due date that governs: the earliest unmet, else the earliest undecided."""
    slots = occurrences(schedule.current, schedule.frequency)
    if not slots:
        return Standing(State.NO_DATE)
    unmet = [slot for slot in slots if slot.key not in validated and slot.key not in reported]
    waiting = [slot for slot in slots if slot.key not in validated]
    governing = next(iter(unmet or waiting), slots[-1])
    return Standing(
        State.NO_DATE,
        due_on=governing.due_on,
        baseline_due_on=_baseline(due_dates(schedule)[governing.key]),
        unmet=tuple(slot.key for slot in unmet),
    )


def _undecided_lead(validated: Figure | None, reported: Figure | None) -> bool:
    """True where a lead that stands outside the validated figure has a claim waiting for its decision."""
    if validated is None or reported is None:
        return False
    return bool(set(validated.missing) - set(reported.missing))


def _timed(base: Standing, state: State, time: Timeliness) -> Standing:
    return replace(base, state=state, days_late=time.days_late, days_late_baseline=time.days_late_baseline)


def _with_open_days(
    base: Standing, schedule: Schedule, met: Mapping[str, date | None], today: date
) -> Standing:
    """Days late of what is still to do, and of what a rescheduling took out."""
    dues = due_dates(schedule)
    late = [accumulated_days_late(dues[key], today) for key in base.unmet]
    late_baseline = [days_after(_baseline(dues[key]), today) for key in base.unmet]
    return replace(
        base,
        days_late=max([*late, _late_before_taken_out(schedule, met, today)]),
        days_late_baseline=max(late_baseline, default=0),
    )


def _open_state(base: Standing, today: date, due_soon_days: int, *, behind: bool, started: bool) -> State:
    """The state of what is not complete; its due date is the earliest still to be met."""
    if not base.unmet or base.due_on is None:
        return State.AWAITING_VALIDATION
    if is_overdue(base.due_on, today):
        return State.OVERDUE
    if behind:
        return State.BEHIND
    if not started:
        return State.NOT_DUE
    due_soon = today >= base.due_on - timedelta(days=due_soon_days)
    return State.DUE_SOON if due_soon else State.IN_PROGRESS


def is_behind(schedule: Schedule, reported: Figure | None, *, quantified: bool = False) -> bool:
    """Behind when the progress submitted was below what was expected on that report's date.

    No report is not behind.
    """
    if reported is None:
        return False
    expected = expected_progress(schedule, reported.on, quantified=quantified)
    return expected is not None and Fraction(reported.percent) < expected


def worst(states: Iterable[State]) -> State:
    """An aggregate's state: its worst open child's, the worst closed one's when none is open."""
    present = set(states)
    for state in (*OPEN_BY_GRAVITY, *CLOSED_BY_GRAVITY):
        if state in present:
            return state
    return State.NO_DATE
