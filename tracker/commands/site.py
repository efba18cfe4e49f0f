"""`export site`: the public portal as a folder of files that needs no server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from tracker.commands.exports import exports
from tracker.domain.errors import DomainError
from tracker.mirror.reading import ServiceFailedError
from tracker.mirror.writing import Copy, write_site
from tracker.wording import sentence


def register(_app: Flask) -> None:
    """Put the command beside the other exports."""
    exports.add_command(site)


# No context of its own: each request it makes to the application has one, as each visitor's.
@click.command("site")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the copy.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@pass_script_info
def site(info: ScriptInfo, out: Path, form: str) -> None:
    """Write the public portal to a folder that opens without a server."""
    app = info.load_app()
    copy = _written(app, out)
    for one in copy.missing:
        click.echo(f"404: {one}", err=True)
    files = copy.manifest["files"]
    told = {
        "out": str(out),
        "date": copy.manifest["date"],
        "pages": copy.pages,
        "files": len(files),
        "bytes": sum(one["bytes"] for one in files),
        "missing": copy.missing,
    }
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("{out}: {pages} páginas, {files} archivos, {bytes} bytes".format(**told))


def _written(app: Flask, out: Path) -> Copy:
    """The copy; exit 2 where the folder may not be taken, 1 where it could not be made."""
    try:
        return write_site(app, out)
    except DomainError as error:
        code, words, status = error.code, error.params, 2
    except ServiceFailedError as failed:
        code, status = "mirror-page-failed", 1
        words = {"address": str(failed.address), "status": failed.status}
    except OSError as error:
        code, words, status = "mirror-not-written", {"reason": error.strerror or str(error)}, 1
    with app.app_context():
        click.echo(sentence(code, words), err=True)
    sys.exit(status)
