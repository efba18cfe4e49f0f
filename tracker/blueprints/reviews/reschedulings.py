"""Other dates, decided: several requests by one resolution, or an item moved without a request."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.blueprints.reviews.views import today
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.period_fields import DatesForm
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.queries.reschedulings import list_reschedulings
from tracker.rule_forms import RuleForm
from tracker.services import reschedulings as services


class ResolutionForm(RuleForm):
    """The act that decides, and the requests that it decides."""

    chosen = SelectMultipleField(_l("Solicitudes"), choices=(), validate_choice=False)
    resolution_number = StringField(_l("Número de la resolución"), [Length(max=120)])
    resolution = TextAreaField(_l("Qué resuelve y por qué"), [Length(max=5000)], render_kw={"rows": 3})


class MoveForm(DatesForm):
    """New dates for an item, with the resolution that moves it."""

    resolution_number = StringField(
        _l("Número de la resolución"),
        [DataRequired(_l("Escriba el número de la resolución.")), Length(max=120)],
    )
    resolution = TextAreaField(
        _l("Qué resuelve"),
        [DataRequired(_l("Escriba el fundamento de la resolución.")), Length(max=5000)],
        render_kw={"rows": 3},
    )


def _page(form: ResolutionForm, status: int = 200) -> ResponseReturnValue:
    found = list_reschedulings(acting())
    return render_template("reviews/reschedulings.html", requests=found, form=form), status


@blueprint.get("/revision/reprogramaciones")
@requires(Permission.RESCHEDULING_DECIDE)
def reschedulings() -> ResponseReturnValue:
    return _page(ResolutionForm())


@blueprint.post("/revision/reprogramaciones")
@requires(Permission.RESCHEDULING_DECIDE)
def decide_reschedulings() -> ResponseReturnValue:
    form = ResolutionForm()
    approve = request.form.get("action") == "approve"
    if not form.validate():
        return _page(form, 422)
    try:
        count = _decide(form, approve=approve)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(error)
        return _page(form, error.status)
    if approve:
        told = ngettext(
            "Aprobada: las fechas nuevas rigen desde hoy.",
            "Aprobadas %(num)s: las fechas nuevas rigen desde hoy.",
            count,
        )
    else:
        told = ngettext("Rechazada.", "Rechazadas %(num)s.", count)
    flash(told, "ok")
    return redirect(url_for("reviews.reschedulings"), 303)


def _decide(form: ResolutionForm, *, approve: bool) -> int:
    with transaction():
        decided = services.decide_reschedulings(
            acting(),
            rescheduling_uids=form.chosen.data or [],
            approve=approve,
            resolution=form.resolution.data or "",
            resolution_number=form.resolution_number.data or "",
            now=clock.now(),
            today=today(),
        )
        return len(decided)


@blueprint.get("/revision/reprogramaciones/mover/<string:uid>")
@requires(Permission.RESCHEDULING_DECIDE)
def move_item(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, today())
    return render_template("reviews/move.html", page=page, form=MoveForm.beginning_with(page.windows))


@blueprint.post("/revision/reprogramaciones/mover/<string:uid>")
@requires(Permission.RESCHEDULING_DECIDE)
def apply_move(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, today())
    form = MoveForm.beginning_with(page.windows)
    if form.asks_for_more:
        form.understand()
        return render_template("reviews/move.html", page=page, form=form)
    if form.validate() and _moved(form, page):
        flash(_("Las fechas nuevas rigen desde hoy, con su resolución a la vista."), "ok")
        return redirect(url_for("progress.activity", uid=uid), 303)
    return render_template("reviews/move.html", page=page, form=form), 422


def _moved(form: MoveForm, page: ActivityPage) -> bool:
    """Move the item; False with the sentence beside its field where a rule is broken."""
    said: dict[str, Any] = {
        name: form[name].data or "" for name in ("reason", "resolution", "resolution_number")
    }
    try:
        with transaction():
            services.move_item(
                acting(), node_uid=page.uid, windows=form.asked(), **said, now=clock.now(), today=today()
            )
    except (Conflict, NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(error)
        return False
    return True
