"""What a search shows of a text: a passage around the words found, which stand out as they are written."""

from __future__ import annotations

from tracker.domain.search_text import Asked, Token, tokens
from tracker.domain.text import squeeze

Pieces = tuple[tuple[str, bool], ...]
"""A text in parts: each with whether it was asked for."""
LENGTH = 240
_BEFORE = 60
_ELLIPSIS = "…"


def marked(text: str, asked: Asked) -> Pieces:
    """The whole text, with what was asked for apart; two words in a row are one piece."""
    return _pieces(text, _found(text, asked), 0, len(text))


def passage(text: str, asked: Asked, length: int = LENGTH) -> Pieces:
    """The part of a text where most of the words asked for stand together, cut between words."""
    text = squeeze(text)
    found = _found(text, asked)
    start = _best_start(text, found, length)
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    inner = [one for one in found if start <= one.start and one.end <= end]
    pieces = _pieces(text, inner, start, end)
    before = ((f"{_ELLIPSIS} ", False),) if start else ()
    return (*before, *pieces, *(((f" {_ELLIPSIS}", False),) if end < len(text) else ()))


def _found(text: str, asked: Asked) -> list[Token]:
    """The words asked for, and those in a row only where they stand in a row."""
    words = tokens(text)
    terms = [one.term for one in words]
    places = {
        each
        for place in range(len(words))
        for clause in asked.clauses
        for option in clause.options
        if _begins(terms[place : place + len(option)], option, is_prefix=clause.is_prefix)
        for each in range(place, place + len(option))
    }
    return [words[place] for place in sorted(places)]


def _begins(terms: list[str], option: tuple[str, ...], *, is_prefix: bool) -> bool:
    if len(terms) < len(option) or terms[:-1] != list(option[:-1]):
        return False
    return terms[-1].startswith(option[-1]) if is_prefix else terms[-1] == option[-1]


def _best_start(text: str, found: list[Token], length: int) -> int:
    """Where the window with the most different words begins, a little before the first of them."""
    if not found or len(text) <= length:
        return 0
    best, most = found[0], 0
    for place, one in enumerate(found):
        different = {other.term for other in found[place:] if other.end <= one.start + length - _BEFORE}
        if len(different) > most:
            best, most = one, len(different)
    start = best.start - _BEFORE
    return 0 if start <= 0 else text.find(" ", start, best.start + 1) + 1


def _pieces(text: str, found: list[Token], start: int, end: int) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    at = start
    for one in found:
        if one.start < at:  # two words of one letter: ¼
            continue
        between = text[at : one.start]
        if pieces and pieces[-1][1] and not between.strip():
            pieces[-1] = (pieces[-1][0] + between + text[one.start : one.end], True)
        else:
            pieces += [(between, False)] if between else []
            pieces.append((text[one.start : one.end], True))
        at = one.end
    rest = text[at:end]
    return (*pieces, (rest, False)) if rest else tuple(pieces)
