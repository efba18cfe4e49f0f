"""Asking for other dates: a reason and the new windows; taking a request back."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.period_fields import DatesForm
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.services import reschedulings as services
from tracker.words.periods import windows_words


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/avances/<string:uid>/reprogramar")
@requires(Permission.RESCHEDULING_REQUEST)
def reschedule(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    if not page.may_reschedule:
        flash(_("Ya hay una solicitud en espera, o su institución no participa en esta actividad."))
        return redirect(url_for("progress.activity", uid=uid), 303)
    form = DatesForm.beginning_with(page.windows)
    return render_template("progress/reschedule.html", page=page, form=form)


@blueprint.post("/avances/<string:uid>/reprogramar")
@requires(Permission.RESCHEDULING_REQUEST)
def request_rescheduling(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    form = DatesForm.beginning_with(page.windows)
    if form.asks_for_more:
        form.understand()
        return render_template("progress/reschedule.html", page=page, form=form)
    if form.validate() and _asked_for(form, page):
        asked = windows_words(form.asked())
        words = _("Solicitud enviada: %(dates)s. Las fechas no cambian hasta que se resuelva.", dates=asked)
        flash(words, "ok")
        return redirect(url_for("progress.activity", uid=uid), 303)
    return render_template("progress/reschedule.html", page=page, form=form), 422


def _asked_for(form: DatesForm, page: ActivityPage) -> bool:
    """Send the request; False with the sentence beside its field where a rule is broken."""
    part = page.part(request.args.get("institucion", ""))
    try:
        with transaction():
            services.request_rescheduling(
                acting(),
                node_uid=page.uid,
                institution_uid=part.institution_uid,
                windows=form.asked(),
                reason=form.reason.data or "",
                now=clock.now(),
                today=_today(),
            )
    except Conflict:
        raise
    except DomainError as error:
        form.add_error(error)
        return False
    return True


@blueprint.post("/avances/<string:uid>/reprogramar/<string:request_uid>/retirar")
@requires(Permission.RESCHEDULING_REQUEST)
def withdraw_rescheduling(uid: str, request_uid: str) -> ResponseReturnValue:
    with transaction():
        services.withdraw_rescheduling(
            acting(), rescheduling_uid=request_uid, now=clock.now(), today=_today()
        )
    flash(_("Solicitud retirada: ya no espera una resolución."), "ok")
    return redirect(url_for("progress.activity", uid=uid), 303)
