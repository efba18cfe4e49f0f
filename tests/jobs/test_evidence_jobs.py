"""check-links, verify-evidence and sweep-orphans as they are run: twice, killed, for a past day."""

from __future__ import annotations

import io
import os
import time
from dataclasses import replace
from datetime import date, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.reports import PDF, evidence_row, make_scene
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.links import LinkOutcome
from tracker.domain.permissions import AccountRole
from tracker.jobs import evidence as jobs
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.digests import send_digests
from tracker.jobs.ledger import run_by_hand, run_missing
from tracker.jobs.run import Run
from tracker.jobs.schedule import JOBS, find_job
from tracker.models.checks import FileCheck, LinkCheck
from tracker.models.jobs import JobRun, JobStatus
from tracker.models.notices import OutboxMail
from tracker.queries.links import DueLink
from tracker.services import storage
from tracker.services.fetching import Fetched
from tracker.services.link_checks import record_look


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


@pytest.fixture
def run(app_context):
    def make(**more):
        today = more.pop("today", clock.today())
        on, settings = more.pop("on", today), {**app_context.config, "LINK_DELAY_SECONDS": 0, **more}
        return Run(on, today, today, settings, Event())

    return make


@pytest.fixture
def web(monkeypatch):
    """What stands at each address; asked of nobody."""

    class Web:
        def __init__(self):
            self.asked, self.outcomes, self.killed_at = [], {}, None

        def look_at(self, url, rules):
            if url == self.killed_at:
                raise KeyboardInterrupt
            self.asked.append(url)
            return Fetched(self.outcomes.get(url, LinkOutcome.ANSWERS), 200, url)

    web = Web()
    monkeypatch.setattr(jobs, "look_at", web.look_at)
    return web


def hand_in(scene, *urls):
    draft = scene.draft(answers=())
    for url in urls:
        scene.link(draft, scene.activity.means, url=url, title=url)
    return scene.submit(draft)


def checks():
    db.session.rollback()
    return {one.url: one for one in db.session.scalars(select(LinkCheck))}


def test_hosts_are_asked_in_turn():
    urls = [f"https://{one}" for one in ("a.gt/1", "a.gt/2", "a.gt/3", "b.gt/1", "A.gt/4", "c.gt/1")]
    order = [one.url for one in jobs.in_turn([DueLink(url, date(2026, 1, 1)) for url in urls])]
    assert order == [urls[0], urls[3], urls[5], urls[1], urls[2], urls[4]]


def test_a_host_is_given_its_time_and_a_stop_ends_the_wait(run):
    told = run()
    pace = jobs.Pace(told, 0.3)
    began = time.monotonic()
    assert pace.wait_for("a.gt")
    assert pace.wait_for("b.gt")
    assert time.monotonic() - began < 0.2
    assert pace.wait_for("a.gt")
    assert time.monotonic() - began >= 0.3
    told.stop.set()
    assert not pace.wait_for("a.gt")


def test_a_second_run_on_the_same_day_asks_nobody_again(scene, run, web):
    hand_in(scene, "https://a.gt/1", "https://b.gt/1")
    web.outcomes["https://b.gt/1"] = LinkOutcome.TOO_SLOW
    first, second = jobs.check_links(run()), jobs.check_links(run())
    assert first == {"links": 2, "links_answering": 1, "links_failing": 1, "links_down": 0}
    assert (second["links"], len(web.asked)) == (0, 2)


def test_killed_in_the_middle_the_next_run_goes_on_where_it_was(scene, run, web):
    hand_in(scene, "https://a.gt/1", "https://b.gt/1", "https://c.gt/1")
    web.killed_at = "https://b.gt/1"
    with pytest.raises(KeyboardInterrupt):
        jobs.check_links(run())
    assert list(checks()) == ["https://a.gt/1"]
    web.killed_at = None
    assert jobs.check_links(run())["links"] == 2
    assert web.asked == ["https://a.gt/1", "https://b.gt/1", "https://c.gt/1"]


def test_a_run_for_a_past_day_makes_nothing_up(scene, run, web):
    hand_in(scene, "https://a.gt/1")
    web.outcomes["https://a.gt/1"] = LinkOutcome.NOT_FOUND
    jobs.check_links(run(on=clock.today() - timedelta(days=20)))
    assert checks()["https://a.gt/1"].failing_since == clock.today()


@pytest.mark.parametrize("limits", [{"LINKS_PER_RUN": 1}, {"LINK_MINUTES": 0}])
def test_a_run_has_limits(scene, run, web, limits):
    hand_in(scene, "https://a.gt/1", "https://b.gt/1")
    assert jobs.check_links(run(**limits))["links"] == limits.get("LINKS_PER_RUN", 0)


def test_a_run_that_is_stopped_ends(scene, run, web):
    hand_in(scene, "https://a.gt/1")
    told = run()
    told.stop.set()
    assert jobs.check_links(told)["links"] == 0


def test_the_operator_names_the_hosts_inside_and_the_service_says_who_asks(run):
    rules = jobs.link_rules(run(LINK_HOSTS_ALLOWED=" Intranet.gob.gt , x.gt:8080,").settings)
    assert rules.hosts == {"intranet.gob.gt", "x.gt:8080"}
    assert rules.agent == "Cumple (+http://127.0.0.1:8000)"


def test_who_handed_a_dead_link_in_reads_it_in_the_days_letter(scene, run):
    hand_in(scene, "https://a.gt/1")
    link = DueLink("https://a.gt/1", clock.today())
    for day in range(3):
        today = clock.today() + timedelta(days=day)
        with transaction():
            record_look(link, Fetched(LinkOutcome.NO_HOST, 0, link.url), days=3, today=today, now=clock.now())
    send_digests(replace(run(), by_hand=True))
    db.session.rollback()
    (mail,) = db.session.scalars(select(OutboxMail))
    assert mail.subject.startswith("Un enlace que no responde: 1.1 ")
    assert "Hay enlaces de evidencia que no responden." in mail.body
    assert "/avances/evidencia/" in mail.body


def test_administrators_read_of_damage_within_minutes(scene, run):
    make_user(AccountRole.ADMIN)
    sha256 = evidence_row(scene.file(scene.draft(answers=()))).sha256
    storage.path_of(scene.evidence_url, sha256).unlink()
    assert jobs.verify_evidence(run()) == {"files": 1, "megabytes": 1, "damaged": 1}
    assert mail_is_waiting(clock.now())
    db.session.rollback()
    deliver_mail(run())
    db.session.rollback()
    (mail,) = db.session.scalars(select(OutboxMail))
    assert mail.subject == "Un archivo dañado: Falta un archivo acta.pdf"
    assert f"SHA-256 {sha256}" in mail.body


def test_a_night_verifies_up_to_its_megabytes_and_the_next_goes_on(scene, run):
    draft = scene.draft(answers=())
    for number in range(3):
        scene.file(draft, data=PDF + bytes(700_000) + bytes([number]))
    first = jobs.verify_evidence(run(VERIFY_MB=1))
    assert first == {"files": 2, "megabytes": 2, "damaged": 0}
    db.session.rollback()
    jobs.verify_evidence(run(VERIFY_MB=1))
    db.session.rollback()
    assert len(list(db.session.scalars(select(FileCheck)))) == 3


def test_what_nobody_names_is_swept_once(scene, run):
    upload_to = scene.evidence_url
    received = storage.receive(io.BytesIO(PDF), upload_to, max_bytes=10_000)
    file = storage.keep(received, upload_to)
    os.utime(file, (1, 1))
    assert (jobs.sweep_orphans(run()), jobs.sweep_orphans(run())) == ({"orphans": 1}, {"orphans": 0})


def test_the_command_only_lists_them(scene, app_context):
    file = storage.keep(
        storage.receive(io.BytesIO(PDF), scene.evidence_url, max_bytes=10_000), scene.evidence_url
    )
    os.utime(file, (1, 1))
    told = app_context.test_cli_runner().invoke(args=["orphans"]).output
    assert str(file) in told
    assert "1 archivo sobra." in told
    assert '"size"' in app_context.test_cli_runner().invoke(args=["orphans", "--format", "json"]).output
    assert file.exists()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_by_hand_for_a_past_day_and_twice(scene, app_context, web, job):
    hand_in(scene, "https://a.gt/1")
    contact = actor_of(make_user(AccountRole.ADMIN))
    on = clock.today() - timedelta(days=40)
    for _ in range(2):
        run_by_hand(app_context, job, on=on, actor=contact)
    db.session.rollback()
    assert [
        one.status
        for one in db.session.scalars(select(JobRun).where(JobRun.job == job.name).order_by(JobRun.id))
    ] == [
        JobStatus.DONE,
        JobStatus.DONE,
    ]


@pytest.mark.parametrize("name", ["check-links", "verify-evidence", "sweep-orphans", "retention"])
def test_at_the_first_start_the_nights_before_are_not_made_up(scene, app_context, web, name):
    hand_in(scene, "https://a.gt/1")
    run_missing(app_context, find_job(name), Event())
    assert web.asked == []
