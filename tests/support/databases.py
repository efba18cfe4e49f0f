"""Databases for the tests: SQLite files, or databases of the throw-away PostgreSQL.

The migrations run once for the whole test run; what every worker and test gets is a copy of that database.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from sqlalchemy import make_url

from tests.support import postgres
from tests.support.shared import ROOT

MIGRATIONS = ROOT / "migrations"
KIND_VARIABLE = "CUMPLE_TEST_DATABASE"
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


def kind() -> str:
    """Which database this run uses; `sqlite` unless the environment says otherwise."""
    chosen = os.environ.get(KIND_VARIABLE, "sqlite")
    if chosen not in KINDS:
        raise ValueError(f"{KIND_VARIABLE} is {chosen!r}; it can be {' or '.join(KINDS)}")
    return chosen


def migrate(url: str, instance: Path) -> None:
    """Build a database as an installation does: by running every migration."""
    from tracker.app import create_app  # here, so that tests without a database need no application
    from tracker.db import db

    app = create_app({"INSTANCE_PATH": str(instance), "DATABASE_URL": url, "TESTING": True})
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Databases:
    """Makes databases; `shared` is the folder that all workers of one run see."""

    def __init__(self, shared: Path, own: Path) -> None:
        self.shared, self.own = shared, own
        self.socket = os.environ.get(postgres.SOCKET_VARIABLE, "")

    def template(self) -> str:
        """Give the migrated database that others are copied from: a file, or a name in the server."""
        done = self.shared / "template-ready"
        name = "cumple_template" if self.socket else str(self.shared / "template.sqlite")
        with _locked(self.shared / "template-lock"):
            if not done.exists():
                url = postgres.create_database(self.socket, name) if self.socket else f"sqlite:///{name}"
                migrate(url, self.shared / "template-instance")
                done.touch()
        return name

    def _name(self) -> str:
        return f"cumple_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"

    def empty(self) -> str:
        """Give the address of a new database without tables."""
        name = self._name()
        if self.socket:
            return postgres.create_database(self.socket, name)
        return f"sqlite:///{self.own / name}.sqlite"

    def migrated(self) -> str:
        """Give the address of a new database at the newest migration, without rows beyond those it makes."""
        template, name = self.template(), self._name()
        if self.socket:
            with _locked(self.shared / "template-lock"):  # a template can be copied by one at a time
                return postgres.create_database(self.socket, name, template)
        for suffix in ("", "-wal"):
            if Path(template + suffix).exists():
                shutil.copyfile(template + suffix, self.own / f"{name}.sqlite{suffix}")
        return f"sqlite:///{self.own / name}.sqlite"

    def drop(self, url: str) -> None:
        """Remove a database made here."""
        if self.socket:
            postgres.drop_database(self.socket, make_url(url).database or "")
            return
        for path in self.own.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
            path.unlink()
