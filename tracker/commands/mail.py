"""`mail bounce FILE…`: what came back, written down."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from mailbox import mbox
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.importers.bounces import LARGEST, NotUnderstoodError, read_report
from tracker.services.bounces import Outcome, take_report


def register(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(group)


@click.group("mail")
def group() -> None:
    """Outgoing mail."""


@group.command("bounce")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--by-address",
    is_flag=True,
    help="Take reports that name no message by their address alone; only from a server that you trust.",
)
@with_appcontext
def bounce(files: tuple[str, ...], by_address: bool) -> None:
    """Read notifications of mail that did not arrive: messages, mailboxes (mbox), or - for standard input."""
    counts: Counter[str] = Counter()
    for name in files:
        if name != "-" and not Path(name).is_file():
            click.echo(_("No encontramos el archivo %(name)s.", name=name), err=True)
            sys.exit(2)
    for name in files:
        for number, data in enumerate(_messages(name), 1):
            outcomes = _take(data, by_address)
            if not outcomes:
                click.echo(_("%(name)s, mensaje %(number)s: no es un aviso de entrega.",
                             name=name, number=number), err=True)  # fmt: skip
            counts.update(outcomes or ["not_understood"])
    for code, words in _words().items():
        click.echo(f"{words}: {counts[code]}")
    if counts["not_understood"] == counts.total():
        sys.exit(2)


def _take(data: bytes, by_address: bool) -> list[str]:
    """What came of each recipient; nothing where the message is no notification."""
    try:
        reports = read_report(data)
    except NotUnderstoodError:
        return []
    with transaction():
        return [take_report(one, by_address=by_address, now=clock.now()).value for one in reports]


def _messages(name: str) -> Iterator[bytes]:
    if name == "-":
        yield sys.stdin.buffer.read(LARGEST)
        return
    with Path(name).open("rb") as file:
        start = file.read(LARGEST)
    if not start.startswith(b"From "):
        yield start
        return
    box = mbox(name, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _words() -> dict[str, str]:
    return {
        Outcome.MARKED: _("Direcciones marcadas, a las que no se escribe más"),
        Outcome.NOTED: _("Correos que no llegaron; la dirección puede ser buena"),
        Outcome.KNOWN: _("Ya anotados"),
        Outcome.UNMATCHED: _("De correos que no son nuestros"),
        Outcome.PASSING: _("Sin falla (demorados o entregados)"),
        "not_understood": _("No son avisos de entrega"),
    }
