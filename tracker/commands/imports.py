"""`import workplan | template | progress | assessments | targets | institutions | plan`, or its preview."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.commands.reading import Day
from tracker.db import rehearsal, transaction
from tracker.domain.assessment import Assessor
from tracker.domain.errors import DomainError
from tracker.domain.permissions import SYSTEM
from tracker.domain.targets import PERIODS
from tracker.importers.assessments import REQUIRED, AssessmentsProposal, read_assessments
from tracker.importers.institution_table import InstitutionTable, read_institutions
from tracker.importers.plan_book import BookProposal, read_plan_book
from tracker.importers.progress import read_progress
from tracker.importers.proposals import Finding, InstitutionEntry, Level, PlanProposal, TargetsProposal
from tracker.importers.targets import TargetsOrder, read_targets
from tracker.importers.template import read_template
from tracker.importers.workplan import read_workplan
from tracker.services import search
from tracker.services.assessment_imports import accept_assessments_import
from tracker.services.imports import ENTITIES, ImportPreview, Tally, known_institutions
from tracker.services.institution_imports import compare_institutions, write_institutions
from tracker.services.plan_book_imports import BookRefused, accept_plan_book
from tracker.services.plan_imports import accept_plan_import
from tracker.services.progress_imports import accept_progress_import
from tracker.services.target_imports import accept_targets_import
from tracker.words.imports import say

Read = Callable[[bytes, Sequence[InstitutionEntry]], Any]
Accept = Callable[[Any], ImportPreview]

imports = AppGroup("import", help="Bring in what offices send: plans, templates, progress.")


def register(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(imports)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What every import takes."""
    for decorate in (
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing."),
        click.option("--plan", "number", type=click.IntRange(min=1), required=True, help="Plan number."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


@imports.command("workplan")
@_options
def workplan(file: Path, number: int, dry_run: bool, form: str) -> None:
    """A work plan and schedule (.xlsx); makes the plan where it is missing."""
    _run(file, read_workplan, _plan_accepter(number), dry_run=dry_run, form=form)


@imports.command("template")
@_options
def template(file: Path, number: int, dry_run: bool, form: str) -> None:
    """A commitment template (.docx); makes the plan where it is missing."""
    _run(file, read_template, _plan_accepter(number), dry_run=dry_run, form=form)


@imports.command("progress")
@_options
def progress(file: Path, number: int, dry_run: bool, form: str) -> None:
    """What institutions claim (.csv): submitted reports, never validated."""

    def accept(proposal: Any) -> ImportPreview:
        return accept_progress_import(SYSTEM, proposal, number, now=clock.now(), today=_today())

    _run(file, read_progress, accept, dry_run=dry_run, form=form)


@imports.command("assessments")
@_options
@click.option(
    "--of",
    "assessor",
    type=click.Choice([one.value for one in REQUIRED]),
    default=Assessor.IRM.value,
    help="Whose assessments the file holds.",
)
@click.option("--source", default="", help="Title of the document that an institution's own words are from.")
def assessments(file: Path, number: int, *, assessor: str, source: str, dry_run: bool, form: str) -> None:
    """The IRM's codes, self-assessments or the technical table's levels (.csv, .xlsx)."""

    def read(data: bytes, known: Sequence[InstitutionEntry]) -> AssessmentsProposal:
        return read_assessments(data, Assessor(assessor), known)

    def accept(proposal: AssessmentsProposal) -> ImportPreview:
        return accept_assessments_import(
            SYSTEM, proposal, number, source=source, now=clock.now(), today=_today()
        )

    _run(file, read, accept, dry_run=dry_run, form=form)


@imports.command("targets")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--institution", required=True, help="Acronym or name: whose targets they are.")
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Fiscal year.")
@click.option("--plan", "number", type=click.IntRange(min=1), help="Plan number, where they are of one.")
@click.option("--program", default="", help="Programme code, where the file does not say it.")
@click.option("--period", type=click.IntRange(PERIODS[0], PERIODS[-1]), help="Four-month period.")
@click.option("--report", default="", help="Number of the official report that the table is of.")
@click.option("--report-date", type=Day(), help="Date of that report.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def targets(file: Path, *, number: int | None, dry_run: bool, form: str, **said: Any) -> None:
    """Physical and financial targets (.xlsx) of an institution and a fiscal year."""
    order = TargetsOrder(
        said["year"], _today(), said["program"].strip(), said["period"], said["report"], said["report_date"]
    )

    def read(data: bytes, known: Sequence[InstitutionEntry]) -> TargetsProposal:
        return read_targets(data, order, said["institution"], known)

    def accept(proposal: TargetsProposal) -> ImportPreview:
        return accept_targets_import(SYSTEM, proposal, number, now=clock.now(), today=_today())

    _run(file, read, accept, dry_run=dry_run, form=form)


@imports.command("institutions")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def institutions(file: Path, *, dry_run: bool, form: str) -> None:
    """Institutions (.csv): acronym, name, sector, of which one each is a unit, whether a group."""

    def read(data: bytes, _known: Sequence[InstitutionEntry]) -> InstitutionTable:
        return read_institutions(data)

    def accept(table: InstitutionTable) -> ImportPreview:
        compared = compare_institutions(SYSTEM, table)
        if not compared.has_errors:
            compared = write_institutions(SYSTEM, table, now=clock.now())
        tally = Tally()
        for one in [] if compared.has_errors else compared.lines:
            tally.count("institutions", one.line.row, one.outcome)
        return tally.preview(compared.findings)

    _run(file, read, accept, dry_run=dry_run, form=form)


@imports.command("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def plan(file: Path, *, dry_run: bool, form: str) -> None:
    """A full-plan workbook (.xlsx), as `export plan` writes it; makes the plan where it is missing."""

    def accept(proposal: BookProposal) -> ImportPreview:
        return accept_plan_book(SYSTEM, proposal, now=clock.now(), today=_today())

    _run(file, read_plan_book, accept, dry_run=dry_run, form=form)


def _plan_accepter(number: int) -> Accept:
    def accept(proposal: PlanProposal) -> ImportPreview:
        title = _("Plan de acción %(number)s", number=number)
        return accept_plan_import(
            SYSTEM, proposal, number, default_title=title, now=clock.now(), today=_today()
        )

    return accept


def _today() -> Any:
    return clock.today(current_app.config["TIMEZONE"])


def _run(file: Path, read: Read, accept: Accept, *, dry_run: bool, form: str) -> None:
    """Read, then write or rehearse; exit 2 where an error stands, with nothing written."""
    proposal = read(_bytes(file), known_institutions())
    try:
        with rehearsal() if dry_run else transaction():
            preview = accept(proposal)
    except BookRefused as refused:
        preview = refused.preview
    except DomainError as error:
        _refuse(say(error.code, {key: str(value) for key, value in error.params.items()}))
    if not (dry_run or preview.has_errors):
        search.bring_up_to_date(transaction)
    if form == "json":
        click.echo(json.dumps(as_json(preview), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_text(preview, dry_run=dry_run)))
    if preview.has_errors:
        click.echo(_("No se escribió nada: corrija los errores y vuelva a importar."), err=True)
        sys.exit(2)


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        _refuse(say("file-missing", {"path": str(file)}))
    try:
        return file.read_bytes()
    except OSError:
        _refuse(say("file-not-readable", {"path": str(file)}))


def _refuse(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(2)


def as_json(preview: ImportPreview) -> dict[str, Any]:
    """A preview as design section 9 has it."""
    return {
        "created": preview.created,
        "changed": preview.changed,
        "unchanged": preview.unchanged,
        "issues": [
            {
                "sheet": one.sheet,
                "cell": one.cell,
                "level": one.level.value,
                "message": say(one.code, one.params),
                "text": one.text,
            }
            for one in preview.issues
        ],
    }


def as_text(preview: ImportPreview, *, dry_run: bool) -> list[str]:
    """A preview for a person at a terminal: counts, then errors and doubts by sheet and sentence."""
    lines = [_("Vista previa: no se escribió nada.")] if dry_run else []
    if preview.has_errors:
        lines = []
    elif preview.writes_nothing:
        lines.append(_("Todo estaba ya: nada cambia."))
    else:
        lines += _counted(_("Nuevo"), preview.created) + _counted(_("Cambia"), preview.changed)
    lines += [] if preview.has_errors else _counted(_("Queda igual"), preview.unchanged)
    for level, title in ((Level.ERROR, _("Errores")), (Level.DOUBT, _("Dudas para el punto de contacto"))):
        found = [one for one in preview.issues if one.level is level]
        if found:
            lines += ["", f"{title} ({len(found)})", *_grouped(found)]
    return lines


def _counted(title: str, counts: Mapping[str, int]) -> list[str]:
    told = [_entity(name, counts[name]) for name in ENTITIES if counts[name]]
    return [f"{title}: {', '.join(told)}."] if told else []


def _entity(name: str, count: int) -> str:
    words = {
        "commitments": ngettext("%(num)d compromiso", "%(num)d compromisos", count),
        "milestones": ngettext("%(num)d hito", "%(num)d hitos", count),
        "activities": ngettext("%(num)d actividad", "%(num)d actividades", count),
        "institutions": ngettext("%(num)d institución", "%(num)d instituciones", count),
        "verification_means": ngettext(
            "%(num)d medio de verificación", "%(num)d medios de verificación", count
        ),
        "targets": ngettext("%(num)d meta", "%(num)d metas", count),
        "progress_reports": ngettext("%(num)d informe de avance", "%(num)d informes de avance", count),
        "assessments": ngettext("%(num)d valoración", "%(num)d valoraciones", count),
    }
    return words[name]


def _grouped(findings: Sequence[Finding]) -> list[str]:
    """Each sentence once with its cells; the text of a cell under it."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        groups[one.sheet, say(one.code, one.params)].append(one)
    lines: list[str] = []
    for (sheet, words), found in groups.items():
        cells = ", ".join(dict.fromkeys(one.cell for one in found if one.cell))
        where = " ".join(part for part in (sheet, cells) if part)
        lines.append(f"  {where}: {words}" if where else f"  {words}")
        texts = dict.fromkeys(one.text for one in found if one.text)
        lines += [f"      «{_short(text)}»" for text in texts]
    return lines


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"
