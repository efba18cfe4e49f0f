"""`make run` starts two things that live and die together."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.shared import ROOT

WEB = """
import os, pathlib, subprocess, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
grandchild = subprocess.Popen(["sleep", "600"])
server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
pathlib.Path(sys.argv[2]).write_text(f"{os.getpid()} {grandchild.pid}")
server.serve_forever()
"""
JOBS = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(float(sys.argv[2])); sys.exit(3)
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _until(condition, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Running:
    """A started `scripts/run.py` and the processes under it."""

    def __init__(self, folder: Path, job_seconds: float, prepare: str) -> None:
        self.pids, self.output = [folder / "web.pid", folder / "jobs.pid"], folder / "output"
        web = shlex.join([sys.executable, "-c", WEB, str(port := _free_port()), str(self.pids[0])])
        jobs = shlex.join([sys.executable, "-c", JOBS, str(self.pids[1]), str(job_seconds)])
        command = [sys.executable, str(ROOT / "scripts" / "run.py"), "--bind", f"127.0.0.1:{port}"]
        command += ["--prepare", prepare, "--web", web, "--jobs", jobs]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ})

    def descendants(self) -> list[int]:
        return [int(pid) for path in self.pids if path.exists() for pid in path.read_text().split()]

    def text(self) -> str:
        return self.output.read_text()


@contextmanager
def running(folder: Path, job_seconds: float = 600, prepare: str = "echo prepared") -> Iterator[Running]:
    run = Running(folder, job_seconds, prepare)
    try:
        yield run
    finally:
        run.process.kill()
        run.process.wait()
        for pid in run.descendants():
            if _alive(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_that_was_started(tmp_path, signum):
    with running(tmp_path) as run:
        assert _until(lambda: "Ctrl-C stops" in run.text() and len(run.descendants()) == 3), run.text()
        run.process.send_signal(signum)
        assert run.process.wait(timeout=20) == 0
        assert not any(_alive(pid) for pid in run.descendants())
        assert run.text().index("prepared") < run.text().index("http://127.0.0.1")


def test_when_one_service_ends_the_other_is_stopped_and_its_code_is_given(tmp_path):
    with running(tmp_path, job_seconds=1) as run:
        assert run.process.wait(timeout=20) == 3
        assert "job scheduler ended with 3" in run.text()
        assert not any(_alive(pid) for pid in run.descendants())


def test_nothing_is_started_when_a_preparation_fails(tmp_path):
    with running(tmp_path, prepare="sh -c 'exit 7'") as run:
        assert run.process.wait(timeout=20) == 7
        assert run.descendants() == []


def test_the_services_end_even_if_the_runner_is_killed(tmp_path):
    with running(tmp_path) as run:
        assert _until(lambda: len(run.descendants()) == 3)
        run.process.kill()
        web, _, jobs = run.descendants()
        assert _until(lambda: not _alive(web) and not _alive(jobs))
