"""`export plan NUMBER --out FILE.xlsx`: a whole plan as its workbook."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import gettext as _

from tracker.commands.reading import refusing
from tracker.domain.errors import DomainError
from tracker.domain.permissions import SYSTEM
from tracker.queries.plan_book import get_plan_book
from tracker.renderers.plan_book import render_plan_book

exports = AppGroup("export", help="Hand out what the system holds.")


def register(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(exports)


@exports.command("plan")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File (.xlsx).")
@refusing
def plan(number: int, out: Path) -> None:
    """A plan's structure and what was reported on it, as one workbook (.xlsx)."""
    data = render_plan_book(get_plan_book(SYSTEM, number))
    aside = out.with_name(f".{out.name}.part")
    try:
        aside.write_bytes(data)
        aside.replace(out)
    except OSError:
        aside.unlink(missing_ok=True)
        raise DomainError("file-not-writable", path=str(out)) from None
    click.echo(_("Plan %(number)s escrito en %(path)s.", number=number, path=out), err=True)
