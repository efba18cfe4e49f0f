"""Reporting on one activity: draft, evidence, submission, withdrawal."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint, drafting
from tracker.blueprints.progress.forms import ReportForm, build_form
from tracker.db import transaction
from tracker.domain.errors import Conflict
from tracker.domain.permissions import Permission
from tracker.queries.progress_activity import ActivityPage, OwnPart, get_activity
from tracker.queries.progress_reports import differences
from tracker.services import progress as services
from tracker.services.filetypes import SUFFIXES


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _opened(uid: str) -> tuple[ActivityPage, OwnPart]:
    """The item and the part of the institution that reports on it."""
    page = get_activity(acting(), uid, _today())
    return page, page.part(request.args.get("institucion", ""))


def _render(page: ActivityPage, part: OwnPart, form: ReportForm, status: int = 200) -> ResponseReturnValue:
    return (
        render_template(
            "progress/report.html",
            page=page,
            part=part,
            form=form,
            kept=part.draft or part.to_correct,
            before=page.said_before(part),
            allowed=", ".join(SUFFIXES),
            megabytes=current_app.config["UPLOAD_MAX_MB"],
        ),
        status,
    )


def _refused(page: ActivityPage, part: OwnPart) -> ResponseReturnValue | None:
    """Why no report can be written now, said on the activity's page."""
    if not part.may_report:
        flash(_("Su institución no puede informar de esta actividad: no participa en ella, o el plan cerró."))
    elif part.in_review:
        flash(_("Su informe está en revisión. Para cambiarlo, retírelo primero."))
    else:
        return None
    return redirect(url_for("progress.activity", uid=page.uid), 303)


@blueprint.get("/avances/<string:uid>/informar")
@requires(Permission.REPORT_SUBMIT)
def report(uid: str) -> ResponseReturnValue:
    page, part = _opened(uid)
    if (refused := _refused(page, part)) is not None:
        return refused
    return _render(page, part, build_form(page, part.draft or part.to_correct, _today()))


@blueprint.post("/avances/<string:uid>/informar")
@requires(Permission.REPORT_SUBMIT)
def save(uid: str) -> ResponseReturnValue:
    page, part = _opened(uid)
    before = part.draft or part.to_correct
    form = build_form(page, before, _today())
    if not part.may_report:
        return _refused(page, part) or _render(page, part, form, 409)
    if part.in_review:
        return _conflict(uid, form)
    form.validate()
    try:
        report_uid = drafting.keep_draft(acting(), form, page, part, _today())
    except Conflict:
        return _conflict(uid, form)
    drafting.attach_evidence(acting(), form, report_uid, _today())
    if form.remove.data:
        draft = get_activity(acting(), uid, _today()).version(report_uid)
        drafting.remove_evidence(acting(), form, before, draft)
    return _after(uid, form, report_uid)


def _after(uid: str, form: ReportForm, report_uid: str) -> ResponseReturnValue:
    """On with the draft that is now kept: hand it in, or show what is wrong with it, or go on writing."""
    if request.form.get("action") == "submit":
        if _handed_in(form, report_uid):
            flash(_("Enviado. El punto de contacto lo revisará; mientras tanto puede retirarlo."), "ok")
            return redirect(url_for("progress.activity", uid=uid), 303)
    elif not form.errors:
        flash(_("Borrador guardado. Nadie más que su institución lo ve hasta que lo envíe."), "ok")
        institution = request.args.get("institucion")
        return redirect(url_for("progress.report", uid=uid, institucion=institution), 303)
    page, part = _opened(uid)
    if part.draft is not None:
        form.report_uid.data, form.lock_version.data = part.draft.uid, str(part.draft.lock_version)
    return _render(page, part, form, 422)


def _handed_in(form: ReportForm, report_uid: str) -> bool:
    """Hand the draft in unless something typed, attached or asked is still wrong."""
    asked = form.ask_completion()
    if form.errors or not asked:
        return False
    return drafting.submit(acting(), form, report_uid, clock.now(), _today())


def _conflict(uid: str, form: ReportForm) -> ResponseReturnValue:
    """Somebody else saved or sent meanwhile: both versions side by side, and the choice."""
    page, part = _opened(uid)
    theirs = part.latest
    if theirs is None:
        raise Conflict("changed-meanwhile")
    if part.draft is not None:
        drafting.attach_evidence(acting(), form, theirs.uid, _today())
        page, part = _opened(uid)
        theirs = page.version(theirs.uid)
    shown = render_template(
        "progress/conflict.html",
        page=page,
        part=part,
        theirs=theirs,
        changes=differences(theirs, form.said(theirs, _today())),
        typed=drafting.typed_values(form),
    )
    return shown, 409


@blueprint.post("/avances/informes/<string:report_uid>/retirar")
@requires(Permission.REPORT_SUBMIT)
def withdraw(report_uid: str) -> ResponseReturnValue:
    with transaction():
        taken = services.withdraw_report(acting(), report_uid=report_uid, now=clock.now(), today=_today())
        uid, institution = taken.node.uid, taken.institution.uid
    flash(_("Retirado de la revisión. Corrija lo que haga falta y envíelo de nuevo."), "ok")
    return redirect(url_for("progress.report", uid=uid, institucion=institution), 303)


@blueprint.post("/avances/informes/<string:report_uid>/corregir")
@requires(Permission.REPORT_SUBMIT)
def correct(report_uid: str) -> ResponseReturnValue:
    with transaction():
        draft = services.correct_report(acting(), report_uid=report_uid, now=clock.now(), today=_today())
        uid, institution = draft.node.uid, draft.institution.uid
    flash(_("Esta es una versión nueva. La anterior queda en el historial tal como se comprobó."), "ok")
    return redirect(url_for("progress.report", uid=uid, institucion=institution), 303)


@blueprint.post("/avances/informes/<string:report_uid>/descartar")
@requires(Permission.REPORT_SUBMIT)
def discard(report_uid: str) -> ResponseReturnValue:
    uid = request.form.get("activity", "")
    with transaction():
        services.discard_draft(acting(), report_uid=report_uid)
    flash(_("Borrador descartado."), "ok")
    return redirect(url_for("progress.activity", uid=uid) if uid else url_for("progress.panel"), 303)
