"""How often one address may read, counted in the memory of each process.

A read must not write: on SQLite every row is the one lock that reports wait for, and on PostgreSQL a commit.
So reads are counted here, each process for itself (design section 12), and what is written is counted by the
rows that it leaves anyway (`services.api_requests`). What is lost is the count at a restart, and with several
processes an address may read so many times as there are of them: enough against a loop gone wild.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from flask import Response, current_app, g, request

from tracker.domain.errors import DomainError
from tracker.services.public_guard import network_of

SECONDS = 60
# So many addresses are remembered in a minute; beyond them the rest share one count.
MOST_ADDRESSES = 50_000


class TooManyRequests(DomainError):
    """More requests than the measure (429); `seconds` says when to come again."""

    status = 429


@dataclass
class Counter:
    """Requests by address in the minute that runs."""

    minute: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, address: str, now: float) -> int:
        """Count one, and say how many there were of the address in this minute."""
        with self.lock:
            minute = int(now // SECONDS)
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            key = address if address in self.counts or len(self.counts) < MOST_ADDRESSES else ""
            self.counts[key] = self.counts.get(key, 0) + 1
            return self.counts[key]


_counter = Counter()


def count_request() -> None:
    """Count this request; TooManyRequests beyond the measure of its minute."""
    most = current_app.config["API_REQUESTS_PER_MINUTE"]
    if not most or request.method == "OPTIONS":
        return
    now = time.time()
    seconds = SECONDS - int(now) % SECONDS
    used = _counter.add(network_of(request.remote_addr or ""), now)
    g.rate = (most, max(0, most - used), seconds)
    if used > most:
        raise TooManyRequests("too-many-requests", seconds=seconds)


def tell_limit(response: Response) -> None:
    """Say the measure, what is left of it and when it begins anew."""
    if "rate" in g:
        most, left, seconds = g.rate
        response.headers["RateLimit-Policy"] = f'"requests";q={most};w={SECONDS}'
        response.headers["RateLimit"] = f'"requests";r={left};t={seconds}'
