"""What is written down only for a while: ended sessions, failed sign-ins, words of mail, runs of jobs,
messages to other systems and answers to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Update, func, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update

from tracker.db import Base, db
from tracker.domain.webhooks import DeliveryStatus
from tracker.models.accounts import SignInAttempt, UserSession
from tracker.models.api import ApiRequest
from tracker.models.jobs import JobRun, JobStatus
from tracker.models.notices import MailStatus, OutboxMail
from tracker.models.webhooks import WebhookDelivery


def erase_sessions(before: datetime) -> dict[str, int]:
    """Erase sessions that ended before an instant, and sign-ins that failed before it."""
    ended = or_(UserSession.expires_at < before, UserSession.revoked_at < before)
    return {
        "sessions": _delete(UserSession, ended),
        "sign_ins": _delete(SignInAttempt, SignInAttempt.at < before),
    }


def erase_mail_words(before: datetime) -> int:
    """Erase the words of older mail that left, or never will; that it was sent stays known."""
    return _changed(
        sql_update(OutboxMail)
        .where(
            OutboxMail.created_at < before,
            OutboxMail.status != MailStatus.QUEUED,
            or_(OutboxMail.body != "", OutboxMail.html != ""),
        )
        .values(body="", html="", headers={})
    )


def erase_job_runs(before: datetime) -> int:
    """Erase older runs; each job's newest slot and day stay: they say what is missing."""
    is_done = JobRun.status == JobStatus.DONE
    newest = (
        select(func.max(JobRun.slot)).where(JobRun.requested_by == "").group_by(JobRun.job),
        select(func.max(JobRun.id)).group_by(JobRun.job),
    )
    last_days = select(JobRun.job, func.max(JobRun.for_date)).where(is_done).group_by(JobRun.job).subquery()
    is_last_day = (
        select(last_days.c.job)
        .where(last_days.c.job == JobRun.job, last_days.c[1] == JobRun.for_date)
        .exists()
    )
    return _delete(
        JobRun,
        JobRun.status.in_([JobStatus.DONE, JobStatus.FAILED])
        & (JobRun.started_at < before)
        & JobRun.slot.not_in(newest[0])
        & JobRun.id.not_in(newest[1])
        & ~(is_done & is_last_day),
    )


def erase_messages(before: datetime) -> int:
    """Erase older messages to other systems, those that wait apart."""
    return _delete(
        WebhookDelivery,
        (WebhookDelivery.created_at < before) & (WebhookDelivery.status != DeliveryStatus.QUEUED),
    )


def erase_api_answers(before: datetime) -> int:
    """Erase older answers to requests of other systems; their keys are then good for something new."""
    return _delete(ApiRequest, ApiRequest.created_at < before)


def _delete(model: type[Base], where: ColumnElement[bool]) -> int:
    return _changed(sql_delete(model).where(where))


def _changed(statement: Update | Delete) -> int:
    found = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # what a statement without rows gives
