"""An official table brought in by file: looked through first, then taken or left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock, kept_files
from tracker.access import acting, requires
from tracker.blueprints.targets import blueprint
from tracker.blueprints.targets.forms import UploadForm, placing_of
from tracker.blueprints.targets.views import today
from tracker.db import rehearsal, transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.domain.report_targets import accounted
from tracker.domain.target_years import placed_by_hand
from tracker.importers.proposals import Finding, Level, TargetsProposal
from tracker.importers.targets import TargetsOrder, read_targets
from tracker.queries import targets as queries
from tracker.queries.plans import list_plan_titles
from tracker.services.imports import ImportPreview, known_institutions
from tracker.services.target_imports import accept_targets_import, seen_of
from tracker.wording import sentence
from tracker.words.imports import say

KIND = "targets"


@dataclass(frozen=True)
class Kept:
    """A file kept until it is confirmed: whose, and what was said of it."""

    name: str
    filename: str
    institution_uid: str
    year: int
    plan: int | None
    programme: str
    period: int | None
    report: str
    report_on: str

    def order(self, day: date) -> TargetsOrder:
        """What was said of the file, as the importer takes it."""
        report_on = date.fromisoformat(self.report_on) if self.report_on else None
        return TargetsOrder(self.year, day, self.programme, self.period, self.report, report_on)


def _opened(reference: str, institution_uid: str) -> Kept:
    kept = Kept(**kept_files.opened(KIND, reference))
    if kept.institution_uid != institution_uid:
        raise DomainError("upload-expired")
    return kept


@blueprint.get("/<string:institution_uid>/importar")
@requires(Permission.TARGETS_WRITE)
def upload(institution_uid: str) -> ResponseReturnValue:
    """Which file, and what is said of it."""
    year = request.args.get("ejercicio", today().year, type=int)
    return _upload_page(institution_uid, UploadForm(data={"year": year}))


def _upload_page(
    institution_uid: str, form: UploadForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    owner = queries.get_writable(acting(), institution_uid)
    form = form.with_choices(list_plan_titles(acting()))
    return render_template("targets/upload.html", owner=owner, form=form, problem=problem), status


@blueprint.post("/<string:institution_uid>/importar")
@requires(Permission.TARGETS_WRITE)
def received(institution_uid: str) -> ResponseReturnValue:
    """What the file would do; nothing is written."""
    form = UploadForm().with_choices(list_plan_titles(acting()))
    file = request.files.get("workbook")
    has_file = file is not None and bool(file.filename)
    if not form.validate() or file is None or not has_file:
        problem = "" if has_file else sentence("upload-missing", {})
        return _upload_page(institution_uid, form, problem, 422)
    queries.get_writable(acting(), institution_uid)
    try:
        kept = Kept(kept_files.keep(file), file.filename or "", institution_uid, **_said(form))
    except DomainError as error:
        return _upload_page(institution_uid, form, sentence(error.code, error.params), 422)
    return _preview(kept)


def _said(form: UploadForm) -> dict[str, Any]:
    on = form.report_on.data
    return {
        "year": form.year.data,
        "plan": int(form.plan.data) if form.plan.data else None,
        "programme": (form.programme.data or "").strip(),
        "period": int(form.period.data) if form.period.data else None,
        "report": (form.report.data or "").strip(),
        "report_on": on.isoformat() if on else "",
    }


def _read(kept: Kept, placing: dict[int, dict[int, int]] | None = None) -> TargetsProposal:
    """The kept file as the importer reads it, with what the person said of what stands under what."""
    data = kept_files.data_of(kept.name)
    owner = queries.find_institution(uid=kept.institution_uid)
    named = owner.acronym or owner.name
    proposal = read_targets(data, kept.order(today()), named, known_institutions())
    for at, parents in (placing or {}).items():
        if at < len(proposal.tables):
            proposal.tables[at] = placed_by_hand(proposal.tables[at], parents)
    return proposal


def _accept(kept: Kept, proposal: TargetsProposal, based_on: str | None = None) -> ImportPreview:
    return accept_targets_import(
        acting(), proposal, kept.plan, based_on=based_on, now=clock.now(), today=today()
    )


def _preview(kept: Kept, problem: str = "", status: int = 200) -> ResponseReturnValue:
    proposal = _read(kept)
    seen = seen_of(kept.institution_uid, proposal)
    with rehearsal():
        preview = _accept(kept, proposal)
    owner = queries.get_writable(acting(), kept.institution_uid)
    page = render_template(
        "targets/preview.html",
        owner=owner,
        kept=kept,
        preview=preview,
        reference=kept_files.reference(KIND, asdict(kept)),
        seen=seen,
        tables=[(one, accounted(owner.label, one)) for one in proposal.tables],
        found=[(level.value, _by_sheet(preview, level)) for level in (Level.ERROR, Level.DOUBT)],
        problem=problem,
    )
    return page, 422 if preview.has_errors and status == 200 else status


def _by_sheet(preview: ImportPreview, level: Level) -> list[tuple[str, list[tuple[Finding, str]]]]:
    """Findings of a level by sheet, each with its sentence."""
    found = sorted((one for one in preview.issues if one.level is level), key=lambda one: one.sheet)
    return [
        (sheet, [(one, say(one.code, one.params)) for one in group])
        for sheet, group in groupby(found, key=lambda one: one.sheet)
    ]


@blueprint.post("/<string:institution_uid>/importar/confirmar")
@requires(Permission.TARGETS_WRITE)
def confirmed(institution_uid: str) -> ResponseReturnValue:
    """Take what was looked through, all of it or nothing."""
    try:
        kept = _opened(request.form.get("reference", ""), institution_uid)
        proposal = _read(kept, _placing())
    except DomainError as error:
        if error.code != "upload-expired":
            raise
        form = UploadForm(formdata=None, data={"year": today().year})
        return _upload_page(institution_uid, form, sentence(error.code, error.params), 422)
    try:
        preview = _write(kept, proposal)
    except Conflict as error:
        return _preview(kept, sentence(error.code, error.params), 409)
    if preview.has_errors:
        return _preview(kept)
    kept_files.drop(kept.name)
    flash(_("La tabla ya estaba así: nada cambió.") if preview.writes_nothing else _("Importado."), "ok")
    return redirect(url_for("targets.board", institution_uid=institution_uid, year=kept.year), 303)


def _write(kept: Kept, proposal: TargetsProposal) -> ImportPreview:
    with transaction():
        return _accept(kept, proposal, request.form.get("seen", ""))


def _placing() -> dict[int, dict[int, int]]:
    """From fields "t0-parent-3": by table, what stands under what; only of tables that were guessed."""
    tables: dict[int, dict[str, str]] = {}
    for name, value in request.form.items():
        table, _sep, rest = name.partition("-")
        if table[:1] == "t" and table[1:].isdecimal() and rest.startswith("parent-"):
            tables.setdefault(int(table[1:]), {})[rest] = value
    return {at: placing_of(said) for at, said in tables.items()}
