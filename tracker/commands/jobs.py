"""`jobs list | run | work`."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from datetime import date, datetime
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, pass_script_info, with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.domain.errors import DomainError
from tracker.i18n import instant
from tracker.jobs.ledger import JobFailedError, run_by_hand
from tracker.jobs.run import Job
from tracker.jobs.schedule import JOBS, find_job
from tracker.jobs.worker import Worker
from tracker.queries.jobs import RunRow, get_last_runs
from tracker.wording import sentence
from tracker.words.jobs import count_word, job_word, rule_word, status_word


def register(app: Flask) -> None:
    """Put the commands on the application, and the table of jobs where the administration's page finds it."""
    app.cli.add_command(jobs)
    app.extensions["cumple_jobs"] = JOBS


@click.group("jobs")
def jobs() -> None:
    """What runs by itself: see it, run one by hand, or work."""


@jobs.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@with_appcontext
def list_jobs(form: str) -> None:
    """Every job with its schedule, its last run and its next."""
    now, zone = clock.now(), current_app.config["TIMEZONE"]
    last = get_last_runs(now)
    if form == "json":
        rows = [_as_json(job, last.get(job.name), job.rule.next_at(now, zone)) for job in JOBS]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for job in JOBS:
        click.echo(f"{job.name}: {job_word(job.name)}")
        click.echo(f"    {_('Cuándo')}: {rule_word(job.rule)}")
        click.echo(f"    {_('Último')}: {_last_words(last.get(job.name), zone)}")
        click.echo(f"    {_('Próximo')}: {instant(job.rule.next_at(now, zone), zone)}")


def _as_json(job: Job, last: RunRow | None, next_at: datetime) -> dict[str, Any]:
    return {
        "name": job.name,
        "schedule": str(job.rule),
        "last_run": last
        and {
            "date": last.for_date.isoformat(),
            "status": last.status,
            "started_at": last.started_at.isoformat(),
            "finished_at": last.finished_at and last.finished_at.isoformat(),
            "attempts": last.attempts,
            "counts": last.counts,
            "error": last.error,
        },
        "next_run_at": next_at.isoformat(),
    }


def _last_words(last: RunRow | None, zone: str) -> str:
    if last is None:
        return _("nunca")
    state = status_word(last.status, is_stuck=last.is_stuck)
    told = [instant(last.started_at, zone), state, last.error or _counts(last.counts)]
    return " · ".join(part for part in told if part)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count_word(name)}: {count}" for name, count in counts.items())


@jobs.command("run")
@click.argument("name")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day to run for; today by default.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@with_appcontext
def run_job(name: str, on: datetime | None, form: str) -> None:
    """Run one job now, for a day; doing it twice adds nothing."""
    zone = current_app.config["TIMEZONE"]
    today = clock.today(zone)
    try:
        job = find_job(name)
    except DomainError as error:
        click.echo(sentence(error.code, error.params), err=True)
        click.echo(_("Los trabajos son: %(names)s", names=", ".join(one.name for one in JOBS)), err=True)
        sys.exit(2)
    day = on.date() if on else today
    if day > today:
        click.echo(_("Aviso: %(day)s todavía no llega.", day=day.isoformat()), err=True)
    counts = _run(job, day)
    if form == "json":
        click.echo(json.dumps({"job": name, "date": day.isoformat(), "counts": counts}, indent=2))
    else:
        click.echo(f"{name} {day.isoformat()}: {_counts(counts)}")


def _run(job: Job, day: date) -> Mapping[str, int]:
    """The run's counts; exit 1 where it failed."""
    try:
        return run_by_hand(current_app, job, on=day)
    except JobFailedError as error:
        click.echo(sentence("job-failed", {"error": str(error)}), err=True)
    except DomainError as error:
        click.echo(sentence(error.code, error.params), err=True)
    sys.exit(1)


@jobs.command("work")
@pass_script_info
def work(info: ScriptInfo) -> None:
    """Run the jobs until told to stop; a second process stands by and takes over."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    worker = Worker(info.load_app())

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)
    if not worker.work():
        logging.getLogger("cumple.jobs").warning("stopped in the middle of a job; it will be taken up again")
    # Without waiting for threads: what was not committed is rolled back, and its slot is taken up again.
    logging.shutdown()
    os._exit(0)
