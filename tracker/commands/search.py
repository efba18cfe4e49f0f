"""`search rebuild`: everything that is public, made findable again from nothing."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker.db import transaction
from tracker.services import search


def register(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(group)


@click.group("search")
def group() -> None:
    """The index of the public search."""


@group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Throw the index away and make it again from what is public now."""
    done = search.bring_up_to_date(transaction, from_nothing=True)
    click.echo(_("Búsqueda reconstruida: %(documents)s documentos.", documents=done.documents))
