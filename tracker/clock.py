"""The one clock: instants in UTC, civil dates in the government's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "America/Guatemala"


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def civil_date(instant: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The civil date of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def today(zone: str = DEFAULT_ZONE) -> date:
    """The present civil date in a time zone."""
    return civil_date(now(), zone)
