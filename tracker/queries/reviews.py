"""The review queue: what waits for a decision, narrowed, ordered and counted (design section 5).

Everything that waits is read once, in few columns and constantly many queries; narrowing, counting and
ordering are done on it here, so that every filter says how many it leaves and each report has neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.text import normalise
from tracker.queries.review_rows import (
    GOVERNMENT_ZONE,
    QueueRow,
    load_waiting,
)

PAGE_SIZE = 25
SOON = timedelta(days=3)


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to, and its order; empty means everything, the oldest first."""

    view: str = ""
    """One of VIEWS."""
    institution: str = ""
    """Its uid."""
    scope: str = ""
    """A commitment's uid, or "plan-4"."""
    review: str = ""
    """late, soon: the review against its own last day."""
    activity: str = ""
    """late: the activity is overdue."""
    finding: str = ""
    text: str = ""
    order: str = ""
    """One of ORDERS."""

    @property
    def is_empty(self) -> bool:
        """True where nothing is narrowed; the order does not count."""
        return replace(self, order="") == QueueFilter()


@dataclass(frozen=True)
class Queue:
    """One page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    """How many are left by the filter."""
    waiting: int
    """How many wait in all."""
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]]
    """Of each filter, how many each of its values would leave, the others being as they are."""
    scopes: tuple[tuple[str, int, str, str], ...]
    """Plans and commitments that occur: value, plan number, label, title; a plan has no label."""
    institutions: tuple[tuple[str, str], ...]
    uncovered: tuple[str, ...]
    """Institutions some of whose reports nobody can decide on."""


@dataclass(frozen=True)
class Place:
    """Where a report stands in a queue: its number and its neighbours."""

    position: int
    """Counted from 1; 0 where it is not (or no longer) in it."""
    total: int
    previous: str = ""
    following: str = ""
    row: QueueRow | None = None
    """The report as the queue has it, narrowed or not; None where it does not wait in this scope."""


VIEWS: Mapping[str, Callable[[QueueRow], bool]] = {
    "mine": lambda row: row.may_decide,
    "late": lambda row: row.review_days_late > 0,
    "unopened": lambda row: row.may_decide and not row.is_opened,
    "opened": lambda row: row.may_decide and row.is_opened,
    "reopened": lambda row: row.is_reopened,
    "new_version": lambda row: row.is_new_version,
    "letter": lambda row: row.by_letter,
    "others": lambda row: not row.may_decide,
}
ORDERS: Mapping[str, Callable[[QueueRow], tuple[Any, ...]]] = {
    "": lambda row: (row.plan_is_over, row.waiting_since),
    "institution": lambda row: (normalise(row.institution), row.waiting_since),
    "late": lambda row: (-row.days_late, row.waiting_since),
    "review": lambda row: (row.review_due_on, row.waiting_since),
}


def list_queue(
    actor: Actor,
    chosen: QueueFilter | None = None,
    *,
    page: int = 1,
    today: date,
    zone: str = GOVERNMENT_ZONE,
) -> Queue:
    """Reports that wait in this reviewer's scope, narrowed and ordered; as many queries however many wait."""
    require(actor, Permission.REPORT_VALIDATE)
    chosen = chosen or QueueFilter()
    every = load_waiting(actor, today=today, zone=zone)
    left = _narrowed(every, chosen, today)
    pages = max(1, -(-len(left) // PAGE_SIZE))
    page = min(max(1, page), pages)
    return Queue(
        rows=tuple(left[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        total=len(left),
        waiting=len(every),
        page=page,
        pages=pages,
        counts=_counts(every, chosen, today),
        scopes=_scopes(every),
        institutions=_institutions(every),
        uncovered=tuple(
            sorted({one.institution for one in every if not one.may_decide and not one.decided_by})
        ),
    )


def place_in_queue(
    actor: Actor,
    report_uid: str,
    chosen: QueueFilter | None = None,
    *,
    today: date,
    zone: str = GOVERNMENT_ZONE,
) -> Place:
    """Which report of the narrowed queue this one is, and which come before and after it."""
    require(actor, Permission.REPORT_VALIDATE)
    every = load_waiting(actor, today=today, zone=zone)
    row = next((one for one in every if one.uid == report_uid), None)
    uids = [one.uid for one in _narrowed(every, chosen or QueueFilter(), today)]
    if report_uid not in uids:
        return Place(0, len(uids), following=uids[0] if uids else "", row=row)
    at = uids.index(report_uid)
    return Place(
        at + 1,
        len(uids),
        previous=uids[at - 1] if at else "",
        following=uids[at + 1] if at + 1 < len(uids) else "",
        row=row,
    )


def rows_of(
    actor: Actor, report_uids: Iterable[str], *, today: date, zone: str = GOVERNMENT_ZONE
) -> dict[str, QueueRow]:
    """Those of these reports that wait in this reviewer's scope, by their uid."""
    require(actor, Permission.REPORT_VALIDATE)
    wanted = set(report_uids)
    return {one.uid: one for one in load_waiting(actor, today=today, zone=zone) if one.uid in wanted}


def _narrowed(rows: Iterable[QueueRow], chosen: QueueFilter, today: date) -> list[QueueRow]:
    left = (one for one in rows if all(test(one) for test in _tests(chosen, today).values()))
    order = ORDERS.get(chosen.order, ORDERS[""])
    return sorted(left, key=lambda one: (*order(one), one.id))


def _tests(chosen: QueueFilter, today: date) -> dict[str, Callable[[QueueRow], bool]]:
    """What a row must pass, by the name of the filter that asks for it."""
    words = normalise(chosen.text).split()
    asked = {
        name: _values_of(name, today)
        for name in ("view", "institution", "scope", "review", "activity", "finding")
        if getattr(chosen, name)
    }
    tests: dict[str, Callable[[QueueRow], bool]] = {
        name: lambda row, name=name, values=values: getattr(chosen, name) in values(row)  # type: ignore[misc]  # bound now
        for name, values in asked.items()
    }
    if words:
        tests["text"] = lambda row: all(word in _words(row) for word in words)
    return tests


def _words(row: QueueRow) -> str:
    return normalise(f"{row.label} {row.title} {row.institution} {row.commitment_label}")


def _values_of(name: str, today: date) -> Callable[[QueueRow], Sequence[str]]:
    """Which values of a filter a row answers to."""

    def review(row: QueueRow) -> Sequence[str]:
        if row.review_days_late:
            return ("late",)
        return ("soon",) if row.review_due_on <= today + SOON else ()

    values: dict[str, Callable[[QueueRow], Sequence[str]]] = {
        "view": lambda row: [key for key, test in VIEWS.items() if test(row)],
        "institution": lambda row: (row.institution_uid,),
        "scope": lambda row: (f"plan-{row.plan_number}", row.commitment_uid),
        "review": review,
        "activity": lambda row: ("late",) if row.days_late else (),
        "finding": lambda row: [one.value for one in row.findings],
    }
    return values[name]


def _counts(rows: Sequence[QueueRow], chosen: QueueFilter, today: date) -> dict[str, dict[str, int]]:
    """Of each filter how many each value would leave; under "" how many without it."""
    found: dict[str, dict[str, int]] = {}
    for one in fields(QueueFilter):
        if one.name in {"text", "order"}:
            continue
        left = _narrowed(rows, replace(chosen, **{one.name: ""}), today)
        values = _values_of(one.name, today)
        counted = Counter(value for row in left for value in values(row))
        found[one.name] = {"": len(left), **counted}
    return found


def _scopes(rows: Iterable[QueueRow]) -> tuple[tuple[str, int, str, str], ...]:
    plans = {(f"plan-{one.plan_number}", one.plan_number, "", "") for one in rows}
    commitments = {
        (one.commitment_uid, one.plan_number, one.commitment_label, one.commitment_title)
        for one in rows
        if one.commitment_uid
    }
    return tuple(sorted(plans | commitments, key=lambda one: (-one[1], _numbered(one[2]))))


def _numbered(label: str) -> tuple[int, str]:
    digits = "".join(c for c in label if c.isdigit())
    return int(digits or 0), label


def _institutions(rows: Iterable[QueueRow]) -> tuple[tuple[str, str], ...]:
    found = {(one.institution_uid, one.institution) for one in rows}
    return tuple(sorted(found, key=lambda one: normalise(one[1])))
