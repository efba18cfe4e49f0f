"""The tray of observations, and the work on one of them."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.observations import blueprint
from tracker.blueprints.observations.forms import AskForm, DraftForm, RejectionForm, ReplyForm
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.observations import TrayCounts, TrayRow, count_tray, get_observation, get_tray
from tracker.queries.portal.topics import InstitutionPart
from tracker.rule_forms import PrefixedForm
from tracker.services import observations as services
from tracker.words.observations import rejection_word, status_word, work_choices

blueprint.add_app_template_filter(status_word, "observation_status_word")
blueprint.add_app_template_filter(rejection_word, "rejection_word")


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.app_template_global("observation_counts")
def observation_counts() -> TrayCounts:
    """How many the signed-in person has to see to, for the panel."""
    return count_tray(acting(), today=_today())


@blueprint.get("")
@requires(Permission.OBSERVATION_READ)
def tray() -> ResponseReturnValue:
    what = request.args.get("ver", "")
    found = get_tray(acting(), what, request.args.get("page", 1, type=int), today=_today())
    return render_template("observations/tray.html", tray=found, what=what, choices=work_choices())


@blueprint.get("/<string:uid>")
@requires(Permission.OBSERVATION_READ)
def show(uid: str) -> ResponseReturnValue:
    return _page(*get_observation(acting(), uid, today=_today()))


def _page(row: TrayRow, institutions: list[InstitutionPart], sent: PrefixedForm | None = None) -> str:
    """The page with the forms as they begin, the one that was sent as it came back."""
    ask = sent if isinstance(sent, AskForm) else AskForm(formdata=None)
    ask.offer(institutions)
    forms = {
        "rejection": RejectionForm(formdata=None),
        "ask": ask,
        "draft": DraftForm(formdata=None, draft=row.draft),
        "reply": ReplyForm(formdata=None, reply=row.draft, for_institution=bool(row.draft)),
    }
    if sent is not None:
        forms[sent.name.rstrip("-")] = sent
    return render_template("observations/show.html", one=row, forms=forms)


@blueprint.post("/<string:uid>/publicar")
@requires(Permission.OBSERVATION_MODERATE)
def publish(uid: str) -> ResponseReturnValue:
    with transaction():
        services.publish_observation(acting(), uid, now=clock.now())
    flash(_("Publicada. Falta responderla."), "ok")
    return _back(uid)


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for("observations.show", uid=uid), 303)


@blueprint.post("/<string:uid>/no-publicar")
@requires(Permission.OBSERVATION_MODERATE)
def reject(uid: str) -> ResponseReturnValue:
    found, form = get_observation(acting(), uid, today=_today()), RejectionForm()
    if not form.validate_on_submit():
        return _page(*found, form), 422
    with transaction():
        services.reject_observation(acting(), uid, form.chosen(), now=clock.now())
    flash(_("No se publica. Quien la escribió recibe un correo con el motivo."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/pedir")
@requires(Permission.OBSERVATION_MODERATE)
def ask(uid: str) -> ResponseReturnValue:
    row, institutions = get_observation(acting(), uid, today=_today())
    form = AskForm()
    form.offer(institutions)
    if not form.validate_on_submit():
        return _page(row, institutions, form), 422
    with transaction():
        services.ask_institution(acting(), uid, form.institution.data or "", today=_today(), now=clock.now())
    flash(_("Se avisó a los enlaces de la institución."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/propuesta")
@requires(Permission.OBSERVATION_REPLY)
def draft(uid: str) -> ResponseReturnValue:
    found, form = get_observation(acting(), uid, today=_today()), DraftForm()
    if not form.validate_on_submit():
        return _page(*found, form), 422
    try:
        with transaction():
            services.draft_reply(acting(), uid, form.draft.data or "", now=clock.now())
    except DomainError as error:
        form.add_error(error)
        return _page(*found, form), 422
    flash(_("Propuesta guardada. El punto de contacto la publicará."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/respuesta")
@requires(Permission.OBSERVATION_MODERATE)
def reply(uid: str) -> ResponseReturnValue:
    found, form = get_observation(acting(), uid, today=_today()), ReplyForm()
    if not form.validate_on_submit():
        return _page(*found, form), 422
    try:
        _reply(uid, form)
    except DomainError as error:
        form.add_error(error)
        return _page(*found, form), 422
    flash(_("Respuesta publicada. Quien la escribió recibe un correo."), "ok")
    return _back(uid)


def _reply(uid: str, form: ReplyForm) -> None:
    with transaction():
        services.reply_observation(
            acting(),
            uid,
            form.chosen(),
            form.reply.data or "",
            for_institution=form.for_institution.data,
            now=clock.now(),
        )
