"""The ledger of jobs: a slot is claimed once, held by a lease, finished or failed by whoever holds it."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, select, text, update

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.jobs import JobRun, JobStatus
from tracker.queries.jobs import MAX_ATTEMPTS

# How long a failed run waits before it is tried again: after the first time, the second, and so on.
RETRY_AFTER = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True)
class Claim:
    """The right to do one run; `attempt` tells it from one that took it over."""

    run_id: int
    job: str
    for_date: date
    attempt: int


def claim_slot(job: str, slot: str, *, for_date: date, lease: timedelta, now: datetime) -> Claim | None:
    """Claim a slot for the scheduler; None where it is done, held by somebody else, or given up.

    A run whose lease has ended crashed, and is taken over; one that failed is tried again after a while.
    No two runs of one job go side by side.
    """
    _lock(job)
    if _is_running(job, now):
        return None
    # Held, and read again: a run that was thought dead may be renewing its lease at this moment.
    run = db.session.scalar(
        select(JobRun)
        .where(JobRun.job == job, JobRun.slot == slot)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if run is None:
        return _start(job, slot, for_date, lease, now, "")
    if run.status is JobStatus.DONE or run.lease_until > now:
        return None
    if run.status is JobStatus.FAILED and run.attempts >= MAX_ATTEMPTS:
        return None
    run.status, run.attempts = JobStatus.RUNNING, run.attempts + 1
    run.started_at, run.lease_until = now, now + lease
    db.session.flush()
    return Claim(run.id, job, run.for_date, run.attempts)


def claim_by_hand(actor: Actor, job: str, *, for_date: date, lease: timedelta, now: datetime) -> Claim:
    """A run that a person asks for, whatever ran before; Conflict while another one of it is going on."""
    require(actor, Permission.JOB_RUN)
    _lock(job)
    if _is_running(job, now):
        raise Conflict("job-running", job=job)
    return _start(job, _slot_by_hand(for_date), for_date, lease, now, actor.uid)


def request_run(actor: Actor, job: str, *, for_date: date, today: date, now: datetime) -> None:
    """Ask the scheduler to run a job for a day; one such request at a time, and none for a day to come."""
    require(actor, Permission.JOB_RUN)
    if for_date > today:
        raise DomainError("job-date-ahead", field="on")
    _lock(job)
    waiting = select(JobRun.id).where(
        JobRun.job == job, JobRun.for_date == for_date, JobRun.status == JobStatus.REQUESTED
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Conflict("job-already-requested", field="on", job=job)
    run = _new_run(job, _slot_by_hand(for_date), for_date, now, actor.uid)
    run.status, run.attempts = JobStatus.REQUESTED, 0
    db.session.flush()


def claim_requested(run_id: int, *, lease: timedelta, now: datetime) -> Claim | None:
    """Take up a run that a person asked for; None while another one of its job is going on."""
    run = db.session.get_one(JobRun, run_id)
    _lock(run.job)
    if run.status is not JobStatus.REQUESTED or _is_running(run.job, now):
        return None
    run.status, run.attempts = JobStatus.RUNNING, 1
    run.started_at, run.lease_until = now, now + lease
    db.session.flush()
    return Claim(run.id, run.job, run.for_date, run.attempts)


def skip_slot(job: str, slot: str, *, for_date: date, now: datetime) -> None:
    """Mark a slot as not to be run: where a job first hears of itself, the past is not made up."""
    _lock(job)
    if db.session.scalar(select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot)) is None:
        claim = _start(job, slot, for_date, timedelta(), now, "")
        finish(claim, {"skipped": 1}, now=now)


class ClaimLostError(Exception):
    """Another process took the run over: this one may write nothing more."""


def renew(claim: Claim, *, lease: timedelta, now: datetime) -> None:
    """Hold a run for a lease more, in the transaction that is about to write for it.

    Raises ClaimLostError where another process has taken it over: a runner that slept past its lease writes
    nothing beside the one that works now. On PostgreSQL the row stays held to the commit, so that nobody
    takes the run over in the middle of a transaction.
    """
    renewed = db.session.execute(
        update(JobRun)
        .where(
            JobRun.id == claim.run_id, JobRun.attempts == claim.attempt, JobRun.status == JobStatus.RUNNING
        )
        .values(lease_until=now + lease)
        .execution_options(synchronize_session=False)
    )
    if isinstance(renewed, CursorResult) and renewed.rowcount == 0:
        raise ClaimLostError(f"{claim.job} for {claim.for_date} was taken over")


def finish(claim: Claim, counts: Mapping[str, int], *, now: datetime) -> bool:
    """Write down that a run is done; False where another took it over meanwhile."""
    run = _held(claim)
    if run is None:
        return False
    run.status, run.counts, run.error = JobStatus.DONE, dict(counts), ""
    run.finished_at = run.lease_until = now
    db.session.flush()
    return True


def fail(claim: Claim, error: str, *, now: datetime) -> bool:
    """Write down that a run failed, and when it may be tried again."""
    run = _held(claim)
    if run is None:
        return False
    run.status, run.error, run.finished_at = JobStatus.FAILED, error, now
    run.lease_until = now + RETRY_AFTER[min(claim.attempt, len(RETRY_AFTER)) - 1]
    db.session.flush()
    return True


def _held(claim: Claim) -> JobRun | None:
    run = db.session.get(JobRun, claim.run_id, with_for_update=True, populate_existing=True)
    if run is None or run.attempts != claim.attempt or run.status is not JobStatus.RUNNING:
        return None
    return run


def _start(job: str, slot: str, for_date: date, lease: timedelta, now: datetime, by: str) -> Claim:
    run = _new_run(job, slot, for_date, now, by)
    run.lease_until = now + lease
    db.session.flush()
    return Claim(run.id, job, for_date, run.attempts)


def _slot_by_hand(for_date: date) -> str:
    """A slot of its own, that stands in nobody's way: a day may be run by hand as often as one likes."""
    return f"by-hand/{for_date.isoformat()}/{secrets.token_urlsafe(8)}"


def _new_run(job: str, slot: str, for_date: date, now: datetime, by: str) -> JobRun:
    run = JobRun(
        job=job,
        slot=slot,
        for_date=for_date,
        status=JobStatus.RUNNING,
        started_at=now,
        lease_until=now,
        attempts=1,
        requested_by=by,
    )
    db.session.add(run)
    return run


def _is_running(job: str, now: datetime) -> bool:
    return (
        db.session.scalar(
            select(JobRun.id)
            .where(JobRun.job == job, JobRun.status == JobStatus.RUNNING, JobRun.lease_until > now)
            .limit(1)
        )
        is not None
    )


def _lock(job: str) -> None:
    """One claim of a job at a time; on SQLite the transaction itself is that lock."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(job.encode())})
