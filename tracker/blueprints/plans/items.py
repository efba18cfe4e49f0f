"""One item of a plan that is being written; who comes second sees what changed meanwhile and chooses."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.item_forms import arranging_forms, draft_form
from tracker.blueprints.plans.views import today, told
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.item_fields import ItemForm
from tracker.queries.plan_drafts import DraftItem, chosen, clashes_with, get_item
from tracker.services import plan_drafts as services

_NOT_TYPED = {"csrf_token", "lock_version"}
_CHOICE = "choice-"


@blueprint.get("/planificacion/elementos/<string:uid>")
@requires(Permission.PLAN_MANAGE)
def item(uid: str) -> ResponseReturnValue:
    page = get_item(acting(), uid, today())
    return shown(page, draft_form(page))


def shown(page: DraftItem, form: ItemForm, **more: Any) -> str:
    """The page of an item with its form, and those that move, divide and join it."""
    return render_template("plans/item.html", page=page, form=form, **{**arranging_forms(page), **more})


@blueprint.post("/planificacion/elementos/<string:uid>")
@requires(Permission.PLAN_MANAGE)
def write_item(uid: str) -> ResponseReturnValue:
    page = get_item(acting(), uid, today())
    form = draft_form(page)
    if not form.validate():
        return shown(page, form), 422
    values = chosen(page, _kept(), form.values(page))
    try:
        changed = _write(page, values, form.version())
    except DomainError as error:
        if error.code == "item-changed-meanwhile":
            return _conflict(page, values, form)
        return shown(page, form), told(form, error)
    flash(_("Guardado.") if changed else _("Ya decía eso: no hay ningún cambio."), "ok")
    return redirect(url_for("plans.tree", number=page.plan_number, _anchor=f"e-{uid}"), 303)


def _write(page: DraftItem, values: dict[str, Any], seen: int | None) -> bool:
    with transaction():
        return services.write_item(
            acting(), node_uid=page.uid, values=values, seen=seen, now=clock.now(), today=today()
        )


def _kept() -> set[str]:
    """The fields of which the page of a conflict was answered with what stands."""
    return {
        name.removeprefix(_CHOICE)
        for name, value in request.form.items()
        if name.startswith(_CHOICE) and value == "theirs"
    }


def _conflict(page: DraftItem, values: dict[str, Any], form: ItemForm) -> ResponseReturnValue:
    """What stands beside what was typed, field by field; everything typed goes on with the answer."""
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_TYPED and not name.startswith(_CHOICE)
    ]
    found = clashes_with(page, values, form.version() or 0)
    return render_template("plans/conflict.html", page=page, clashes=found, typed=typed), 409
