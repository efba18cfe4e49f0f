"""Periods as scanners and typists leave them: O for 0, words cut at the end of a line, short years.

Only what becomes a known word or number is mended, and what was guessed is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.importers.period_words import MONTHS, UNITS
from tracker.importers.wording import ORDINALS, fold

_KNOWN = frozenset(MONTHS) | frozenset(UNITS) | frozenset(ORDINALS)
_CUT_WORD = re.compile(r"([^\W\d_]+)[-\u00ad]\s*\n\s*([^\W\d_]+)")
_NUMBER = re.compile(r"\b(?=[\dOoIl|]*\d)(?=[\dOoIl|]*[OoIl|])[\dOoIl|]{2,}\b")
# "1o" and "2O" are first and second.
_ORDINAL = re.compile(r"\d{1,2}[oO]")
_DIGITS = str.maketrans("OoIl|", "00111")
_WORD = re.compile(r"[^\W_]{3,}")
_READINGS: tuple[Callable[[str], str], ...] = (
    lambda word: word.translate(str.maketrans("01|", "oll")),
    lambda word: word.translate(str.maketrans("01|", "oii")),
    lambda word: word[:1] + word[1:].translate(str.maketrans("01|I", "olll")),
    lambda word: word.replace("rn", "m"),
    lambda word: word.replace("m", "rn"),
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_OF = r"\.?,?\s*(?:del?\s+)?"
_TO = r"\s*(?:-|/|\ba\b|\bal\b|\by\b)\s*"
_AFTER_UNIT = re.compile(rf"\b(?:{_UNIT}){_OF}(?P<year>\d\d)\.?\s*$")
_AFTER_MONTHS = re.compile(rf"\b(?:{_MONTH})\.?{_TO}(?:{_MONTH}){_OF}(?P<year>\d\d)\.?\s*$")
_TWO_YEARS = re.compile(
    rf"^\s*(?:de )?(?P<one>{_MONTH}){_OF}(?P<first>\d\d){_TO}(?P<two>{_MONTH}){_OF}(?P<year>\d\d)\.?\s*$"
)
_FIRST_YEAR, _LAST_YEAR = 10, 49


@dataclass
class Mended:
    """A text made readable, and what was guessed on the way: words as they stand, as they were read."""

    text: str
    words: list[tuple[str, str]] = field(default_factory=list)
    years: list[tuple[str, str]] = field(default_factory=list)


def mend(text: str) -> Mended:
    """A period with misread signs put right, cut words joined and short years written out."""
    found = Mended(_CUT_WORD.sub(_joined, text).replace("\u00ad", ""))
    found.text = _NUMBER.sub(lambda match: _number(match[0], found), found.text)
    found.text = _WORD.sub(lambda match: _word(match[0], found), found.text)
    found.text = re.sub(r"(?<!\w)['’‘](\d\d)\b", r"20\1", found.text)
    _write_years(found)
    return found


def _joined(match: re.Match[str]) -> str:
    """A word cut at the end of its line, where the whole is one we know."""
    whole = match[1] + match[2]
    return whole if fold(whole) in _KNOWN else match[0]


def _number(seen: str, found: Mended) -> str:
    if _ORDINAL.fullmatch(seen):
        return seen
    read = seen.translate(_DIGITS)
    found.words.append((seen, read))
    return read


def _word(seen: str, found: Mended) -> str:
    if fold(seen) in _KNOWN or seen.isdecimal():
        return seen
    for reading in _READINGS:
        read = reading(seen)
        if read != seen and fold(read) in _KNOWN:
            found.words.append((seen, read))
            return read
    return seen


def _write_years(found: Mended) -> None:
    """Years of two digits where they can be nothing else: after a trimester, or after two months."""
    folded = fold(found.text)
    if len(folded) != len(found.text) or re.search(r"\d{4}", folded):
        return
    spans: list[tuple[int, int]] = []
    two = _TWO_YEARS.match(folded)
    match = _AFTER_UNIT.search(folded) or _AFTER_MONTHS.search(folded)
    if two and MONTHS[two["one"]] >= MONTHS[two["two"]] and int(two["first"]) < int(two["year"]):
        spans = [two.span("first"), two.span("year")]
    elif match:
        spans = [match.span("year")]
    if not all(_FIRST_YEAR <= int(folded[start:end]) <= _LAST_YEAR for start, end in spans):
        return
    seen = found.text.strip()
    for start, end in reversed(spans):
        year = f"20{found.text[start:end]}"
        found.years.insert(0, (seen, year))
        found.text = found.text[:start] + year + found.text[end:]
