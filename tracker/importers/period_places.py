"""Where a word stands in the place of a month: one that nobody knows is an error, never a whole year."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.importers.period_words import ARTICLES, Kind, Token
from tracker.importers.wording import word_set

_JOINERS = (Kind.AND, Kind.COMMA, Kind.LINE, Kind.SEMICOLON, Kind.DASH, Kind.RANGE, Kind.FROM, Kind.BETWEEN)
_EDGES = (*_JOINERS, Kind.DEADLINE, Kind.ABOUT)
_LINKS = word_set("de del")
_BEFORE = word_set("de del mes")
# Words that people do put before a year, and that are no month.
_OTHER_TIMES = word_set(
    "anual anualmente calendario ciclo cierre constante continua continuo cuatrimestral curso diario",
    "ejercicio escolar etapa fase feria fiscal gestion invierno lectivo mensual mensualmente navidad otono",
    "permanente plan poa presupuesto primavera proceso proyecto segun semanal semestral temporada trimestral",
    "verano vigencia",
)


def stands_for_month(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word is the month of a point: alone before a year ("brumario de 2019") or in a range."""
    if tokens[at].text in _OTHER_TIMES:
        return False
    before = _beside(tokens, at, -1, _BEFORE)
    after = _beside(tokens, at, 1, _LINKS)
    if before is not None and before.kind is Kind.NUMBER:
        closes = after is not None and after.kind in (Kind.YEAR, Kind.DASH, Kind.RANGE)
        return tokens[at - 1].text in _LINKS and closes
    if not (before is None or before.kind in _EDGES) or _has_article(tokens, at):
        return False
    return after is not None and (after.kind is Kind.YEAR or _opens_range(tokens, at))


def _beside(tokens: Sequence[Token], at: int, step: int, links: frozenset[str]) -> Token | None:
    """The next token on one side that is no linking word."""
    looking = at + step
    while 0 <= looking < len(tokens) and tokens[looking].text in links:
        looking += step
    return tokens[looking] if 0 <= looking < len(tokens) else None


def _has_article(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text in ARTICLES


def _opens_range(tokens: Sequence[Token], at: int) -> bool:
    """ "Brumario - enero de 2019": the sign or word of a range, and a month after it."""
    if tokens[at + 1].kind not in (Kind.DASH, Kind.RANGE):
        return False
    end = _beside(tokens, at + 1, 1, _LINKS)
    return end is not None and end.kind is Kind.MONTH
