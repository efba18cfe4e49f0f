"""What a job is, and what one run of it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Any

from tracker.domain.slots import Rule


class CatchUp(StrEnum):
    """What to do about slots that nobody ran."""

    EACH = "each"
    """Each missed day once, oldest first."""
    ONCE = "once"
    """One run for today that covers them all."""


class Lane(StrEnum):
    """Jobs of a lane run one after the other in the order of the table; lanes run side by side."""

    DAILY = "daily"
    REPORTS = "reports"
    EVIDENCE = "evidence"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True)
class Run:
    """One run: the day it is for, since when nothing was done, today, the settings, and whether to stop."""

    on: date
    since: date
    today: date
    settings: Mapping[str, Any]
    stop: Event
    by_hand: bool = False
    """A person asked for it, its time did not come: nothing is taken for done that may be looked at."""


@dataclass(frozen=True)
class Job:
    """One line of the table."""

    name: str
    rule: Rule
    function: Callable[[Run], Mapping[str, int]]
    catch_up: CatchUp = CatchUp.ONCE
    lane: Lane = Lane.DAILY
    makes_up_first: bool = True
    """Whether the slot before the very first start is run; false where it would surprise."""
    is_needed: Callable[[datetime], bool] | None = None
    """Asked before a slot is claimed, for jobs of every minute: without work there is no run and no row."""
    lease: timedelta = timedelta(minutes=15)
    most: int = 31
    """At most so many missed slots are made up."""
    after: tuple[str, ...] = ()
    """Jobs whose work this one tells: while anybody, anywhere, is at one of them it waits a minute."""
