"""Running what is missing: once each, oldest first, made up after a rest, tried again after a failure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.errors import Conflict
from tracker.domain.permissions import AccountRole
from tracker.domain.slots import Daily, EveryMinute, MonthEnd
from tracker.jobs.ledger import JobFailedError, run_by_hand, run_missing
from tracker.jobs.run import CatchUp, Job, Run
from tracker.models.jobs import JobRun, JobStatus
from tracker.services import jobs as services


class Present:
    """A clock that tests set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2026, 6, 15, 13, 0, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: self.at)

    def move(self, **more: int) -> None:
        self.at += timedelta(**more)


@pytest.fixture
def present(monkeypatch, app_context):
    return Present(monkeypatch)


class Recorded:
    """A job's function that keeps what it was told, and may fail."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.error: Exception | None = None

    def __call__(self, run: Run) -> dict[str, int]:
        self.runs.append(run)
        if self.error:
            raise self.error
        return {"done": 1}

    @property
    def days(self) -> list[str]:
        return [run.on.isoformat() for run in self.runs]


@pytest.fixture
def told():
    return Recorded()


def daily(told, catch_up=CatchUp.ONCE, **more):
    return Job("flag-overdue", Daily(time(6, 30)), told, catch_up, **more)


def run(app, job, stop=None):
    return run_missing(app, job, stop or Event())


def rows():
    db.session.rollback()
    return [
        (one.slot, one.status.value, one.counts)
        for one in db.session.scalars(select(JobRun).order_by(JobRun.id))
    ]


def test_a_slot_is_run_once_however_often_one_looks(app, present, told):
    assert [run(app, daily(told)) for _ in range(3)] == [1, 0, 0]
    assert rows() == [("2026-06-15", "done", {"done": 1})]
    assert (told.runs[0].since, told.runs[0].today) == (date(2026, 6, 15), date(2026, 6, 15))


def test_every_missed_day_is_made_up_in_order_where_each_counts(app, present, told):
    job = daily(told, CatchUp.EACH)
    run(app, job)
    present.move(days=3)
    assert run(app, job) == 3
    assert told.days == ["2026-06-15", "2026-06-16", "2026-06-17", "2026-06-18"]


def test_at_most_so_many_days_are_made_up(app, present, told):
    job = daily(told, CatchUp.EACH, most=2)
    run(app, job)
    present.move(days=30)
    run(app, job)
    assert told.days == ["2026-06-15", "2026-07-14", "2026-07-15"]


def test_where_one_run_serves_for_all_it_is_told_since_when_nothing_was_done(app, present, told):
    job = daily(told)
    run(app, job)
    present.move(days=4)
    assert run(app, job) == 1
    assert (told.runs[-1].on, told.runs[-1].since) == (date(2026, 6, 19), date(2026, 6, 16))
    present.move(days=90)
    run(app, job)
    assert told.runs[-1].since == told.runs[-1].on - timedelta(days=30)


def test_a_start_before_the_hour_makes_yesterday_up_for_today(app, present, told):
    job = daily(told)
    run(app, job)
    present.at = datetime(2026, 6, 18, 11, 0, tzinfo=UTC)  # 05:00 in Guatemala
    run(app, job)
    assert (told.runs[-1].on, told.runs[-1].since) == (date(2026, 6, 18), date(2026, 6, 16))
    present.move(hours=2)
    assert run(app, job) == 1, "the slot of the day itself is run too; notices of one cause stay one"


def test_a_failure_is_written_down_and_tried_again_later(app, present, told):
    job = daily(told)
    told.error = OSError("disco lleno")
    assert run(app, job) == 1
    assert [status for _, status, _ in rows()] == ["failed"]
    assert run(app, job) == 0
    told.error = None
    present.move(minutes=3)
    assert run(app, job) == 1
    assert rows() == [("2026-06-15", "done", {"done": 1})]


def test_what_a_failing_job_had_not_committed_is_gone_and_the_next_job_is_not_hindered(app, present, told):
    def half(_run):
        with transaction():
            services.skip_slot("deliver-mail", "x", for_date=date(2026, 6, 15), now=present.at)
            raise RuntimeError("a medias")

    run(app, Job("send-due-reminders", Daily(time(6, 30)), half))
    run(app, daily(told))
    assert {slot for slot, _, _ in rows()} == {"2026-06-15"}
    assert told.days == ["2026-06-15"]


def test_a_run_that_crashed_is_taken_over_after_its_lease(app, present, told):
    job = daily(told)
    with transaction():
        services.claim_slot(
            job.name, "2026-06-15", for_date=date(2026, 6, 15), lease=job.lease, now=present.at
        )
    assert run(app, job) == 0
    present.move(minutes=15)
    assert run(app, job) == 1
    assert rows() == [("2026-06-15", "done", {"done": 1})]


def test_while_somebody_runs_it_by_hand_the_schedule_waits_and_loses_nothing(app, present, told):
    job = daily(told, CatchUp.EACH)
    run(app, job)
    present.move(days=2)
    admin = actor_of(make_user(AccountRole.ADMIN))
    with transaction():
        held = services.claim_by_hand(
            admin, job.name, for_date=date(2026, 6, 1), lease=job.lease,
            now=present.at,
        )  # fmt: skip
    assert run(app, job) == 0
    with transaction():
        services.finish(held, {}, now=present.at)
    assert run(app, job) == 2


def test_a_job_that_does_not_make_up_its_first_slot_waits_for_the_next(app, present, told):
    job = Job("compile-scheduled-reports", MonthEnd(time(3, 0)), told, CatchUp.EACH, makes_up_first=False)
    assert run(app, job) == 0
    assert rows() == [("2026-05-31", "done", {"skipped": 1})]
    present.at = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    run(app, job)
    assert told.days == ["2026-06-30", "2026-07-31", "2026-08-31"]


def test_a_job_of_every_minute_leaves_no_row_where_there_is_nothing_to_do(app, present, told):
    needed = [False]
    job = Job("deliver-mail", EveryMinute(), told, is_needed=lambda _now: needed[0])
    run(app, job)
    assert rows() == []
    needed[0] = True
    run(app, job)
    run(app, job)
    present.move(minutes=1)
    run(app, job)
    assert [slot for slot, _, _ in rows()] == ["2026-06-15T13:00Z", "2026-06-15T13:01Z"]


def test_a_crashed_run_of_every_minute_is_cleared_up_though_nothing_is_waiting(app, present, told):
    job = Job("deliver-mail", EveryMinute(), told, is_needed=lambda _now: False)
    with transaction():
        services.claim_slot(
            job.name, "2026-06-15T12:00Z", for_date=date(2026, 6, 15), lease=job.lease, now=present.at
        )
    present.move(hours=1)
    run(app, job)
    assert rows() == [("2026-06-15T12:00Z", "done", {"done": 1})]


def test_a_stop_is_heard_between_two_slots(app, present, told):
    job, stop = daily(told, CatchUp.EACH), Event()
    run(app, job)
    present.move(days=3)
    stop.set()
    assert run(app, job, stop) == 0


def test_what_an_administrator_asked_for_is_run_first(app, present, told):
    admin = actor_of(make_user(AccountRole.ADMIN))
    with transaction():
        services.request_run(
            admin, "flag-overdue", for_date=date(2026, 5, 1),
            today=date(2026, 6, 15), now=present.at,
        )  # fmt: skip
    assert run(app, daily(told)) == 2
    assert told.days == ["2026-05-01", "2026-06-15"]


def test_by_hand_a_job_runs_for_any_day_as_often_as_asked(app, present, told):
    job = daily(told)
    for _ in range(2):
        assert run_by_hand(app, job, on=date(2026, 1, 31)) == {"done": 1}
    assert told.days == ["2026-01-31", "2026-01-31"]
    assert run(app, job) == 1, "the schedule has its own slot"


def test_by_hand_a_failure_is_told_and_kept(app, present, told):
    told.error = ValueError("no se puede")
    with pytest.raises(JobFailedError, match="ValueError: no se puede"):
        run_by_hand(app, daily(told), on=date(2026, 6, 15))
    row = db.session.scalars(select(JobRun)).one()
    assert (row.status, row.error) == (JobStatus.FAILED, "ValueError: no se puede")
    assert run(app, daily(told)) == 1, "what failed by hand is not tried again by itself"


def test_by_hand_one_waits_for_the_run_that_is_going_on(app, present, told):
    with transaction():
        services.claim_slot(
            "flag-overdue", "2026-06-15", for_date=date(2026, 6, 15), lease=timedelta(minutes=1),
            now=present.at,
        )  # fmt: skip
    with pytest.raises(Conflict):
        run_by_hand(app, daily(told), on=date(2026, 6, 15))
