"""The due dates of a subject's items, each occurrence for itself, for calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Frequency, Window, occurrences
from tracker.domain.states import State
from tracker.models.plans import NodeWindow
from tracker.queries.portal.parts import CURRENT, NODES
from tracker.queries.portal.subjects import Subject, belongs_to

_WINDOWS = NodeWindow.__table__


@dataclass(frozen=True)
class DueDate:
    """One occurrence of an item: when it is due, and how the item stands."""

    uid: str
    occurrence: str
    """Names the delivery within the item, whatever its date."""
    due_on: date
    sequence: int
    """How often its dates were changed, one more once it is withdrawn."""
    kind: NodeKind
    label: str
    title: str
    commitment: int
    withdrawn: bool
    validated: Decimal | None
    validated_on: date | None
    reported: Decimal | None
    reported_on: date | None


_FIGURES = ("validated_percent", "validated_on", "reported_percent", "reported_on", "state")


def list_due_dates(subject: Subject) -> tuple[DueDate, ...]:
    """Every occurrence of every item of a subject that delivers, by due date, in two queries."""
    windows = _windows(subject)
    above = NODES.alias("above")
    rows = db.session.execute(
        select(
            *(NODES.c[name] for name in ("id", "uid", "kind", "label", "title", "frequency")),
            *(CURRENT.c[name] for name in _FIGURES),
            above.c.number.label("commitment"),
        )
        .select_from(
            CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id).join(
                above, above.c.id == NODES.c.commitment_id
            )
        )
        .where(belongs_to(subject))
    )
    found = [one for row in rows for one in _due_dates(row, *windows.get(row.id, (0, [])))]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.uid, one.occurrence)))


def _windows(subject: Subject) -> dict[int, tuple[int, list[Window]]]:
    """The windows in force of each item, with the number of times they were changed."""
    newest = _WINDOWS.alias()
    last = select(func.max(newest.c.revision)).where(newest.c.node_id == _WINDOWS.c.node_id).scalar_subquery()
    names = ("node_id", "revision", "start_on", "end_on", "start_precision", "end_precision")
    rows = db.session.execute(
        select(*(_WINDOWS.c[name] for name in names))
        .select_from(_WINDOWS.join(NODES, NODES.c.id == _WINDOWS.c.node_id))
        .where(belongs_to(subject), _WINDOWS.c.revision == last)
        .order_by(_WINDOWS.c.position)
    )
    found: dict[int, tuple[int, list[Window]]] = {}
    for row in rows:
        window = Window(row.end_on, row.start_on, row.end_precision, row.start_precision)
        found.setdefault(row.node_id, (row.revision, []))[1].append(window)
    return found


def _due_dates(row: Any, revision: int, windows: list[Window]) -> list[DueDate]:
    withdrawn = State(row.state) is State.WITHDRAWN
    frequency = Frequency(row.frequency) if row.frequency else None
    return [
        DueDate(
            uid=row.uid,
            occurrence=one.key,
            due_on=one.due_on,
            sequence=revision + withdrawn,
            kind=NodeKind(row.kind),
            label=row.label,
            title=row.title,
            commitment=row.commitment,
            withdrawn=withdrawn,
            validated=row.validated_percent,
            validated_on=row.validated_on,
            reported=row.reported_percent,
            reported_on=row.reported_on,
        )
        for one in occurrences(windows, frequency)
    ]
