"""refresh-search: what was published, validated or amended is found a minute later."""

from __future__ import annotations

from datetime import datetime

from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services import search


def search_is_stale(_now: datetime) -> bool:
    return search.is_stale()


def refresh_search(_run: Run) -> dict[str, int]:
    """Read first, then write the difference: a refresh holds up nobody who writes."""
    return search.counts(search.bring_up_to_date(transaction))
