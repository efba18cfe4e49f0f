"""Periods as people write them in a form, in Spanish or English, to windows as exact as what they say."""

from __future__ import annotations

import re

from tracker.domain.errors import DomainError
from tracker.domain.schedule import Window
from tracker.importers.periods import parse_windows

_MONTHS = {
    "january": "enero",
    "february": "febrero",
    "march": "marzo",
    "april": "abril",
    "may": "mayo",
    "june": "junio",
    "july": "julio",
    "august": "agosto",
    "september": "septiembre",
    "october": "octubre",
    "november": "noviembre",
    "december": "diciembre",
}
_ABBREVIATED = {name[:3]: spanish for name, spanish in _MONTHS.items()}
_WORDS = {
    **_MONTHS,
    **_ABBREVIATED,
    "first": "primer",
    "second": "segundo",
    "third": "tercer",
    "fourth": "cuarto",
    "quarter": "trimestre",
    "half": "semestre",
    "of": "de",
    "to": "a",
    "from": "del",
    "until": "hasta",
    "and": "y",
    "the": "",
}
_PHRASES = (
    (re.compile(r"\bfour-month period\b"), "cuatrimestre"),
    (re.compile(r"\bno later than\b|\bby\b"), "a más tardar en"),
    (re.compile(r"\b([a-z]{3,9}) (\d{1,2}), (\d{4})\b"), r"\2 de \1 de \3"),
)
_ENGLISH = re.compile(
    rf"\b(?:{'|'.join([*_MONTHS, 'quarter', 'half', 'four-month', 'later', 'to', 'by', 'until'])})\b"
)
_SENTENCES = {
    "period-without-year": "dates-need-year",
    "reversed-window": "dates-reversed",
    "impossible-date": "dates-impossible",
}


def read_periods(text: str) -> tuple[Window, ...]:
    """The windows that a line speaks of; an empty line speaks of none.

    Raises DomainError `dates-not-understood`, `dates-need-year`, `dates-reversed` or `dates-impossible` where
    anything of it is in doubt: what moves a due date is never guessed.
    """
    if not text.strip():
        return ()
    reading = parse_windows(_in_spanish(text))
    if reading.problems:
        _level, code, params = reading.problems[0]
        raise DomainError(_SENTENCES.get(code, "dates-not-understood"), field="windows", **params)
    return reading.windows


def _in_spanish(text: str) -> str:
    """An English line with its months, periods and links in Spanish; a Spanish one as it is."""
    line = text.lower()
    if not _ENGLISH.search(line):
        return text
    for pattern, put in _PHRASES:
        line = pattern.sub(put, line)
    return re.sub(r"[a-z]+", lambda found: _WORDS.get(found.group(), found.group()), line)
