"""A file looked through first, with every doubt and error by cell, then accepted or left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock, kept_files
from tracker.access import acting, requires
from tracker.blueprints.imports import blueprint
from tracker.blueprints.imports.kinds import BookRefused, Kind, hint_of, kind_of, title_of
from tracker.blueprints.imports.places import places
from tracker.blueprints.imports.preview import changes_of, facts_of, groups_of
from tracker.db import rehearsal, transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission, can
from tracker.queries.plans import list_plan_titles
from tracker.services.import_stamps import hold_unchanged, stamp_of
from tracker.services.imports import ImportPreview
from tracker.wording import sentence

MOST_PLAN = 999


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("")
@requires(Permission.PANEL_READ)
def home() -> ResponseReturnValue:
    """Every file that the person may bring in."""
    found = places(acting())
    plans = list_plan_titles(acting())
    can_see_plans = can(acting(), Permission.PLAN_IMPORT)
    return render_template("imports/home.html", places=found, plans=plans, can_see_plans=can_see_plans)


@blueprint.get("/<string:kind>")
@requires(Permission.PLAN_IMPORT)
def upload(kind: str) -> ResponseReturnValue:
    return _upload_page(kind_of(kind), {})


def _upload_page(kind: Kind, problems: dict[str, str], status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "imports/upload.html",
        kind=kind,
        title=title_of(kind),
        hint=hint_of(kind),
        plans=list_plan_titles(acting()),
        number=request.form.get("number", request.args.get("plan", "")),
        problems={"file": "", "number": ""} | problems,
    )
    return page, status


@dataclass(frozen=True)
class _Kept:
    """A file that waits to be confirmed: the plan it is for, and what its preview was made beside."""

    name: str
    filename: str
    number: int | None
    seen: str = ""


@blueprint.post("/<string:kind>")
@requires(Permission.PLAN_IMPORT)
def received(kind: str) -> ResponseReturnValue:
    """What the file would do; nothing is written."""
    chosen, number = kind_of(kind), _number()
    problems = {}
    if chosen.asks_plan and number is None:
        problems["number"] = _("Escriba el número del plan, del 1 al %(most)s.", most=MOST_PLAN)
    file = request.files.get("file")
    if file is None or not file.filename:
        problems["file"] = sentence("upload-missing", {})
    if problems:
        return _upload_page(chosen, problems, 422)
    try:
        kept = _Kept(kept_files.keep(file), (file.filename if file else "") or "", number)
        return _preview_page(chosen, kept)
    except DomainError as error:
        field = "number" if error.code == "plan-not-found" else "file"
        return _upload_page(chosen, {field: sentence(error.code, error.params)}, 422)


def _number() -> int | None:
    text = request.form.get("number", "").strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
    return number if 1 <= number <= MOST_PLAN else None


def _accept(kind: Kind, proposal: Any, number: int | None) -> ImportPreview:
    try:
        return kind.accept(acting(), proposal, number or 0, clock.now(), _today())
    except BookRefused as refused:
        return refused.preview


def _preview_page(kind: Kind, kept: _Kept, problem: str = "") -> ResponseReturnValue:
    proposal = kind.proposal(kept_files.data_of(kept.name))
    number = kind.plan_of(proposal, kept.number)
    with rehearsal():
        seen = stamp_of(number)
        preview = _accept(kind, proposal, number)
    page = render_template(
        "imports/preview.html",
        kind=kind,
        title=title_of(kind),
        kept=kept,
        number=number,
        problem=problem,
        preview=preview,
        facts=facts_of(preview),
        groups=groups_of(preview),
        changes=changes_of(preview),
        reference=kept_files.reference(
            kind.slug, {"name": kept.name, "filename": kept.filename, "number": kept.number, "seen": seen}
        ),
    )
    return page, 422 if preview.has_errors else 409 if problem else 200


@blueprint.post("/<string:kind>/confirmar")
@requires(Permission.PLAN_IMPORT)
def confirmed(kind: str) -> ResponseReturnValue:
    """Take what was looked through, all of it or nothing; what went stale is shown anew."""
    chosen = kind_of(kind)
    try:
        kept = _Kept(**kept_files.opened(kind, request.form.get("reference", "")))
        proposal = chosen.proposal(kept_files.data_of(kept.name))
    except DomainError as error:
        return _upload_page(chosen, {"file": sentence(error.code, error.params)}, 422)
    try:
        preview = _write(chosen, proposal, kept)
    except Conflict as conflict:
        return _stale(chosen, kept, conflict)
    if preview.has_errors:
        return _preview_page(chosen, kept)
    kept_files.drop(kept.name)
    return _done(chosen.plan_of(proposal, kept.number), preview)


def _write(kind: Kind, proposal: Any, kept: _Kept) -> ImportPreview:
    number = kind.plan_of(proposal, kept.number)
    try:
        with transaction():
            hold_unchanged(number, kept.seen)
            return kind.accept(acting(), proposal, number or 0, clock.now(), _today())
    except BookRefused as refused:
        return refused.preview


def _stale(kind: Kind, kept: _Kept, conflict: Conflict) -> ResponseReturnValue:
    try:
        return _preview_page(kind, kept, sentence(conflict.code, conflict.params))
    except DomainError as error:
        return _upload_page(kind, {"file": sentence(error.code, error.params)}, 409)


def _done(number: int | None, preview: ImportPreview) -> ResponseReturnValue:
    doubts = 0 if preview.writes_nothing else len(preview.issues)
    flash(_("Todo estaba ya: nada cambia.") if preview.writes_nothing else _("Importado."), "ok")
    if doubts:
        words = ngettext("Quedó %(num)s duda por resolver.", "Quedaron %(num)s dudas por resolver.", doubts)
        flash(words, "warn")
        return redirect(url_for("reviews.doubts", ver="textos"), 303)
    return redirect(url_for("plans.show", number=number), 303)
