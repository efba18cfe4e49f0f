"""The table of jobs, with words, as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tracker.blueprints.admin import blueprint
from tracker.queries.jobs import RunRow, get_last_runs
from tracker.words.jobs import count_word, duration_word, job_word, rule_word, status_word

blueprint.add_app_template_filter(duration_word, "duration")


@dataclass(frozen=True)
class JobRow:
    """A job with its schedule, its last run and its next."""

    name: str
    what: str
    when: str
    next_at: datetime
    last: RunRow | None


def job_rows(now: datetime) -> list[JobRow]:
    """Every job of the table that the scheduler runs, in its order."""
    last, zone = get_last_runs(now), current_app.config["TIMEZONE"]
    return [
        JobRow(
            job.name, job_word(job.name), rule_word(job.rule), job.rule.next_at(now, zone), last.get(job.name)
        )
        for job in current_app.extensions["cumple_jobs"]
    ]


def job_choices() -> list[tuple[str, str]]:
    """The jobs to choose from."""
    return [(job.name, f"{job_word(job.name)} ({job.name})") for job in current_app.extensions["cumple_jobs"]]


def run_state(run: RunRow) -> tuple[str, str, str]:
    """Word, kind and icon of a run's state."""
    word = status_word(run.status, is_stuck=run.is_stuck)
    if run.is_stuck:
        return word, "warn", "alert"
    return word, *{
        "done": ("ok", "check"),
        "failed": ("late", "alert"),
        "running": ("info", "clock"),
    }.get(run.status, ("mute", "hourglass"))


@blueprint.app_template_filter("counts_text")
def counts_text(counts: Mapping[str, int]) -> str:
    """What a run counted, without what came to nothing."""
    return " · ".join(f"{count_word(name)}: {count}" for name, count in counts.items() if count)
