"""retention: what was kept only for a while is erased, each kind in a transaction of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services import retention as services
from tracker.services.citizen_retention import erase_settled


def retention(run: Run) -> dict[str, int]:
    """What ran out is told from the clock, whatever day it is for: nothing is erased before its time."""
    now = clock.now()

    def before(setting: str) -> datetime:
        return now - timedelta(days=run.settings[setting])

    with transaction():
        counts = erase_settled(before("CITIZEN_MAIL_DAYS"), now=now)
    with transaction():
        counts |= services.erase_sessions(before("SESSION_RECORD_DAYS"))
    with transaction():
        counts["mail_erased"] = services.erase_mail_words(before("SENT_MAIL_DAYS"))
    with transaction():
        counts["runs_erased"] = services.erase_job_runs(before("JOB_RUN_DAYS"))
    with transaction():
        counts["messages_erased"] = services.erase_messages(before("WEBHOOK_RECORD_DAYS"))
    with transaction():
        counts["answers_erased"] = services.erase_api_answers(before("API_ANSWER_DAYS"))
    return counts
