"""Which characters our fonts can show: an accessible PDF may hold no sign that its font lacks."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
# Shown in the place of a character that the fonts lack; line breaks and tabs become spaces of a line.
LACKING = "\N{REPLACEMENT CHARACTER}"
_WHITE = frozenset(map(ord, " \n\t\r\u00a0\u200b"))


@cache
def covered() -> frozenset[int]:
    """The characters that every one of our fonts has."""
    faces = [characters(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*faces) | _WHITE


def shown(text: str) -> str:
    """The text with a mark for each character that the fonts lack; control characters are dropped."""
    known = covered()
    if all(ord(one) in known for one in text):
        return text
    return "".join(
        one if ord(one) in known else LACKING for one in text if one.isprintable() or one in "\n\t"
    )


def characters(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font, from the segments of its character map."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for place in range(count):
        (offset,) = struct.unpack_from(">L", font, start + 4 + 8 * place + 4)
        found |= _subtable(font, start + offset)
    return frozenset(found)


def _subtable(font: bytes, at: int) -> set[int]:
    """One table of the map: format 4 (two bytes) or 12 (four); other formats add nothing to these."""
    (kind,) = struct.unpack_from(">H", font, at)
    if kind == 4:
        (double,) = struct.unpack_from(">H", font, at + 6)
        ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
        starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
        return {one for first, last in zip(starts, ends, strict=True) for one in range(first, last + 1)} - {
            0xFFFF
        }
    if kind == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        spans = (struct.unpack_from(">LLL", font, at + 16 + 12 * place) for place in range(groups))
        return {one for first, last, _ in spans for one in range(first, last + 1)}
    return set()
