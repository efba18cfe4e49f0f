"""open-reporting-rounds: each plan's current round is opened, and told to those it asks."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.jobs.run import Run
from tracker.queries.overdue import list_reported_plan_ids
from tracker.services.round_notices import tell_of_rounds
from tracker.services.rounds import open_round


def open_reporting_rounds(run: Run) -> dict[str, int]:
    """A transaction for each plan; the mail goes with the day's reminders."""
    counts = dict.fromkeys(("plans", "rounds_opened", "lines", "notices", "cleared", "nobody_to_tell"), 0)
    for plan_id in list_reported_plan_ids():
        with transaction():
            opened = open_round(SYSTEM, plan_id=plan_id, today=run.on, now=clock.now())
            told = tell_of_rounds(plan_id, today=run.today, now=clock.now())
        counts["plans"] += 1
        counts["rounds_opened"] += opened.opened
        counts["lines"] += opened.items
        counts["notices"] += told.opened
        counts["cleared"] += told.cleared
        counts["nobody_to_tell"] += told.unheard
    return counts
