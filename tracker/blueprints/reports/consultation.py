"""The consultation on a report: opening and closing it, commenting, answering."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reports import blueprint
from tracker.blueprints.reports.consultation_forms import (
    AnswerForm,
    ClosingForm,
    CommentForm,
    OpeningForm,
    PageForms,
    answer_prefix,
)
from tracker.blueprints.reports.views import report_page
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Permission
from tracker.domain.report_comparison import document_places
from tracker.queries.reports import CompilationPage, get_compilation
from tracker.services import report_consultations as services
from tracker.wording import sentence


def _page(uid: str) -> CompilationPage:
    return get_compilation(acting(), uid, clock.now())


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for("reports.show", uid=uid, _anchor="consulta"), 303)


@blueprint.post("/<string:uid>/consulta")
@requires(Permission.COMPILATION_PUBLISH)
def open_consultation(uid: str) -> ResponseReturnValue:
    _page(uid)
    form, zone = OpeningForm(), current_app.config["TIMEZONE"]
    if not form.validate_on_submit():
        return report_page(uid, PageForms(opening=form)), 422
    try:
        with transaction():
            services.open_consultation(
                acting(), uid, form.closes_on.data, today=clock.today(zone), now=clock.now(), zone=zone
            )
    except DomainError as error:
        form.add_error(error)
        return report_page(uid, PageForms(opening=form)), 422
    flash(_("Consulta abierta. Quienes participan reciben un aviso por correo."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/consulta/cerrar")
@requires(Permission.COMPILATION_PUBLISH)
def close_consultation(uid: str) -> ResponseReturnValue:
    _page(uid)
    form = ClosingForm()
    if not form.validate_on_submit():
        return report_page(uid, PageForms(closing=form)), 422
    with transaction():
        services.close_consultation(acting(), uid, form.reason.data or "", now=clock.now())
    flash(_("Consulta cerrada."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/comentarios")
@requires(Permission.CONSULTATION_COMMENT)
def comment(uid: str) -> ResponseReturnValue:
    page, form = _page(uid), CommentForm()
    form.offer(document_places(page.document) if page.document else ())
    if not form.validate_on_submit():
        return report_page(uid, PageForms(comment=form)), 422
    text, item = form.text.data or "", form.item.data or ""
    try:
        with transaction():
            services.add_comment(acting(), uid, text, item, now=clock.now())
    except Conflict as late:
        form.text.errors = [sentence(late.code, late.params)]
        return report_page(uid, PageForms(comment=form)), late.status
    flash(_("Comentario recibido. El punto de contacto lo responderá."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/comentarios/<string:comment_uid>/respuesta")
@requires(Permission.COMPILATION_PUBLISH)
def answer(uid: str, comment_uid: str) -> ResponseReturnValue:
    page = _page(uid)
    if comment_uid not in page.consultation.comment_uids:
        raise NotFound("comment-not-found")
    form = AnswerForm(prefix=answer_prefix(comment_uid))
    if not form.validate_on_submit():
        return report_page(uid, PageForms(answers={comment_uid: form})), 422
    with transaction():
        services.answer_comment(
            acting(), uid, comment_uid, form.chosen(), form.reason.data or "", now=clock.now()
        )
    flash(_("Respuesta guardada."), "ok")
    return _back(uid)
