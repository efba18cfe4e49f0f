"""Rounds that an institution let pass: how many in a row asked of it an item and had no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Asked = tuple[str, str]
"""An item and an institution, by their uids; without an item, the institution as a whole."""
AT_LEAST = 2
"""One round may be missed; two in a row are said aloud."""


@dataclass(frozen=True)
class RoundFact:
    """A round that fell due by the cut: what it asked of whom, and what was answered by then."""

    due_on: date
    asked: frozenset[Asked]
    answered: frozenset[Asked]


@dataclass(frozen=True)
class Silence:
    """Rounds in a row without an answer, up to the last that asked; `since` is when the first fell due."""

    rounds: int
    since: date


def silences(rounds: Iterable[RoundFact], at_least: int = AT_LEAST) -> Mapping[Asked, Silence]:
    """The silence of each item and institution that the last rounds asked and that has not answered them."""
    found: dict[Asked, Silence] = {}
    ended: set[Asked] = set()
    newest: Sequence[RoundFact] = sorted(rounds, key=lambda one: one.due_on, reverse=True)
    for one in newest:
        ended |= one.asked & one.answered
        for asked in one.asked - ended:
            before = found.get(asked)
            found[asked] = Silence(before.rounds + 1 if before else 1, one.due_on)
    return {asked: one for asked, one in found.items() if one.rounds >= at_least}
