"""Every way of writing a period in Spanish, to windows with the precision of each end (design, rule 1)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from tracker.domain.schedule import Window
from tracker.importers.frequencies import parse_frequency, without_frequency
from tracker.importers.period_places import stands_for_month
from tracker.importers.period_points import ImpossibleDateError, Point, Span, share
from tracker.importers.period_words import ARTICLES, MONTH_NAMES, RELATIVE, SPANS, Kind, Token, tokens_of
from tracker.importers.proposals import Level
from tracker.importers.recognition import Mended, mend
from tracker.importers.wording import collapse_lines

__all__ = ["PeriodReading", "Problem", "parse_frequency", "parse_range", "parse_windows"]

Problem = tuple[Level, str, dict[str, str]]
MONTH_LIKENESS = 0.72
_BLANK_SIGNS = re.compile(
    r"^[\s\-–—.*/xX]*$|^\s*(?:n/?a|no aplica|sin (?:fecha|plazo)|por definir|pendiente)\W*$", re.IGNORECASE
)


@dataclass(frozen=True)
class PeriodReading:
    """The windows a text speaks of, and what is wrong or doubtful in it."""

    windows: tuple[Window, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def has_errors(self) -> bool:
        """True when the text says something impossible."""
        return any(level is Level.ERROR for level, _, _ in self.problems)


@dataclass
class _Item:
    """One window as written: one point, or two joined by a range; `joined` is what stood before it."""

    start: Point | None
    end: Point
    joined: Kind | None = None
    single: bool = True


def parse_windows(text: str | date | datetime | None) -> PeriodReading:
    """The windows in a text or date cell; nothing is guessed in silence.

    Errors: a window that ends before it starts, an unknown month, an impossible date. Doubts: no period, a
    period that is not understood, one without a year, an open end, words beside the period.
    """
    if isinstance(text, date):
        day = text.date() if isinstance(text, datetime) else text
        return PeriodReading((Window(day, day),))
    if text is None or _BLANK_SIGNS.match(text):
        return PeriodReading(problems=((Level.DOUBT, "no-period", {}),))
    mended = mend(text)
    if mended.text != text:
        reading = _best(mended.text)
        if reading.windows:
            return replace(reading, problems=(*_guesses(mended), *reading.problems))
    return _best(text)


def _guesses(mended: Mended) -> tuple[Problem, ...]:
    """What was guessed to make a text readable."""
    words = [("recognition-mended", {"words": seen, "read": read}) for seen, read in mended.words]
    years = [("year-guessed", {"words": seen, "year": year}) for seen, year in mended.years]
    return tuple((Level.DOUBT, code, params) for code, params in (*words, *years))


def _best(text: str) -> PeriodReading:
    readings = [_read(candidate) for candidate in _candidates(text)]
    good = [reading for reading in readings if reading.windows and not reading.problems]
    return (good or [reading for reading in readings if reading.windows] or readings)[0]


def parse_range(start: str | date | None, end: str | date | None) -> PeriodReading:
    """One window from two cells, the first its start and the second its end."""
    if not _says_something(start):
        return _end_only(end)
    if not _says_something(end):
        first = parse_windows(start)
        problem: Problem = (Level.DOUBT, "period-open-ended", {})
        return PeriodReading(problems=first.problems or (problem,))
    first, last = parse_windows(start), parse_windows(end)
    problems = (*first.problems, *last.problems)
    if not first.windows or not last.windows:
        return PeriodReading(problems=problems)
    opening, closing = first.windows[0], last.windows[-1]
    begins = opening.start or opening.end
    precision = opening.start_precision if opening.start else opening.end_precision
    return _combine(
        Span(begins, begins, precision), Span(closing.end, closing.end, closing.end_precision), problems
    )


def _end_only(end: str | date | None) -> PeriodReading:
    last = parse_windows(end)
    if not last.windows or not _says_something(end):
        return last
    closing = last.windows[-1]
    return PeriodReading((Window(closing.end, None, closing.end_precision),), last.problems)


def _says_something(value: str | date | None) -> bool:
    return value is not None and (isinstance(value, date) or not _BLANK_SIGNS.match(value))


def _combine(start: Span, end: Span, problems: tuple[Problem, ...]) -> PeriodReading:
    if start.first > end.last:
        return PeriodReading(problems=(*problems, _reversed(start.first, end.last)))
    return PeriodReading((Window(end.last, start.first, end.precision, start.precision),), problems)


def _reversed(start: date, end: date) -> Problem:
    return Level.ERROR, "reversed-window", {"start": start.isoformat(), "end": end.isoformat()}


def _candidates(text: str) -> list[str]:
    """The text as it stands, then without its notes in parentheses, then with the parentheses opened."""
    plain = without_frequency(collapse_lines(text))
    if "(" not in plain:
        return [plain]
    return [re.sub(r"\([^)]*\)?", " ", plain), re.sub(r"[()]", " ", plain)]


def _read(text: str) -> PeriodReading:
    reader = _Reader(tokens_of(text))
    reader.run()
    if reader.errors:
        return PeriodReading(problems=tuple(reader.errors))
    if reader.broken or not reader.items:
        return PeriodReading(problems=(reader.doubt(),))
    return _resolve(reader)


def _resolve(reader: _Reader) -> PeriodReading:
    points = [point for item in reader.items for point in (item.start, item.end) if point is not None]
    share(points, reader.context_year)
    if any(point.incomplete for point in points):
        return PeriodReading(problems=((Level.DOUBT, "period-not-understood", {}),))
    if any(point.year is None for point in points):
        return PeriodReading(problems=((Level.DOUBT, "period-without-year", {}),))
    windows: list[Window] = []
    problems: list[Problem] = []
    for item in _merged(reader.items, problems):
        reading = _window(item)
        windows.extend(window for window in reading.windows if window not in windows)
        problems.extend(reading.problems)
    problems.extend(reader.doubts)
    if any(level is Level.ERROR for level, _, _ in problems):
        windows = []
    return PeriodReading(tuple(windows), tuple(problems))


def _window(item: tuple[Span | None, Span]) -> PeriodReading:
    start, end = item
    if start is None:
        return PeriodReading((Window(end.last, None, end.precision),))
    return _combine(start, end, ())


def _merged(items: Sequence[_Item], problems: list[Problem]) -> list[tuple[Span | None, Span]]:
    """Single periods that follow one another ("marzo y abril de 2019") are one window."""
    found: list[tuple[Span | None, Span]] = []
    for group in _groups(items):
        try:
            spans = [(item.start.span() if item.start else None, item.end.span()) for item in group]
        except ImpossibleDateError as impossible:
            problems.append((Level.ERROR, "impossible-date", {"value": str(impossible)}))
            continue
        found.extend(_joined(spans) if len(spans) > 1 else spans)
    return found


def _groups(items: Sequence[_Item]) -> list[list[_Item]]:
    groups: list[list[_Item]] = []
    for item in items:
        listed = item.single and item.joined in (Kind.AND, Kind.COMMA) and groups and groups[-1][-1].single
        if listed:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _joined(spans: list[tuple[Span | None, Span]]) -> list[tuple[Span | None, Span]]:
    ends = [end for _, end in spans]
    if all(one.precision is two.precision and one.meets(two) for one, two in pairwise(ends)):
        return [(ends[0], ends[-1])]
    return spans


class _Reader:
    """Walks the tokens and gathers windows as written."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.items: list[_Item] = []
        self.doubts: list[Problem] = []
        self.errors: list[Problem] = []
        self.rest: list[str] = []
        self.broken = False
        self.context_year: int | None = None
        self._joined: Kind | None = None
        self._no_start = self._open = self._between = False

    def run(self) -> None:
        """Read to the end; what is left over becomes a doubt, or makes the period not understood."""
        bullets = bool(self.tokens) and self.tokens[0].kind is Kind.DASH
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if bullets and token.kind is Kind.DASH and self._begins_line():
                self.at += 1
            else:
                self._step(token)
        if self._open:
            self.broken = True
            self.doubts.append((Level.DOUBT, "period-open-ended", {}))
        if self.rest:
            self.doubts.append((Level.DOUBT, "period-partly-understood", {"rest": " ".join(self.rest)}))

    def doubt(self) -> Problem:
        """Why no window came out."""
        opened = [one for one in self.doubts if one[1] == "period-open-ended"]
        return opened[0] if opened else (Level.DOUBT, "period-not-understood", {})

    def _follows_item(self, token: Token) -> bool:
        """A range word right after a window, with no end after it ("enero de 2019 a la fecha")."""
        return token.kind is Kind.RANGE and bool(self.items) and self._joined is None

    def _begins_line(self) -> bool:
        return self.at == 0 or self.tokens[self.at - 1].kind is Kind.LINE

    def _step(self, token: Token) -> None:
        point, following = Point.read(self.tokens, self.at)
        if point is not None:
            self._take(point, following)
            return
        self.at += 1
        if token.kind in (Kind.AND, Kind.COMMA, Kind.LINE, Kind.SEMICOLON):
            self._joined = token.kind
        elif token.kind not in (Kind.FILL, Kind.COLON) and not self._opening(token):
            self._leftover(token)

    def _opening(self, token: Token) -> bool:
        """Words before a point that say which end it is, or that it is not exact."""
        match token.kind:
            case Kind.DEADLINE | Kind.RANGE if not self._follows_item(token):
                self._no_start = True
                self._note_approximate(token, token.text.startswith("antes"))
            case Kind.FROM:
                self._open = True
            case Kind.BETWEEN:
                self._between = True
            case Kind.ABOUT:
                self._note_approximate(token, True)
            case _:
                return False
        return True

    def _note_approximate(self, token: Token, approximate: bool) -> None:
        if approximate:
            self.doubts.append((Level.DOUBT, "period-approximate", {"words": token.text}))

    def _take(self, point: Point, following: int) -> None:
        if self._is_context(point, following):
            self.context_year = point.year
            self.at = following + 1
            return
        second, after = self._range_end(following)
        if second is not None:
            item = _Item(point, second, self._joined, single=False)
        else:
            item = _Item(None if self._no_start else replace(point), point, self._joined)
        self.at = after
        self._joined = None
        if self._open and second is None:
            self.broken = True
            return
        self._open = self._no_start = self._between = False
        self.items.append(item)
        if self._range_end(after)[0] is not None:
            self.broken = True

    def _is_context(self, point: Point, following: int) -> bool:
        """ "2019: enero a marzo": a year that heads what follows."""
        at_colon = following < len(self.tokens) and self.tokens[following].kind is Kind.COLON
        return at_colon and point.is_year_only

    def _range_end(self, at: int) -> tuple[Point | None, int]:
        """The point after a range sign or word, if one stands here; line breaks inside a range are wraps."""
        looking = at
        joined = False
        while looking < len(self.tokens):
            kind = self.tokens[looking].kind
            if kind in (Kind.DASH, Kind.RANGE) or (kind is Kind.AND and self._between):
                joined = True
            elif not self._passes(looking, joined):
                break
            looking += 1
        if not joined:
            return None, at
        point, following = Point.read(self.tokens, looking)
        return (point, following) if point is not None else (None, at)

    def _passes(self, at: int, joined: bool) -> bool:
        """What may stand between a point and its range sign, or between the sign and the next point."""
        kind = self.tokens[at].kind
        if kind is Kind.LINE:
            return joined or self._dash_follows(at)
        return kind in (Kind.FILL, Kind.COLON, Kind.DEADLINE) or (kind is Kind.COMMA and not joined)

    def _dash_follows(self, at: int) -> bool:
        bulleted = self.tokens[0].kind is Kind.DASH
        following = self.tokens[at + 1].kind if at + 1 < len(self.tokens) else None
        return following is Kind.RANGE or (following is Kind.DASH and not bulleted)

    def _leftover(self, token: Token) -> None:
        before = self.tokens[self.at - 2] if self.at > 1 else None
        if token.kind is Kind.WORD and self._misspelt_month(token, before):
            nearest = _nearest_month(token.text)
            self.errors.append((Level.ERROR, "unknown-month", {"month": token.text, "nearest": nearest}))
            return
        if token.kind is Kind.WORD and stands_for_month(self.tokens, self.at - 1):
            self.errors.append((Level.ERROR, "no-such-month", {"month": token.text}))
            return
        if token.kind in (Kind.NUMBER, Kind.UNIT) or token.text in RELATIVE:
            self.broken = True
        self.rest.append(token.text)

    def _misspelt_month(self, token: Token, before: Token | None) -> bool:
        if before is not None and before.text in ARTICLES:
            return False
        after = next((one for one in self.tokens[self.at :] if one.kind is not Kind.FILL), None)
        placed = after is None or after.kind not in (Kind.WORD, Kind.UNIT)
        dated = any(one.kind in (Kind.YEAR, Kind.MONTH, Kind.DATE) for one in self.tokens)
        return placed and dated and token.text not in SPANS and bool(_nearest_month(token.text))


def _nearest_month(word: str) -> str:
    """The month a misspelt word is most like, or an empty text."""
    if len(word) < 3:
        return ""
    near = difflib.get_close_matches(word, MONTH_NAMES, n=1, cutoff=MONTH_LIKENESS)
    return near[0] if near else ""
