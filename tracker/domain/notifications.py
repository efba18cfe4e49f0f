"""The notification matrix: which event tells which role, of which institutions, by which channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role


class Event(StrEnum):
    """What people are told of."""

    DUE = "due-reminder"
    OVERDUE = "overdue-reminder"
    ROUND_OPENED = "round-opened"
    ROUND_DUE = "round-due"
    ROUND_REMINDED = "round-reminded"
    """The contact point asked again, by hand."""
    RETURNED = "report-returned"
    VALIDATED = "report-validated"
    REVIEW_LATE = "review-late"
    RESCHEDULING_DECIDED = "rescheduling-decided"
    CONSULTATION_OPENED = "consultation-opened"
    AGREEMENT_MADE = "agreement-made"
    AGREEMENT_DUE = "agreement-due"
    AGREEMENT_OVERDUE = "agreement-overdue"
    AGREEMENT_ANSWERED = "agreement-answered"
    AGREEMENT_RETURNED = "agreement-returned"
    OBSERVATION_ASKED = "observation-asked"
    OBSERVATION_OVERDUE = "observation-overdue"
    LINK_DOWN = "link-down"
    EVIDENCE_DAMAGED = "evidence-damaged"
    WEBHOOK_DISABLED = "webhook-disabled"
    CLOCK_DUE = "ogp-clock-due"
    CLOCK_MISSED = "ogp-clock-missed"


class Channel(StrEnum):
    """How they are told."""

    MAIL = "mail"
    PANEL = "panel"


class Whose(StrEnum):
    """Which people of a role are told."""

    ALL = "all"
    INSTITUTION = "institution"
    """Those of the institution that is asked, that reported, or that requested."""
    AUTHOR = "author"
    """Who wrote the report."""
    DECIDES = "decides"
    """Those who may decide on the report."""


@dataclass(frozen=True)
class Telling:
    """One line of the matrix: people of this role are told by these channels.

    `whose` says which of them. For what is due, `parts` are the parts in the item of the institutions whose
    people are told instead ("lead" stands for the governing ones). `after_graces`: how many times the days of
    grace must have passed.
    """

    role: AccountRole
    channels: frozenset[Channel]
    whose: Whose = Whose.ALL
    parts: tuple[Role, ...] = ()
    after_graces: int = 0
    stands_in_for: AccountRole | None = None
    """Told only for governing institutions that have nobody of that role."""
    always: bool = False
    """The mail leaves even for who wants no letters."""


@dataclass(frozen=True)
class Notification:
    """An event with everybody it tells, and for reminders the days before the due date.

    What is told `soon` leaves within minutes, the rest with the day's letter.
    """

    event: Event
    to: tuple[Telling, ...]
    days_before: tuple[int, ...] = ()
    soon: bool = False


Matrix = Mapping[Event, Notification]


def matrix_from(content: Mapping[str, Any]) -> Matrix:
    """The matrix out of its file's content; ValueError or KeyError where a word is not known."""
    unknown = set(content) - set(Event)
    if unknown or set(Event) - set(content):
        raise ValueError(f"events: {sorted(unknown ^ (set(Event) - set(content)))}")
    return {event: _notification(event, content[event.value]) for event in Event}


def _notification(event: Event, content: Mapping[str, Any]) -> Notification:
    if set(content) - {"days_before", "soon", "to"}:
        raise ValueError(f"unknown keys of {event.value}")
    days = tuple(sorted((int(one) for one in content.get("days_before", ())), reverse=True))
    to = tuple(_telling(one) for one in content["to"])
    return Notification(event, to, days, bool(content.get("soon", False)))


def _telling(content: Mapping[str, Any]) -> Telling:
    if set(content) - {field.name for field in fields(Telling)}:
        raise ValueError(f"unknown keys: {sorted(content)}")
    return Telling(
        role=AccountRole(content["role"]),
        channels=frozenset(Channel(one) for one in content["channels"]),
        whose=Whose(content.get("whose", Whose.ALL)),
        parts=tuple(Role(one) for one in content.get("parts", ())),
        after_graces=int(content.get("after_graces", 0)),
        stands_in_for=AccountRole(stands) if (stands := content.get("stands_in_for")) else None,
        always=bool(content.get("always", False)),
    )
