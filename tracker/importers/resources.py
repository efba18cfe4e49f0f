"""Amounts of money in running text, with who provides them."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.importers.institutions import InstitutionReader
from tracker.importers.wording import collapse, compose, fold

_AMOUNT = re.compile(
    r"(?:\bq\.?\s?|\bgtq\s?|\bquetzales\s+)(?P<figure>\d[\d.,]*\d|\d)(?:\s*(?P<scale>mil(?:lon(?:es)?)?)\b)?"
)
_SCALE = {"mil": 1_000, "millon": 1_000_000, "millones": 1_000_000}


def read_amounts(text: str, reader: InstitutionReader) -> tuple[tuple[int, str], ...]:
    """Amounts in quetzales as centavos, each with the institution named before it in its sentence."""
    written, folded = compose(text), fold(text)
    found: list[tuple[int, str]] = []
    start = 0
    for match in _AMOUNT.finditer(folded):
        amount = centavos(match["figure"], match["scale"] or "")
        before = re.split(r"[;\n]|\.(?=\s)", written[start : match.start()])[-1]
        if amount is not None:
            found.append((amount, _provider(before, reader)))
        start = match.end()
    return tuple(found)


def _provider(text: str, reader: InstitutionReader) -> str:
    roles = reader.read(text).roles
    if roles:
        institution = roles[-1].institution
        return institution.acronym or institution.name
    return collapse(text).strip(" :-–,.*")


def centavos(figure: str, scale: str = "") -> int | None:
    """A figure as centavos: a sign before the last one or two digits is decimal, others group thousands."""
    match = re.fullmatch(r"(?P<whole>[\d.,]*?)(?:[.,](?P<part>\d{1,2}))?", figure)
    if match is None:
        return None
    whole = re.sub(r"\D", "", match["whole"]) or "0"
    value = Decimal(f"{whole}.{match['part'] or '0'}") * _SCALE.get(scale, 1) * 100
    return int(value)
