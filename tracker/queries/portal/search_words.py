"""The vocabulary of what is public: which words are known, and what a misspelt one may have meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.search_text import STOP_WORDS, Asked, Clause
from tracker.models.search import SearchTerm

MOST_SPELLINGS = 3
_SHORTEST, _LONG = 4, 8


@dataclass(frozen=True)
class Spelling:
    """Words that nobody writes, with those that are written nearly so, as people write them."""

    nearest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, int] = field(default_factory=dict)
    """In how many documents each word stands."""


def look_up(asked: Asked, *, exactly: bool = False) -> Spelling:
    """What is known of the words asked for; of unknown words of letters also the nearest, in two queries."""
    documents = _known(asked)
    if exactly:
        return Spelling(documents=documents)
    unknown = [one for one in asked.clauses if _is_unknown(one, documents)]
    if not unknown:
        return Spelling(documents=documents)
    rows = _near_in_length(unknown)
    nearest = {one.words[0]: _nearest(one.words[0], rows) for one in unknown}
    found = {term for terms in nearest.values() for term in terms}
    return Spelling(
        {word: terms for word, terms in nearest.items() if terms},
        {term: rows[term][0] for term in found},
        documents | {term: rows[term][1] for term in found},
    )


def _known(asked: Asked) -> dict[str, int]:
    """The words asked for that stand somewhere; of one that may go on, also how it goes on."""
    words = {word for one in asked.clauses for word in one.words}
    begun = {one.words[-1] for one in asked.clauses if one.is_prefix}
    rows = db.session.execute(
        select(SearchTerm.term, SearchTerm.documents).where(
            or_(
                SearchTerm.term.in_(sorted(words)),
                *(SearchTerm.term.startswith(one) for one in sorted(begun)),
            )
        )
    )
    return {row.term: row.documents for row in rows}


def _is_unknown(clause: Clause, documents: Mapping[str, int]) -> bool:
    word = clause.words[0]
    if clause.is_exact or len(word) < _SHORTEST or not word.isalpha() or word in STOP_WORDS:
        return False
    return not (clause.is_prefix and any(one.startswith(word) for one in documents)) and word not in documents


def _near_in_length(unknown: list[Clause]) -> dict[str, tuple[str, int]]:
    lengths = {len(one.words[0]) + more for one in unknown for more in range(-2, 3)}
    rows = db.session.execute(
        select(SearchTerm.term, SearchTerm.shown, SearchTerm.documents)
        .where(SearchTerm.length.in_(sorted(lengths)))
        .order_by(SearchTerm.length)
    )
    return {row.term: (row.shown, row.documents) for row in rows}


def _nearest(word: str, rows: Mapping[str, tuple[str, int]]) -> tuple[str, ...]:
    """The words with the fewest slips of the hand between: one, in long words two; a swap is one slip."""
    most = 2 if len(word) >= _LONG else 1
    near = process.extract(
        word, list(rows), scorer=OSA.distance, score_cutoff=most, limit=None, processor=None
    )
    least = min((distance for _, distance, _ in near), default=0)
    alike = [term for term, distance, _ in near if distance == least]
    return tuple(sorted(alike, key=lambda term: (-rows[term][1], term))[:MOST_SPELLINGS])
