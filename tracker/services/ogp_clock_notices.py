"""Telling the contact point before a duty of the clock is missed, and when it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from tracker.domain.notifications import Event
from tracker.domain.ogp_clock import ClockState, Duty, Rhythm, Standing
from tracker.domain.reminders import reminder_due
from tracker.models.notices import Notice
from tracker.queries.notices import list_recipients
from tracker.queries.ogp_clock import list_standings
from tracker.services.matrix import notification
from tracker.services.notices import NoticeCounts
from tracker.services.told import Told

EVENTS = (Event.CLOCK_DUE, Event.CLOCK_MISSED)


def tell_of_clock(
    rhythms: Mapping[Duty, Rhythm], *, zone: str, since: date, on: date, today: date, now: datetime
) -> NoticeCounts:
    """Tell, on the days before a duty is due and once it was missed; clear what is kept since.

    Whatever day it is for, those are told who are there today.
    """
    standings = list_standings(rhythms, on, zone)
    told = Told([_subject(one) for one in standings], now=now)
    cleared = _clear(told, standings)
    opened = unheard = 0
    for one in standings:
        found = _cause(one, since=since, on=on)
        if found is None:
            continue
        event, cause = found
        people = _people(event, today)
        unheard += not people
        opened += told.tell(event, _subject(one), cause, people, _params(one, today))
    return NoticeCounts(opened, cleared, unheard)


def clear_kept(rhythms: Mapping[Duty, Rhythm], *, zone: str, today: date, now: datetime) -> int:
    """Clear what was told of duties that were kept since; how many they were."""
    standings = list_standings(rhythms, today, zone)
    return _clear(Told([_subject(one) for one in standings], now=now), standings)


def _clear(told: Told, standings: Iterable[Standing]) -> int:
    """A duty due on another day now was kept, or what it was counted from was corrected."""
    live = {
        (_subject(one), event.value, one.due_on.isoformat())
        for one in standings
        if one.due_on is not None
        for event in EVENTS
        if (event is Event.CLOCK_MISSED) == (one.state is ClockState.MISSED)
    }

    def gone(notice: Notice) -> bool:
        return (notice.subject_uid, notice.kind, notice.params["due_on"]) not in live

    return told.clear(EVENTS, gone)


def _cause(one: Standing, *, since: date, on: date) -> tuple[Event, str] | None:
    if one.due_on is None:
        return None
    if one.state is ClockState.MISSED:
        return Event.CLOCK_MISSED, one.due_on.isoformat()
    days_before = notification(Event.CLOCK_DUE).days_before
    days = reminder_due(one.due_on, days_before, since=since, on=on)
    return None if days is None else (Event.CLOCK_DUE, f"{one.due_on.isoformat()}/{days}")


def _subject(one: Standing) -> str:
    return f"ogp-clock/{one.duty.value}"


def _people(event: Event, today: date) -> list[int]:
    recipients = list_recipients(today)
    return [
        person.user_id
        for telling in notification(event).to
        for person in recipients.by_role.get(telling.role, ())
    ]


def _params(one: Standing, today: date) -> dict[str, str]:
    return {
        "duty": one.duty.value,
        "due_on": one.due_on.isoformat() if one.due_on else "",
        "last_on": one.last_on.isoformat() if one.last_on else "",
        "institution": "",
        "told_on": today.isoformat(),
    }
