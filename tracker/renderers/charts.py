"""The charts of compiled reports as drawings: bars of progress, bars of counts, lines through time.

They are given texts and figures ready to print. Colour never tells anything alone: every series has its own
pattern, or its own dash and sign, and its name and figure beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.renderers.drawing import (
    GRID,
    INK,
    SMALL,
    SOFT,
    TRACK,
    WIDTH,
    Fills,
    bar,
    drawing,
    extent,
    figure,
    line,
    marker,
    tag,
    words,
    wrapped,
)

EDGE = 4.0
LINE = 14.0


@dataclass(frozen=True)
class Look:
    """A fill: its pattern and its ink, at least 3:1 against white."""

    pattern: str
    ink: str


@dataclass(frozen=True)
class Stroke:
    """A line: its ink, at least 4.5:1 since its name is written in it, its dash, its sign, its width."""

    ink: str
    dash: str
    sign: str
    width: float


VALIDATED = Look("solid", "#1c4f7c")
REPORTED = Look("hatch", "#a8670a")


@dataclass(frozen=True)
class CountBar:
    """One bar of counts: its name, how many, and the figure as it is printed."""

    label: str
    count: int
    text: str
    look: Look


@dataclass(frozen=True)
class PairBars:
    """Both bars of one institution: how far they reach (0 to 100) and the figures at their ends."""

    label: str
    note: str
    validated: float
    reported: float
    validated_text: str
    reported_text: str


@dataclass(frozen=True)
class Curve:
    """One line: its name and last figure, what it leaves out, its values until they are no longer known."""

    label: str
    note: str
    values: tuple[int, ...]
    stroke: Stroke


def count_bars(key: str, alt: str, bars: Sequence[CountBar]) -> str:
    """Bars of counts, each named at its left and with its figure at its end."""
    fills, parts, y = Fills(key), [], EDGE
    most = max(one.count for one in bars)
    left = 152.0
    reach = WIDTH - EDGE - left - max(extent(one.text) for one in bars) - 6
    for one in bars:
        lines = wrapped(one.label, left - EDGE - 8, 2)
        height = max(18.0, len(lines) * LINE)
        width = reach * one.count / most
        parts.append(bar(fills, left, y + (height - 18) / 2, width, 18, one.look.pattern, one.look.ink))
        parts += _lines(lines, EDGE, y + height / 2)
        parts.append(words(left + width + 6, y + height / 2 + 4.2, one.text, font_weight="bold"))
        y += height + 9
    return drawing(parts, fills, y - 9 + EDGE, alt)


def _lines(lines: Sequence[str], x: float, middle: float) -> list[str]:
    """Lines of text about a middle height."""
    top = middle - LINE * (len(lines) - 1) / 2 + 4.2
    return [words(x, top + LINE * place, text) for place, text in enumerate(lines)]


def pair_bars(key: str, alt: str, names: tuple[str, str], bars: Sequence[PairBars]) -> str:
    """Two bars for each institution: validated whole, reported hatched, their figures at their ends."""
    fills = Fills(key)
    parts, y = _legend(fills, names), 30.0
    for one in bars:
        drawn, height = _pair(fills, one, y)
        parts += drawn
        y += height + 10
    return drawing(parts, fills, y - 10 + EDGE, alt)


def _legend(fills: Fills, names: tuple[str, str]) -> list[str]:
    parts, x = [], EDGE
    for name, look in zip(names, (VALIDATED, REPORTED), strict=True):
        parts.append(bar(fills, x, 6, 22, 10, look.pattern, look.ink))
        parts.append(words(x + 28, 15, name))
        x += 28 + extent(name) + 18
    return parts


def _pair(fills: Fills, one: PairBars, y: float) -> tuple[list[str], float]:
    """Both bars beside a name in at most three lines and a smaller note."""
    left, reach, thick = 130.0, 206.0, 12.0
    names = wrapped(one.label, left - EDGE - 10, 3)
    height = max(2 * thick + 4, (len(names) + 1) * LINE)
    top = y + (height - 2 * thick - 4) / 2
    first = y + (height - (len(names) + 1) * LINE) / 2 + 11
    parts = [words(EDGE, first + LINE * place, text, font_weight="bold") for place, text in enumerate(names)]
    parts.append(words(EDGE, first + LINE * len(names), one.note, font_size=SMALL, fill=SOFT))
    both = ((one.validated, one.validated_text, VALIDATED), (one.reported, one.reported_text, REPORTED))
    for place, (share, text, look) in enumerate(both):
        at, width = top + place * (thick + 4), reach * share / 100
        parts.append(tag("rect", x=left, y=at, width=reach, height=thick, fill=TRACK))
        parts.append(bar(fills, left, at, width, thick, look.pattern, look.ink))
        beside = left + width + 5 if share > 0 else left + 6
        parts.append(words(beside, at + 10, text, font_size=SMALL))
    return parts, height


@dataclass(frozen=True)
class Frame:
    """Where lines are drawn: the middle of each period from left to right, counts from the foot up."""

    periods: int
    most: int
    left: float = 30.0
    right: float = 266.0
    top: float = 26.0
    foot: float = 226.0

    def x(self, place: int) -> float:
        """The place of a period."""
        return self.left + 6 + (self.right - self.left - 12) * place / max(1, self.periods - 1)

    def y(self, count: float) -> float:
        """The height of a count."""
        return self.foot - (self.foot - self.top) * count / self.most


def step_of(most: int) -> int:
    """Between the figures of an axis: 1, 2 or 5 times a power of ten, at most five of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * 5 >= most:
                return step
        size *= 10


def lines_through_time(
    key: str, alt: str, periods: Sequence[str], curves: Sequence[Curve], cutoff: tuple[int, str] | None
) -> str:
    """Lines through the periods, each named at its end; the cut-off, where it lies within, is marked."""
    highest = max(value for one in curves for value in one.values)
    step = step_of(max(1, highest))
    frame = Frame(len(periods), max(step, -(-highest // step) * step))
    parts = [*_axes(frame, step, periods), *_cutoff(frame, cutoff)]
    for one in curves:
        points = [(frame.x(place), frame.y(value)) for place, value in enumerate(one.values)]
        parts.append(line(points, one.stroke.ink, one.stroke.dash, one.stroke.width))
    for one in curves:
        parts += _signs(frame, one)
    named = [one for one in curves if one.values]
    return drawing([*parts, *_names(frame, named)], Fills(key), frame.foot + 26, alt)


def _axes(frame: Frame, step: int, periods: Sequence[str]) -> list[str]:
    parts = []
    for count in range(0, frame.most + 1, step):
        at = figure(frame.y(count))
        path = f"M{figure(frame.left)} {at}H{figure(frame.right)}"
        parts.append(tag("path", d=path, stroke=INK if count == 0 else GRID, stroke_width=1))
        parts.append(_axis_text(frame.left - 6, frame.y(count) + 4, str(count), "end"))
    every = _every(frame, periods)
    for place in range(0, len(periods), every):
        x = figure(frame.x(place))
        parts.append(tag("path", d=f"M{x} {figure(frame.foot)}v5", stroke=INK, stroke_width=1))
        parts.append(_axis_text(frame.x(place), frame.foot + 18, periods[place], "middle"))
    return parts


def _axis_text(x: float, y: float, text: str, anchor: str) -> str:
    return words(x, y, text, font_size=SMALL, fill=SOFT, text_anchor=anchor)


def _every(frame: Frame, periods: Sequence[str]) -> int:
    """Each how many periods one is named, so that names keep apart."""
    widest = max(extent(one, SMALL) for one in periods) + 12
    apart = frame.x(1) - frame.x(0)
    return max(1, int(-(-widest // apart)))


def _cutoff(frame: Frame, cutoff: tuple[int, str] | None) -> list[str]:
    if cutoff is None:
        return []
    x, text = frame.x(cutoff[0]), cutoff[1]
    half = extent(text, SMALL) / 2
    at = min(max(x, EDGE + half), WIDTH - EDGE - half)
    path = f"M{figure(x)} {figure(frame.top - 8)}V{figure(frame.foot)}"
    return [
        tag("path", d=path, stroke=SOFT, stroke_width=1),
        _axis_text(at, frame.top - 13, text, "middle"),
    ]


def _signs(frame: Frame, curve: Curve) -> list[str]:
    """A sign where a line changes and at its end: of many periods not on every one."""
    values = curve.values
    places = [
        place
        for place, value in enumerate(values)
        if place in (0, len(values) - 1) or value != values[place - 1]
    ]
    stroke = curve.stroke
    return [marker(stroke.sign, frame.x(place), frame.y(values[place]), stroke.ink) for place in places]


def _names(frame: Frame, curves: Sequence[Curve]) -> list[str]:
    """The names at the right, highest line first, kept apart and led to from their lines."""
    ends = sorted(curves, key=lambda one: -one.values[-1])
    heights = [LINE * (2 if one.note else 1) + 4 for one in ends]
    tops = _apart([frame.y(one.values[-1]) - LINE / 2 for one in ends], heights, 16.0, frame.foot + 8)
    x, parts = frame.right + 18, []
    for one, top in zip(ends, tops, strict=True):
        end = frame.x(len(one.values) - 1), frame.y(one.values[-1])
        path = f"M{figure(end[0] + 5)} {figure(end[1])}L{figure(x - 3)} {figure(top + LINE / 2)}"
        parts.append(tag("path", d=path, stroke=one.stroke.ink, stroke_width=0.75, fill="none"))
        parts.append(words(x, top + 11, one.label, fill=one.stroke.ink, font_weight="bold", font_size=SMALL))
        if one.note:
            parts.append(words(x, top + 11 + LINE, one.note, fill=one.stroke.ink, font_size=SMALL))
    return parts


def _apart(wished: Sequence[float], heights: Sequence[float], top: float, foot: float) -> list[float]:
    """Tops as near as wished, in order, none over another, all between top and foot."""
    tops: list[float] = []
    least = top
    for place, height in zip(wished, heights, strict=True):
        tops.append(max(place, least))
        least = tops[-1] + height
    limit = foot
    for at in range(len(tops) - 1, -1, -1):
        tops[at] = min(tops[at], limit - heights[at])
        limit = tops[at]
    return tops
