"""Due dates as a calendar (RFC 5545): one whole-day event for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from tracker.renderers.docx_xml import plain

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True)
class DueEvent:
    """Something due on a day."""

    uid: str
    """The same for as long as the thing exists, whatever its date."""
    day: date
    sequence: int
    cancelled: bool
    summary: str
    description: str
    url: str


@dataclass(frozen=True)
class DueCalendar:
    """A calendar to subscribe to."""

    name: str
    description: str
    url: str
    language: str
    zone: str
    stamp: datetime
    """When its data last changed: the same data give the same bytes."""
    events: tuple[DueEvent, ...]


def render_calendar(one: DueCalendar) -> bytes:
    """The calendar as UTF-8."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Cumple//Plazos//{one.language.upper()}")
    calendar.add("calscale", "GREGORIAN")
    for name, value in (
        ("name", one.name),
        ("x-wr-calname", one.name),
        ("description", one.description),
        ("x-wr-caldesc", one.description),
        ("x-wr-timezone", one.zone),
        ("url", one.url),
    ):
        calendar.add(name, plain(value))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for event in _events(one.events, one.stamp.astimezone(UTC).replace(microsecond=0)):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(events: Iterable[DueEvent], stamp: datetime) -> Iterable[Event]:
    for one in events:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("sequence", one.sequence)
        event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("summary", plain(one.summary))
        event.add("description", plain(one.description))
        event.add("url", one.url)
        yield event
