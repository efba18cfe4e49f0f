"""Running a job under the ledger: claimed, run outside any transaction, finished or failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from threading import Event

from flask import Flask
from sqlalchemy.exc import OperationalError

from tracker import clock
from tracker.db import fenced, transaction
from tracker.domain.permissions import SYSTEM, Actor
from tracker.domain.slots import Slot
from tracker.jobs.run import CatchUp, Job, Run
from tracker.queries.jobs import (
    get_last_done_date,
    get_last_slot,
    is_any_running,
    list_requested_runs,
    list_unfinished_slots,
)
from tracker.services.jobs import (
    Claim,
    claim_by_hand,
    claim_requested,
    claim_slot,
    fail,
    finish,
    renew,
    skip_slot,
)

log = logging.getLogger("cumple.jobs")
# A reminder is made up for at most so many days on which nothing ran.
MADE_UP = timedelta(days=30)
# How long the outcome of a run waits for a database that is away, in seconds; in all some four minutes.
PAUSES = (1, 4, 15, 30, 60, 120)


class JobFailedError(Exception):
    """A run by hand failed; its row in the ledger says why."""


def run_missing(app: Flask, job: Job, stop: Event) -> int:
    """Run every slot of a job that is missing or may be tried again; gives how many were run.

    In an application context. A failure is written down and does not stop what comes after it.
    """
    zone, now = app.config["TIMEZONE"], clock.now()
    ran = _run_requested(app, job, stop)
    if is_any_running(job.after, now):
        return ran
    slots = [Slot(one.slot, one.for_date, now) for one in list_unfinished_slots(job.name, now)]
    if job.is_needed is None or job.is_needed(now):
        slots += _slots(job, zone)
    for slot in slots:
        if stop.is_set():
            break
        today = clock.today(zone)
        for_date = slot.for_date if job.catch_up is CatchUp.EACH else max(slot.for_date, today)
        with transaction():
            claim = claim_slot(job.name, slot.key, for_date=for_date, lease=job.lease, now=clock.now())
        if claim is None:
            # Somebody runs it by hand: the next minute finds what is still missing, in order.
            break
        ran += 1
        _run(app, job, claim, stop)
    return ran


def _run_requested(app: Flask, job: Job, stop: Event) -> int:
    """What people asked for on the administration's page."""
    ran = 0
    for run_id in list_requested_runs(job.name):
        with transaction():
            claim = claim_requested(run_id, lease=job.lease, now=clock.now())
        if claim is None or stop.is_set():
            break
        ran += 1
        _run(app, job, claim, stop, by_hand=True)
    return ran


def _slots(job: Job, zone: str) -> list[Slot]:
    """The missing slots, oldest first, as the job makes them up."""
    now = clock.now()
    last = get_last_slot(job.name)
    missing = job.rule.missing(last, now, zone, job.most)
    if job.catch_up is CatchUp.ONCE:
        missing = missing[-1:]
    if last is None and missing and not job.makes_up_first:
        with transaction():
            skip_slot(job.name, missing[-1].key, for_date=missing[-1].for_date, now=now)
        missing = []
    return missing


def run_by_hand(app: Flask, job: Job, *, on: date, actor: Actor = SYSTEM) -> Mapping[str, int]:
    """Run a job now for a day, whatever ran before; raises JobFailedError, or Conflict while it runs."""
    with transaction():
        claim = claim_by_hand(actor, job.name, for_date=on, lease=job.lease, now=clock.now())
    counts, error = _run(app, job, claim, Event(), by_hand=True)
    if error:
        raise JobFailedError(error)
    return counts


def _run(
    app: Flask, job: Job, claim: Claim, stop: Event, *, by_hand: bool = False
) -> tuple[Mapping[str, int], str]:
    """The run's counts, or what it failed with; each transaction of it holds the claim, or writes nothing."""
    zone = app.config["TIMEZONE"]
    run = Run(claim.for_date, _since(job, claim.for_date), clock.today(zone), app.config, stop, by_hand)
    try:
        with fenced(lambda: renew(claim, lease=job.lease, now=clock.now())):
            counts = job.function(run)
    except Exception as error:
        log.exception("%s for %s failed", job.name, claim.for_date)
        words = f"{type(error).__name__}: {error}"[:2000]
        _write_down(lambda: fail(claim, words, now=clock.now()), stop)
        return {}, words
    if not _write_down(lambda: finish(claim, counts, now=clock.now()), stop):
        log.warning("%s for %s was taken over by another process", job.name, claim.for_date)
    log.info("%s for %s: %s", job.name, claim.for_date, ", ".join(f"{k} {v}" for k, v in counts.items()))
    return counts, ""


def _write_down(outcome: Callable[[], bool], stop: Event) -> bool:
    """Write what became of a run, waiting for a database that is away: else its slot is held for a lease."""
    for pause in PAUSES:
        try:
            with transaction():
                return outcome()
        except OperationalError as error:
            log.error("the database does not answer: %s", error)
            if stop.wait(pause):
                break
    with transaction():
        return outcome()


def _since(job: Job, on: date) -> date:
    """The day after the last one done before this one, at most thirty days back; else this one."""
    last = get_last_done_date(job.name, before=on)
    return on if last is None else max(last + timedelta(days=1), on - MADE_UP)
