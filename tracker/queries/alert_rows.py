"""Warnings as their page lists them, and the items that they may be about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_

from tracker.domain.obstacles import ObstacleKind
from tracker.domain.reminders import REMINDED_AFTER_END
from tracker.domain.states import COMPLETE, State
from tracker.models.current import ActivityCurrent
from tracker.queries.progress_scope import commitment, plan
from tracker.queries.round_counts import TAKES_REPORTS

_SETTLED = (*COMPLETE, State.WITHDRAWN, State.AWAITING_VALIDATION)


class AlertKind(StrEnum):
    """What a warning is about, the most pressing first."""

    OCCURRENCES = "occurrences"
    DUE_SOON = "due_soon"
    BEHIND = "behind"
    DECLARED_LATE = "declared_late"
    STALLED = "stalled"
    OBSTACLE = "obstacle"
    LINK_DOWN = "link_down"


@dataclass(frozen=True)
class AlertFilter:
    """What warnings are narrowed to; empty means everything."""

    kind: str = ""
    plan: int | None = None
    commitment: str = ""
    institution: str = ""
    obstacle: str = ""


@dataclass(frozen=True)
class Alert:
    """One warning about one item; what its kind does not speak of is empty."""

    kind: AlertKind
    node_uid: str
    label: str
    title: str
    plan_number: int
    commitment: str
    institutions: tuple[str, ...]
    due_on: date | None
    baseline_due_on: date | None
    percent: Decimal | None = None
    expected: Decimal | None = None
    on: date | None = None
    """The day of the report that it rests on."""
    declared_on: date | None = None
    """The new expected date that an institution declared."""
    days: int = 0
    """Until or after the due date in force, as its kind has it."""
    in_a_row: int = 0
    occurrences: tuple[str, ...] = ()
    obstacle_kind: ObstacleKind | None = None
    obstacle: str = ""
    needed: str = ""
    link: str = ""
    """Of evidence that is down, with `on` since when."""


def open_items(chosen: AlertFilter, today: date) -> Iterator[ColumnElement[bool]]:
    """Items of plans in course that are neither complete nor out of the plan."""
    yield plan.status.in_(TAKES_REPORTS)
    yield or_(plan.ends_on.is_(None), plan.ends_on >= today - REMINDED_AFTER_END)
    yield ActivityCurrent.state.not_in(_SETTLED)
    if chosen.plan is not None:
        yield plan.number == chosen.plan
    if chosen.commitment:
        yield commitment.uid == chosen.commitment


def alert_of(kind: AlertKind, node: Any, current: Any, group: Any, number: int, **more: Any) -> Alert:
    """A warning about an item, with what its kind adds."""
    return Alert(
        kind=kind,
        node_uid=node.uid,
        label=node.label,
        title=node.title,
        plan_number=number,
        commitment=group.label if group else "",
        due_on=current.due_on,
        baseline_due_on=current.baseline_due_on,
        **{"institutions": (), **more},
    )
