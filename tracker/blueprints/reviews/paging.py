"""A long list in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SIZE = 20


@dataclass(frozen=True)
class ListPage:
    """Some rows of a list, and which page they are of how many."""

    rows: Sequence[Any]
    page: int
    pages: int


def page_of(rows: Sequence[Any], asked: int) -> ListPage:
    """The page asked for; beyond the last, the last."""
    pages = max(1, -(-len(rows) // SIZE))
    page = min(max(1, asked), pages)
    return ListPage(rows[(page - 1) * SIZE : page * SIZE], page, pages)
