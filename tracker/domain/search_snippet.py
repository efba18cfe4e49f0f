"""What a search shows of a text: a passage around the words found, which stand out as they are written."""

from __future__ import annotations

from tracker.domain.search_rank import hits
from tracker.domain.search_text import STOP_WORDS, Asked, Token, tokens
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
    """The words asked for; a little word only inside what was asked for in a row."""
    words = tokens(text)
    is_hit = [hits(asked.clauses, one.term) for one in words]
    return [
        one
        for place, one in enumerate(words)
        if is_hit[place]
        and (
            one.term not in STOP_WORDS
            or len(asked.clauses) == 1
            and (place > 0 and is_hit[place - 1] or place + 1 < len(words) and is_hit[place + 1])
        )
    ]


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
        between = text[at : one.start]
        if pieces and pieces[-1][1] and not between.strip():
            pieces[-1] = (pieces[-1][0] + between + text[one.start : one.end], True)
        else:
            pieces += [(between, False)] if between else []
            pieces.append((text[one.start : one.end], True))
        at = one.end
    rest = text[at:end]
    return (*pieces, (rest, False)) if rest else tuple(pieces)
