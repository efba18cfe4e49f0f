"""send-due-reminders and send-overdue-reminders: notices for each plan, then one letter for each person."""

from __future__ import annotations

from collections.abc import Callable

from tracker import clock
from tracker.db import transaction
from tracker.domain.notifications import Event
from tracker.jobs.letters import write_letters
from tracker.jobs.matrix import notification
from tracker.jobs.run import Run
from tracker.queries.overdue import list_reported_plan_ids
from tracker.services.notices import NoticeCounts, remind_of_due, remind_of_overdue


def send_due_reminders(run: Run) -> dict[str, int]:
    due = notification(Event.DUE)
    return _remind(
        run,
        lambda plan_id: remind_of_due(
            plan_id, due, since=run.since, on=run.on, today=run.today, now=clock.now()
        ),
    )


def send_overdue_reminders(run: Run) -> dict[str, int]:
    overdue, grace = notification(Event.OVERDUE), run.settings["ESCALATION_GRACE_DAYS"]
    return _remind(
        run,
        lambda plan_id: remind_of_overdue(
            plan_id, overdue, grace_days=grace, on=run.on, today=run.today, now=clock.now()
        ),
    )


def _remind(run: Run, remind: Callable[[int], NoticeCounts]) -> dict[str, int]:
    counts = dict.fromkeys(("plans", "notices", "cleared", "nobody_to_tell"), 0)
    for plan_id in list_reported_plan_ids():
        with transaction():
            told = remind(plan_id)
        counts["plans"] += 1
        counts["notices"] += told.opened
        counts["cleared"] += told.cleared
        counts["nobody_to_tell"] += told.unheard
    return counts | write_letters(run)
