"""What changed between two texts, word by word or line by line, as a person reads it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_WORDS = re.compile(r"\s+|\S+")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Piece:
    """A piece of a text and what became of it."""

    mark: Mark
    text: str


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one, word by word: what stayed, what went and what came.

    Texts with hardly a word in common are told whole: the old one out, the new one in.
    """
    if not before or not after:
        return _whole(before, after)
    pieces = _pieces(_WORDS.findall(before), _WORDS.findall(after), "")
    kept = sum(len(one.text.strip()) for one in pieces if one.mark is Mark.SAME)
    return pieces if kept * 3 >= min(len(before), len(after)) else _whole(before, after)


def line_differences(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """Two lists in one, line by line: what stayed, what went and what came."""
    return tuple(
        Piece(one.mark, line)
        for one in _pieces(list(before), list(after), "\n")
        for line in one.text.split("\n")
    )


def _whole(before: str, after: str) -> tuple[Piece, ...]:
    found = (Piece(Mark.OUT, before), Piece(Mark.IN, after))
    return tuple(one for one in found if one.text)


def _pieces(before: Sequence[str], after: Sequence[str], joint: str) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found.append(Piece(Mark.SAME, joint.join(before[start:end])))
            continue
        if end > start:
            found.append(Piece(Mark.OUT, joint.join(before[start:end])))
        if new_end > new_start:
            found.append(Piece(Mark.IN, joint.join(after[new_start:new_end])))
    return tuple(found)
