"""`orphans`: what the next sweep would take away, without taking it."""

from __future__ import annotations

import json

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.jobs.evidence import reports_url
from tracker.services.evidence_store import list_orphans


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(orphans)


@click.command("orphans")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@with_appcontext
def orphans(form: str) -> None:
    """List files older than a day that no row names; `jobs run sweep-orphans` takes them away."""
    settings = current_app.config
    found = [
        {"path": str(one.path), "size": one.path.stat().st_size}
        for one in list_orphans(settings["EVIDENCE_URL"], reports_url(settings), now=clock.now())
    ]
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one['path']} ({one['size']})")
    click.echo(
        ngettext("%(num)d archivo sobra.", "%(num)d archivos sobran.", len(found))
        if found
        else _("No sobra ningún archivo.")
    )
