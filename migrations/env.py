"""Alembic's environment: the application's engine and metadata, one transaction a run."""

from __future__ import annotations

import logging

from alembic import context
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from flask import current_app

from tracker.db import creating

logger = logging.getLogger("alembic.env")


def leave_out_empty(
    migration: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Write no migration where models and database agree."""
    options = migration.config.cmd_opts if migration.config is not None else None
    operations = directives[0].upgrade_ops
    if getattr(options, "autogenerate", False) and operations is not None and operations.is_empty():
        directives[:] = []
        logger.info("models and database agree")


def run() -> None:
    """Run the migrations on the application's database."""
    extension = current_app.extensions["migrate"]
    arguments = {
        "compare_type": True,
        "process_revision_directives": leave_out_empty,
        **extension.configure_args,
    }
    with creating(), extension.db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=extension.db.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not as a script")
run()
