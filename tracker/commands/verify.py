"""`verify`: prove that nothing was changed silently."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from tracker.services.verification import as_rows
from tracker.services.verification import verify as run
from tracker.wording import sentence


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(verify)


@click.command("verify")
@with_appcontext
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def verify(form: str) -> None:
    """Recompute everything from history; list every mismatch, exit 1 if there is any."""
    found = run(
        evidence_url=current_app.config["EVIDENCE_URL"],
        reports_folder=str(Path(current_app.instance_path) / "reports"),
    )
    if form == "json":
        click.echo(json.dumps({"mismatches": as_rows(found)}, ensure_ascii=False, indent=2))
    else:
        for one in found:
            words = sentence(f"verify-{one.kind}", {})
            click.echo(f"{words}: {one.subject}" + (f" ({one.detail})" if one.detail else ""))
        click.echo(sentence("verify-good" if not found else "verify-bad", {"count": len(found)}), err=True)
    sys.exit(1 if found else 0)
