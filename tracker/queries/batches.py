"""Long lists in pieces: a statement names only so many things, and so many rows are read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
# PostgreSQL takes 65,535 parameters in a statement, an older SQLite 32,766.
MOST_NAMED = 10_000


def in_batches(items: Sequence[T], most: int = MOST_NAMED) -> Iterator[Sequence[T]]:
    """The items in their order, so many at a time."""
    for start in range(0, len(items), most):
        yield items[start : start + most]
