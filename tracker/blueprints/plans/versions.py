"""Two versions of a plan compared, whatever stage it is in."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.views import today
from tracker.domain.permissions import Permission
from tracker.queries.plan_life import get_life
from tracker.queries.plan_versions import compare_versions
from tracker.queries.plans import get_plan


@blueprint.get("/planificacion/<int:number>/versiones")
@requires(Permission.PLAN_MANAGE)
def versions(number: int) -> ResponseReturnValue:
    page = get_life(acting(), number, today())
    comparison = compare_versions(
        get_plan(number),
        request.args.get("a", ""),
        request.args.get("b", ""),
        today(),
        zone=current_app.config["TIMEZONE"],
    )
    return render_template("plans/versions.html", page=page, comparison=comparison)
