"""Which documents answer a search and which comes first: no database says so, so all say the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.search_text import Asked, Clause

NAMES_APART = "|"
_NAMED, _TITLED, _BEGINS, _IN_A_ROW, _IN_TITLE = 100.0, 60.0, 25.0, 20.0, 10.0
_TITLE_WEIGHT = 4.0
_PREFIX_WEIGHT = 0.5
# The constants of BM25 and a usual length instead of the mean one, which would change with every document.
_SATURATION, _LENGTH_SHARE, _USUAL_LENGTH = 1.2, 0.75, 60.0


@dataclass(frozen=True)
class Words:
    """A document's words as they are compared."""

    names: str
    """What it is called, whole: its label, its acronym, "compromiso 10"; between bars."""
    title: str
    body: str


def answers(asked: Asked, words: Words) -> bool:
    """True where every clause stands in the title or in the body, in a row, and no excluded one does."""
    texts = (words.title, words.body)
    return all(any(_stands(one, text) for text in texts) for one in asked.clauses) and not any(
        _stands(one, text) for one in asked.without for text in texts
    )


def score(asked: Asked, words: Words, documents: Mapping[str, int]) -> float:
    """How well a document answers: what is called so first, then so titled, then by how often it is said.

    `documents` says in how many documents a word stands: rare words weigh more.
    """
    whole, total = asked.whole, 0.0
    if whole in words.names.split(NAMES_APART):
        total += _NAMED
    if whole == words.title:
        total += _TITLED
    elif words.title.startswith(f"{whole} "):
        total += _BEGINS
    elif f" {whole} " in f" {words.title} ":
        total += _IN_A_ROW
    if all(_stands(one, words.title) for one in asked.clauses):
        total += _IN_TITLE
    title, body = words.title.split(), words.body.split()
    for clause in asked.clauses:
        weight = 1 / (1 + math.log(max(1, min(documents.get(w, 1) for w in clause.words))))
        total += weight * (_TITLE_WEIGHT * _often(clause, title) + _often(clause, body))
    return round(total, 6)


def _stands(clause: Clause, text: str) -> bool:
    ending = "" if clause.is_prefix else " "
    return any(f" {' '.join(option)}{ending}" in f" {text} " for option in clause.options)


def _often(clause: Clause, words: list[str]) -> float:
    times = sum(_counts(clause, word) for word in words)
    length = 1 - _LENGTH_SHARE + _LENGTH_SHARE * len(words) / _USUAL_LENGTH
    return times * (_SATURATION + 1) / (times + _SATURATION * length) if times else 0.0


def _counts(clause: Clause, word: str) -> float:
    if any(word in option for option in clause.options):
        return 1.0
    continued = clause.is_prefix and any(word.startswith(option[-1]) for option in clause.options)
    return _PREFIX_WEIGHT if continued else 0.0
