"""What a night of the jobs costs: processor seconds, statements and peak memory, by number of activities.

    .venv/bin/python -m bench.nightly_jobs 1 10 100           # plans of 1,000 activities each, on SQLite
    .venv/bin/python -m bench.nightly_jobs --postgresql 1 10 100

Each job runs in a process of its own, whose memory is what it took beyond the application itself. On
PostgreSQL the server's own work is not in the processor seconds but in the time passed. Exit 1 where a job
takes a minute.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

from bench.plan_set import DAY, make_plan_set, report_something
from tests.support import postgres
from tests.support.databases import MIGRATIONS
from tests.support.queries import count_queries
from tracker import clock
from tracker.app import create_app
from tracker.db import db
from tracker.jobs.ledger import run_by_hand
from tracker.jobs.schedule import find_job

EVE = DAY - timedelta(days=1)
NIGHT: tuple[tuple[str, str, date], ...] = (
    ("flag-overdue, first", "flag-overdue", EVE),
    ("refresh-search, first", "refresh-search", EVE),
    ("flag-overdue", "flag-overdue", DAY),
    ("open-reporting-rounds", "open-reporting-rounds", DAY),
    ("flag-agreements-and-observations", "flag-agreements-and-observations", DAY),
    ("retention", "retention", DAY),
    ("tell-followers", "tell-followers", DAY),
    ("send-overdue-reminders", "send-overdue-reminders", DAY),
    ("send-due-reminders", "send-due-reminders", DAY),
    ("send-digests", "send-digests", DAY),
    ("deliver-mail", "deliver-mail", DAY),
    ("refresh-search, a report", "refresh-search", DAY),
    ("flag-overdue, again", "flag-overdue", DAY),
)
MOST_SECONDS = 60


def main() -> int:
    """Measure every size, print a table for each, and say whether the bar holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plans", nargs="*", type=int, default=[1, 10, 100])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", default="", help="only jobs whose name begins so, after the first night")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        name, on, folder = given.one
        print(json.dumps(_run_one(name, date.fromisoformat(on), Path(folder))))
        return 0
    slow = []
    for plans in given.plans:
        with _database(given.postgresql) as (url, folder):
            slow += _night(plans, url, folder, given.only)
    print("over the bar: " + (", ".join(slow) or "none"))
    return 1 if slow else 0


def _night(plans: int, url: str, folder: Path, only: str) -> list[str]:
    app = _app(url, folder)
    began = time.monotonic()
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        make_plan_set(plans)
        db.session.remove()
        db.engine.dispose()
    print(f"{plans * 1000:,} activities, {url.split(':')[0]}; made in {time.monotonic() - began:.0f} s")
    print(f"{'job':<34}{'processor s':>12}{'passed s':>10}{'statements':>12}{'MB':>6}  counts", flush=True)
    slow = []
    for title, name, on in NIGHT:
        if on == DAY and not title.startswith(only):
            continue
        if title == "refresh-search, a report":
            with app.app_context():
                report_something()
                db.session.remove()
                db.engine.dispose()
        found = _in_a_process(name, on, url, folder)
        times = f"{found['processor']:>12.1f}{found['passed']:>10.1f}"
        cells = f"{times}{found['statements']:>12}{found['memory']:>6.0f}"
        print(f"{title:<34}{cells}  {found['counts']}", flush=True)
        slow += [f"{title} at {plans},000"] if found["processor"] >= MOST_SECONDS else []
    return slow


def _in_a_process(name: str, on: date, url: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.nightly_jobs", "--one", name, on.isoformat(), str(folder)]
    done = subprocess.run(  # noqa: S603  # this program itself
        command, env=os.environ | {"CUMPLE_BENCH_URL": url}, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run_one(name: str, on: date, folder: Path) -> dict[str, Any]:
    """The job as the scheduler runs it, at half past six of its day."""
    clock.now = lambda: datetime(on.year, on.month, on.day, 12, 45, tzinfo=UTC)  # type: ignore[assignment]  # the bench's own day
    app = _app(os.environ["CUMPLE_BENCH_URL"], folder)
    with app.app_context():
        with db.engine.connect():
            pass
        gc.freeze()  # as the worker does
        before, began, used = _peak(), time.monotonic(), time.process_time()
        with count_queries(db.engine) as statements:
            counts = run_by_hand(app, find_job(name), on=on)
        return {
            "processor": time.process_time() - used,
            "passed": time.monotonic() - began,
            "statements": len(statements),
            "memory": _peak() - before,
            "counts": dict(counts),
        }


def _peak() -> float:
    """The most memory that this process ever took, in MB; the kernel's count for this program alone."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def _app(url: str, folder: Path) -> Flask:
    return create_app({"INSTANCE_PATH": str(folder / "instance"), "DATABASE_URL": url, "TESTING": True})


@contextmanager
def _database(on_postgres: bool) -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not on_postgres:
            yield f"sqlite:///{folder / 'bench.db'}", folder
            return
        server = postgres.PostgresServer()
        try:
            server.start()
            yield postgres.create_database(server.folder, "bench"), folder
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
