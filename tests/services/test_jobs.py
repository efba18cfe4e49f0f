"""The ledger: a slot is done once, a crashed one is taken over, a failed one is tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.jobs import JobRun, JobStatus
from tracker.queries import jobs as queries
from tracker.queries.jobs import MAX_ATTEMPTS
from tracker.services import jobs as services

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
DAY = date(2026, 6, 15)
LEASE = timedelta(minutes=15)


def claim(slot="2026-06-15", now=NOW, job="flag-overdue"):
    with transaction():
        return services.claim_slot(job, slot, for_date=date.fromisoformat(slot), lease=LEASE, now=now)


def finish(held, now=NOW, **counts):
    with transaction():
        return services.finish(held, counts, now=now)


def fail(held, now=NOW):
    with transaction():
        return services.fail(held, "OSError: disco lleno", now=now)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(JobRun).order_by(JobRun.id)))


def test_a_slot_is_claimed_once(app_context):
    held = claim()
    assert (held.job, held.for_date, held.attempt) == ("flag-overdue", DAY, 1)
    assert claim() is None
    finish(held, opened=3)
    assert claim(now=NOW + timedelta(days=9)) is None
    (row,) = rows()
    assert (row.status, row.counts, row.finished_at) == (JobStatus.DONE, {"opened": 3}, NOW)


def test_no_two_runs_of_a_job_go_side_by_side_but_other_jobs_do(app_context):
    claim("2026-06-14")
    assert claim("2026-06-15") is None
    assert claim("2026-06-15", job="deliver-mail") is not None


def test_a_crashed_run_is_taken_over_after_its_lease_and_not_before(app_context):
    crashed = claim()
    assert queries.list_unfinished_slots("flag-overdue", NOW) == []
    later = NOW + LEASE
    assert [one.slot for one in queries.list_unfinished_slots("flag-overdue", later)] == ["2026-06-15"]
    taken = claim(now=later)
    assert taken.attempt == 2
    assert finish(crashed, later) is False, "the one that was given up for dead may not finish"
    assert rows()[0].status is JobStatus.RUNNING
    assert finish(taken, later) is True


def test_a_run_given_up_for_dead_cannot_fail_the_one_that_took_over(app_context):
    crashed = claim()
    claim(now=NOW + LEASE)
    assert fail(crashed) is False


def test_a_failed_run_is_tried_again_after_a_while_and_a_few_times_only(app_context):
    now = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        held = claim(now=now)
        assert held.attempt == attempt
        fail(held, now)
        assert claim(now=now) is None
        now += timedelta(hours=2)
    assert claim(now=now) is None
    assert queries.list_unfinished_slots("flag-overdue", now) == []
    assert rows()[0].error == "OSError: disco lleno"


def test_what_was_run_by_hand_is_no_slot_of_the_schedule(app_context):
    with transaction():
        held = services.claim_by_hand(SYSTEM, "flag-overdue", for_date=DAY, lease=LEASE, now=NOW)
    finish(held)
    assert queries.get_last_slot("flag-overdue") is None
    assert claim() is not None


def test_a_run_by_hand_waits_for_the_one_that_is_going_on(app_context):
    claim()
    with pytest.raises(Conflict) as error, transaction():
        services.claim_by_hand(SYSTEM, "flag-overdue", for_date=DAY, lease=LEASE, now=NOW)
    assert error.value.code == "job-running"


def test_the_last_day_done_counts_whoever_did_it(app_context):
    finish(claim("2026-06-10"))
    with transaction():
        held = services.claim_by_hand(
            SYSTEM, "flag-overdue", for_date=date(2026, 6, 12), lease=LEASE, now=NOW
        )
    finish(held)
    fail(claim("2026-06-13"))
    assert queries.get_last_done_date("flag-overdue", before=DAY) == date(2026, 6, 12)
    assert queries.get_last_done_date("flag-overdue", before=date(2026, 6, 12)) == date(2026, 6, 10)
    assert queries.get_last_done_date("flag-overdue", before=date(2026, 6, 10)) is None


def test_a_slot_can_be_skipped_once(app_context):
    for _ in range(2):
        with transaction():
            services.skip_slot("compile-scheduled-reports", "2026-05-31", for_date=date(2026, 5, 31), now=NOW)
    (row,) = rows()
    assert (row.status, row.counts) == (JobStatus.DONE, {"skipped": 1})
    assert queries.get_last_slot("compile-scheduled-reports") == "2026-05-31"


@pytest.fixture
def admin(app_context):
    return actor_of(make_user(AccountRole.ADMIN, name="Ana"))


def ask(actor, day=DAY):
    with transaction():
        services.request_run(actor, "flag-overdue", for_date=day, today=DAY, now=NOW)


def test_an_administrator_asks_for_a_run_and_the_scheduler_takes_it_up(admin):
    ask(admin, date(2026, 5, 1))
    (asked,) = queries.list_requested_runs("flag-overdue")
    with transaction():
        held = services.claim_requested(asked, lease=LEASE, now=NOW)
    assert held.for_date == date(2026, 5, 1)
    with transaction():
        assert services.claim_requested(asked, lease=LEASE, now=NOW) is None
    finish(held, opened=1)
    assert queries.list_requested_runs("flag-overdue") == []
    assert queries.get_last_runs(NOW)["flag-overdue"].by == "Ana"


def test_a_requested_run_waits_for_the_one_that_is_going_on(admin):
    claim()
    ask(admin)
    (asked,) = queries.list_requested_runs("flag-overdue")
    with transaction():
        assert services.claim_requested(asked, lease=LEASE, now=NOW) is None


def test_asking_twice_is_refused_and_so_is_a_day_to_come(admin):
    ask(admin)
    with pytest.raises(Conflict):
        ask(admin)
    with pytest.raises(DomainError) as error:
        ask(admin, DAY + timedelta(days=1))
    assert error.value.code == "job-date-ahead"


@pytest.mark.parametrize("role", [AccountRole.CONTACT_POINT, AccountRole.AUDITOR, AccountRole.TABLE_MEMBER])
def test_only_administrators_run_jobs(app_context, role):
    with pytest.raises(NotAllowed):
        ask(actor_of(make_user(role)))


def test_runs_are_listed_newest_first_filtered_and_continued(admin):
    finish(claim("2026-06-10"))
    fail(claim("2026-06-11"))
    finish(claim("2026-06-12", job="deliver-mail"))
    listed = queries.list_runs(admin, now=NOW)
    assert [(one.job, one.for_date.day) for one in listed] == [
        ("deliver-mail", 12),
        ("flag-overdue", 11),
        ("flag-overdue", 10),
    ]
    assert [one.for_date.day for one in queries.list_runs(admin, now=NOW, only_failed=True)] == [11]
    assert [one.for_date.day for one in queries.list_runs(admin, now=NOW, job="deliver-mail")] == [12]
    assert [
        one.for_date.day for one in queries.list_runs(admin, now=NOW, before_id=listed[0].id, limit=1)
    ] == [11]
    assert queries.count_failed_since(admin, NOW) == 1
    assert queries.count_failed_since(admin, NOW + timedelta(seconds=1)) == 0


def test_a_run_past_its_lease_is_shown_as_interrupted(admin):
    claim()
    assert [one.is_stuck for one in queries.list_runs(admin, now=NOW)] == [False]
    assert [one.is_stuck for one in queries.list_runs(admin, now=NOW + LEASE)] == [True]
