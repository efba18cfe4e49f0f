"""Each test that asks for a database gets one of its own."""

from __future__ import annotations

import sqlalchemy as sa

from tests.support.databases import kind
from tracker.db import creating


def _tables(url: str) -> list[str]:
    engine = sa.create_engine(url)
    try:
        with creating():
            return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_an_empty_database_has_no_tables_and_is_of_the_kind_asked_for(empty_database_url):
    assert sa.make_url(empty_database_url).get_backend_name() == kind()
    assert _tables(empty_database_url) == []


def test_a_migrated_database_has_what_the_migrations_make(migrated_database_url):
    assert {"alembic_version", "audit_events"} & set(_tables(migrated_database_url)) >= {"alembic_version"}


def test_databases_are_not_shared(databases):
    first, second = databases.empty(), databases.empty()
    engine = sa.create_engine(first)
    with creating(), engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE mine (id INTEGER)"))
    engine.dispose()
    assert _tables(first) == ["mine"]
    assert _tables(second) == []
    databases.drop(first)
    databases.drop(second)
