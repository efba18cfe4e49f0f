"""A plan's whole tree: read, put in order, added to."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.forms import NewItemForm
from tracker.blueprints.plans.views import today, told
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.domain.plan_drafts import MAY_HOLD, Way
from tracker.domain.plans import NodeKind
from tracker.queries.plan_drafts import get_parent, get_tree
from tracker.services import plan_drafts as drafts
from tracker.services import plan_structure as structure


@blueprint.get("/planificacion/<int:number>/contenido")
@requires(Permission.PLAN_MANAGE)
def tree(number: int) -> ResponseReturnValue:
    page = get_tree(acting(), number, today())
    return render_template("plans/tree.html", page=page, may_hold=MAY_HOLD[NodeKind.PLAN])


@blueprint.post("/planificacion/<int:number>/contenido")
@requires(Permission.PLAN_MANAGE)
def arrange(number: int) -> ResponseReturnValue:
    get_parent(acting(), number, "")
    way, _colon, uid = request.form.get("action", "").partition(":")
    if way not in set(Way):
        abort(400)
    with transaction():
        structure.move_item(acting(), node_uid=uid, way=Way(way), now=clock.now(), today=today())
    return redirect(url_for("plans.tree", number=number, _anchor=f"e-{uid}"), 303)


@blueprint.post("/planificacion/<int:number>/contenido/numerar")
@requires(Permission.PLAN_MANAGE)
def renumber(number: int) -> ResponseReturnValue:
    with transaction():
        changed = structure.renumber(acting(), plan_number=number, now=clock.now(), today=today())
    flash(
        ngettext("%(num)s elemento tiene otro número.", "%(num)s elementos tienen otro número.", changed),
        "ok",
    )
    return redirect(url_for("plans.tree", number=number), 303)


@blueprint.route("/planificacion/<int:number>/contenido/nuevo", methods=["GET", "POST"])
@requires(Permission.PLAN_MANAGE)
def new_item(number: int) -> ResponseReturnValue:
    parent, kind = get_parent(acting(), number, request.args.get("bajo", "")), request.args.get("nivel", "")
    if kind not in {one.value for one in MAY_HOLD.get(parent.kind, ())}:
        abort(404)
    form = NewItemForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            uid = _added(parent.uid, NodeKind(kind), form.title.data or "")
        except DomainError as error:
            status = told(form, error)
        else:
            flash(_("Añadido. Escriba ahora lo demás."), "ok")
            return redirect(url_for("plans.item", uid=uid), 303)
    return render_template("plans/new_item.html", form=form, parent=parent, kind=NodeKind(kind)), status


def _added(parent_uid: str, kind: NodeKind, title: str) -> str:
    with transaction():
        return drafts.add_item(
            acting(), parent_uid=parent_uid, kind=kind, title=title, now=clock.now(), today=today()
        ).uid
