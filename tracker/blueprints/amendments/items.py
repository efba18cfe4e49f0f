"""One item of the plan as a draft would have it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.amendments import blueprint
from tracker.blueprints.amendments.views import today
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.item_fields import ItemForm, item_form
from tracker.queries.amendments import ItemPage, get_item
from tracker.services import amendments as services


@blueprint.get("/revision/enmiendas/<string:uid>/elementos/<string:node_uid>")
@requires(Permission.PLAN_MANAGE)
def item(uid: str, node_uid: str) -> ResponseReturnValue:
    page = get_item(acting(), uid, node_uid, today())
    return render_template("amendments/item.html", page=page, form=item_form(page))


@blueprint.post("/revision/enmiendas/<string:uid>/elementos/<string:node_uid>")
@requires(Permission.PLAN_MANAGE)
def change_item(uid: str, node_uid: str) -> ResponseReturnValue:
    page = get_item(acting(), uid, node_uid, today())
    form = item_form(page)
    status = 422
    if form.validate():
        try:
            changes = _change(form, page)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(error)
            form.lock_version.data = str(page.lock_version)
            status = error.status
        else:
            flash(_("Guardado.") if changes else _("Es igual a lo vigente: no hay ningún cambio."), "ok")
            return redirect(url_for("amendments.show", uid=uid, _anchor="cambios"), 303)
    return render_template("amendments/item.html", page=page, form=form), status


def _change(form: ItemForm, page: ItemPage) -> int:
    with transaction():
        changes = services.change_item(
            acting(),
            amendment_uid=page.amendment_uid,
            node_uid=page.uid,
            values=form.values(page),
            lock_version=form.version(),
        )
        return len(changes)
