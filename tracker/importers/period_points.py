"""One end of a period as written ("15 de enero", "I trimestre 2019"), and the days it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tracker.domain.schedule import Precision, period_end, period_of, period_start
from tracker.importers.period_words import SPANS, UNIT_PRECISION, UNITS_IN_YEAR, Kind, Token

LAST = 99
_DAY = "day"
FIRST_YEAR, LAST_YEAR = 1950, 2100


class ImpossibleDateError(ValueError):
    """A day, period or year that no calendar has."""


@dataclass(frozen=True)
class Span:
    """First and last day of one written point, and how exactly it was given."""

    first: date
    last: date
    precision: Precision

    def meets(self, following: Span) -> bool:
        """True when the other begins the day after this one ends."""
        return self.last + timedelta(days=1) == following.first


@dataclass
class Point:
    """A day, month, quarter, … or year; what is missing may be shared from its neighbours."""

    number: int | None = None
    unit: str = ""
    month: int | None = None
    year: int | None = None
    written: str = ""

    @property
    def is_year_only(self) -> bool:
        """True for a bare year."""
        return self.number is None and self.month is None and not self.unit

    @property
    def incomplete(self) -> bool:
        """True for a bare number: neither day of a month nor n-th period."""
        if self.unit == "fortnight":
            return self.month is None
        return self.number is not None and self.month is None and not self.unit

    @staticmethod
    def read(tokens: Sequence[Token], at: int) -> tuple[Point | None, int]:
        """The point that begins at a token, and the place after it; None where there is none."""
        if at >= len(tokens):
            return None, at
        token = tokens[at]
        match token.kind:
            case Kind.DATE:
                return Point(token.number, _DAY, token.month, token.year, token.text), at + 1
            case Kind.YEAR:
                return Point(year=token.year, written=token.text), at + 1
            case Kind.MONTH:
                return _with_year(
                    Point(month=token.month, year=token.year, written=token.text), tokens, at + 1
                )
            case Kind.UNIT:
                return _from_unit(token, tokens, at)
            case Kind.NUMBER:
                return _from_number(token, tokens, at)
            case _:
                return None, at

    def span(self) -> Span:
        """The days the point covers; ImpossibleDateError where the calendar has no such day or period."""
        if self.year is None or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ImpossibleDateError(self.written)
        try:
            return self._span(self.year)
        except ValueError:
            raise ImpossibleDateError(
                f"{self.written} {self.year}" if self.unit != _DAY else self.written
            ) from None

    def _span(self, year: int) -> Span:
        if self.unit == "fortnight":
            return self._fortnight(year)
        if self.unit == "bimester":
            first = ((self.number or 0) - 1) * 2 + 1
            return Span(period_start(year, first), period_end(year, first + 1), Precision.MONTH)
        if self.unit and self.unit != _DAY:
            number = UNITS_IN_YEAR[self.unit] if self.number == LAST else self.number or 0
            precision = UNIT_PRECISION[self.unit]
            return Span(*period_of(year, precision, number), precision)
        if self.month is None:
            return Span(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)
        if self.number is not None:
            day = date(year, self.month, self.number)
            return Span(day, day, Precision.DAY)
        return Span(period_start(year, self.month), period_end(year, self.month), Precision.MONTH)

    def _fortnight(self, year: int) -> Span:
        month = self.month or 0
        if self.number == 1:
            return Span(date(year, month, 1), date(year, month, 15), Precision.DAY)
        if self.number in (2, LAST):
            return Span(date(year, month, 16), period_end(year, month), Precision.DAY)
        raise ValueError("impossible-period")


def share(points: Sequence[Point], context_year: int | None) -> None:
    """What one point leaves out is taken from the next that has it, then from the one before.

    "Abril - Junio 2019" is one year, "del 1 al 15 de marzo" one month, "I y II trimestre" one kind of period.
    """
    for point, following in reversed(list(pairwise(points))):
        _lend(following, point)
    if context_year is not None:
        for point in points:
            point.year = point.year or context_year
    for before, point in pairwise(points):
        _lend(before, point)


def _lend(lender: Point, borrower: Point) -> None:
    if borrower.incomplete and lender.number is not None:
        borrower.unit = borrower.unit or (lender.unit if lender.unit != _DAY else "")
        if not borrower.unit or borrower.unit == "fortnight":
            borrower.month = borrower.month or lender.month
    borrower.year = borrower.year or lender.year


def _skip(tokens: Sequence[Token], at: int, kinds: tuple[Kind, ...]) -> int:
    while at < len(tokens) and tokens[at].kind in kinds:
        at += 1
    return at


def _kind_at(tokens: Sequence[Token], at: int) -> Kind | None:
    return tokens[at].kind if at < len(tokens) else None


def _with_year(point: Point, tokens: Sequence[Token], at: int) -> tuple[Point, int]:
    """The year after a month or period: "de 2019", "- 2020", ", 2019", or wrapped to the next line."""
    if point.year is not None:
        return point, at
    looking = _skip(tokens, at, (Kind.FILL, Kind.LINE))
    if _kind_at(tokens, looking) in (Kind.DASH, Kind.COMMA):
        looking = _skip(tokens, looking + 1, (Kind.FILL, Kind.LINE))
    if _kind_at(tokens, looking) is Kind.YEAR:
        point.year = tokens[looking].year
        return point, looking + 1
    if _is_odd_year(tokens, looking):
        point.year = tokens[looking].number
        point.written += f" {tokens[looking].text}"
        return point, looking + 1
    return point, at


def _is_odd_year(tokens: Sequence[Token], at: int) -> bool:
    """A number of three or more figures where the year belongs: a slip of the hand, never a day."""
    return _kind_at(tokens, at) is Kind.NUMBER and tokens[at].text.isdigit() and len(tokens[at].text) > 2


def _from_number(token: Token, tokens: Sequence[Token], at: int) -> tuple[Point | None, int]:
    looking = _skip(tokens, at + 1, (Kind.FILL, Kind.LINE))
    kind = _kind_at(tokens, looking)
    counts_a_span = any(one.text in SPANS for one in tokens[at + 1 : at + 2])
    if counts_a_span or (token.text.isdigit() and len(token.text) > 2):
        return None, at
    if kind is Kind.UNIT and tokens[looking].number is None:
        point = Point(token.number, tokens[looking].unit, written=f"{token.text} {tokens[looking].text}")
        return _after_unit(point, tokens, looking + 1)
    if kind is Kind.MONTH:
        month = tokens[looking]
        point = Point(token.number, _DAY, month.month, month.year, f"{token.text} {month.text}")
        return _with_year(point, tokens, looking + 1)
    if kind in (Kind.DASH, Kind.RANGE, Kind.AND, Kind.COMMA, None, Kind.SEMICOLON):
        return Point(token.number, written=token.text), at + 1
    return None, at


def _from_unit(token: Token, tokens: Sequence[Token], at: int) -> tuple[Point | None, int]:
    if token.number is not None:
        point = Point(token.number, token.unit, year=token.year, written=token.text)
        return _with_year(point, tokens, at + 1)
    looking = _skip(tokens, at + 1, (Kind.FILL,))
    if _kind_at(tokens, looking) is not Kind.NUMBER:
        return None, at
    number = tokens[looking]
    point = Point(number.number, token.unit, written=f"{token.text} {number.text}")
    return _after_unit(point, tokens, looking + 1)


def _after_unit(point: Point, tokens: Sequence[Token], at: int) -> tuple[Point, int]:
    if point.unit == "fortnight":
        looking = _skip(tokens, at, (Kind.FILL, Kind.LINE))
        if _kind_at(tokens, looking) is Kind.MONTH:
            point.month, point.year = tokens[looking].month, tokens[looking].year
            at = looking + 1
    return _with_year(point, tokens, at)
