"""The picture that goes with a link: 1200 by 630, drawn here, with the vendored font."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
MEDIA_TYPE = "image/png"
_FONTS = Path(__file__).with_name("fonts")
_MARGIN = 72
_INNER = WIDTH - 2 * _MARGIN
# The light colours of the pages.
_PAPER, _TEXT, _SOFT, _TRACK = "#faf8f3", "#1b2229", "#47515b", "#e9e5da"
_PROVEN, _CLAIMED, _WASH, _LATE = "#1c4f7c", "#a8670a", "#f6e7c8", "#a2321f"
# Flat colours and the edges of letters need no more.
_COLOURS = 64
_BAR_TOP, _BAR_HEIGHT = 372, 34
_HATCH = 14


@dataclass(frozen=True)
class Figure:
    """One of the two figures: its name, what it says, and how much of the bar it fills (of 100)."""

    name: str
    value: str
    note: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Card:
    """All that the picture says, in words."""

    eyebrow: str
    title: str
    proven: Figure | None = None
    claimed: Figure | None = None
    alarm: str = ""
    """What is late."""
    lead: str = ""
    """What stands below the title where there are no figures."""
    foot: str = ""


@lru_cache(maxsize=128)
def draw_card(card: Card) -> bytes:
    """The picture as PNG; the same card gives the same bytes, and is drawn once."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 12), fill=_PROVEN)
    _line(pen, (_MARGIN, 56), card.eyebrow, _font(28), _SOFT)
    _title(pen, card.title, 3)
    if card.proven is not None and card.claimed is not None:
        _bars(image, pen, card.proven, card.claimed)
        _figures(pen, card.proven, card.claimed, card.alarm)
    for place, line in enumerate(wrapped(card.lead, _font(34), _INNER, 4)):
        pen.text((_MARGIN, 290 + place * 48), line, font=_font(34), fill=_SOFT)
    _line(pen, (_MARGIN, HEIGHT - 66), card.foot, _font(25), _SOFT, width=_INNER - 220)
    _mark(pen)
    out = io.BytesIO()
    flat = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=32)
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"IBMPlexSans-{'Bold' if bold else 'Regular'}.ttf", size)


def fitting(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """The text on one line of that width, its end left out where it is longer."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        before, space, _last = text.rpartition(" ")
        text = before.rstrip(" ,;:·") if space else text[:-1]
    return f"{text}…"


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, lines: int) -> list[str]:
    """The text on at most so many lines; what does not fit is left out behind an ellipsis."""
    found: list[str] = []
    words = list(_breakable(text, font, width))
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and font.getlength(f"{line} {words[0]}") <= width:
            line += f" {words.pop(0)}"
        found.append(line)
    return [*found, fitting(" ".join(words), font, width)] if words else found


def _breakable(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """The words of a text; one that is longer than a line in pieces."""
    for word in text.split():
        rest = word
        while font.getlength(rest) > width:
            fits = next(n for n in range(len(rest) - 1, 0, -1) if font.getlength(rest[:n]) <= width)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _line(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: str,
    width: float = _INNER,
) -> None:
    pen.text(at, fitting(text, font, width), font=font, fill=colour)


def _title(pen: ImageDraw.ImageDraw, title: str, lines: int) -> None:
    """In the largest size in which it is whole; the smallest one cuts it."""
    for size in (60, 52, 46):
        font = _font(size, bold=True)
        found = wrapped(title, font, _INNER, lines)
        if not found or not found[-1].endswith("…"):
            break
    for place, line in enumerate(found):
        pen.text((_MARGIN, 108 + place * size * 1.24), line, font=font, fill=_TEXT)


def _bars(image: Image.Image, pen: ImageDraw.ImageDraw, proven: Figure, claimed: Figure) -> None:
    """The track, what is claimed hatched upon it, and what is proven solid before both."""
    pen.rounded_rectangle(_span(100), _BAR_HEIGHT // 2, fill=_TRACK)
    if claimed.share:
        image.paste(_hatched(), (0, 0), _mask(claimed.share))
    if proven.share:
        image.paste(_PROVEN, (0, 0, WIDTH, HEIGHT), _mask(proven.share))


def _span(share: float) -> tuple[float, float, float, float]:
    return (_MARGIN, _BAR_TOP, _MARGIN + _INNER * min(max(share, 0.0), 100.0) / 100, _BAR_TOP + _BAR_HEIGHT)


def _mask(share: float) -> Image.Image:
    """The round track as far as a share: a small one keeps the track's round end."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(mask)
    pen.rounded_rectangle(_span(100), _BAR_HEIGHT // 2, fill=255)
    pen.rectangle((_span(share)[2] + 1, _BAR_TOP, WIDTH, _BAR_TOP + _BAR_HEIGHT), fill=0)
    return mask


@lru_cache(maxsize=1)
def _hatched() -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), _WASH)
    pen = ImageDraw.Draw(image)
    for x in range(_MARGIN - _BAR_HEIGHT, WIDTH, _HATCH):
        pen.line((x, _BAR_TOP + _BAR_HEIGHT, x + _BAR_HEIGHT / 2, _BAR_TOP), fill=_CLAIMED, width=5)
    return image


def _figures(pen: ImageDraw.ImageDraw, proven: Figure, claimed: Figure, alarm: str) -> None:
    """Both figures under the bars, side by side, and what is late beside them."""
    column = _INNER / 3
    for place, (one, colour) in enumerate(((proven, _PROVEN), (claimed, _CLAIMED))):
        left = _MARGIN + place * column
        _line(pen, (left, 424), one.name, _font(25), colour, width=column - 24)
        _line(pen, (left, 454), one.value, _font(48, bold=True), _TEXT, width=column - 24)
        _line(pen, (left, 514), one.note, _font(23), _SOFT, width=column - 24)
    for place, line in enumerate(wrapped(alarm, _font(32, bold=True), column - 8, 3)):
        pen.text((_MARGIN + 2 * column, 438 + place * 40), line, font=_font(32, bold=True), fill=_LATE)


def _mark(pen: ImageDraw.ImageDraw) -> None:
    """The tick and the name."""
    font = _font(38, bold=True)
    left, top = WIDTH - _MARGIN - font.getlength("Cumple"), HEIGHT - 78
    pen.text((left, top), "Cumple", font=font, fill=_PROVEN)
    tick = [(left - 50, top + 28), (left - 38, top + 40), (left - 14, top + 12)]
    pen.line(tick, fill=_PROVEN, width=7, joint="curve")
