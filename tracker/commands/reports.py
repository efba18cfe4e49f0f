"""`report compile`: a report straight to files, one for each format, all of them or none."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker import clock
from tracker.commands.reading import Day, known_at, refusing
from tracker.db import transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.report_document import ReportDocument
from tracker.queries.reports import get_institution_uid
from tracker.renderers import FORMATS, check_formats
from tracker.renderers.json_schema import SCHEMA_PATH, report_schema
from tracker.services.compilations import Order, compile_document
from tracker.services.evidence_packages import MEGABYTE, Made, PackageFailed, Packing, make_all
from tracker.wording import sentence

report = AppGroup("report", help="Compiled reports.")


def register(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(report)


@report.command("compile")
@click.option("--plan", "number", type=click.IntRange(min=1), required=True, help="Plan number.")
@click.option("--kind", type=click.Choice([one.value for one in CompilationKind]), required=True)
@click.option("--cutoff", type=Day(), required=True, help="What happened by this date counts.")
@click.option("--known-at", "instant", default=None, help="Only what was recorded by then.")
@click.option("--institution", default=None, help="Acronym, for a report of an institution.")
@click.option("--commitment", type=click.IntRange(min=1), default=None, help="For a commitment sheet.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder.")
@click.option("--formats", default=",".join(FORMATS), show_default=True, help="Separated by commas.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@refusing
def compile_command(
    number: int,
    kind: str,
    cutoff: date,
    instant: str | None,
    institution: str | None,
    commitment: int | None,
    out: Path,
    formats: str,
    form: str,
) -> None:
    """Compile a report at a cut-off date and write it to --out, a file for each format."""
    wanted = [one.strip() for one in formats.split(",") if one.strip()]
    check_formats(wanted)
    uid = get_institution_uid(institution) if institution is not None else ""
    order = Order(number, CompilationKind(kind), cutoff, known_at(instant), uid, commitment)
    zone, issuer = current_app.config["TIMEZONE"], current_app.config["GOVERNMENT_NAME"]
    document = compile_document(order, zone=zone, issuer=issuer)
    paths = _written(document, wanted, out)
    told = {"kind": kind, "cutoff": cutoff.isoformat(), "known_at": document.known_at}
    told |= {"sha256": document.imprint.sha256, "files": [str(path) for path in paths]}
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*map(str, paths), f"SHA-256 {document.imprint.sha256}"]))


@report.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the JSON format."""
    address = f"{current_app.config['BASE_URL'].rstrip('/')}{SCHEMA_PATH}"
    click.echo(json.dumps(report_schema(address), ensure_ascii=False, indent=2))


def _written(document: ReportDocument, formats: Sequence[str], out: Path) -> list[Path]:
    """The files of all formats in the folder; exit 1, with a sentence, where one cannot be made."""
    config = current_app.config
    packing = Packing(
        config["EVIDENCE_URL"], transaction, clock.now, max_bytes=config["PACKAGE_MAX_MB"] * MEGABYTE
    )
    try:
        # A package is first written where TMPDIR says.
        with tempfile.TemporaryDirectory(prefix="cumple-") as folder:
            return write_all(make_all(document, formats, packing, Path(folder)), out)
    except PackageFailed as error:
        click.echo(sentence(error.code, error.params), err=True)
    except OSError as error:
        click.echo(sentence("files-not-written", {"reason": error.strerror or str(error)}), err=True)
    sys.exit(1)


def write_all(rendered: Sequence[Made], out: Path) -> list[Path]:
    """Write every file whole beside the folder first, then move them in: no half file ever stands there."""
    out.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".cumple-", dir=out.resolve().parent))
    moved: list[Path] = []
    try:
        for one in rendered:
            _write(beside / one.filename, one)
        for one in rendered:
            moved.append((beside / one.filename).replace(out / one.filename))
    except OSError:
        for path in moved:
            path.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return moved


def _write(path: Path, one: Made) -> None:
    with one.open() as source, path.open("wb") as handle:
        shutil.copyfileobj(source, handle)
        handle.flush()
        os.fsync(handle.fileno())
