"""One unit of work: it commits whole, rolls back whole, does not nest, and writers wait at the door."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tests.support.factories.plans import NOW
from tracker.db import db, ping, transaction
from tracker.domain.errors import Conflict
from tracker.models.accounts import Institution, SignInAttempt


def attempts():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignInAttempt))


def add(email="ana@example.test"):
    db.session.add(SignInAttempt(email=email, address="::1", at=NOW))
    db.session.flush()


def test_what_was_done_within_is_there_afterwards(app_context):
    with transaction():
        add()
    assert attempts() == 1


@pytest.mark.parametrize("error", [ValueError, Conflict, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_of_what_an_error_ended(app_context, error):
    def failing():
        with transaction():
            add()
            raise error("x")

    with pytest.raises(error):
        failing()
    assert attempts() == 0


def test_it_does_not_nest_and_the_outer_one_is_undone(app_context):
    def nesting():
        with transaction():
            add()
            with transaction():
                add()

    with pytest.raises(RuntimeError, match="does not nest"):
        nesting()
    assert attempts() == 0
    with transaction():
        add()
    assert attempts() == 1


def test_changes_made_outside_are_refused_rather_than_lost_or_slipped_in(app_context):
    db.session.add(SignInAttempt(email="x", address="::1", at=NOW))
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    db.session.rollback()
    assert attempts() == 0


def test_what_was_read_before_is_read_again_within(app_context):
    with transaction():
        db.session.add(Institution(name="Uno", slug="uno", created_at=NOW))
    row = db.session.scalars(select(Institution)).one()
    assert row.name == "Uno"
    with db.engine.connect() as other:  # somebody else, in between
        db.session.rollback()
        other.execute(text("UPDATE institutions SET name = 'Dos'"))
        other.commit()
    with transaction():
        assert row.name == "Dos"


def test_the_database_says_that_it_is_there(app_context):
    ping()


def test_two_writers_take_turns(app):
    """The second waits until the first has committed, and then sees what it wrote."""
    inside, seen = threading.Event(), []

    def first():
        with app.app_context(), transaction():
            add()
            inside.set()
            time.sleep(0.4)

    def second():
        inside.wait(10)
        with app.app_context(), transaction():
            add()
            seen.append(db.session.scalar(select(func.count()).select_from(SignInAttempt)))

    running = [threading.Thread(target=one) for one in (first, second)]
    for one in running:
        one.start()
    for one in running:
        one.join(20)
    with app.app_context():
        assert attempts() == 2
        if db.engine.dialect.name == "sqlite":
            assert seen == [2]


class TestSqlite:
    @pytest.fixture
    def engine(self, app_context):
        if db.engine.dialect.name != "sqlite":
            pytest.skip("what SQLite alone needs to be told")
        return db.engine

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("foreign_keys", 1), ("busy_timeout", 5000), ("journal_mode", "wal"), ("synchronous", 2)],
    )
    def test_keeps_keys_waits_and_loses_nothing(self, engine, pragma, value):
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value

    @pytest.fixture
    def somebody_else(self, engine):
        """Another program with the same file open."""
        other = sqlite3.connect(engine.url.database, timeout=0.01, isolation_level=None)
        yield other
        other.close()

    def test_a_writer_holds_the_door_from_its_first_moment(self, somebody_else):
        with transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            somebody_else.execute("BEGIN IMMEDIATE")
        somebody_else.execute("BEGIN IMMEDIATE")

    def test_a_reader_does_not_wait_for_a_writer(self, somebody_else):
        with transaction():
            add()
            assert somebody_else.execute("SELECT count(*) FROM sign_in_attempts").fetchone() == (0,)
        assert somebody_else.execute("SELECT count(*) FROM sign_in_attempts").fetchone() == (1,)

    @pytest.fixture
    def impatient(self, engine):
        """The one connection of the pool waits a moment only; the next test finds a pool of its own."""
        db.session.remove()
        engine.dispose()
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=20")
        yield
        db.session.remove()
        engine.dispose()

    def test_a_writer_that_waits_too_long_is_told_so(self, somebody_else, impatient):
        somebody_else.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), transaction():
            add()
        somebody_else.execute("ROLLBACK")
        assert attempts() == 0
