"""The table of jobs: what runs, when, in which order. Times are civil times of CUMPLE_TIMEZONE."""

from __future__ import annotations

from datetime import time, timedelta

from tracker.domain.errors import NotFound
from tracker.domain.slots import Daily, EveryMinute, MonthEnd, Weekly
from tracker.jobs.citizens import flag_agreements_and_observations
from tracker.jobs.compilations import (
    compile_scheduled_reports,
    reports_are_waiting,
    run_requested_reports,
)
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.digests import send_digests
from tracker.jobs.evidence import check_links, sweep_orphans, verify_evidence
from tracker.jobs.followers import tell_followers
from tracker.jobs.ogp_clock import ogp_clock
from tracker.jobs.open_data import refresh_open_data
from tracker.jobs.overdue import flag_overdue
from tracker.jobs.reminders import send_due_reminders, send_overdue_reminders
from tracker.jobs.retention import retention
from tracker.jobs.rounds import open_reporting_rounds
from tracker.jobs.run import CatchUp, Job, Lane
from tracker.jobs.search import refresh_search, search_is_stale
from tracker.jobs.webhooks import messages_are_waiting, send_webhooks
from tracker.queries.preferences import has_digest_due

_FIGURES = ("flag-overdue", "open-reporting-rounds")
_NOTICES = (
    *_FIGURES,
    "flag-agreements-and-observations",
    "ogp-clock",
    "send-overdue-reminders",
    "send-due-reminders",
)

JOBS: tuple[Job, ...] = (
    # First of the day: what depends on the date is right before anybody reads it.
    Job("flag-overdue", Daily(time(0, 10)), flag_overdue, CatchUp.EACH),
    # After flag-overdue, whose figures say what is left to report; told with the day's reminders.
    Job(
        "open-reporting-rounds",
        Daily(time(0, 20)),
        open_reporting_rounds,
        CatchUp.EACH,
        after=("flag-overdue",),
    ),
    # Before the day's reminders, which tell it.
    Job("flag-agreements-and-observations", Daily(time(0, 30)), flag_agreements_and_observations),
    # The same: what it tells goes with the day's letters.
    Job("ogp-clock", Daily(time(0, 35)), ogp_clock),
    Job("retention", Daily(time(3, 30)), retention, makes_up_first=False),
    # After flag-overdue, so that what fell due today is told; what is validated later is told tomorrow.
    Job("tell-followers", Daily(time(6, 0)), tell_followers, makes_up_first=False, after=_FIGURES),
    # After flag-overdue; both before anybody's letter (tracker.domain.preferences.READY), which tells both.
    Job("send-overdue-reminders", Weekly(time(0, 40), weekday=0), send_overdue_reminders, after=_FIGURES),
    Job("send-due-reminders", Daily(time(0, 40)), send_due_reminders, after=_FIGURES),
    # After the day's reminders, also when they are made up for.
    Job("send-digests", EveryMinute(), send_digests, is_needed=has_digest_due, after=_NOTICES),
    # After it: by then each person's letter is whole.
    Job("deliver-mail", EveryMinute(), deliver_mail, is_needed=mail_is_waiting),
    # Last of the minute: what the jobs before it recorded is findable too.
    Job("refresh-search", EveryMinute(), refresh_search, is_needed=search_is_stale),
    # Beside the others: a long compilation holds up no mail. Before run-requested-reports, which takes up
    # what a stop in the middle of it left over.
    Job(
        "compile-scheduled-reports",
        MonthEnd(time(3, 0)),
        compile_scheduled_reports,
        CatchUp.EACH,
        Lane.REPORTS,
        makes_up_first=False,
        lease=timedelta(hours=1),
        most=12,
    ),
    Job(
        "run-requested-reports",
        EveryMinute(),
        run_requested_reports,
        lane=Lane.REPORTS,
        is_needed=reports_are_waiting,
        lease=timedelta(minutes=30),
    ),
    # After the night's figures; beside the others, since reading everything takes a while.
    Job(
        "refresh-open-data",
        Daily(time(4, 30)),
        refresh_open_data,
        lane=Lane.REPORTS,
        lease=timedelta(hours=1),
        after=("flag-overdue",),
    ),
    # In a lane of their own: a slow server on the other side, or a large disk, holds up nobody. Links before
    # the day's reminders, which tell what is down; nothing waits for the others.
    Job(
        "sweep-orphans",
        Daily(time(1, 30)),
        sweep_orphans,
        lane=Lane.EVIDENCE,
        makes_up_first=False,
        lease=timedelta(hours=1),
    ),
    Job(
        "verify-evidence",
        Daily(time(2, 0)),
        verify_evidence,
        lane=Lane.EVIDENCE,
        makes_up_first=False,
        lease=timedelta(hours=3),
    ),
    Job(
        "check-links",
        Daily(time(4, 0)),
        check_links,
        lane=Lane.EVIDENCE,
        makes_up_first=False,
        lease=timedelta(hours=3),
    ),
    # Alone: systems that answer slowly hold up nothing here. At most 200 messages of some ten seconds.
    Job(
        "send-webhooks",
        EveryMinute(),
        send_webhooks,
        lane=Lane.WEBHOOKS,
        is_needed=messages_are_waiting,
        lease=timedelta(hours=1),
    ),
)


def find_job(name: str) -> Job:
    """The job of that name; NotFound where there is none."""
    for job in JOBS:
        if job.name == name:
            return job
    raise NotFound("job-not-found", job=name)
