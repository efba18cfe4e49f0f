"""`verify`: prove that nothing was changed silently."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from tracker.domain.errors import DomainError
from tracker.services.ledger import Mismatch
from tracker.services.verification import as_rows
from tracker.services.verification import verify as run
from tracker.services.verified_chain import Anchor, first_break, head, parse_anchor
from tracker.wording import sentence


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(verify)


def _anchors(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> list[Anchor]:
    try:
        return [parse_anchor(one) for one in given]
    except DomainError as error:
        raise click.BadParameter(sentence(error.code, error.params)) from error


@click.command("verify")
@with_appcontext
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--anchor", is_flag=True, help="Print the head of the chain (SEQ:HASH), to be kept elsewhere.")
@click.option(
    "--expect", "kept", multiple=True, metavar="SEQ:HASH", callback=_anchors, help="An anchor kept elsewhere."
)
def verify(form: str, anchor: bool, kept: list[Anchor]) -> None:
    """Recompute everything from history; list every mismatch, exit 1 if there is any."""
    found = run(
        evidence_url=current_app.config["EVIDENCE_URL"],
        reports_folder=str(Path(current_app.instance_path) / "reports"),
        kept=kept,
    )
    if form == "json":
        _print_json(found)
    else:
        _print_text(found, anchor=anchor)
    sys.exit(1 if found else 0)


def _print_json(found: list[Mismatch]) -> None:
    broken = first_break(found)
    told = {
        "head": None if broken else str(head()),
        "first_break": as_rows([broken])[0] if broken else None,
        "mismatches": as_rows(found),
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _print_text(found: list[Mismatch], *, anchor: bool) -> None:
    """The first broken link before everything else; an anchor only of a chain that holds."""
    broken = first_break(found)
    if broken is not None:
        params = {"seq": broken.seq, "what": sentence(f"verify-{broken.kind}", {}).lower()}
        click.echo(sentence("verify-first-break", params))
    for one in found:
        words = sentence(f"verify-{one.kind}", {})
        click.echo(f"{words}: {one.subject}" + (f" ({one.detail})" if one.detail else ""))
        if one.expected:
            click.echo(sentence("verify-expected", {"expected": one.expected, "found": one.found or "—"}))
    if anchor and broken is None:
        click.echo(str(head()))
    summary = "verify-good" if not found else "verify-bad-one" if len(found) == 1 else "verify-bad"
    click.echo(sentence(summary, {"count": len(found)}), err=True)
