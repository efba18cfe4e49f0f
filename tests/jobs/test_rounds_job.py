"""open-reporting-rounds: opens once, tells once, however often and by whomever it is run."""

from __future__ import annotations

import threading
from datetime import date
from threading import Event as Stop

import pytest
from sqlalchemy import func, select

from tests.support.factories.plans import NOW
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.jobs.digests import send_digests
from tracker.jobs.ledger import run_by_hand
from tracker.jobs.reminders import send_due_reminders
from tracker.jobs.rounds import open_reporting_rounds
from tracker.jobs.run import CatchUp, Run
from tracker.jobs.schedule import JOBS, find_job
from tracker.models.notices import Notice, OutboxMail
from tracker.models.rounds import ReportingRound, RoundItem
from tracker.services.rounds import open_rounds

JUNE_1 = date(2026, 6, 1)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def run(app, job, on, today=None):
    config = {**app.config, "BASE_URL": "https://cumple.gob.example"}
    return dict(job(Run(on, on, today or on, config, Stop(), by_hand=True)))


def test_it_stands_in_the_table_after_the_figures_are_brought_to_the_day():
    names = [one.name for one in JOBS]
    assert names[:2] == ["flag-overdue", "open-reporting-rounds"]
    assert find_job("open-reporting-rounds").catch_up is CatchUp.EACH


def test_it_opens_each_plans_round_and_tells_those_it_asks(app, scene):
    assert run(app, open_reporting_rounds, JUNE_1) == {
        "plans": 1,
        "rounds_opened": 1,
        "lines": 4,
        "notices": 2,
        "cleared": 0,
        "nobody_to_tell": 0,
    }
    again = run(app, open_reporting_rounds, JUNE_1)
    assert (again["rounds_opened"], again["notices"]) == (0, 0)


def test_by_hand_for_a_day_of_the_past_it_opens_that_round_and_tells_nobody(app, scene):
    counts = run_by_hand(app, find_job("open-reporting-rounds"), on=JUNE_1)
    assert (counts["rounds_opened"], counts["notices"]) == (1, 0)
    assert run_by_hand(app, find_job("open-reporting-rounds"), on=JUNE_1)["rounds_opened"] == 0


def test_the_days_letter_tells_of_the_round_with_everything_else(app, scene):
    run(app, open_reporting_rounds, JUNE_1)
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    run(app, send_due_reminders, JUNE_1)
    assert run(app, send_digests, JUNE_1)["mails"] == 2
    subjects = set(db.session.scalars(select(OutboxMail.subject)))
    assert subjects == {"Ronda de junio de 2026: cierra el 30 de junio de 2026"}


def test_three_days_before_the_end_the_letter_reminds_of_it(app, scene):
    run(app, open_reporting_rounds, JUNE_1)
    run(app, send_due_reminders, date(2026, 6, 27))
    kinds = db.session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["round-opened", "round-opened", "round-due", "round-due"]


def test_two_at_once_open_one_round(app):
    with app.app_context():
        make_scene(activities_per_milestone=2)
    barrier, opened, failed = threading.Barrier(3), [], []

    def work():
        with app.app_context():
            barrier.wait(30)
            try:
                with transaction():
                    opened.append(open_rounds(SYSTEM, today=JUNE_1, now=NOW).opened)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert (sorted(opened), failed) == ([0, 0, 1], [])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ReportingRound)) == 1
        assert db.session.scalar(select(func.count()).select_from(RoundItem)) == 4
