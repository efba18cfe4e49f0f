"""Quantities drive percent (design section 2, rule 4); quantities are integers of a ten-thousandth."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.errors import DomainError

CENT = Decimal("0.01")
FULL = Decimal(100)


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
