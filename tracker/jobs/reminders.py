"""send-due-reminders and send-overdue-reminders: the day's notices; letters tell them later."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tracker import clock
from tracker.db import transaction
from tracker.domain.notifications import Event
from tracker.jobs.run import Run
from tracker.queries.overdue import list_reported_plan_ids
from tracker.queries.plan_settings import grace_days_of
from tracker.services.decision_notices import clear_old_news, tell_of_late_reviews
from tracker.services.matrix import notification
from tracker.services.notices import NoticeCounts, remind_of_due, remind_of_overdue
from tracker.services.round_notices import remind_of_rounds


def send_due_reminders(run: Run) -> dict[str, int]:
    """What falls due, rounds about to close, reviews that take too long."""
    due, closing = notification(Event.DUE), notification(Event.ROUND_DUE)
    days = {"since": run.since, "on": run.on, "today": run.today}
    with transaction():
        clear_old_news(on=run.today, now=clock.now())
        late = tell_of_late_reviews(on=run.today, zone=run.settings["TIMEZONE"], now=clock.now())
    return _remind(
        run,
        lambda plan_id: (
            remind_of_due(plan_id, due, **days, now=clock.now()),
            remind_of_rounds(plan_id, closing, **days, now=clock.now()),
        ),
        late,
    )


def send_overdue_reminders(run: Run) -> dict[str, int]:
    overdue, grace = notification(Event.OVERDUE), run.settings["ESCALATION_GRACE_DAYS"]
    return _remind(
        run,
        lambda plan_id: (
            remind_of_overdue(
                plan_id,
                overdue,
                grace_days=grace_days_of(plan_id, grace),
                on=run.on,
                today=run.today,
                now=clock.now(),
            ),
        ),
    )


def _remind(
    run: Run, remind: Callable[[int], Iterable[NoticeCounts]], *before: NoticeCounts
) -> dict[str, int]:
    told, plans = list(before), list_reported_plan_ids()
    for plan_id in plans:
        with transaction():
            told += remind(plan_id)
    return {
        "plans": len(plans),
        "notices": sum(one.opened for one in told),
        "cleared": sum(one.cleared for one in told),
        "nobody_to_tell": sum(one.unheard for one in told),
    }
