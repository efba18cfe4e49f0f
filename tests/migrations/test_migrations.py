"""The migrations build exactly what the models say, and every one of them goes both ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from tests.support.databases import MIGRATIONS
from tracker.db import Base, creating, db
from tracker.models.triggers import APPEND_ONLY, installed_triggers, trigger_names

SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
# Kept by Alembic itself, and the full-text index, which no model describes.
NOT_OURS = ("alembic_version", "sqlite_", "search_index")


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without tables, its context pushed."""
    from tracker.app import create_app

    app = create_app({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": empty_database_url, "TESTING": True})
    with app.app_context(), creating():
        yield app
        db.session.remove()
        db.engine.dispose()


def _upgrade(revision: str = "head") -> None:
    flask_migrate.upgrade(directory=str(MIGRATIONS), revision=revision)


def _downgrade(revision: str) -> None:
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision=revision)


def _ours(name: str | None) -> bool:
    return not str(name).startswith(NOT_OURS)


def _is_ours(thing: Any, name: str | None, kind: str, *_: object) -> bool:
    return _ours(name) and _ours(getattr(getattr(thing, "table", None), "name", ""))


def _schema() -> dict[str, object]:
    """Everything that the database can be asked about itself."""
    with db.engine.connect() as connection:
        look = sa.inspect(connection)
        tables = {
            table: {
                "columns": {
                    each["name"]: (str(each["type"]), each["nullable"]) for each in look.get_columns(table)
                },
                "indexes": sorted(
                    f"{each['name']} {each['column_names']}" for each in look.get_indexes(table)
                ),
                "checks": sorted(str(each["name"]) for each in look.get_check_constraints(table)),
                "unique": sorted(str(each["name"]) for each in look.get_unique_constraints(table)),
                "foreign": sorted(str(each["name"]) for each in look.get_foreign_keys(table)),
            }
            for table in look.get_table_names()
            if _ours(table)
        }
        return {"tables": tables, "triggers": installed_triggers(connection)}


def test_revisions_are_one_line_numbered_from_one():
    assert len(SCRIPTS.get_heads()) == 1
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


def test_the_migrated_database_is_what_the_models_say(app_context):
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_check_of_the_models_is_in_the_database(app_context):
    look = sa.inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        declared = {str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
        present = {str(each["name"]) for each in look.get_check_constraints(table.name)}
        assert declared == present, table.name


def test_the_triggers_are_those_that_are_declared(app_context):
    with db.engine.connect() as connection:
        assert installed_triggers(connection) == trigger_names(connection.dialect.name)


def test_every_migration_goes_up_and_down_and_up_again(empty_app):
    before = [_schema()]
    for revision in REVISIONS:
        _upgrade(revision)
        before.append(_schema())
    for number in range(len(REVISIONS) - 1, -1, -1):
        _downgrade(REVISIONS[number - 1] if number else "base")
        assert _schema() == before[number], f"down from {REVISIONS[number]}"
    _upgrade()
    assert _schema() == before[-1]


def test_upgrading_twice_changes_nothing(empty_app):
    _upgrade()
    first = _schema()
    _upgrade()
    assert _schema() == first


def _one_row(table: sa.Table) -> dict[str, object]:
    """A value for each compulsory column; the triggers speak before foreign keys are looked at."""
    return {column.name: _value(column.type) for column in table.columns if not column.nullable}


# Asked from the top, since an enumeration is a text too.
_VALUES: tuple[tuple[type[sa.types.TypeEngine[Any]], object], ...] = (
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.Numeric, 1),
    (sa.DateTime, "2020-08-28 00:00:00"),
    (sa.Date, "2020-08-28"),
    (sa.JSON, "{}"),
)


def _value(kind: sa.types.TypeEngine[Any]) -> object:
    inner = kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind
    if isinstance(inner, sa.Enum):
        return inner.enums[0]
    return next((value for sort, value in _VALUES if isinstance(inner, sort)), "x")


def _insert(connection: sa.Connection, table: sa.Table) -> None:
    """Put a row in by hand, past foreign keys: they are not what is tried here."""
    row = _one_row(table)
    names, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'), row)  # noqa: S608 - own names


@pytest.mark.parametrize(
    ("table", "verb"), [(table, verb) for table, verbs in APPEND_ONLY.items() for verb in verbs]
)
def test_what_is_recorded_cannot_be_changed_or_deleted(app_context, table, verb):
    statement = {
        "UPDATE": f'UPDATE "{table}" SET {Base.metadata.tables[table].columns.keys()[0]} = 2',  # noqa: S608 - own names
        "DELETE": f'DELETE FROM "{table}"',  # noqa: S608 - own names
    }[verb]
    with db.engine.connect() as connection:
        with _without_foreign_keys(connection):
            _insert(connection, Base.metadata.tables[table])
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.execute(sa.text(statement))
        connection.invalidate()


@contextmanager
def _without_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    """Both databases look at foreign keys by default; here a row needs no parents."""
    if connection.dialect.name == "sqlite":
        for statement in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN"):
            connection.exec_driver_sql(statement)
        yield
    else:
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET session_replication_role = origin")


@pytest.mark.postgres
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_recorded_cannot_be_truncated(app_context, table):
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(sa.text(f'TRUNCATE "{table}" CASCADE'))
