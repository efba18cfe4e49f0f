"""Reporting on a line: the form, drafts, submission, withdrawal, further versions."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint, conflicts, drafting
from tracker.blueprints.progress.forms import ReportForm, build_form, new_key
from tracker.blueprints.progress.lines import WHOLE, Opened, line_args, open_line, today
from tracker.blueprints.progress.rows import BLANK_ROWS, MORE_ROWS
from tracker.db import transaction
from tracker.domain.errors import Conflict
from tracker.domain.permissions import Permission
from tracker.services import progress as services
from tracker.services.filetypes import SUFFIXES


def _render(found: Opened, form: ReportForm, status: int = 200) -> ResponseReturnValue:
    return (
        render_template(
            "progress/report.html",
            page=found.page,
            part=found.part,
            line=found.line,
            form=form,
            kept=found.kept,
            address=found.args,
            user_uid=acting().uid,
            allowed=", ".join(SUFFIXES),
            megabytes=current_app.config["UPLOAD_MAX_MB"],
        ),
        status,
    )


def _refused(found: Opened) -> ResponseReturnValue | None:
    """Why no report can be written now, said on the activity's page."""
    if not found.part.may_report:
        flash(_("Su institución no puede informar de esta actividad: no participa en ella, o el plan cerró."))
    elif found.line.in_review and not found.line.draft:
        flash(_("Su informe está en revisión. Para cambiarlo, retírelo primero."))
    else:
        return None
    return redirect(url_for("progress.activity", uid=found.page.uid), 303)


@blueprint.get("/avances/<string:uid>/informar")
@requires(Permission.REPORT_SUBMIT)
def report(uid: str) -> ResponseReturnValue:
    found = open_line(acting(), uid)
    if found.part.may_report and found.part.has_several and "entrega" not in request.args:
        return render_template("progress/lines.html", page=found.page, part=found.part, whole=WHOLE)
    if (refused := _refused(found)) is not None:
        return refused
    blank = MORE_ROWS if "filas" in request.args else BLANK_ROWS
    return _render(found, build_form(found, today(), more_rows=blank))


@blueprint.post("/avances/<string:uid>/informar")
@requires(Permission.REPORT_SUBMIT)
def save(uid: str) -> ResponseReturnValue:
    found = open_line(acting(), uid)
    form = build_form(found, today())
    if not found.part.may_report:
        return _refused(found) or _render(found, form, 409)
    form.validate()
    conflicts.choose(form, found.line)
    try:
        kept = drafting.keep(acting(), form, found, today())
    except Conflict:
        return _conflict(uid, form)
    if kept.is_done:
        return _sent(uid)
    return _after(found, form, kept)


def _after(found: Opened, form: ReportForm, kept: drafting.Kept) -> ResponseReturnValue:
    """On with the draft that is now kept: hand it in, or show what is wrong with it, or go on writing."""
    action = request.form.get("action")
    form.settle_rows(found.kept)
    if action == "submit":
        if _handed_in(form, kept.uid):
            return _sent(found.page.uid)
    elif not form.errors:
        flash(_("Borrador guardado. Nadie más que su institución lo ve hasta que lo envíe."), "ok")
        more = {"filas": "mas", "_anchor": "filas"} if action == "rows" else {}
        return redirect(url_for("progress.report", **(found.args | more)), 303)
    again = open_line(acting(), found.page.uid)
    if again.line.draft is not None:
        form.report_uid.data, form.lock_version.data = (
            again.line.draft.uid,
            str(again.line.draft.lock_version),
        )
        form.request_key.data = new_key()
    return _render(again, form, 422)


def _sent(uid: str) -> ResponseReturnValue:
    flash(_("Enviado. El punto de contacto lo revisará; mientras tanto puede retirarlo."), "ok")
    return redirect(url_for("progress.activity", uid=uid), 303)


def _handed_in(form: ReportForm, report_uid: str) -> bool:
    """Hand the draft in unless something typed, attached or asked is still wrong."""
    asked = form.ask_completion()
    if form.errors or not asked:
        return False
    return drafting.submit(acting(), form, report_uid, today())


def _conflict(uid: str, form: ReportForm) -> ResponseReturnValue:
    """Somebody else saved or sent meanwhile: both versions side by side, and the choice field by field."""
    found = open_line(acting(), uid)
    theirs = found.line.latest
    if theirs is None:
        raise Conflict("changed-meanwhile")
    if found.line.draft is not None:
        drafting.attach_evidence(acting(), form, theirs.uid, today())
        found = open_line(acting(), uid)
        theirs = found.page.version(theirs.uid)
    shown = conflicts.compared(form, found, theirs, today())
    return (
        render_template(
            "progress/conflict.html", page=found.page, part=found.part, request_key=new_key(), **shown
        ),
        409,
    )


@blueprint.post("/avances/informes/<string:report_uid>/retirar")
@requires(Permission.REPORT_SUBMIT)
def withdraw(report_uid: str) -> ResponseReturnValue:
    with transaction():
        taken = services.withdraw_report(acting(), report_uid=report_uid, now=clock.now(), today=today())
        address = line_args(taken.node.uid, taken.institution.uid, taken.occurrence)
    flash(_("Retirado de la revisión. Corrija lo que haga falta y envíelo de nuevo."), "ok")
    return redirect(url_for("progress.report", **address), 303)


@blueprint.post("/avances/informes/<string:report_uid>/corregir")
@requires(Permission.REPORT_SUBMIT)
def correct(report_uid: str) -> ResponseReturnValue:
    with transaction():
        draft = services.correct_report(acting(), report_uid=report_uid, now=clock.now(), today=today())
        address = line_args(draft.node.uid, draft.institution.uid, draft.occurrence)
    flash(_("Esta es una versión nueva. La anterior queda en el historial tal como se comprobó."), "ok")
    return redirect(url_for("progress.report", **address, _anchor="evidencia"), 303)


@blueprint.post("/avances/informes/<string:report_uid>/descartar")
@requires(Permission.REPORT_SUBMIT)
def discard(report_uid: str) -> ResponseReturnValue:
    uid = request.form.get("activity", "")
    with transaction():
        services.discard_draft(acting(), report_uid=report_uid)
    flash(_("Borrador descartado."), "ok")
    return redirect(url_for("progress.activity", uid=uid) if uid else url_for("progress.panel"), 303)
