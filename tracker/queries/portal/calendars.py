"""The due dates of a subject's items, each occurrence for itself, for calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, select

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Frequency, Window, occurrences
from tracker.domain.states import State
from tracker.models.plans import NodeWindow
from tracker.queries.portal.parts import CURRENT, NODES
from tracker.queries.portal.subjects import Subject, belongs_to

_WINDOWS: FromClause = NodeWindow.__table__


@dataclass(frozen=True)
class DueDate:
    """One occurrence of an item: when it is due, and how the item stands."""

    uid: str
    occurrence: str
    """Names the delivery within the item, whatever its date."""
    due_on: date
    sequence: int
    """How often its dates were changed, one more once it is withdrawn."""
    plan: int
    kind: NodeKind
    label: str
    title: str
    commitment: int
    withdrawn: bool
    dropped: bool
    """A rescheduling left this delivery out: the day is the last one it had."""
    validated: Decimal | None
    validated_on: date | None
    reported: Decimal | None
    reported_on: date | None


_FIGURES = ("validated_percent", "validated_on", "reported_percent", "reported_on", "state")


def list_due_dates(subject: Subject) -> tuple[DueDate, ...]:
    """Every occurrence there ever was of every item of a subject that delivers, in two queries."""
    return list_due_dates_of(belongs_to(subject))


def list_due_dates_of(items: ColumnElement[bool]) -> tuple[DueDate, ...]:
    """The same of the items that meet a condition, by due date, of one day as the plan has them."""
    schedules = _schedules(items)
    above, plan = NODES.alias("above"), NODES.alias("plan")
    rows = db.session.execute(
        select(
            *(NODES.c[name] for name in ("id", "uid", "kind", "label", "title", "frequency")),
            *(CURRENT.c[name] for name in _FIGURES),
            above.c.number.label("commitment"),
            plan.c.number.label("plan"),
        )
        .select_from(
            CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id)
            .join(above, above.c.id == NODES.c.commitment_id)
            .join(plan, plan.c.id == NODES.c.plan_id)
        )
        .where(items)
        .order_by(plan.c.number, NODES.c.id)
    )
    found = [one for row in rows for one in _due_dates(row, schedules.get(row.id, {0: []}))]
    return tuple(sorted(found, key=lambda one: one.due_on))


def _schedules(items: ColumnElement[bool]) -> dict[int, dict[int, list[Window]]]:
    """The windows of each item by revision, the first revision first."""
    names = ("node_id", "revision", "start_on", "end_on", "start_precision", "end_precision")
    rows = db.session.execute(
        select(*(_WINDOWS.c[name] for name in names))
        .select_from(_WINDOWS.join(NODES, NODES.c.id == _WINDOWS.c.node_id))
        .where(items)
        .order_by(_WINDOWS.c.node_id, _WINDOWS.c.revision, _WINDOWS.c.position)
    )
    found: dict[int, dict[int, list[Window]]] = {}
    for row in rows:
        window = Window(row.end_on, row.start_on, row.end_precision, row.start_precision)
        found.setdefault(row.node_id, {}).setdefault(row.revision, []).append(window)
    return found


def _due_dates(row: Any, revisions: dict[int, list[Window]]) -> list[DueDate]:
    """Those in force, and with their last day those that a revision left out."""
    withdrawn = State(row.state) is State.WITHDRAWN
    frequency = Frequency(row.frequency) if row.frequency else None
    newest = max(revisions)
    last: dict[str, tuple[date, int]] = {}
    for revision, windows in revisions.items():
        last |= {one.key: (one.due_on, revision) for one in occurrences(windows, frequency)}
    return [
        DueDate(
            uid=row.uid,
            occurrence=key,
            due_on=due_on,
            sequence=newest + withdrawn,
            plan=row.plan,
            kind=NodeKind(row.kind),
            label=row.label,
            title=row.title,
            commitment=row.commitment,
            withdrawn=withdrawn,
            dropped=revision != newest,
            validated=row.validated_percent,
            validated_on=row.validated_on,
            reported=row.reported_percent,
            reported_on=row.reported_on,
        )
        for key, (due_on, revision) in last.items()
    ]
