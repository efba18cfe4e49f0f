"""flag-agreements-and-observations and retention: replies that are overdue, addresses that have served."""

from __future__ import annotations

from datetime import timedelta

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services.citizen_retention import erase_settled
from tracker.services.observations import flag_overdue_observations


def flag_agreements_and_observations(run: Run) -> dict[str, int]:
    """Each is marked once; the mail goes with the day's reminders."""
    with transaction():
        return {"observations": flag_overdue_observations(on=run.on, today=run.today, now=clock.now())}


def retention(run: Run) -> dict[str, int]:
    now = clock.now()
    with transaction():
        return erase_settled(now - timedelta(days=run.settings["CITIZEN_MAIL_DAYS"]), now=now)
