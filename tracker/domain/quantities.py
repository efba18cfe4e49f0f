"""Quantities drive percent (design section 2, rule 4); quantities are integers of a ten-thousandth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from tracker.domain.errors import DomainError
from tracker.domain.text import normalise

CENT = Decimal("0.01")
FULL = Decimal(100)
MOST_ROWS = 500
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class ItemisedQuantity:
    """One row of an itemised quantity: a municipality, say, with its date and the evidence of it."""

    label: str
    quantity: Decimal
    delivered_on: date | None = None
    evidence_uid: str = ""


def completion_is_said(percent: Decimal | None, completed_on: date | None, *, is_unknown: bool) -> bool:
    """At 100 % somebody says when it was completed, or that nobody knows; below there is nothing to say."""
    return percent != FULL or completed_on is not None or is_unknown


def plain_number(text: str) -> str:
    """A number as people write it in Guatemala, as programs read it: 1,250 is 1250 and 2,5 is 2.5."""
    shown = text.strip()
    return shown.replace(",", "") if _GROUPED.fullmatch(shown) else shown.replace(",", ".")


def read_pasted(text: str) -> tuple[list[ItemisedQuantity], list[int]]:
    """Rows copied from a spreadsheet: name, quantity and day, a row a line; with the lines not understood.

    Columns are told apart by tabs, else by semicolons. A first line whose quantity is no number is a heading.
    """
    rows: list[ItemisedQuantity] = []
    wrong: list[int] = []
    for place, line in enumerate(text.splitlines(), start=1):
        cells = [one.strip() for one in line.split("\t" if "\t" in line else ";")]
        if not any(cells):
            continue
        row = _pasted_row(cells)
        if row is not None:
            rows.append(row)
        elif rows or wrong or _number(cells[1:2]) is not None or len(cells) < 2:
            wrong.append(place)
    return rows, wrong


def _pasted_row(cells: Sequence[str]) -> ItemisedQuantity | None:
    quantity = _number(cells[1:2])
    day = _day(cells[2]) if len(cells) > 2 and cells[2] else None
    if not cells[0] or quantity is None or (day is None and any(cells[2:3])):
        return None
    return ItemisedQuantity(cells[0], quantity, day)


def _number(cells: Sequence[str]) -> Decimal | None:
    try:
        number = Decimal(plain_number(cells[0])) if cells else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _day(text: str) -> date | None:
    """A day as 2026-08-31 or 31/08/2026."""
    parts = text.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text)
    except ValueError:
        return None


def percent_offered(delivered: Decimal | None, planned: Decimal | None) -> Decimal | None:
    """Delivered over planned in percent, capped at 100, two decimals; None where no quantity is planned.

    Never 100.00 by rounding: what is short of the plan stays at most 99.99.
    """
    if planned is None or planned <= 0 or delivered is None:
        return None
    if delivered >= planned:
        return FULL
    share = (delivered * 100 / planned).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(share, FULL - CENT)


def check_departure(percent: Decimal | None, offered: Decimal | None, reason: str) -> None:
    """Departing from the percent that the quantity offers needs a reason, shown; raises DomainError."""
    if offered is None or percent is None or percent == offered or reason.strip():
        return
    raise DomainError("departure-needs-reason", field="departure_reason", offered=str(offered))


def claims_above_quantity(
    percent: Decimal | None, delivered: Decimal | None, planned: Decimal | None
) -> bool:
    """True where the percent claimed is above what was delivered of the planned quantity."""
    offered = percent_offered(delivered, planned)
    return percent is not None and offered is not None and percent > offered


def total_of(rows: Sequence[ItemisedQuantity]) -> Decimal | None:
    """What the rows add up to; None without any."""
    return sum((one.quantity for one in rows), Decimal(0)) if rows else None


def itemised_errors(
    rows: Sequence[ItemisedQuantity], delivered: Decimal | None, day: date
) -> Iterator[DomainError]:
    """What is at odds in the rows: a name given twice, a date after a day, a sum not delivered.

    Rows are counted from 1; each error is of the field `quantities`, but the sum's of `delivered`.
    """
    seen: dict[str, int] = {}
    for place, row in enumerate(rows, start=1):
        name = normalise(row.label)
        if name in seen:
            yield DomainError(
                "quantity-repeated", field="quantities", row=place, label=row.label, first=seen[name]
            )
        seen.setdefault(name, place)
        if row.delivered_on is not None and row.delivered_on > day:
            yield DomainError("quantity-after-report", field="quantities", row=place, label=row.label)
    total = total_of(rows)
    if total is not None and delivered != total:
        yield DomainError("quantities-do-not-add-up", field="delivered", total=format(total.normalize(), "f"))
