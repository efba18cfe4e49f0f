"""The pages of the working groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.groups import blueprint, forms
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.permissions import Permission, can
from tracker.queries.working_groups import GroupPage, get_group, list_groups
from tracker.services import working_groups as services
from tracker.words.working_groups import field_words


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("")
@requires(Permission.COMPILATION_READ)
def index() -> ResponseReturnValue:
    return render_template(
        "groups/index.html",
        groups=list_groups(acting(), _today()),
        may_change=can(acting(), Permission.TABLE_MANAGE),
        plans=forms.plans(),
    )


@blueprint.route("/nuevo", methods=["GET", "POST"])
@requires(Permission.TABLE_MANAGE)
def new() -> ResponseReturnValue:
    plans = forms.plans()
    if not plans:
        raise NotFound("group-without-plan")
    number = request.args.get("plan", plans[0][0], type=int)
    if number not in dict(plans):
        abort(404)
    form = forms.new_group_form(number)
    if form.validate_on_submit():
        try:
            with transaction():
                uid = services.found_group(
                    acting(), plan_number=number, said=form.said(), now=clock.now(), today=_today()
                )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("El grupo ya existe. Ahora diga quiénes lo integran."), "ok")
            return redirect(url_for("groups.show", uid=uid), 303)
    page = render_template("groups/new.html", form=form, plans=plans, number=number)
    return page, 422 if form.errors else 200


def _page(page: GroupPage, status: int = 200, **given: Any) -> ResponseReturnValue:
    shown = {
        "member": forms.member_form(page, _today()) if "member" not in given else None,
        "close": forms.CloseForm(formdata=None, based_on=page.sequence, on=_today()),
    }
    return (
        render_template(
            "groups/show.html", page=page, today=_today(), field_words=field_words, **{**shown, **given}
        ),
        status,
    )


@blueprint.get("/<string:uid>")
@requires(Permission.COMPILATION_READ)
def show(uid: str) -> ResponseReturnValue:
    return _page(get_group(acting(), uid, _today()))


@blueprint.route("/<string:uid>/cambiar", methods=["GET", "POST"])
@requires(Permission.TABLE_MANAGE)
def change(uid: str) -> ResponseReturnValue:
    page = get_group(acting(), uid, _today())
    form = forms.group_form(page)
    if form.validate_on_submit():
        try:
            _do(services.change_group, uid, form, said=form.said())
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Guardado. Lo anterior queda en la historia del grupo."), "ok")
            return redirect(url_for("groups.show", uid=uid), 303)
    return render_template("groups/change.html", page=page, form=form), 422 if form.errors else 200


@blueprint.post("/<string:uid>/integrantes")
@requires(Permission.TABLE_MANAGE)
def add_member(uid: str) -> ResponseReturnValue:
    page = get_group(acting(), uid, _today())
    form = forms.member_form(page, _today())
    if form.validate():
        try:
            _do(services.add_member, uid, form, member=form.said())
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Ya integra el grupo."), "ok")
            return redirect(url_for("groups.show", uid=uid), 303)
    return _page(page, 422, member=form)


@blueprint.route("/<string:uid>/integrantes/<string:member_uid>/salida", methods=["GET", "POST"])
@requires(Permission.TABLE_MANAGE)
def end_member(uid: str, member_uid: str) -> ResponseReturnValue:
    page = get_group(acting(), uid, _today())
    found = next((one for one in page.group.members if one.uid == member_uid), None)
    if found is None:
        raise NotFound("group-member-not-found")
    form = forms.EndForm(based_on=page.sequence, ends_on=_today())
    if form.validate_on_submit():
        try:
            _do(services.end_member, uid, form, member_uid=member_uid, ends_on=form.ends_on.data)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Guardado: sigue en la historia del grupo con sus fechas."), "ok")
            return redirect(url_for("groups.show", uid=uid), 303)
    shown = render_template("groups/leaving.html", page=page, member=found, form=form)
    return shown, 422 if form.errors else 200


@blueprint.post("/<string:uid>/cerrar")
@requires(Permission.TABLE_MANAGE)
def close(uid: str) -> ResponseReturnValue:
    page = get_group(acting(), uid, _today())
    form = forms.CloseForm()
    if form.validate():
        try:
            _do(services.close_group, uid, form, on=form.on.data, reason=form.reason.data or "")
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("El grupo quedó cerrado."), "ok")
            return redirect(url_for("groups.show", uid=uid), 303)
    return _page(page, 422, close=form)


def _do(service: Callable[..., object], uid: str, form: Any, **said: Any) -> None:
    """A change over the version that its writer saw."""
    with transaction():
        service(acting(), uid=uid, based_on=form.based_on.data or 0, now=clock.now(), today=_today(), **said)
