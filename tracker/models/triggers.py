"""The append-only tables and the triggers that keep them so; migrations install them, a test compares."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

# Nothing recorded may be changed or deleted; payloads may be erased (personal data), never altered.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "audit_events": ("UPDATE", "DELETE"),
    "audit_payloads": ("UPDATE",),
    "report_events": ("UPDATE", "DELETE"),
    "fact_versions": ("UPDATE", "DELETE"),
    "report_comments": ("UPDATE", "DELETE"),
    "report_comment_answers": ("UPDATE", "DELETE"),
    "ogp_clock_events": ("UPDATE", "DELETE"),
}
# What names a row of each: SQLite's INSERT OR REPLACE deletes the old one past every DELETE trigger.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "audit_events": ("seq", "hash"),
    "audit_payloads": ("seq",),
    "report_events": ("id", "uid"),
    "fact_versions": ("id",),
    "report_comments": ("id", "uid"),
    "report_comment_answers": ("id", "uid", "comment_id"),
    "ogp_clock_events": ("id", "uid", "replaces_id"),
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION cumple_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME;
END $$ LANGUAGE plpgsql
"""


def trigger_names(dialect: str, tables: Mapping[str, tuple[str, ...]] = APPEND_ONLY) -> set[str]:
    """Every trigger that must exist in a database of that dialect."""
    names = {f"{table}_no_{verb.lower()}" for table, verbs in tables.items() for verb in verbs}
    more = "truncate" if dialect == "postgresql" else "replace"
    return names | {f"{table}_no_{more}" for table in tables}


def install_triggers(connection: Connection, tables: Mapping[str, tuple[str, ...]] = APPEND_ONLY) -> None:
    """Create the triggers; run by the migration that makes the tables, and after any that rebuilds one."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(text(_FUNCTION))
    for table, verbs in tables.items():
        for verb in verbs:
            name = f"{table}_no_{verb.lower()}"
            if postgresql:
                body = "FOR EACH ROW EXECUTE FUNCTION cumple_append_only()"
            else:
                body = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            connection.execute(text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}"))
        if postgresql:
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION cumple_append_only()"
                )
            )
    if not postgresql:
        forbid_replacing(connection, tables)


def forbid_replacing(connection: Connection, tables: Mapping[str, tuple[str, ...]] = APPEND_ONLY) -> None:
    """SQLite: refuse a row that takes the place of another; PostgreSQL would update it, which is refused."""
    for table in tables:
        same = " OR ".join(f"{name} = NEW.{name}" for name in ("rowid", *NAMED_BY[table]))
        connection.execute(
            text(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - own names
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )
        )


def drop_triggers(connection: Connection, tables: Mapping[str, tuple[str, ...]] = APPEND_ONLY) -> None:
    """Remove them: for a migration downwards and for the tests' named bypass."""
    for name in sorted(trigger_names(connection.dialect.name, tables)):
        table = next(one for one in tables if name.startswith(f"{one}_no_"))
        suffix = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{suffix}"))


def installed_triggers(connection: Connection) -> set[str]:
    """The names of the append-only triggers that a database really has."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    else:
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return {
        str(row[0]) for row in rows if any(str(row[0]).startswith(f"{table}_no_") for table in APPEND_ONLY)
    }
