"""Lists read a part at a time: each part begins after the last row of the one before, whatever was added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, literal, or_, select, tuple_

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.models.targets import FactOwner
from tracker.queries.history import TARGETS
from tracker.queries.portal.parts import NODES, ROLES
from tracker.queries.portal.rows import PUBLISHED
from tracker.queries.portal.search_public import IN_PUBLIC_PLANS

T = TypeVar("T")
PUBLIC_PLANS = select(ActionPlan.id, ActionPlan.number).where(PUBLISHED).subquery("plan")
Position = tuple[Any, ...]
"""What a list is ordered by, of the last row that was read; empty: from the beginning."""


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some rows of a list, and the position after which it goes on; None where it ends."""

    rows: tuple[T, ...]
    following: Position | None = None

    def map(self, make: Any) -> Slice[Any]:
        """The same part of the list with something made of each row."""
        return Slice(tuple(make(one) for one in self.rows), self.following)


def slice_of(rows: Iterable[tuple[Position, T]], limit: int) -> Slice[T]:
    """The first rows of those that come; whether it goes on is known from one more."""
    taken = list(islice(rows, limit + 1))
    more = len(taken) > limit
    taken = taken[:limit]
    return Slice(tuple(row for _, row in taken), taken[-1][0] if more and taken else None)


def slice_sorted(rows: Iterable[tuple[Position, T]], position: Position, limit: int) -> Slice[T]:
    """A part of a short list that is all there: in the order of its positions, from one of them on."""
    ordered = sorted(rows, key=lambda one: one[0])
    return slice_of((one for one in ordered if not position or one[0] > position), limit)


def after(columns: Sequence[Any], position: Position) -> ColumnElement[bool]:
    """Rows beyond a position in the ascending order of those columns."""
    values = (literal(one, column.type) for one, column in zip(position, columns, strict=True))
    return tuple_(*columns) > tuple_(*values)


def batches(statement: Any, columns: Sequence[Any], position: Position, size: int = 500) -> Iterator[Any]:
    """Rows of a statement in the order of its columns, read some at a time; those come first in a row."""
    here = position
    while True:
        part = statement.where(after(columns, here)) if here else statement
        rows = db.session.execute(part.order_by(*columns).limit(size)).all()
        yield from rows
        if len(rows) < size:
            return
        here = tuple(rows[-1][: len(columns)])


def is_public_institution() -> ColumnElement[bool]:
    """True of an institution with a part in a published plan, or with targets, which everybody reads."""
    takes_part = (
        select(ROLES.c.institution_id)
        .join(NODES, NODES.c.id == ROLES.c.node_id)
        .where(NODES.c.plan_id.in_(IN_PUBLIC_PLANS))
    )
    has_targets = select(FactOwner.institution_id).where(FactOwner.subject_kind == TARGETS)
    return or_(Institution.id.in_(takes_part), Institution.id.in_(has_targets))


def find_public_institution(named: str) -> Institution:
    """The institution of a uid, an acronym or the last part of an address; NotFound where none is public."""
    text = named.strip().replace("\0", "")
    found = db.session.scalar(
        select(Institution)
        .where(
            is_public_institution(),
            or_(
                Institution.uid == text,
                Institution.slug == text.lower(),
                (Institution.acronym == text.upper()) & (Institution.acronym != ""),
            ),
        )
        .order_by(Institution.id)
    )
    if found is None:
        raise NotFound("institution-not-public", name=named[:80])
    return found
