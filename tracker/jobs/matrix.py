"""The notification matrix, read from its data file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from tracker.domain.notifications import Channel, Event, Matrix, Notification, matrix_from
from tracker.domain.permissions import AccountRole

FILE = Path(__file__).with_name("notifications.toml")


@cache
def matrix() -> Matrix:
    return matrix_from(tomllib.loads(FILE.read_text("utf-8")))


def notification(event: Event) -> Notification:
    return matrix()[event]


def by_mail() -> frozenset[tuple[str, AccountRole]]:
    """Which kinds of notices go by mail to which role."""
    return frozenset(
        (event.value, telling.role)
        for event, one in matrix().items()
        for telling in one.to
        if Channel.MAIL in telling.channels
    )
