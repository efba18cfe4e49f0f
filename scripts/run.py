"""Run Cumple on this machine: database, demonstration data, web server and job scheduler.

The two long-running children live and die together: Ctrl-C, a signal, or the end of either one stops
everything that was started here, grandchildren included.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 15.0
START_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Child = tuple[str, "subprocess.Popen[bytes]"]


class StopRequestedError(Exception):
    """A signal asked the whole to stop."""


def program(name: str) -> str:
    """Give the path of a program installed beside this Python."""
    return str(Path(sys.executable).with_name(name))


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, even if the parent was killed."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def request_stop(signum: int, _frame: FrameType | None) -> None:
    """Turn the first signal into an exception; the later ones wait for the stop that is under way."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise StopRequestedError(signal.Signals(signum).name)


def start(name: str, command: Sequence[str]) -> Child:
    """Start a child in a session of its own, so that a signal to it reaches everything it started."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
    )
    return name, process


def group_alive(process: subprocess.Popen[bytes]) -> bool:
    """Say whether anything is left of the child's process group."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def signal_groups(children: Sequence[Child], signum: int) -> None:
    """Send a signal to every group that is still there."""
    for _, process in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signum)


def stop(children: Sequence[Child], grace: float = GRACE_SECONDS) -> None:
    """End every group: politely, then for certain."""
    signal_groups(children, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(group_alive(process) for _, process in children):
        time.sleep(0.05)
    signal_groups(children, signal.SIGKILL)
    for _, process in children:
        process.wait()


def first_ended(children: Sequence[Child]) -> Child | None:
    """Give the first child that has ended, if one has."""
    return next((child for child in children if child[1].poll() is not None), None)


def answers(url: str) -> bool:
    """Say whether the server answers at all; an error page is an answer too."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - the address is our own, on http
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def watch(children: Sequence[Child], url: str) -> int:
    """Announce the server once it answers, then wait until a child ends; its code becomes ours."""
    announced, deadline = False, time.monotonic() + START_SECONDS
    while (ended := first_ended(children)) is None:
        if not announced and answers(url):
            announced = True
            print(f"\nCumple: {url}   (Ctrl-C stops the server and the scheduler)\n", flush=True)
        if not announced and time.monotonic() > deadline:
            print(f"{url} has not answered in {START_SECONDS:.0f} seconds", file=sys.stderr, flush=True)
            return 1
        time.sleep(0.2)
    name, process = ended
    print(f"{name} ended with {process.returncode}; stopping the rest", file=sys.stderr, flush=True)
    return process.returncode or 1


@contextlib.contextmanager
def signals_stop() -> Iterator[None]:
    """Within the block, a signal that asks to stop raises."""
    for each in STOP_SIGNALS:
        signal.signal(each, request_stop)
    yield


def supervise(preparations: Sequence[Sequence[str]], services: Mapping[str, Sequence[str]], url: str) -> int:
    """Run the preparations one after the other, then the services side by side until one of them ends."""
    children: list[Child] = []
    try:
        with signals_stop():
            for command in preparations:
                children = [start(shlex.join(command), command)]
                if code := children[0][1].wait():
                    return code
            children = []
            for name, command in services.items():
                children.append(start(name, command))
            return watch(children, url)
    except StopRequestedError as request:
        print(f"\n{request}: stopping", flush=True)
        return 0
    finally:
        stop(children)


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; the commands can be replaced, which the tests do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:8000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--die-with-parent", action="store_true")
    parser.add_argument("--prepare", action="append", help="a command to run first, in place of the usual")
    parser.add_argument("--web", help="a command in place of gunicorn")
    parser.add_argument("--jobs", help="a command in place of the scheduler")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Run until stopped; 0 after a signal, else the code of what failed."""
    options = arguments(argv)
    if options.die_with_parent:
        die_with_parent()
    cumple = program("cumple")
    gunicorn = [program("gunicorn"), "--bind", options.bind, "--worker-class", "gthread", "--threads", "4"]
    gunicorn += ["--workers", str(options.workers), "--graceful-timeout", "10", "--log-level", "warning"]
    gunicorn += ["--no-control-socket", "wsgi:app"]
    preparations = [shlex.split(each) for each in options.prepare or ()]
    services = {
        "web server": shlex.split(options.web or "") or gunicorn,
        "job scheduler": shlex.split(options.jobs or "") or [cumple, "jobs", "work"],
    }
    url = f"http://{options.bind}/"
    return supervise(preparations or [[cumple, "db", "upgrade"], [cumple, "demo"]], services, url)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
