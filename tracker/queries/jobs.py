"""The ledger of jobs: what ran, what is missing, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.accounts import User
from tracker.models.jobs import JobRun, JobStatus

# A failed slot is run again by itself this many times in all; then it waits for a person.
MAX_ATTEMPTS = 4


@dataclass(frozen=True)
class RunRow:
    """One run as the administrator's page and `jobs list` show it."""

    id: int
    job: str
    for_date: date
    status: str
    started_at: datetime
    finished_at: datetime | None
    attempts: int
    counts: Mapping[str, int]
    error: str
    by: str
    """Who ran it by hand; empty for the scheduler."""
    is_stuck: bool
    """Claims to be running, but its lease has ended: it crashed and will be taken over."""

    @property
    def seconds(self) -> int | None:
        """How long it took, once it ended."""
        return (
            None if self.finished_at is None else round((self.finished_at - self.started_at).total_seconds())
        )


@dataclass(frozen=True)
class UnfinishedSlot:
    """A slot that failed or crashed and may be run again."""

    slot: str
    for_date: date


def get_last_slot(job: str) -> str | None:
    """The newest slot of a job that the scheduler has claimed; None before the first."""
    return db.session.scalar(
        select(func.max(JobRun.slot)).where(JobRun.job == job, JobRun.requested_by == "")
    )


def list_unfinished_slots(job: str, now: datetime) -> Sequence[UnfinishedSlot]:
    """Slots whose run crashed (its lease has ended) or failed and may be tried again, oldest first."""
    rows = db.session.scalars(
        select(JobRun)
        .where(
            JobRun.job == job,
            JobRun.requested_by == "",
            JobRun.lease_until <= now,
            (JobRun.status == JobStatus.RUNNING)
            | ((JobRun.status == JobStatus.FAILED) & (JobRun.attempts < MAX_ATTEMPTS)),
        )
        .order_by(JobRun.slot)
    )
    return [UnfinishedSlot(one.slot, one.for_date) for one in rows]


def is_any_running(jobs: Sequence[str], now: datetime) -> bool:
    """True while one of some jobs is being run, by whomever; a crashed run counts until its lease ends."""
    live = select(JobRun.id).where(
        JobRun.job.in_(jobs), JobRun.status == JobStatus.RUNNING, JobRun.lease_until > now
    )
    return bool(jobs) and db.session.scalar(live.limit(1)) is not None


def list_requested_runs(job: str) -> Sequence[int]:
    """Runs that people asked for and that wait for the scheduler, oldest first."""
    return db.session.scalars(
        select(JobRun.id).where(JobRun.job == job, JobRun.status == JobStatus.REQUESTED).order_by(JobRun.id)
    ).all()


def get_last_done_date(job: str, *, before: date) -> date | None:
    """The last day before another for which a job was done, by whomever."""
    return db.session.scalar(
        select(func.max(JobRun.for_date)).where(
            JobRun.job == job, JobRun.status == JobStatus.DONE, JobRun.for_date < before
        )
    )


def get_last_runs(now: datetime) -> Mapping[str, RunRow]:
    """The last run of each job; an operator's command asks without an actor."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    rows = db.session.execute(_runs().where(JobRun.id.in_(newest)))
    return {run.job: _row(run, name, now) for run, name in rows}


def list_runs(
    actor: Actor,
    *,
    now: datetime,
    job: str = "",
    only_failed: bool = False,
    before_id: int = 0,
    limit: int = 50,
) -> Sequence[RunRow]:
    """Runs, newest first, for those who may read them; `before_id` continues a list."""
    require(actor, Permission.JOB_READ)
    statement = _runs().order_by(JobRun.id.desc()).limit(limit)
    if job:
        statement = statement.where(JobRun.job == job)
    if only_failed:
        statement = statement.where(JobRun.status == JobStatus.FAILED)
    if before_id:
        statement = statement.where(JobRun.id < before_id)
    return [_row(run, name, now) for run, name in db.session.execute(statement)]


def count_failed_since(actor: Actor, since: datetime) -> int:
    """How many runs failed since an instant."""
    require(actor, Permission.JOB_READ)
    statement = select(func.count()).where(JobRun.status == JobStatus.FAILED, JobRun.started_at >= since)
    return db.session.scalar(statement) or 0


def _runs() -> Select[JobRun, str]:
    return select(JobRun, func.coalesce(User.name, "")).outerjoin(User, User.uid == JobRun.requested_by)


def _row(run: JobRun, name: str, now: datetime) -> RunRow:
    return RunRow(
        id=run.id,
        job=run.job,
        for_date=run.for_date,
        status=run.status.value,
        started_at=run.started_at,
        finished_at=run.finished_at,
        attempts=run.attempts,
        counts=run.counts,
        error=run.error,
        by=name or run.requested_by,
        is_stuck=run.status is JobStatus.RUNNING and run.lease_until <= now,
    )
