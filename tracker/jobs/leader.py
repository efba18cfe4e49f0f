"""Who works: one process at a time, by a lock in PostgreSQL or on a file; the others wait."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import db

ADVISORY_KEY = 0x43554D504A4F42
LOCK_FILE = "jobs.lock"


class LeaderLock(Protocol):
    """A lock that dies with its process."""

    def acquire(self) -> bool:
        """Try to take it, without waiting."""

    def is_held(self) -> bool:
        """Whether it is still ours."""

    def release(self) -> None:
        """Give it back."""


class FileLock:
    """flock on a file of the instance folder: the kernel lets go of it when the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle: int | None = None

    def acquire(self) -> bool:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self.handle = handle
        return True

    def is_held(self) -> bool:
        return self.handle is not None

    def release(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


class AdvisoryLock:
    """An advisory lock on a connection of its own: the server lets go of it when that ends."""

    def __init__(self) -> None:
        self.connection: Connection | None = None

    def acquire(self) -> bool:
        connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY})
        except SQLAlchemyError:
            connection.invalidate()
            raise
        if not taken:
            connection.close()
            return False
        self.connection = connection
        return True

    def is_held(self) -> bool:
        if self.connection is None:
            return False
        try:
            return self.connection.scalar(text("SELECT 1")) == 1
        except SQLAlchemyError:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None
            return False

    def release(self) -> None:
        if self.connection is not None:
            # Ended rather than returned: a connection back in the pool would keep the lock.
            self.connection.invalidate()
            self.connection.close()
            self.connection = None


def leader_lock(app: Flask) -> LeaderLock:
    """The lock that suits the database."""
    if db.engine.dialect.name == "postgresql":
        return AdvisoryLock()
    return FileLock(Path(app.instance_path) / LOCK_FILE)
