"""The database: one metadata, one way to write (`transaction`), one bypass for tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Dialect, MetaData, event, text
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
_creating: ContextVar[bool] = ContextVar("cumple_creating", default=False)
_fence: ContextVar[Callable[[], None] | None] = ContextVar("cumple_fence", default=None)


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
        if fence := _fence.get():
            fence()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Within, everything is read of one state of the database, whatever others write meanwhile; on SQLite
    any transaction is so, and this one holds up nobody."""
    if _writing.get():
        raise RuntimeError("reading() does not stand within transaction()")
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


@contextmanager
def fenced(fence: Callable[[], None]) -> Iterator[None]:
    """Every transaction within begins with this; where it raises, nothing of that transaction is written."""
    token = _fence.set(fence)
    try:
        yield
    finally:
        _fence.reset(token)


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


@contextmanager
def creating() -> Iterator[None]:
    """Within, a database file that is not there is made: what brings the database up, and nothing else."""
    token = _creating.set(True)
    try:
        yield
    finally:
        _creating.reset(token)


@event.listens_for(Engine, "do_connect")
def _open_only(dialect: Dialect, _record: Any, where: list[Any], how: dict[str, Any]) -> None:
    """SQLite makes a missing file anew, and throws away the journal beside it: it must not for a file moved
    away for a moment, whose last commits stand in that journal."""
    if dialect.name != "sqlite" or _creating.get() or how.get("uri") or where[0] in {"", ":memory:"}:
        return
    where[0], how["uri"] = f"{Path(where[0]).absolute().as_uri()}?mode=rw", True


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
