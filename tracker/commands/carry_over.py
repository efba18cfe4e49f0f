"""`continue-item`: which item of an earlier plan an item continues."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.commands.reading import refusing
from tracker.db import transaction
from tracker.domain.carry_over import read_key
from tracker.domain.permissions import SYSTEM
from tracker.services.carry_over import continue_item


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(carry_over)


@click.command("continue-item")
@click.argument("item")
@click.argument("earlier", required=False)
@click.option("--none", "nothing", is_flag=True, help="It continues nothing: takes back what was said.")
@with_appcontext
@refusing
def carry_over(item: str, earlier: str | None, nothing: bool) -> None:
    """Say that ITEM continues EARLIER, of an earlier plan: `continue-item 5:1/2 4:10/7`."""
    if nothing == (earlier is not None):
        raise click.UsageError(_("Diga qué continúa, o --none."))
    with transaction():
        before = None if earlier is None else read_key(earlier)
        changed = continue_item(SYSTEM, read_key(item), before, now=clock.now())
    click.echo(_("Quedó registrado.") if changed else _("Ya estaba así."))
