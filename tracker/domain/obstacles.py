"""Why progress stalls, in the five kinds by which the contact point looks for remedies (design section 5)."""

from __future__ import annotations

from enum import StrEnum


class ObstacleKind(StrEnum):
    """What stands in the way."""

    FUNDS = "funds"
    LEGAL = "legal"
    STAFF = "staff"
    THIRD_PARTY = "third_party"
    OTHER = "other"
