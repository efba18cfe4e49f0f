"""Comparing Spanish words whatever their accents, case, dashes and spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−­"), "-")
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"', ord("\u00a0"): " ", ord("\u200b"): " "}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_ORDINALS = (
    *(("primer", "primero", "primera"), ("segundo", "segunda"), ("tercer", "tercero", "tercera")),
    *(("cuarto", "cuarta"), ("quinto", "quinta"), ("sexto", "sexta"), ("septimo", "septima")),
    *(("octavo", "octava"), ("noveno", "novena"), ("decimo", "decima")),
)
ORDINALS: dict[str, int] = {word: n for n, words in enumerate(_ORDINALS, start=1) for word in words}


def word_set(*lines: str) -> frozenset[str]:
    """The words of some lines, for lists of words that stay readable."""
    return frozenset(word for line in lines for word in line.split())


@lru_cache(maxsize=8_192)
def fold_char(char: str) -> str:
    """One character without accent, in lower case, dashes and quotes made plain; always one character."""
    plain = char.translate(_DASHES).translate(_QUOTES)
    base = unicodedata.normalize("NFD", plain)[:1].lower() or " "
    return base if len(base) == 1 else char


def fold(text: str) -> str:
    """A text for comparison; position n of the result is position n of the (composed) text."""
    return "".join(fold_char(char) for char in compose(text))


def compose(text: str) -> str:
    """Accents as single characters, so that positions agree between a text and its folded form."""
    return unicodedata.normalize("NFC", text)


def collapse(text: str) -> str:
    """Runs of blanks made one space, ends trimmed."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).strip()


def collapse_lines(text: str) -> str:
    """Blanks collapsed within each line; the lines themselves stay."""
    lines = (collapse(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def key_of(text: str) -> str:
    """What two spellings of one name have in common: folded words without punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def roman(word: str) -> int | None:
    """The value of a Roman numeral up to ten."""
    return _ROMAN.get(word.lower())
