"""An item moved, divided, joined with another, or taken out of a plan that is being written."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.item_forms import MergeForm, MoveForm, SplitForm, arranging_forms, draft_form
from tracker.blueprints.plans.items import shown
from tracker.blueprints.plans.views import today, told
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.plan_drafts import get_item
from tracker.rule_forms import LockedForm
from tracker.services import plan_structure as services


@blueprint.post("/planificacion/elementos/<string:uid>/mover")
@requires(Permission.PLAN_MANAGE)
def move(uid: str) -> ResponseReturnValue:
    def act(form: LockedForm) -> str:
        into = form.into.data if isinstance(form, MoveForm) else ""
        return services.move_into(acting(), node_uid=uid, parent_uid=into, now=clock.now(), today=today()).uid

    return _arranged(uid, "move", act, _("Movido."))


@blueprint.post("/planificacion/elementos/<string:uid>/dividir")
@requires(Permission.PLAN_MANAGE)
def split(uid: str) -> ResponseReturnValue:
    def act(form: LockedForm) -> str:
        data = form.data if isinstance(form, SplitForm) else {}
        return services.split_item(
            acting(),
            node_uid=uid,
            titles=(data["first"] or "", data["second"] or ""),
            means=data["means"] or [],
            children=data["children"] or [],
            seen=form.version(),
            now=clock.now(),
            today=today(),
        ).uid

    return _arranged(uid, "split", act, _("Dividido en dos."))


@blueprint.post("/planificacion/elementos/<string:uid>/unir")
@requires(Permission.PLAN_MANAGE)
def merge(uid: str) -> ResponseReturnValue:
    def act(form: LockedForm) -> str:
        data = form.data if isinstance(form, MergeForm) else {}
        return services.merge_items(
            acting(),
            node_uid=uid,
            other_uid=data["other"] or "",
            title=data["title_of_both"] or "",
            now=clock.now(),
            today=today(),
        ).uid

    return _arranged(uid, "merge", act, _("Unidos en uno."))


@blueprint.post("/planificacion/elementos/<string:uid>/quitar")
@requires(Permission.PLAN_MANAGE)
def remove(uid: str) -> ResponseReturnValue:
    page = get_item(acting(), uid, today())
    try:
        with transaction():
            services.remove_item(acting(), node_uid=uid, now=clock.now(), today=today())
    except DomainError as error:
        form = draft_form(page, sent=False)
        return shown(page, form), told(form, error)
    flash(_("Quitado del plan, con lo que tenía debajo."), "ok")
    return redirect(url_for("plans.tree", number=page.plan_number), 303)


def _arranged(uid: str, name: str, act: Callable[[LockedForm], str], done: str) -> ResponseReturnValue:
    """Do it and show where the item is now; a refusal stands beside its field, with all that was typed."""
    page = get_item(acting(), uid, today())
    form = arranging_forms(page, name)[name]
    status = 422
    if form.validate():
        try:
            with transaction():
                found = act(form)
        except DomainError as error:
            status = told(form, error)
        else:
            flash(done, "ok")
            return redirect(url_for("plans.tree", number=page.plan_number, _anchor=f"e-{found}"), 303)
    return shown(page, draft_form(page, sent=False), **{name: form}), status
