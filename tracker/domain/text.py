"""Comparing texts as people do: without accents, case, doubled spaces."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def squeeze(text: str) -> str:
    """The text with runs of white space as single spaces, trimmed."""
    return _SPACES.sub(" ", text).strip()


def first_words(text: str, longest: int) -> str:
    """A title where there is little room: its first words, without a full stop."""
    text = text.rstrip(". ")
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def normalise(text: str) -> str:
    """Lower case without accents, single spaces: equal for texts that people read as the same."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return squeeze(plain).casefold()


def slug(text: str) -> str:
    """The text as part of an address: lower case, letters and digits with hyphens."""
    return _NOT_SLUG.sub("-", normalise(text)).strip("-")
