"""Words in which periods are written, and the tokens they become."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.schedule import Precision
from tracker.importers.wording import ORDINALS, fold, roman, word_set

MONTH_NAMES = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_SHORT_MONTHS = {
    "ene": 1,
    "feb": 2,
    "febr": 2,
    "mar": 3,
    "mzo": 3,
    "abr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "ago": 8,
    "agt": 8,
    "setiembre": 9,
    "sept": 9,
    "sep": 9,
    "set": 9,
    "oct": 10,
    "nov": 11,
    "dic": 12,
    "dicbre": 12,
}
MONTHS: dict[str, int] = {name: number for number, name in enumerate(MONTH_NAMES, start=1)} | _SHORT_MONTHS
UNITS: dict[str, str] = {
    "trimestre": "quarter", "trimestres": "quarter", "trim": "quarter", "cuatrimestre": "four_month",
    "cuatrimestres": "four_month", "semestre": "half_year", "semestres": "half_year", "bimestre": "bimester",
    "bimestres": "bimester", "quincena": "fortnight", "quincenas": "fortnight",
}  # fmt: skip
UNIT_PRECISION: dict[str, Precision] = {
    "quarter": Precision.QUARTER,
    "four_month": Precision.FOUR_MONTH,
    "half_year": Precision.HALF_YEAR,
}
UNITS_IN_YEAR: dict[str, int] = {"quarter": 4, "four_month": 3, "half_year": 2, "bimester": 6, "fortnight": 2}
_LETTER_UNITS = {"q": "quarter", "t": "quarter", "s": "half_year", "c": "four_month"}

FILL = word_set(
    "de del el la los las en durante todo toda mes meses ano anos dia dias fecha fechas periodo",
    "plazo inicio inicia inician comienza comprendido comprendida lunes martes miercoles jueves",
    "viernes sabado domingo correspondiente correspondientes",
)
ARTICLES = word_set(
    "el la los las un una en su",
)
RANGE_WORDS = word_set(
    "a al hasta",
)
END_WORDS = word_set(
    "fin final finaliza finalizacion termina termino terminacion conclusion vencimiento",
)
# Counted from an event that the text does not date.
RELATIVE = word_set(
    "despues posterior posteriores semana semanas habiles luego siguiente siguientes previo previa",
)

# Words that make a number a length of time, not a day.
SPANS = word_set(
    "dia dias mes meses ano anos semana semanas",
)


class Kind(StrEnum):
    """What a token is."""

    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    UNIT = "unit"
    NUMBER = "number"
    DASH = "dash"
    RANGE = "range"
    AND = "and"
    COMMA = "comma"
    LINE = "line"
    SEMICOLON = "semicolon"
    COLON = "colon"
    FILL = "fill"
    FROM = "from"
    BETWEEN = "between"
    DEADLINE = "deadline"
    ABOUT = "about"
    WORD = "word"


@dataclass(frozen=True)
class Token:
    """One word or sign; `year`, `month`, `number` and `unit` hold what it says of a date."""

    kind: Kind
    text: str
    number: int | None = None
    month: int | None = None
    year: int | None = None
    unit: str = ""


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SCANNER = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[t ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?z?)?(?![\d-]))
    |(?P<dmy>\b\d{{1,2}}(?P<sign>[/.-])\d{{1,2}}(?P=sign)(?:\d{{4}}|\d{{2}})\b)
    |(?P<dmony>\b\d{{1,2}}[-/.](?:{_MONTH})\.?[-/.](?:\d{{4}}|\d{{2}})\b)
    |(?P<my>\b\d{{1,2}}/\d{{4}}\b|\b(?:19|20)\d{{2}}-(?:0[1-9]|1[0-2])\b(?!-?\d))
    |(?P<mony>\b(?:{_MONTH})\.?(?:[-/]|\s?')\d{{2}}\b(?!\s*(?:de|\d|[-/]\d)))
    |(?P<unitref>\b(?:(?:19|20)\d{{2}}\s?-?\s?)?(?:[qtsc]-?[1-9]|[1-9][qtsc])(?:-?(?:19|20)\d{{2}})?\b)
    |(?P<year>\b(?:2,0\d{{2}}|1,9\d{{2}}|(?:19|20)\d{{2}})\b)
    |(?P<ordinal>\b\d{{1,2}}\s?(?:er|ero|ro|ra|era|do|da|to|ta|mo)\b\.?|\b\d{{1,2}}\.?[º°ª]|\b1o\b\.?)
    |(?P<number>\d+)
    |(?P<deadline>\ba\s+mas\s+tardar\b|\bantes\s+de\b|\bantes\s+del\b|\bcomo\s+maximo\b|\bfecha\s+limite\b)
    |(?P<from>\ba\s+partir\s+de\b|\ba\s+partir\s+del\b|\bdesde\b)
    |(?P<about>\b(?:a\s+)?(?:finales|fines|mediados|principios|inicios|comienzos)\s+del?\b)
    |(?P<between>\bentre\b)
    |(?P<word>[^\W\d_]+)
    |(?P<line>\n)
    |(?P<semicolon>[;|])
    |(?P<comma>,)
    |(?P<colon>:)
    |(?P<dash>-+|/|~|\u2192)
    """,
    re.VERBOSE,
)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, folded; signs without meaning (full stops, stray accents) fall away."""
    found: list[Token] = []
    for match in _SCANNER.finditer(fold(text)):
        name = match.lastgroup or ""
        raw = match.group(name)
        token = _word(raw) if name == "word" else _READERS[name](raw)
        if token is not None:
            found.append(token)
    return found


def _word(raw: str) -> Token:
    if raw in MONTHS:
        return Token(Kind.MONTH, raw, month=MONTHS[raw])
    if raw in UNITS:
        return Token(Kind.UNIT, raw, unit=UNITS[raw])
    number = ORDINALS.get(raw) or roman(raw) or (99 if raw in ("ultimo", "ultima") else None)
    if number is not None:
        return Token(Kind.NUMBER, raw, number=number)
    return Token(_KINDS.get(raw, Kind.WORD), raw)


_KINDS: dict[str, Kind] = (
    dict.fromkeys(FILL, Kind.FILL)
    | dict.fromkeys(RANGE_WORDS | END_WORDS, Kind.RANGE)
    | {"y": Kind.AND, "e": Kind.AND}
)


def full_year(digits: str) -> int:
    """A year of two digits is of this century; "2,019" is 2019."""
    year = int(digits.replace(",", ""))
    return year + 2000 if year < 100 else year


def _iso(raw: str) -> Token:
    year, month, day = re.split(r"[-t ]", raw)[:3]
    return Token(Kind.DATE, raw, number=int(day), month=int(month), year=int(year))


def _dmy(raw: str) -> Token:
    day, month, year = re.split(r"[/.-]", raw)
    return Token(Kind.DATE, raw, number=int(day), month=int(month), year=full_year(year))


def _dmony(raw: str) -> Token:
    day, month, year = re.findall(r"[a-z]+|\d+", raw)
    return Token(Kind.DATE, raw, number=int(day), month=MONTHS[month], year=full_year(year))


def _month_year(raw: str) -> Token:
    first, second = re.split(r"[/-]", raw)
    month, year = (second, first) if len(first) == 4 else (first, second)
    return Token(Kind.MONTH, raw, month=int(month), year=int(year))


def _named_month_year(raw: str) -> Token:
    month, year = re.findall(r"[a-z]+|\d+", raw)
    return Token(Kind.MONTH, raw, month=MONTHS[month], year=full_year(year))


def _unit_reference(raw: str) -> Token:
    year = re.search(r"(?:19|20)\d\d", raw)
    rest = raw.replace(year.group(), "") if year else raw
    letter = next(char for char in rest if char.isalpha())
    number = next(char for char in rest if char.isdigit())
    return Token(
        Kind.UNIT,
        raw,
        number=int(number),
        unit=_LETTER_UNITS[letter],
        year=int(year.group()) if year else None,
    )


def _number(raw: str) -> Token:
    return Token(Kind.NUMBER, raw, number=int(re.sub(r"\D", "", raw)[:9]))


_READERS: dict[str, Callable[[str], Token]] = {
    "iso": _iso,
    "dmy": _dmy,
    "dmony": _dmony,
    "my": _month_year,
    "mony": _named_month_year,
    "unitref": _unit_reference,
    "year": lambda raw: Token(Kind.YEAR, raw, year=full_year(raw)),
    "ordinal": _number,
    "number": _number,
    "deadline": lambda raw: Token(Kind.DEADLINE, raw),
    "from": lambda raw: Token(Kind.FROM, raw),
    "about": lambda raw: Token(Kind.ABOUT, raw),
    "between": lambda raw: Token(Kind.BETWEEN, raw),
    "line": lambda raw: Token(Kind.LINE, raw),
    "semicolon": lambda raw: Token(Kind.SEMICOLON, raw),
    "comma": lambda raw: Token(Kind.COMMA, raw),
    "colon": lambda raw: Token(Kind.COLON, raw),
    "dash": lambda raw: Token(Kind.DASH, raw),
}
