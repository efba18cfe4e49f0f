"""The one clock: instants in UTC, civil dates in the government's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tracker.domain.slots import civil_day

DEFAULT_ZONE = "America/Guatemala"


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str = DEFAULT_ZONE) -> date:
    """The present civil date in a time zone."""
    return civil_day(now(), zone)
