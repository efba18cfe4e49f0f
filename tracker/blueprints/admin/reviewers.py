"""Who decides on the reports of an institution that a contact point belongs to."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.forms import ReviewerForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.accounts import list_institution_choices
from tracker.queries.reviewers import list_reviewed, list_table_members
from tracker.services import reviewers as services


@blueprint.route("/revisores", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def reviewers() -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        try:
            with transaction():
                _name(form)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Nombramiento guardado: desde hoy decide sobre los informes de esa institución."), "ok")
            return redirect(url_for("admin.reviewers"), 303)
    rows = list_reviewed(acting(), clock.today(current_app.config["TIMEZONE"]))
    shown = render_template("admin/reviewers.html", sections=sections(), form=form, rows=rows)
    return shown, 422 if form.errors else 200


def _form() -> ReviewerForm:
    form = ReviewerForm()
    form.user.choices = choices([("", _("Elija a una persona")), *list_table_members(acting())])
    form.institution.choices = choices([("", _("Elija una institución")), *list_institution_choices()])
    return form


def _name(form: ReviewerForm) -> None:
    services.name_reviewer(
        acting(),
        user_uid=form.user.data or "",
        institution_uid=form.institution.data or "",
        now=clock.now(),
        today=clock.today(current_app.config["TIMEZONE"]),
    )


@blueprint.post("/revisores/terminar")
@requires(Permission.ACCOUNT_MANAGE)
def end_reviewer() -> ResponseReturnValue:
    today = clock.today(current_app.config["TIMEZONE"])
    with transaction():
        named = services.end_reviewer(
            acting(),
            user_uid=request.form.get("user", ""),
            institution_uid=request.form.get("institution", ""),
            now=clock.now(),
            today=today,
        )
        until = named.ends_on
    if until == today:
        flash(_("El nombramiento empezó hoy: termina al acabar el día."), "ok")
    else:
        flash(_("Nombramiento terminado. Lo que decidió sigue bajo su nombre."), "ok")
    return redirect(url_for("admin.reviewers"), 303)
