"""ogp-clock: tells before the forum's six months, or the repository's year, run out."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.domain.ogp_clock import rhythms
from tracker.jobs.run import Run
from tracker.services.ogp_clock_notices import tell_of_clock


def ogp_clock(run: Run) -> dict[str, int]:
    """The notices go with the day's letters."""
    settings = run.settings
    asked = rhythms(
        settings["OGP_FORUM_MONTHS"], settings["OGP_RESULTS_A_YEAR"], settings["OGP_UPDATES_A_YEAR"]
    )
    with transaction():
        told = tell_of_clock(
            asked, zone=settings["TIMEZONE"], since=run.since, on=run.on, today=run.today, now=clock.now()
        )
    return {"notices": told.opened, "cleared": told.cleared, "nobody_to_tell": told.unheard}
