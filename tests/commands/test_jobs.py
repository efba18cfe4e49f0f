"""`jobs list | run`: counts for people and for programs; wrong names are 2, failures are 1."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.support.factories.plans import window
from tests.support.factories.reports import make_scene, row_counts
from tracker.commands import jobs as commands
from tracker.jobs.ledger import JobFailedError
from tracker.jobs.schedule import JOBS

DUE = date(2026, 8, 31)
NAMES = [
    "flag-overdue",
    "open-reporting-rounds",
    "flag-agreements-and-observations",
    "ogp-clock",
    "retention",
    "tell-followers",
    "send-overdue-reminders",
    "send-due-reminders",
    "send-digests",
    "deliver-mail",
    "refresh-search",
    "compile-scheduled-reports",
    "run-requested-reports",
    "refresh-open-data",
    "sweep-orphans",
    "verify-evidence",
    "check-links",
    "send-webhooks",
]


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_scene(windows=(window(date(2026, 1, 1), DUE),), activities_per_milestone=2)


def run(app, *arguments, expect=0):
    result = app.test_cli_runner().invoke(args=["jobs", *arguments])
    assert result.exit_code == expect, result.output
    return result


def counts(app, *arguments):
    return json.loads(run(app, "run", *arguments, "--format", "json").stdout)["counts"]


def test_every_job_is_listed_with_its_schedule_its_last_run_and_its_next(app, scene):
    run(app, "run", "flag-overdue", "--date", "2026-09-01")
    listed = json.loads(run(app, "list", "--format", "json").stdout)
    assert [one["name"] for one in listed] == NAMES == [job.name for job in JOBS]
    assert listed[0]["schedule"] == "daily at 00:10"
    assert listed[0]["last_run"]["date"] == "2026-09-01"
    assert listed[0]["last_run"]["status"] == "done"
    assert listed[0]["last_run"]["counts"]["opened"] == 2
    assert [one["last_run"] for one in listed[1:]] == [None] * (len(NAMES) - 1)
    assert all(one["next_run_at"] for one in listed)


def test_for_a_person_the_list_is_in_words(app, scene):
    run(app, "run", "flag-overdue", "--date", "2026-09-01")
    words = run(app, "list").output
    assert "flag-overdue: Marca lo vencido y cuenta los días de atraso" in words
    assert "los lunes a las 00:40" in words
    assert "marcados como vencidos: 2" in words
    assert "nunca" in words


def test_running_a_job_for_a_day_prints_what_it_counted(app, scene):
    result = run(app, "run", "flag-overdue", "--date", "2026-09-01")
    assert result.stdout.startswith("flag-overdue 2026-09-01: planes: 1, marcados como vencidos: 2")


def test_doing_it_twice_adds_nothing_but_the_run_itself(app, scene):
    assert counts(app, "send-due-reminders", "--date", "2026-08-24")["notices"] == 4
    with app.app_context():
        before = row_counts()
    assert counts(app, "send-due-reminders", "--date", "2026-08-24")["notices"] == 0
    with app.app_context():
        after = row_counts()
    assert {name for name in after if after[name] != before[name]} == {"job_runs"}


def test_reminders_end_as_one_file_for_each_person(app, scene):
    counts(app, "send-due-reminders", "--date", "2026-08-24")
    assert counts(app, "send-digests", "--date", "2026-08-24")["mails"] == 2
    assert counts(app, "deliver-mail")["sent"] == 2
    assert counts(app, "deliver-mail")["sent"] == 0
    assert len(list((Path(app.instance_path) / "outbox").glob("*.eml"))) == 2


def test_two_kinds_of_reminders_of_one_morning_are_one_mail(app, scene):
    counts(app, "send-overdue-reminders", "--date", "2026-09-07")
    counts(app, "send-due-reminders", "--date", "2026-09-07")
    assert counts(app, "send-digests", "--date", "2026-09-07")["mails"] == 1
    assert counts(app, "send-digests", "--date", "2026-09-07")["mails"] == 0
    assert counts(app, "deliver-mail")["sent"] == 1


def test_reports_of_a_months_end_are_made_once(app, scene):
    first = counts(app, "compile-scheduled-reports", "--date", "2026-05-31")
    assert first == {"requested": 1, "compiled": 1, "failed": 0}
    assert counts(app, "compile-scheduled-reports", "--date", "2026-05-31")["requested"] == 0


def test_for_a_day_to_come_it_warns(app, scene):
    assert "todavía no llega" in run(app, "run", "flag-overdue", "--date", "2099-01-01").stderr


def test_an_unknown_name_is_2_and_tells_the_names(app):
    result = run(app, "run", "nada", expect=2)
    assert "No hay ningún trabajo que se llame «nada»." in result.stderr
    assert "flag-overdue" in result.stderr


def test_a_date_that_is_none_is_2(app):
    run(app, "run", "flag-overdue", "--date", "31/12/2026", expect=2)


def test_a_failure_is_1_and_says_why(app, monkeypatch):
    def fail(*_arguments, **_more):
        raise JobFailedError("OSError: disco lleno")

    monkeypatch.setattr(commands, "run_by_hand", fail)
    assert "El trabajo falló: OSError: disco lleno" in run(app, "run", "flag-overdue", expect=1).stderr
