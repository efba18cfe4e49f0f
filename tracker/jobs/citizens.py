"""flag-agreements-and-observations: replies and agreements that are overdue."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services.agreement_flags import flag_agreements
from tracker.services.observations import flag_overdue_observations


def flag_agreements_and_observations(run: Run) -> dict[str, int]:
    """Observations are marked once, agreements flagged with their days; mail goes with the next letter."""
    now = clock.now()
    with transaction():
        observations = flag_overdue_observations(on=run.on, today=run.today, now=now)
    with transaction():
        flags = flag_agreements(on=run.on, now=now)
    return {
        "observations": observations,
        "agreements": flags.opened + flags.reopened,
        "closed": flags.closed,
        "overdue": flags.counted,
        "notices": flags.told,
    }
