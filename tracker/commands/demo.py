"""`demo`: the demonstration, loaded once; prints its accounts each time."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.demo import cast
from tracker.demo.stage import Setting, load
from tracker.services import search
from tracker.services.reports import Press
from tracker.wording import role_word


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(demo)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load the demonstration where it is missing, and print its accounts."""
    config = current_app.config
    zone = config["TIMEZONE"]
    press = Press(
        Path(config["INSTANCE_PATH"]) / "reports",
        zone,
        config["GOVERNMENT_NAME"],
        evidence_url=config["EVIDENCE_URL"],
    )
    made = load(Setting(clock.today(zone), zone, config["EVIDENCE_URL"], press))
    search.bring_up_to_date(transaction)
    numbers = ", ".join(str(one) for one in made)
    click.echo(
        _("Demostración cargada: planes %(numbers)s.", numbers=numbers)
        if made
        else _("La demostración ya estaba cargada.")
    )
    click.echo(_("Cuentas de demostración (contraseña: %(password)s)", password=cast.PASSWORD))
    widest = max(len(part.email) for part in cast.PARTS)
    for part in cast.PARTS:
        click.echo(f"  {part.email:<{widest}}  {' · '.join(filter(None, _about(part)))}")


def _about(part: cast.Part) -> tuple[str, str]:
    return role_word(part.role), part.institution
