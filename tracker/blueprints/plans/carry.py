"""What an earlier plan did not finish, chosen to go on in one that is being written."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.views import today, told
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.carry_over import get_carry_page
from tracker.rule_forms import LockedForm
from tracker.services.carry_over import carry_items


@blueprint.get("/planificacion/<int:number>/continuar")
@requires(Permission.PLAN_MANAGE)
def carry(number: int) -> ResponseReturnValue:
    page = get_carry_page(acting(), number, request.args.get("de", type=int), today())
    return render_template("plans/carry.html", page=page, form=LockedForm(), ticked=(), asked={})


@blueprint.post("/planificacion/<int:number>/continuar")
@requires(Permission.PLAN_MANAGE)
def carry_on(number: int) -> ResponseReturnValue:
    page = get_carry_page(acting(), number, request.args.get("de", type=int), today())
    form, ticked = LockedForm(), set(request.form.getlist("items"))
    places = {kind.value: request.form.get(f"en-{kind.value}", "") for kind, _places in page.by_level}
    status = 422
    if form.validate():
        try:
            made = _carry(number, page.going(ticked, places))
        except DomainError as error:
            status = told(form, error)
        else:
            flash(ngettext("Continúa %(num)s elemento.", "Continúan %(num)s elementos.", made), "ok")
            return redirect(url_for("plans.tree", number=number), 303)
    return render_template(
        "plans/carry.html", page=page, form=form, ticked=ticked, asked=request.form
    ), status


def _carry(number: int, chosen: dict[str, str]) -> int:
    if not all(chosen.values()):
        raise DomainError("carry-place-required")
    with transaction():
        return len(carry_items(acting(), plan_number=number, chosen=chosen, now=clock.now(), today=today()))
