"""What is written down only for a while: erased in its time, and nothing that says what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import NOW
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.accounts import SignInAttempt, UserSession
from tracker.models.jobs import JobRun
from tracker.models.notices import MailStatus, OutboxMail
from tracker.queries.jobs import get_last_done_date, get_last_slot
from tracker.services import jobs
from tracker.services.retention import erase_job_runs, erase_mail_words, erase_sessions

LEASE = timedelta(minutes=15)


def ago(days):
    return NOW - timedelta(days=days)


def add(*rows):
    with transaction():
        db.session.add_all(rows)


def all_of(column):
    db.session.rollback()
    return sorted(db.session.scalars(select(column)))


def session(name, user_id, *, expires, revoked=None):
    return UserSession(
        token_hash=name,
        user_id=user_id,
        created_at=ago(400),
        last_seen_at=ago(400),
        expires_at=expires,
        revoked_at=revoked,
    )


def test_sessions_that_ended_and_sign_ins_that_failed_go_and_open_ones_stay(app_context):
    user = make_user(AccountRole.ADMIN).id
    add(
        session("ended", user, expires=ago(91)),
        session("revoked", user, expires=ago(-1), revoked=ago(91)),
        session("just-ended", user, expires=ago(89)),
        session("open", user, expires=ago(-1)),
        SignInAttempt(email="a@example.org", address="x", at=ago(91)),
        SignInAttempt(email="b@example.org", address="x", at=ago(1)),
    )
    with transaction():
        assert erase_sessions(ago(90)) == {"sessions": 2, "sign_ins": 1}
    assert all_of(UserSession.token_hash) == ["just-ended", "open"]
    assert all_of(SignInAttempt.email) == ["b@example.org"]


@pytest.mark.parametrize(
    ("status", "days", "erased"),
    [
        (MailStatus.SENT, 181, 1),
        (MailStatus.FAILED, 181, 1),
        (MailStatus.CANCELLED, 181, 1),
        (MailStatus.QUEUED, 181, 0),
        (MailStatus.SENT, 179, 0),
    ],
)
def test_words_of_mail_go_once_it_left_and_that_it_was_sent_stays(app_context, status, days, erased):
    add(
        OutboxMail(
            recipient="ana@example.org", subject="Vencidas", body="Estimada", html="<p>", dedup_key="k",
            status=status, next_attempt_at=ago(days), created_at=ago(days),
        )
    )  # fmt: skip
    for count in (erased, 0):
        with transaction():
            assert erase_mail_words(ago(180)) == count
    db.session.rollback()
    mail = db.session.scalars(select(OutboxMail)).one()
    assert (mail.recipient, mail.subject, mail.body == "") == ("ana@example.org", "Vencidas", bool(erased))


def run(slot, days, *, job="flag-overdue", done=True):
    at = ago(days)
    with transaction():
        claim = jobs.claim_slot(job, slot, for_date=at.date(), lease=LEASE, now=at)
        if done:
            jobs.finish(claim, {}, now=at)
        else:
            jobs.fail(claim, "boom", now=at)


def test_old_runs_go_and_what_says_since_when_something_is_missing_stays(app_context):
    run("2024-01-01", 900)
    run("2024-01-02", 899, done=False)
    run("2024-01-03", 898)
    run("2024-01-04", 897, done=False)
    run("2024-01", 896, job="compile-scheduled-reports")
    before = get_last_slot("flag-overdue"), get_last_done_date("flag-overdue", before=NOW.date())
    db.session.rollback()
    with transaction():
        assert erase_job_runs(ago(365)) == 2
    assert all_of(JobRun.slot) == ["2024-01", "2024-01-03", "2024-01-04"]
    assert (get_last_slot("flag-overdue"), get_last_done_date("flag-overdue", before=NOW.date())) == before


def test_runs_by_hand_never_count_as_the_newest_slot_and_those_that_wait_stay(app_context):
    with transaction():
        claim = jobs.claim_by_hand(SYSTEM, "retention", for_date=ago(900).date(), lease=LEASE, now=ago(900))
        jobs.finish(claim, {}, now=ago(900))
    with transaction():
        jobs.request_run(SYSTEM, "retention", for_date=ago(800).date(), today=ago(800).date(), now=ago(800))
    run("2026-01-01", 3, job="retention")
    with transaction():
        assert erase_job_runs(ago(365)) == 1
    assert len(all_of(JobRun.slot)) == 2
