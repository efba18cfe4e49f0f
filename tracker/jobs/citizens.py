"""flag-agreements-and-observations: replies that are overdue."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services.observations import flag_overdue_observations


def flag_agreements_and_observations(run: Run) -> dict[str, int]:
    """Each is marked once; the mail goes with the day's reminders."""
    with transaction():
        return {"observations": flag_overdue_observations(on=run.on, today=run.today, now=clock.now())}
