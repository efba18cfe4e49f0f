"""The notification matrix, read from its data file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from tracker.domain.notifications import Channel, Event, Matrix, Notification, matrix_from
from tracker.domain.permissions import AccountRole

FILE = Path(__file__).parents[1] / "jobs" / "notifications.toml"


@cache
def matrix() -> Matrix:
    """The whole matrix; ValueError or KeyError where a word of the file is not known."""
    return matrix_from(tomllib.loads(FILE.read_text("utf-8")))


def notification(event: Event) -> Notification:
    """Who is told of an event."""
    return matrix()[event]


def by_mail(*, soon: bool = False, always: bool = False) -> frozenset[tuple[str, AccountRole]]:
    """Which kinds of notices go by mail to which role.

    With `soon` those that leave within minutes; with `always` those that a person cannot do without.
    """
    return frozenset(
        (event.value, telling.role)
        for event, one in matrix().items()
        for telling in one.to
        if Channel.MAIL in telling.channels and (one.soon or not soon) and (telling.always or not always)
    )
