"""How a person wants to be told: when the letter comes, and the hours in which nothing urgent leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.errors import DomainError
from tracker.domain.slots import Daily, Rule, Weekly

# By then the day's notices are all there: who asks for midnight gets their letter right after.
READY = time(0, 50)


class Digest(StrEnum):
    """How often the letter comes that tells all that is open."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"
    """Only what may not be silenced."""


@dataclass(frozen=True)
class Preferences:
    """One person's rhythm, in civil hours of the plan's time zone; what nobody chose is every day at six."""

    digest: Digest = Digest.DAILY
    hour: int = 6
    weekday: int = 0
    """Of a weekly letter; Monday is 0."""
    quiet_from: int | None = None
    quiet_until: int | None = None

    def next_digest(self, now: datetime, zone: str) -> datetime:
        """When the next letter is due: strictly after now, and right on short and long days."""
        at = max(time(self.hour), READY)
        rule: Rule = Weekly(at, weekday=self.weekday) if self.digest is Digest.WEEKLY else Daily(at)
        return rule.next_at(now, zone)

    def is_quiet(self, now: datetime, zone: str) -> bool:
        """True within the quiet hours, which may go over midnight."""
        return self._covers(now.astimezone(ZoneInfo(zone)).hour)

    def _covers(self, hour: int) -> bool:
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def check(self) -> None:
        """DomainError beside its field where the hours do not hold together."""
        if not 0 <= self.hour <= 23:
            raise DomainError("hour-not-valid", field="hour")
        if not 0 <= self.weekday <= 6:
            raise DomainError("weekday-not-valid", field="weekday")
        if (self.quiet_from is None) != (self.quiet_until is None):
            missing = "quiet_from" if self.quiet_from is None else "quiet_until"
            raise DomainError("quiet-hours-half", field=missing)
        for name in ("quiet_from", "quiet_until"):
            hour = getattr(self, name)
            if hour is not None and not 0 <= hour <= 23:
                raise DomainError("hour-not-valid", field=name)
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise DomainError("quiet-hours-empty", field="quiet_until")
        if self._covers(self.hour):
            raise DomainError("digest-in-quiet-hours", field="hour")
