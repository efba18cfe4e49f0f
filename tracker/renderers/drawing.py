"""Vector drawings out of plain values: the few shapes that charts need, escaped, the same bytes every time.

A drawing stands by itself: presentation attributes only, no classes, styles, scripts or fonts from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import escape

FAMILY = "IBM Plex Sans, Noto Sans, Arial, sans-serif"
WIDTH = 400
SIZE = 12
SMALL = 11
INK, SOFT, GRID, PAPER, TRACK = "#1b2229", "#47515b", "#d8d2c4", "#ffffff", "#eeebe3"
ELLIPSIS = "…"
NO_BREAK = "\N{NO-BREAK SPACE}"

# What a fill is drawn with besides its colour, on a field of 6 by 6; "solid" and "empty" need no drawing.
PATTERNS = {
    "hatch": '<path d="M-1 1L1 -1M0 6L6 0M5 7L7 5" stroke="{ink}" stroke-width="2"/>',
    "back-hatch": '<path d="M-1 5L1 7M0 0L6 6M5 -1L7 1" stroke="{ink}" stroke-width="1.5"/>',
    "cross": '<path d="M0 0L6 6M0 6L6 0" stroke="{ink}" stroke-width="1.6"/>',
    "upright": '<path d="M1.5 0V6M4.5 0V6" stroke="{ink}" stroke-width="1.5"/>',
    "level": '<path d="M0 1.5H6M0 4.5H6" stroke="{ink}" stroke-width="1.5"/>',
    "grid": '<path d="M0 3H6M3 0V6" stroke="{ink}" stroke-width="1.3"/>',
    "dots": '<path d="M.5 .5H2.5V2.5H.5ZM3.5 3.5H5.5V5.5H3.5Z" fill="{ink}"/>',
    "checks": '<path d="M0 0H3V3H0ZM3 3H6V6H3Z" fill="{ink}"/>',
    "sparse": '<circle cx="3" cy="3" r="1" fill="{ink}"/>',
    "dashes": '<path d="M0 3H3.5" stroke="{ink}" stroke-width="1.5"/>',
}


def figure(value: float) -> str:
    """A length or place as short as it can be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def clean(text: str) -> str:
    """The text without signs that XML may not hold; breaks of lines become blanks."""
    kept = (one if one.isprintable() or one == NO_BREAK else " " * one.isspace() for one in text)
    return "".join(kept)


def tag(name: str, content: str = "", /, **attributes: str | float) -> str:
    """An element with its attributes escaped; `content` is markup. `_` stands for `-`."""
    written = "".join(f' {key.replace("_", "-")}="{_value(one)}"' for key, one in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    return str(escape(clean(value))) if isinstance(value, str) else figure(value)


def words(x: float, y: float, text: str, **attributes: str | float) -> str:
    """A line of text on its base line."""
    given: dict[str, str | float] = {"font_size": SIZE, "fill": INK, **attributes}
    return tag("text", str(escape(clean(text))), x=x, y=y, **given)


def extent(text: str, size: float = SIZE) -> float:
    """About how wide a text is, on the safe side; fonts differ."""
    return size * sum(_share(one) for one in text)


def _share(sign: str) -> float:
    if sign in " .,:;|il'\u00a0":
        return 0.3
    if sign in "mwMW%…" or ord(sign) > 0x24F:
        return 0.95
    return 0.69 if sign.isupper() else 0.59


def wrapped(text: str, width: float, most: int, size: float = SIZE) -> list[str]:
    """The text in at most so many lines, at blanks where that is possible; what is left out shows as …"""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if extent(longer, size) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} {ELLIPSIS}"]
    return [_cut(line, width, size) for line in lines]


def _cut(line: str, width: float, size: float) -> str:
    if extent(line, size) <= width:
        return line
    while extent(f"{line}{ELLIPSIS}", size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


class Fills:
    """The fills of one drawing; the names of its patterns are its own, drawings stand together on pages."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._made: dict[tuple[str, str], str] = {}

    def __call__(self, pattern: str, ink: str) -> str:
        """What to put in `fill`."""
        if pattern == "solid":
            return ink
        if pattern == "empty":
            return PAPER
        name = f"chart-{self.key}-{pattern}-{ink[1:]}"
        ground = tag("rect", width=6, height=6, fill=PAPER)
        self._made[pattern, ink] = tag(
            "pattern",
            ground + PATTERNS[pattern].format(ink=ink),
            id=name,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        )
        return f"url(#{name})"

    def definitions(self) -> str:
        """The patterns used, once each."""
        return tag("defs", "".join(self._made.values())) if self._made else ""


def bar(fills: Fills, x: float, y: float, width: float, height: float, pattern: str, ink: str) -> str:
    """A bar with its pattern and an edge in its ink; of nothing only its foot."""
    if width <= 0:
        return tag("path", d=f"M{figure(x)} {figure(y)}v{figure(height)}", stroke=ink, stroke_width=1.5)
    return tag(
        "rect",
        x=x,
        y=y,
        width=max(width, 1.5),
        height=height,
        fill=fills(pattern, ink),
        stroke=ink,
        stroke_width=1,
    )


def line(points: Sequence[tuple[float, float]], ink: str, dash: str, width: float) -> str:
    """A line through points; `dash` as in stroke-dasharray, empty for a whole line."""
    path = " ".join(f"{figure(x)},{figure(y)}" for x, y in points)
    drawn: dict[str, str | float] = {"stroke": ink, "stroke_width": width, "stroke_linejoin": "round"}
    return tag("polyline", points=path, fill="none", **drawn, **({"stroke_dasharray": dash} if dash else {}))


def marker(shape: str, x: float, y: float, ink: str) -> str:
    """A sign on a line: circle, square, diamond or triangle; the last two are hollow."""
    at = f"M{figure(x)} {figure(y)}"
    hollow: dict[str, str | float] = {"fill": PAPER, "stroke": ink, "stroke_width": 1.5}
    if shape == "circle":
        return tag("circle", cx=x, cy=y, r=3.2, fill=ink)
    if shape == "square":
        return tag("path", d=f"{at}m-3 -3h6v6h-6z", fill=ink)
    if shape == "diamond":
        return tag("path", d=f"{at}m0 -4.2l4.2 4.2l-4.2 4.2l-4.2 -4.2z", **hollow)
    return tag("path", d=f"{at}m0 -4.2l4 7h-8z", **hollow)


def drawing(parts: Iterable[str], fills: Fills, height: float, alt: str) -> str:
    """The whole drawing; to those who do not see it, it is what `alt` says."""
    ground = tag("rect", width=WIDTH, height=height, fill=PAPER)
    return tag(
        "svg",
        fills.definitions() + ground + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {figure(height)}",
        width=WIDTH,
        height=height,
        role="img",
        aria_label=alt,
        font_family=FAMILY,
    )
