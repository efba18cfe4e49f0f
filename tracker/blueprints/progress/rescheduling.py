"""Asking for other dates: a reason and the new windows."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint
from tracker.blueprints.progress.forms import DayField
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.domain.schedule import Window
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.services import reschedulings as services
from tracker.wording import sentence


class WindowEntry(Form):
    """One period: its end is compulsory, its start may be unknown; an empty one asks for nothing."""

    start = DayField(_l("Empieza"), [Optional()])
    end = DayField(_l("Termina"), [Optional()])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A period that ends before it starts is no period."""
        good: bool = super().validate(*args, **kwargs)  # type: ignore[no-untyped-call]  # WTForms has no types here
        start, end = self.start.data, self.end.data
        if start and not end:
            self.end.errors = [*self.end.errors, _("Indique cuándo termina.")]
        elif start and end and start > end:
            self.end.errors = [*self.end.errors, _("Termina antes de empezar.")]
        return good and not self.end.errors


class ReschedulingForm(FlaskForm):
    """New windows and why."""

    windows = FieldList(FormField(WindowEntry))
    reason = TextAreaField(
        _l("¿Por qué se necesitan otras fechas?"),
        [DataRequired(_l("Explique por qué necesita otras fechas.")), Length(max=5000)],
        render_kw={"rows": 4},
    )

    def asked(self) -> list[Window]:
        """The windows asked for, to the day."""
        given = [(one.form.start.data, one.form.end.data) for one in self.windows]
        return [Window(end=end, start=start) for start, end in given if end]


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _form(page: ActivityPage) -> ReschedulingForm:
    """The form with the windows in force and an empty one for a further period."""
    current = [{"start": one.start, "end": one.end} for one in page.windows]
    return ReschedulingForm(data={"windows": [*current, {}]})


@blueprint.get("/avances/<string:uid>/reprogramar")
@requires(Permission.RESCHEDULING_REQUEST)
def reschedule(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    if not page.may_reschedule:
        flash(_("Ya hay una solicitud en espera, o su institución no participa en esta actividad."))
        return redirect(url_for("progress.activity", uid=uid), 303)
    return render_template("progress/reschedule.html", page=page, form=_form(page))


@blueprint.post("/avances/<string:uid>/reprogramar")
@requires(Permission.RESCHEDULING_REQUEST)
def request_rescheduling(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    form = _form(page)
    if form.validate() and _asked_for(form, page):
        flash(_("Solicitud enviada. Las fechas vigentes no cambian hasta que se resuelva."), "ok")
        return redirect(url_for("progress.activity", uid=uid), 303)
    return render_template("progress/reschedule.html", page=page, form=form), 422


def _asked_for(form: ReschedulingForm, page: ActivityPage) -> bool:
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
        words = sentence(error.code, error.params)
        if error.field == "reason":
            form.reason.errors = [*form.reason.errors, words]
        else:
            form.form_errors.append(words)
        return False
    return True
