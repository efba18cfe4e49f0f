"""What leaves soon: the next minute's mail, gathered with all that is open, never two where one serves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event as Stop

import pytest
from sqlalchemy import select

from tests.support.factories.reports import make_scene
from tracker import clock
from tracker.db import db, transaction
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.digests import send_digests
from tracker.jobs.letters import GATHERING
from tracker.jobs.run import Run
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


@pytest.fixture
def run(app):
    today = clock.today()
    config = {**app.config, "BASE_URL": "https://cumple.gob.example", "MAIL_FROM": "Cumple <no@gob.example>"}
    return Run(today, today, today, config, Stop())


def mails():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_a_return_leaves_with_the_next_minute_together_with_what_waits_for_the_days_mail(scene, run):
    first, second, _third = scene.made.activities
    scene.validated(first, percent=40)
    assert not mail_is_waiting(clock.now())
    scene.give_back(scene.submitted(second, percent=40))
    assert mail_is_waiting(clock.now())
    assert deliver_mail(run)["sent"] == 1
    (mail,) = mails()
    assert mail.subject == "Un informe devuelto y un informe aceptado"
    assert not mail_is_waiting(clock.now())
    assert send_digests(replace(run, by_hand=True))["mails"] == 0


def test_returns_that_follow_are_gathered_into_one_mail(scene, run):
    first, second, third = scene.made.activities
    scene.give_back(scene.submitted(first, percent=40))
    deliver_mail(run)
    scene.give_back(scene.submitted(second, percent=40))
    scene.give_back(scene.submitted(third, percent=40))
    assert not mail_is_waiting(clock.now())
    assert deliver_mail(run)["sent"] == 0
    with transaction():
        db.session.scalars(select(OutboxMail)).one().created_at = (
            clock.now() - GATHERING - timedelta(minutes=1)
        )
    assert deliver_mail(run)["sent"] == 1
    assert [one.subject for one in mails()][1] == "2 informes devueltos"


def test_what_was_corrected_meanwhile_is_not_told(scene, run):
    report = scene.give_back(scene.submitted(percent=40))
    scene.submit(scene.correct(report))
    assert not mail_is_waiting(clock.now())
    assert deliver_mail(run)["sent"] == 0


def test_a_mail_that_could_not_leave_is_not_written_again_every_minute(scene, run):
    scene.give_back(scene.submitted(percent=40))
    settings = {**run.settings, "SMTP_URL": "smtp://127.0.0.1:9"}
    failing = Run(run.on, run.since, run.today, settings, run.stop)
    assert deliver_mail(failing)["postponed"] == 1
    assert deliver_mail(failing) == {"sent": 0, "postponed": 0, "failed": 0, "cancelled": 0}
    assert [one.status for one in mails()] == [MailStatus.QUEUED]
    assert [one.status for one in db.session.scalars(select(Notice))] == [NoticeStatus.OPEN]
