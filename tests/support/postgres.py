"""A real PostgreSQL for one run of the tests: made in a temporary folder, thrown away at the end.

One server serves all workers of pytest-xdist; each asks for databases of its own. It listens on a Unix
socket only.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

SOCKET_VARIABLE = "CUMPLE_TEST_POSTGRES_SOCKET"
START_SECONDS = 60.0
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # It would take its statistics in the moment between two tests, when every table is empty: with a thousand
    # rows a moment later, joins were then planned for none and took minutes.
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


def binaries() -> Path:
    """Give the folder with the newest PostgreSQL server programs; their absence is a failure, not a skip."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed; `make system-packages` installs it or says how")
    return Path(found).resolve().parent


def _as_server_user() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, and ends when the test run ends."""
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        prefix += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return prefix if sys.platform.startswith("linux") else []


class PostgresServer:
    """One server in one temporary folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cumple-pg-"))
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        data, log = self.folder / "data", self.folder / "log"
        prefix = _as_server_user()
        make = [str(binaries() / "initdb"), "--pgdata", str(data), "--username", "cumple", "--auth", "trust"]
        make += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]
        subprocess.run([*prefix, *make], check=True, stdout=subprocess.DEVNULL, cwd="/")
        server = [str(binaries() / "postgres"), "-D", str(data), "-k", str(self.folder)]
        for name, value in _SETTINGS.items():
            server += ["-c", f"{name}={value}"]
        with log.open("wb") as output:
            self._process = subprocess.Popen([*prefix, *server], stdout=output, stderr=output, cwd="/")
        self._wait(log)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(admin_dsn(self.folder)).close()
                return
            except psycopg.OperationalError:
                ended = self._process is not None and self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def admin_dsn(folder: Path | str) -> str:
    """Give what psycopg needs to reach the server's own database."""
    return f"host={folder} user=cumple dbname=postgres"


def database_url(folder: Path | str, name: str) -> str:
    """Give the address of a database as SQLAlchemy and `CUMPLE_DATABASE_URL` write it."""
    return f"postgresql+psycopg://cumple@/{name}?host={folder}"


def create_database(folder: Path | str, name: str, template: str | None = None) -> str:
    """Create a database, empty or as a copy of a template that nobody is connected to; give its address."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with psycopg.connect(admin_dsn(folder), autocommit=True) as connection:
        connection.execute(statement)
    return database_url(folder, name)


def drop_database(folder: Path | str, name: str) -> None:
    """Drop a database, throwing out who is still connected."""
    with psycopg.connect(admin_dsn(folder), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
