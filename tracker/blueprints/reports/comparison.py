"""What changed between a compiled report and another of the same."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.access import acting, requires
from tracker.blueprints.reports import blueprint
from tracker.domain.permissions import Permission
from tracker.queries.report_comparison import get_comparison
from tracker.words.report_changes import edition_choices, told_comparison


@blueprint.get("/<string:uid>/cambios")
@requires(Permission.COMPILATION_READ)
def changes(uid: str) -> ResponseReturnValue:
    page = get_comparison(acting(), uid, request.args.get("con", ""))
    return render_template(
        "reports/comparison.html",
        page=page,
        told=told_comparison(page.comparison, page.places) if page.comparison else None,
        choices=edition_choices(page.others),
    )
