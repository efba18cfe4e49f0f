"""Assessments by file: the template handed out, the file looked through, then written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock, kept_files
from tracker.access import acting, requires
from tracker.blueprints.assessments import blueprint
from tracker.db import rehearsal, transaction
from tracker.domain.assessment import Assessor
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission, can
from tracker.importers.assessments import REQUIRED, AssessmentsProposal, read_assessments
from tracker.importers.proposals import Level
from tracker.queries.assessments import AssessmentBoard, get_assessment_board, get_last_change, may_import
from tracker.renderers.assessment_template import render_csv, render_xlsx
from tracker.services.assessment_imports import AssessmentsPreview, accept_assessments_import
from tracker.services.imports import known_institutions
from tracker.wording import sentence
from tracker.words.assessments import assessor_word, template_columns
from tracker.words.imports import say

KIND = "assessments"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Kept:
    """A file kept until it is confirmed: whose assessments of which plan, out of which document."""

    name: str
    filename: str
    number: int
    assessor: str
    source: str
    seen: int = 0
    """The last change that the preview knew."""


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _board(number: int) -> AssessmentBoard:
    return get_assessment_board(acting(), number, _today())


def _assessors() -> list[Assessor]:
    """Whose assessments the reader may bring in."""
    return [one for one in REQUIRED if may_import(acting(), one)]


def _asked(text: str) -> Assessor | None:
    return next((one for one in _assessors() if one.value == text), None)


@blueprint.get("/<int:number>/importar")
@requires(Permission.ASSESSMENT_WRITE)
def upload(number: int) -> ResponseReturnValue:
    return _upload_page(number, {})


def _upload_page(number: int, problems: dict[str, str], status: int = 200) -> ResponseReturnValue:
    chosen = request.form.get("assessor", request.args.get("de", ""))
    page = render_template(
        "assessments/import.html",
        board=_board(number),
        assessors=[(one.value, assessor_word(one)) for one in _assessors()],
        chosen=chosen,
        needs_document=can(acting(), Permission.PLAN_IMPORT),
        source=request.form.get("source", ""),
        problems={"file": "", "assessor": "", "source": ""} | problems,
    )
    return page, status


@blueprint.get("/<int:number>/plantilla/<string:ending>")
@requires(Permission.ASSESSMENT_WRITE)
def download(number: int, ending: str) -> ResponseReturnValue:
    """A file with a row for each commitment, and only what is to be filled in left empty."""
    assessor = _asked(request.args.get("de", ""))
    if assessor is None or ending not in {"csv", "xlsx"}:
        abort(404)
    own = "" if can(acting(), Permission.PLAN_IMPORT) else acting().label
    columns, rows = template_columns(assessor), _rows(number, assessor, own)
    data = render_xlsx(columns, rows) if ending == "xlsx" else render_csv(columns, rows)
    answer = Response(data, mimetype=XLSX if ending == "xlsx" else "text/csv")
    name = f"valoraciones-{assessor.value}-plan-{number}.{ending}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _rows(number: int, assessor: Assessor, own: str) -> list[list[str]]:
    """A row for each commitment; in a self-assessment, one for each institution that answers for it."""
    board = _board(number)
    if assessor is not Assessor.INSTITUTION:
        return [[one.label, one.title] for one in board.commitments]
    return [
        [one.label, one.title, name]
        for one in board.commitments
        for name in ([own] if own else (one.leads or ("",)))
        if not own or any(own == place.institution for place in one.places)
    ]


@blueprint.post("/<int:number>/importar")
@requires(Permission.ASSESSMENT_WRITE)
def received(number: int) -> ResponseReturnValue:
    _board(number)
    file, assessor = request.files.get("file"), _asked(request.form.get("assessor", ""))
    if problems := _missing(assessor):
        return _upload_page(number, problems, 422)
    try:
        name = kept_files.keep(file)
    except DomainError as error:
        return _upload_page(number, {"file": sentence(error.code, error.params)}, 422)
    source = request.form.get("source", "").strip()
    kept = Kept(name, file.filename or "", number, str(assessor), source)  # type: ignore[union-attr]  # as above
    return _preview_page(kept)


def _missing(assessor: Assessor | None) -> dict[str, str]:
    """What the form lacks, by field."""
    problems = {}
    file = request.files.get("file")
    if file is None or not file.filename:
        problems["file"] = sentence("upload-missing", {})
    if assessor is None:
        problems["assessor"] = _("Elija de quién son las valoraciones.")
    needs = assessor is Assessor.INSTITUTION and can(acting(), Permission.PLAN_IMPORT)
    if needs and not request.form.get("source", "").strip():
        problems["source"] = sentence("assessment-document-missing", {})
    return problems


def _preview_page(kept: Kept, problem: str = "") -> ResponseReturnValue:
    seen = get_last_change(kept.number)
    proposal = _proposal(kept)
    with rehearsal():
        preview = _accept(kept, proposal)
    issues = {
        level: [(one, say(one.code, one.params)) for one in preview.issues if one.level is level]
        for level in Level
    }
    page = render_template(
        "assessments/import_preview.html",
        board=_board(kept.number),
        problem=problem,
        preview=preview,
        kept=kept,
        who=assessor_word(Assessor(kept.assessor)),
        errors=issues[Level.ERROR],
        doubts=issues[Level.DOUBT],
        reference=kept_files.reference(KIND, asdict(replace(kept, seen=seen))),
    )
    return page, 422 if preview.has_errors else 409 if problem else 200


def _proposal(kept: Kept) -> AssessmentsProposal:
    data = kept_files.data_of(kept.name)
    return read_assessments(data, Assessor(kept.assessor), known_institutions())


def _accept(kept: Kept, proposal: AssessmentsProposal, based_on: int | None = None) -> AssessmentsPreview:
    return accept_assessments_import(
        acting(),
        proposal,
        kept.number,
        source=kept.source,
        based_on=based_on,
        now=clock.now(),
        today=_today(),
    )


def _kept(number: int) -> Kept:
    """The file that a signed reference names, for the person who brought it; else `upload-expired`."""
    kept = Kept(**kept_files.opened(KIND, request.form.get("reference", "")))
    if kept.number != number:
        raise DomainError("upload-expired")
    return kept


@blueprint.post("/<int:number>/importar/confirmar")
@requires(Permission.ASSESSMENT_WRITE)
def confirmed(number: int) -> ResponseReturnValue:
    try:
        kept = _kept(number)
        proposal = _proposal(kept)
    except DomainError as error:
        return _upload_page(number, {"file": sentence(error.code, error.params)}, 422)
    try:
        with transaction():
            preview = _accept(kept, proposal, kept.seen)
    except Conflict as conflict:
        return _preview_page(kept, sentence(conflict.code, conflict.params))
    if preview.has_errors:
        return _preview_page(kept)
    return _done(kept, preview)


def _done(kept: Kept, preview: AssessmentsPreview) -> ResponseReturnValue:
    kept_files.drop(kept.name)
    written = preview.created["assessments"] + preview.changed["assessments"]
    if written:
        flash(ngettext("Guardamos %(num)s valoración.", "Guardamos %(num)s valoraciones.", written), "ok")
    else:
        flash(_("Todo estaba ya: nada cambia."), "ok")
    return redirect(url_for("assessments.board", number=kept.number), 303)
