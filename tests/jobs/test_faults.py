"""What befalls a scheduler: killed, doubled, asleep past its lease, without database or mail, at rest."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event as Stop

import psycopg
import pytest
from sqlalchemy import make_url, select, text

from tests.support import postgres, snapshots
from tests.support.databases import kind
from tests.support.fixtures.database import BLANK
from tests.support.mail import Server, serving
from tests.support.nights import (
    Present,
    ended,
    in_a_process,
    is_consistent,
    make_people_and_plans,
    night,
    outcome,
    until_done,
)
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.slots import Daily
from tracker.jobs import ledger
from tracker.jobs.ledger import run_missing
from tracker.jobs.run import Job
from tracker.models.accounts import Institution
from tracker.models.jobs import JobRun, JobStatus
from tracker.models.notices import MailStatus, Notice, OutboxMail, OverdueFlag
from tracker.models.rounds import ReportingRound
from tracker.services import jobs as services

MONDAY = datetime(2026, 6, 15, 12, 45, tzinfo=UTC)
START, DUE = date(2026, 1, 1), date(2026, 6, 12)


@pytest.fixture
def present(monkeypatch, app_context):
    return Present(monkeypatch, MONDAY)


@pytest.fixture
def scene(present):
    make_people_and_plans(START, DUE)


def runs(job: str) -> dict[str, str]:
    db.session.rollback()
    rows = db.session.scalars(select(JobRun).where(JobRun.job == job))
    return {one.slot: one.status.value for one in rows}


def undisturbed(app, present) -> dict:
    """What the night comes to where nothing happens; everything is then put back."""
    night(app)
    found = outcome()
    db.session.remove()
    snapshots.wipe(app.extensions[BLANK])
    present.at = MONDAY
    make_people_and_plans(START, DUE)
    return found


@pytest.mark.parametrize("seed", [1, *(pytest.param(one, marks=pytest.mark.soak) for one in range(2, 30))])
def test_killed_at_any_moment_and_started_again_the_night_comes_to_the_same(app, present, scene, seed):
    expected = undisturbed(app, present)
    chance = random.Random(seed)  # noqa: S311  # which statement, not a secret
    kills = [chance.randrange(1, 160) for _ in range(10)]
    assert until_done(app, present, kills) > 3
    assert outcome() == expected
    is_consistent(app)


@pytest.mark.parametrize("several", [2, 3])
def test_several_schedulers_at_once_do_everything_once(app, present, scene, several):
    """Without the leader's lock, as where each holds one on a disk of its own: the ledger alone decides."""
    expected = undisturbed(app, present)
    children = [in_a_process(lambda: night(app)) for _ in range(several)]
    assert [ended(one) for one in children] == [0] * several
    for _ in range(3):
        present.move(hours=2)
        night(app)
    assert outcome() == expected
    is_consistent(app)


def daily(function, **more) -> Job:
    return Job("flag-overdue", Daily(), function, **more)


def institution(slug: str) -> None:
    with transaction():
        db.session.add(Institution(name=slug, slug=slug, created_at=clock.now()))


def slugs() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Institution.slug)))


def test_a_runner_that_slept_past_its_lease_writes_nothing_beside_the_one_that_took_over(app, present):
    def slept(_run):
        institution("before")
        present.move(hours=1)
        with ledger.fenced(lambda: None):  # another process, that holds no claim of ours
            run_missing(app, daily(lambda _: institution("the-other") or {"done": 2}), Stop())
        institution("after")
        return {"done": 1}

    run_missing(app, daily(slept), Stop())
    assert slugs() == {"before", "the-other"}
    row = db.session.scalars(select(JobRun)).one()
    assert (row.status, row.attempts, row.counts) == (JobStatus.DONE, 2, {"done": 2})


def test_a_long_run_keeps_its_claim_as_long_as_it_writes(app, present):
    claims = []

    def long(_run):
        for hour in range(6):
            present.move(minutes=10)
            institution(f"step-{hour}")
            with ledger.fenced(lambda: None), transaction():
                claims.append(
                    services.claim_slot(
                        "flag-overdue", "2026-06-15", for_date=MONDAY.date(),
                        lease=timedelta(minutes=15), now=clock.now(),
                    )
                )  # fmt: skip
        return {"done": 1}

    run_missing(app, daily(long), Stop())
    assert claims == [None] * 6
    assert db.session.scalars(select(JobRun)).one().status is JobStatus.DONE


NIGHTS = {
    "a month's end": datetime(2026, 6, 30, 12, 45, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 28, 12, 45, tzinfo=UTC),
    "a February without one": datetime(2027, 2, 27, 12, 45, tzinfo=UTC),
    "the end of the year": datetime(2026, 12, 31, 12, 45, tzinfo=UTC),
}


@pytest.mark.parametrize("first", NIGHTS.values(), ids=NIGHTS.keys())
def test_no_day_is_left_out_and_none_is_run_twice_over(app, present, first):
    present.at = first
    make_people_and_plans((first - timedelta(days=60)).date(), (first - timedelta(days=2)).date())
    days = [(first + timedelta(days=n)).date().isoformat() for n in range(3)]
    for _ in days:
        night(app)
        present.move(minutes=1)
        night(app)
        present.move(hours=23, minutes=59)
    assert runs("flag-overdue") == dict.fromkeys(days, "done")
    assert runs("send-due-reminders") == dict.fromkeys(days, "done")
    ends = {day for day in days[:2] if (date.fromisoformat(day) + timedelta(days=1)).day == 1}
    assert {slot for slot in runs("compile-scheduled-reports") if slot in days} == ends
    late = db.session.scalars(select(OverdueFlag.days_late)).all()
    assert set(late) == {4}
    is_consistent(app)


def test_a_week_of_rest_is_made_up_once(app, present, scene):
    present.at = MONDAY - timedelta(days=4)  # Thursday: everything is due tomorrow
    night(app)
    before = set(db.session.scalars(select(Notice.id)))
    present.move(days=26)  # over the week of the quarter's end
    night(app)
    night(app)
    flagged = sorted(runs("flag-overdue"))
    assert len(flagged) == 27, "each day once"
    assert sorted(runs("open-reporting-rounds")) == flagged
    assert len(runs("send-due-reminders")) == 2, "reminders are made up in one run"
    assert len(runs("send-overdue-reminders")) == 2, "and so are the weeks"
    rounds = db.session.execute(select(ReportingRound.plan_id, ReportingRound.period_end)).all()
    assert len(set(rounds)) == len(rounds) == 4, "May's and June's, of each plan"
    new = db.session.scalars(select(Notice).where(Notice.id.not_in(before))).all()
    assert max(Counter((one.user_id, one.kind, one.subject_uid) for one in new).values()) == 1
    today = [m for m in db.session.scalars(select(OutboxMail)) if m.created_at == present.at]
    assert max(Counter(one.recipient for one in today).values()) == 1
    is_consistent(app)


def test_hours_without_mail_then_each_letter_arrives_once(app, present, scene, monkeypatch):
    refusing, taking = Server(rcpt="450 vuelva luego"), Server()
    with serving(refusing) as url:
        monkeypatch.setitem(app.config, "SMTP_URL", url)
        for _ in range(24):
            night(app)
            present.move(minutes=15)
    assert refusing.received == []
    waiting = db.session.scalars(select(OutboxMail)).all()
    assert {one.status for one in waiting} == {MailStatus.QUEUED}
    with serving(taking) as url:
        monkeypatch.setitem(app.config, "SMTP_URL", url)
        for _ in range(20):
            night(app)
            present.move(hours=1)
    assert sorted(taking.received) == sorted(one.recipient for one in waiting)
    is_consistent(app)


class Away:
    """The database goes away: for SQLite held by another writer, on PostgreSQL nobody is let in."""

    def __init__(self) -> None:
        self.url = make_url(str(db.engine.url))
        self.held: sqlite3.Connection | None = None

    def go(self) -> None:
        db.session.rollback()
        if kind() == "sqlite":
            self.held = sqlite3.connect(
                str(self.url.database), isolation_level=None, check_same_thread=False, timeout=5
            )
            self.held.execute("BEGIN IMMEDIATE")
            db.session.execute(text("PRAGMA busy_timeout = 200"))  # else it waits five seconds each time
            db.session.rollback()
            return
        self._admin(
            f'ALTER DATABASE "{self.url.database}" ALLOW_CONNECTIONS false',
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608  # our own name
            f" WHERE datname = '{self.url.database}'",
        )

    def come_back(self) -> None:
        if self.held is not None:
            self.held.rollback()
            self.held.close()
            return
        self._admin(f'ALTER DATABASE "{self.url.database}" ALLOW_CONNECTIONS true')

    def _admin(self, *statements: str) -> None:
        folder = str(self.url.query["host"])
        with psycopg.connect(postgres.admin_dsn(folder), autocommit=True) as connection:
            for one in statements:
                connection.execute(one)


@pytest.mark.parametrize("seconds", [1.5, pytest.param(60, marks=pytest.mark.soak)])
def test_a_database_that_goes_away_in_a_job_and_comes_back_costs_one_attempt(
    app, present, monkeypatch, caplog, seconds
):
    if seconds < 60:
        monkeypatch.setattr(ledger, "PAUSES", (0.2,) * 60)
    away, fails = Away(), [True]

    def job(run):
        institution(f"day-{run.on}-{len(slugs())}")
        if fails.pop() if fails else False:
            away.go()
            threading.Timer(seconds, away.come_back).start()
            institution("never")
        return {"done": 1}

    began = time.monotonic()
    run_missing(app, daily(job), Stop())
    assert time.monotonic() - began < seconds + 60
    row = db.session.scalars(select(JobRun)).one()
    assert (row.status, row.attempts) == (JobStatus.FAILED, 1), "written down as soon as it could be"
    assert "does not answer" in caplog.text
    present.move(minutes=5)
    run_missing(app, daily(job), Stop())
    db.session.rollback()
    assert db.session.scalars(select(JobRun.status)).one() is JobStatus.DONE
    assert "never" not in slugs()


def test_a_database_file_that_is_missing_is_not_made_anew_and_works_again_once_it_is_back(app, present):
    if kind() != "sqlite":
        return
    run_missing(app, daily(lambda _: {"done": 1}), Stop())
    db.session.remove()
    db.engine.dispose()
    path = Path(str(make_url(str(db.engine.url)).database))
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        present.move(days=1)
        with pytest.raises(Exception, match="unable to open database file"):
            run_missing(app, daily(lambda _: {"done": 1}), Stop())
        assert not path.exists()
    finally:
        aside.rename(path)
    db.session.remove()
    assert run_missing(app, daily(lambda _: {"done": 1}), Stop()) == 1
    assert set(runs("flag-overdue").values()) == {"done"}
