"""flag-overdue: what depends on the date is brought to the day."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.queries.overdue import list_followed_plan_ids
from tracker.services.overdue import flag_plan


def flag_overdue(run: Run) -> dict[str, int]:
    """A transaction for each plan, so that a large one does not hold up who is writing."""
    counts = dict.fromkeys(("plans", "opened", "reopened", "closed", "overdue", "notices_cleared"), 0)
    for plan_id in list_followed_plan_ids():
        with transaction():
            flags = flag_plan(plan_id, on=run.on, today=run.today, now=clock.now())
        counts["plans"] += 1
        counts["opened"] += flags.opened
        counts["reopened"] += flags.reopened
        counts["closed"] += flags.closed
        counts["overdue"] += flags.counted
        counts["notices_cleared"] += flags.cleared
    return counts
