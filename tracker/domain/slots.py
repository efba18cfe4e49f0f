"""When jobs fall due: each rule names its slots, so that a missed one is known and none is repeated."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# How far back a rule is asked for the slot before the first one known.
_LOOK_BACK = 62


def civil_day(instant: datetime, zone: str) -> date:
    """The civil date of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class Slot:
    """One time at which a job is to run, for one civil day."""

    key: str
    for_date: date
    due_at: datetime


@dataclass(frozen=True)
class Rule:
    """The days of a job and the civil time at which it runs; `day_after` runs it once the day is over."""

    at: time = time(0, 0)
    day_after: bool = False

    def falls_on(self, day: date) -> bool:
        """Whether a day is one of the job's; every day unless a rule says otherwise."""
        return True

    def slot(self, day: date, zone: str) -> Slot:
        """The slot of a day."""
        civil = datetime.combine(day + _DAY if self.day_after else day, self.at, ZoneInfo(zone))
        return Slot(day.isoformat(), day, civil.astimezone(UTC))

    def missing(self, last: str | None, now: datetime, zone: str, limit: int) -> list[Slot]:
        """Slots due by now and after the last one known, oldest first, at most `limit`, the newest of them.

        Before the first one known it is the newest alone: there is nothing to catch up with.
        """
        today = civil_day(now, zone)
        first = date.fromisoformat(last) + _DAY if last else today - _LOOK_BACK * _DAY
        due = [slot for slot in self._slots(first, today, zone) if slot.due_at <= now]
        return due[-limit:] if last else due[-1:]

    def next_at(self, now: datetime, zone: str) -> datetime:
        """When the job runs next."""
        today = civil_day(now, zone)
        slots = self._slots(today - _DAY, today + 400 * _DAY, zone)
        return next(slot.due_at for slot in slots if slot.due_at > now)

    def _slots(self, first: date, last: date, zone: str) -> Iterator[Slot]:
        for count in range((last - first).days + 1):
            day = first + count * _DAY
            if self.falls_on(day):
                yield self.slot(day, zone)


@dataclass(frozen=True)
class Daily(Rule):
    """Every day at a civil time."""

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"


@dataclass(frozen=True)
class Weekly(Rule):
    """On one day of the week (Monday is 0)."""

    weekday: int = 0

    def falls_on(self, day: date) -> bool:
        """True on that day of the week."""
        return day.weekday() == self.weekday

    def __str__(self) -> str:
        return f"on {calendar.day_name[self.weekday]} at {self.at:%H:%M}"


@dataclass(frozen=True)
class MonthEnd(Rule):
    """For the last day of each month, once it is over."""

    day_after: bool = True

    def falls_on(self, day: date) -> bool:
        """True on a month's last day, leap years included."""
        return (day + _DAY).day == 1

    def __str__(self) -> str:
        return f"at the end of each month, at {self.at:%H:%M} of the next day"


@dataclass(frozen=True)
class EveryMinute(Rule):
    """At every minute; its slots are instants, and a missed one needs no making up."""

    def missing(self, last: str | None, now: datetime, zone: str, limit: int) -> list[Slot]:
        """The present minute, unless it is the last one known."""
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        key = minute.strftime("%Y-%m-%dT%H:%MZ")
        return [] if last is not None and last >= key else [Slot(key, civil_day(now, zone), minute)]

    def next_at(self, now: datetime, zone: str) -> datetime:
        """The next full minute."""
        return now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)

    def __str__(self) -> str:
        return "every minute, when there is something to do"
