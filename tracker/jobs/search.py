"""refresh-search: what was published, validated or amended is found a minute later."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.queries.jobs import get_last_done_date
from tracker.services import search


def search_is_stale(_now: datetime) -> bool:
    return search.is_stale()


def refresh_search(run: Run) -> dict[str, int]:
    """Read first, then write the difference: a refresh holds up nobody who writes.

    The first of each day, and one by hand, compare everything; the others only the plans of which something
    was recorded.
    """
    first = run.by_hand or get_last_done_date("refresh-search", before=run.on + timedelta(days=1)) != run.on
    return search.counts(search.bring_up_to_date(transaction, everything=first))
