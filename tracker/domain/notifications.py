"""The notification matrix: which event tells which role, of which institutions, by which channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role


class Event(StrEnum):
    """What people are told of."""

    DUE = "due-reminder"
    OVERDUE = "overdue-reminder"


class Channel(StrEnum):
    """How they are told."""

    MAIL = "mail"
    PANEL = "panel"


@dataclass(frozen=True)
class Telling:
    """One line of the matrix: people of this role are told by these channels.

    `parts` are the parts in the item of the institutions whose people are told ("lead" stands for the
    governing ones); empty means everybody of the role. `after_graces`: how many times the days of grace must
    have passed.
    """

    role: AccountRole
    channels: frozenset[Channel]
    parts: tuple[Role, ...] = ()
    after_graces: int = 0


@dataclass(frozen=True)
class Notification:
    """An event with everybody it tells, and for reminders the days before the due date."""

    event: Event
    to: tuple[Telling, ...]
    days_before: tuple[int, ...] = ()


Matrix = Mapping[Event, Notification]


def matrix_from(content: Mapping[str, Any]) -> Matrix:
    """The matrix out of its file's content; ValueError or KeyError where a word is not known."""
    unknown = set(content) - set(Event)
    if unknown or set(Event) - set(content):
        raise ValueError(f"events: {sorted(unknown ^ (set(Event) - set(content)))}")
    return {event: _notification(event, content[event.value]) for event in Event}


def _notification(event: Event, content: Mapping[str, Any]) -> Notification:
    if set(content) - {"days_before", "to"}:
        raise ValueError(f"unknown keys of {event.value}")
    days = tuple(sorted((int(one) for one in content.get("days_before", ())), reverse=True))
    return Notification(event, tuple(_telling(one) for one in content["to"]), days)


def _telling(content: Mapping[str, Any]) -> Telling:
    if set(content) - {"role", "channels", "parts", "after_graces"}:
        raise ValueError(f"unknown keys: {sorted(content)}")
    return Telling(
        role=AccountRole(content["role"]),
        channels=frozenset(Channel(one) for one in content["channels"]),
        parts=tuple(Role(one) for one in content.get("parts", ())),
        after_graces=int(content.get("after_graces", 0)),
    )
