"""The scheduler's process, as real processes: each slot once, a standby, a killed leader, a quick stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.support.shared import ROOT

# A worker with one job of its own, slow enough to be caught in the middle of it.
SLOW = """
import sys, time
from datetime import time as at
from pathlib import Path
from tracker.app import create_app
from tracker.commands import jobs as commands
from tracker.domain.slots import Daily
from tracker.jobs import worker
from tracker.jobs.run import Job

def slow(run):
    Path(sys.argv[1]).touch()
    time.sleep(30)
    return {"done": 1}

commands.Worker = lambda app: worker.Worker(app, (Job("flag-overdue", Daily(at(0, 0)), slow),))
app = create_app()
app.cli.main(["jobs", "work"], prog_name="cumple", obj=commands.ScriptInfo(create_app=lambda: app))
"""


@pytest.fixture
def environment(migrated_database_url: str, tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CUMPLE_")}
    return inherited | {
        "CUMPLE_DATABASE_URL": migrated_database_url,
        "CUMPLE_INSTANCE_PATH": str(tmp_path / "instance"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = create_engine(migrated_database_url)
    yield engine
    engine.dispose()


@contextmanager
def workers(
    environment: dict[str, str], tmp_path: Path, *commands: list[str]
) -> Iterator[list[subprocess.Popen]]:
    """Processes that end with the block, whatever happens in it; their logs stand beside the test."""
    started = []
    try:
        for number, command in enumerate(commands):
            with (tmp_path / f"worker-{number}.log").open("wb") as log:
                started.append(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log))
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


# What a first start runs whatever the hour, each once; more of the table may have its time.
FIRST = dict.fromkeys(
    (
        "flag-overdue",
        "open-reporting-rounds",
        "send-overdue-reminders",
        "send-due-reminders",
        "compile-scheduled-reports",
        "check-links",
    ),
    1,
)
WORK = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def stops_quickly(process: subprocess.Popen, asked: signal.Signals) -> None:
    """Within two seconds of a processor of its own; on a busy machine of its share of one."""
    allowed = 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    began = time.monotonic()
    process.send_signal(asked)
    assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < allowed


def log_of(tmp_path: Path, number: int) -> str:
    return (tmp_path / f"worker-{number}.log").read_text("utf-8")


def leads(tmp_path: Path, number: int) -> bool:
    return "this process runs the jobs" in log_of(tmp_path, number)


def runs(engine: Engine) -> dict[str, int]:
    """How many slots each job has had, by name; done ones only."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT job, count(*) FROM job_runs WHERE status = 'done' GROUP BY job")
        )
        return dict(rows.all())


def test_two_workers_started_at_once_run_each_slot_once_and_if_one_is_killed_the_other_takes_over(
    environment, engine, tmp_path
):
    with workers(environment, tmp_path, WORK, WORK) as started:
        eventually(lambda: FIRST.items() <= runs(engine).items())
        eventually(lambda: "standing by" in log_of(tmp_path, 0) + log_of(tmp_path, 1))
        assert leads(tmp_path, 0) != leads(tmp_path, 1)
        assert [process.poll() for process in started] == [None, None]
        leader = 0 if leads(tmp_path, 0) else 1
        started[leader].kill()
        eventually(lambda: leads(tmp_path, 1 - leader))
        time.sleep(1)  # long enough for what it must not do: run a slot again
        assert set(runs(engine).values()) == {1}


def test_leader_and_standby_stop_within_two_seconds_each(environment, engine, tmp_path):
    with workers(environment, tmp_path, WORK, WORK) as started:
        eventually(lambda: FIRST.items() <= runs(engine).items())
        eventually(lambda: "standing by" in log_of(tmp_path, 0) + log_of(tmp_path, 1))
        leader, standby = started if leads(tmp_path, 0) else reversed(started)
        stops_quickly(standby, signal.SIGINT)
        assert leader.poll() is None
        stops_quickly(leader, signal.SIGTERM)


def test_a_worker_in_the_middle_of_a_job_stops_too_and_leaves_the_slot_to_be_taken_over(
    environment, engine, tmp_path
):
    begun = tmp_path / "begun"
    with workers(environment, tmp_path, [sys.executable, "-c", SLOW, str(begun)]) as (worker,):
        eventually(begun.exists)
        stops_quickly(worker, signal.SIGTERM)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT status FROM job_runs")).scalars().all() == ["running"]
        connection.execute(text("UPDATE job_runs SET lease_until = started_at"))
    with workers(environment, tmp_path, WORK):
        eventually(lambda: runs(engine).get("flag-overdue") == 1)
    with engine.connect() as connection:
        attempts = (
            connection.execute(text("SELECT attempts FROM job_runs WHERE job = 'flag-overdue'"))
            .scalars()
            .all()
        )
    assert attempts == [2]


def test_without_a_database_the_worker_waits_instead_of_ending(environment, tmp_path):
    environment["CUMPLE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'no-such-folder' / 'cumple.db'}"
    with workers(environment, tmp_path, WORK) as (worker,):
        eventually(lambda: "could not be looked at" in log_of(tmp_path, 0))
        assert worker.poll() is None
        stops_quickly(worker, signal.SIGTERM)
