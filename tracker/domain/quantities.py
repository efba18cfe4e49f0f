"""Quantities drive percent (design section 2, rule 4); quantities are integers of a ten-thousandth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.errors import DomainError
from tracker.domain.text import normalise

CENT = Decimal("0.01")
FULL = Decimal(100)
MOST_ROWS = 500


@dataclass(frozen=True)
class ItemisedQuantity:
    """One row of an itemised quantity: a municipality, say, with its date and the evidence of it."""

    label: str
    quantity: Decimal
    delivered_on: date | None = None
    evidence_uid: str = ""


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
