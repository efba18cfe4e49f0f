"""The clock of the Open Government Partnership: what must be done again and again, and by when.

Sources, as read in November 2026:
- Forum: Participation and Co-Creation Standards (in force since 1 January 2022), standard 1: a space for
  ongoing dialogue that "meets regularly (at least every six months)".
  https://www.opengovpartnership.org/glossary/minimum-requirements/
- Repository: standard 2, as the glossary explains it: "updated at least twice a year".
  https://www.opengovpartnership.org/glossary/repository/
- Results: standard 5, minimum requirement 5.1: the forum "holds at least two meetings every year with civil
  society to present results on the implementation of the action plan and collect comments".
  https://www.opengovpartnership.org/national-handbook/implementing-action-plans/

"A year" is any twelve months: so many times within them, whichever day they begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.errors import DomainError
from tracker.domain.schedule import add_months, period_end

SOURCES = {
    "forum": "https://www.opengovpartnership.org/ogp-participation-co-creation-standards/",
    "results": "https://www.opengovpartnership.org/national-handbook/implementing-action-plans/",
    "repository": "https://www.opengovpartnership.org/glossary/repository/",
}
SOON = timedelta(days=60)
YEAR = 12


class Duty(StrEnum):
    """What has to be done again and again; also the kinds of what is recorded."""

    FORUM = "forum"
    RESULTS = "results"
    REPOSITORY = "repository"


# A meeting of the forum that presents results to civil society is a meeting of the forum too.
_COUNTS_FOR: dict[Duty, frozenset[Duty]] = {
    Duty.FORUM: frozenset({Duty.FORUM}),
    Duty.RESULTS: frozenset({Duty.RESULTS, Duty.FORUM}),
    Duty.REPOSITORY: frozenset({Duty.REPOSITORY}),
}


class ClockState(StrEnum):
    """How a duty stands on a day."""

    NO_RECORD = "no_record"
    """Nothing is recorded and no plan is in course: there is nothing to count from."""
    KEPT = "kept"
    DUE_SOON = "due_soon"
    MISSED = "missed"


@dataclass(frozen=True)
class Rhythm:
    """So many times within any so many months."""

    times: int
    months: int


@dataclass(frozen=True)
class Missed:
    """A time in which a duty was not kept: since the day after `due_on`, until it was, or still."""

    due_on: date
    kept_on: date | None


@dataclass(frozen=True)
class Standing:
    """How a duty stands on a day."""

    duty: Duty
    rhythm: Rhythm
    state: ClockState
    last_on: date | None
    due_on: date | None
    """The last day on which it can be kept in time."""
    needed: int
    """How many times more until then."""
    missed: tuple[Missed, ...]
    """Every time in which it was not kept, the last one last; open where it still is not."""


def counts_for(kind: Duty) -> frozenset[Duty]:
    """The duties that something of that kind counts for."""
    return _COUNTS_FOR[kind]


def rhythms(forum_months: int, results_a_year: int, updates_a_year: int) -> dict[Duty, Rhythm]:
    """The rhythm of each duty out of the settings; DomainError where one is less than one."""
    if min(forum_months, results_a_year, updates_a_year) < 1:
        raise DomainError("clock-rhythm-not-valid")
    return {
        Duty.FORUM: Rhythm(1, forum_months),
        Duty.RESULTS: Rhythm(results_a_year, YEAR),
        Duty.REPOSITORY: Rhythm(updates_a_year, YEAR),
    }


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of a month that has no such day."""
    month = add_months(day, months)
    return min(month + timedelta(days=day.day - 1), period_end(month.year, month.month))


def stand(
    duty: Duty, rhythm: Rhythm, kept: Iterable[date], *, starts_on: date | None, today: date
) -> Standing:
    """How a duty stands on a day, given the days on which it was kept (OGP standards, above).

    It counts from `starts_on` or from the first day it was kept, whichever is earlier. A day counts once,
    one to come not yet. It is due as many months after the day it was kept for the so-manieth last time.
    """
    days = sorted({one for one in kept if one <= today})
    started = starts_on if starts_on is not None and starts_on <= today else None
    start = min(filter(None, (started, days[0] if days else None)), default=None)
    if start is None:
        return Standing(duty, rhythm, ClockState.NO_RECORD, None, None, rhythm.times, ())
    counted = [start] * rhythm.times + days
    due_on = months_after(counted[-rhythm.times], rhythm.months)
    # Those that still count on the last day; one more is always needed to move it.
    needed = max(1, rhythm.times - sum(months_after(one, rhythm.months) >= due_on for one in days))
    missed = tuple(_merged(_missed(counted, rhythm, today)))
    return Standing(duty, rhythm, _state(due_on, today), days[-1] if days else None, due_on, needed, missed)


def _state(due_on: date, today: date) -> ClockState:
    if due_on < today:
        return ClockState.MISSED
    return ClockState.DUE_SOON if due_on - today <= SOON else ClockState.KEPT


def _missed(counted: Sequence[date], rhythm: Rhythm, today: date) -> Iterator[Missed]:
    """Each time that the so-manieth last was too long ago."""
    for before, now in zip(counted, [*counted[rhythm.times :], None], strict=False):
        due_on = months_after(before, rhythm.months)
        if due_on < (now or today):
            yield Missed(due_on, now)


def _merged(found: Iterable[Missed]) -> Iterator[Missed]:
    """Times that run into each other as one."""
    last: Missed | None = None
    for one in found:
        if last is not None and (last.kept_on is None or one.due_on <= last.kept_on):
            last = Missed(last.due_on, one.kept_on)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
