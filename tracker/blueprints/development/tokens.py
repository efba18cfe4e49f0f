"""The design tokens, read from the style sheet itself: the page that shows them cannot be out of date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_DECLARATION = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LINEAR = 0.04045
# What is written on what: every text colour on each ground where it stands.
PAIRS = (
    *(("text", ground) for ground in ("paper", "surface", "surface-sunk", "accent-wash", "mute-wash")),
    *(("text-soft", ground) for ground in ("paper", "surface", "surface-sunk", "mute-wash")),
    *(("text-faint", ground) for ground in ("paper", "surface", "surface-sunk")),
    *(("accent", ground) for ground in ("paper", "surface", "accent-wash")),
    ("on-accent", "accent"),
    *(
        (state, ground)
        for state in ("late", "good", "warn")
        for ground in (f"{state}-wash", "surface", "paper")
    ),
)


@dataclass(frozen=True)
class Colour:
    """A colour by its name, in light and in dark."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Pair:
    """A text colour on a ground, and how far they stand apart in each theme."""

    text: str
    ground: str
    light: float
    dark: float


@dataclass(frozen=True)
class Tokens:
    """What the style sheet declares."""

    colours: tuple[Colour, ...]
    sizes: tuple[tuple[str, str], ...]
    spaces: tuple[tuple[str, str], ...]
    pairs: tuple[Pair, ...]


def read_tokens(static_folder: Path) -> Tokens:
    """The tokens of the style sheet."""
    sheet = (static_folder / "css" / "tokens.css").read_text("utf-8")
    light_text, _, dark_text = sheet.partition("prefers-color-scheme: dark")
    light, dark = dict(_DECLARATION.findall(light_text)), dict(_DECLARATION.findall(dark_text))
    colours = {name: value for name, value in light.items() if _COLOUR.fullmatch(value)}
    return Tokens(
        colours=tuple(Colour(name, value, dark.get(name, value)) for name, value in colours.items()),
        sizes=_starting(light, "text-", colours),
        spaces=_starting(light, "space-", colours),
        pairs=tuple(_pair(text, ground, light, dark) for text, ground in PAIRS),
    )


def _starting(values: dict[str, str], prefix: str, colours: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value) for name, value in values.items() if name.startswith(prefix) and name not in colours
    )


def _pair(text: str, ground: str, light: dict[str, str], dark: dict[str, str]) -> Pair:
    night = light | dark
    return Pair(text, ground, contrast(light[text], light[ground]), contrast(night[text], night[ground]))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= _LINEAR else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
