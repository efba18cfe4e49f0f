"""Which of the seventeen Sustainable Development Goals a text names."""

from __future__ import annotations

import re

from tracker.domain.text import normalise

GOALS = range(1, 18)
_NUMBER = r"\d{1,2}(?:\.(?:\d{1,2}|[a-d]))?"
_BETWEEN = r"\s*(?:,|;|/|-|\by\b|\be\b|\band\b)\s*(?:(?:ods|sdg|objetivos?|goals?|metas?|targets?)\s*)?"
_NAMED = re.compile(
    r"\b(?:ods|sdgs?|objetivos?(?: de desarrollo sostenible)?|goals?)\s*"
    r"(?:n[o°.]*\s*|numeros?\s*|#\s*)?:?\s*"
    rf"(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)"
)
_ONE = re.compile(r"(\d{1,2})(?:\.(?:\d{1,2}|[a-d]))?")


def goals_in(text: str) -> tuple[int, ...]:
    """The goals that a text names by number, in order, each once ("ODS 16 y 17").

    A number counts only after the word for a goal, so that years and amounts are not taken for one; a
    target ("16.6") names its goal.
    """
    named = (one for match in _NAMED.finditer(normalise(text)) for one in _ONE.findall(match["numbers"]))
    return tuple(sorted({int(one) for one in named} & set(GOALS)))
