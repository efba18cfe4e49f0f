"""The database: one metadata, one way to write (`transaction`), one bypass for tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, MetaData, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base with names for every constraint, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

_writing: ContextVar[bool] = ContextVar("cumple_writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """The one unit of work: commits at the end, rolls back on any error; nesting raises.

    On SQLite it is BEGIN IMMEDIATE, so that a writer waits at the door instead of failing at the commit.
    """
    if _writing.get():
        raise RuntimeError("transaction() does not nest")
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside transaction()")
    session.rollback()
    token = _writing.set(True)
    try:
        session.connection()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def rehearsal() -> Iterator[None]:
    """The same unit of work, undone at the end: what a dry run does, nothing of which stays."""
    try:
        with transaction():
            yield
            raise _RehearsedError
    except _RehearsedError:
        pass


class _RehearsedError(Exception):
    """Ends a rehearsal; no error to anybody."""


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    """SQLite: our own BEGIN, foreign keys, WAL and full synchronisation."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def ping() -> None:
    """Ask the database for a sign of life; raises what the driver raises."""
    db.session.execute(text("SELECT 1"))
