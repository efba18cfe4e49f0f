"""Words as a search compares them: without accents, case or plural; labels such as 7.10 stay whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

LONGEST_QUERY = 200
MOST_CLAUSES = 12
LONGEST_TERM = 40
SHORTEST_PREFIX = 3
_SHORTEST_STEM = 3
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)+|[a-z0-9]+")
_ASKED = re.compile(r'(-?)(?:["“”«»]([^"“”«»]*)["“”«»]?|([^\s"“”«»]+))')


@dataclass(frozen=True)
class Token:
    """A word of a text: as it is compared, and where it stands."""

    term: str
    start: int
    end: int


@dataclass(frozen=True)
class Clause:
    """One thing that was asked for: any of its options, each a word or several words in a row."""

    options: tuple[tuple[str, ...], ...]
    text: str
    is_prefix: bool = False
    """The word may go on: it is the last one, perhaps still being typed."""
    is_exact: bool = False
    """It was asked for as written (in quotes, with hyphens): no other spelling is offered."""

    @property
    def words(self) -> tuple[str, ...]:
        """Its words as asked."""
        return self.options[0]


@dataclass(frozen=True)
class Asked:
    """What a search asks for: every clause, and none of those left out."""

    clauses: tuple[Clause, ...] = ()
    without: tuple[Clause, ...] = ()
    whole: str = ""
    """All the words in their order, the little ones too."""


def tokens(text: str) -> list[Token]:
    """The words of a text in order, each with its place in it."""
    folded, places = _folded(text)
    return [
        Token(_stem(found.group()[:LONGEST_TERM]), places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer(folded)
    ]


def terms(text: str) -> str:
    """The words of a text as they are compared, with a space between them."""
    return " ".join(one.term for one in tokens(text))


def parse(text: str) -> Asked:
    """What a person typed: all words, "words in a row", -without; the little words only where alone.

    Anything can be typed: what holds no letter or digit asks for nothing.
    """
    found = [*_clauses(text[:LONGEST_QUERY])][:MOST_CLAUSES]
    wanted = [clause for left_out, clause in found if not left_out]
    said = [one for one in wanted if one.is_exact or one.words[0] not in STOP_WORDS] or wanted
    if said and found[-1][1] is said[-1]:
        said[-1] = _as_prefix(said[-1])
    whole = " ".join(word for one in wanted for word in one.words)
    return Asked(tuple(said), tuple(clause for left_out, clause in found if left_out), whole)


def with_spellings(asked: Asked, spellings: Mapping[str, Sequence[str]]) -> Asked:
    """The same with other words, where there are any, in the place of those that nobody writes."""
    clauses = tuple(
        replace(one, options=tuple((word,) for word in other), is_prefix=False)
        if not one.is_exact and (other := spellings.get(one.words[0]))
        else one
        for one in asked.clauses
    )
    whole = " ".join(spellings.get(word, (word,))[0] for word in asked.whole.split())
    return replace(asked, clauses=clauses, whole=whole)


def _clauses(text: str) -> Iterator[tuple[bool, Clause]]:
    for minus, quoted, word in _ASKED.findall(text):
        words = tuple(one.term for one in tokens(quoted or word))
        if words:
            yield bool(minus), Clause((words,), quoted or word, is_exact=bool(quoted) or len(words) > 1)


def _as_prefix(clause: Clause) -> Clause:
    """Numbers and labels are asked for whole: 10 is not 100."""
    last = clause.words[-1]
    quoted = clause.is_exact and len(clause.words) == 1
    return replace(clause, is_prefix=len(last) >= SHORTEST_PREFIX and last.isalpha() and not quoted)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without accents and case, and where each of its letters stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = _plain(letter)
        letters.append(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places


@lru_cache(maxsize=2048)
def _plain(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold()


@lru_cache(maxsize=32768)
def _stem(word: str) -> str:
    """A word without the ending of its plural: planes is plan, informes is informe, veces is vez."""
    if not word.isalpha():
        return word
    while len(word) > _SHORTEST_STEM and word[-1] in "se":
        word = word[:-1]
    return word[:-1] + "c" if len(word) >= _SHORTEST_STEM and word[-1] == "z" else word


_LITTLE = (
    "a al ante con cual de del desde donde e el ella en entre es esta este la las lo los no o para por "
    "que se según si sin sobre su sus tras u un una uno y ya the of and in on to for with by at an"
)
STOP_WORDS = frozenset(one.term for one in tokens(_LITTLE))
