"""Amounts as official tables print them: "-" is zero, an empty cell nothing, "- 804,807.00" a reduction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.targets import LARGEST
from tracker.importers.wording import collapse, fold

_ABSENT = frozenset({"", "n/a", "na", "s/d", "nd", "n.d.", "no aplica", "sin dato", "sin informacion"})
_ZERO = re.compile(r"(?:q\.?)? ?-+")
_NUMBER = re.compile(
    r"(?P<open>\()? ?(?P<sign>[-+])? ?(?:q\.?)? ?(?P<after>[-+])? ?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,15})(?P<rest>\.\d{1,15})? ?(?P<close>\))?"
)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Amount:
    """What a cell says: its value scaled (None: nothing), whether that was rounded, or why it is none."""

    value: int | None = None
    is_rounded: bool = False
    refusal: str = ""


def to_number(text: str) -> Decimal | None:
    """The number a text is, with thousands separators, a currency, a detached sign or parentheses."""
    match = _NUMBER.fullmatch(collapse(fold(text)))
    if match is None or bool(match["open"]) != bool(match["close"]) or (match["sign"] and match["after"]):
        return None
    value = Decimal(match["whole"].replace(",", "") + (match["rest"] or ""))
    return -value if match["open"] or "-" in (match["sign"], match["after"]) else value


def read_amount(text: str, scale: int) -> Amount:
    """A quantity or an amount of money in whole parts of its scale."""
    bare = collapse(fold(text))
    if bare in _ABSENT:
        return Amount()
    if _ZERO.fullmatch(bare):
        return Amount(0)
    number = to_number(bare)
    if number is None:
        return Amount(refusal="amount-not-a-number")
    scaled = (number * scale).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if abs(scaled) > LARGEST:
        return Amount(refusal="amount-too-large")
    return Amount(int(scaled), is_rounded=scaled != number * scale)


def read_percent(text: str) -> tuple[Decimal | None, bool]:
    """A printed percent to two decimals, and whether the cell could be read; "-" and "—" are none."""
    bare = re.sub(r" ?%$", "", collapse(fold(text)))
    if bare in _ABSENT or _ZERO.fullmatch(bare):
        return None, True
    number = to_number(bare)
    if number is None:
        return None, False
    return number.quantize(_CENT, rounding=ROUND_HALF_UP), True
