"""What a reviewer reads beside the queue: doubts, requested dates, evidence files."""

from __future__ import annotations

from datetime import date

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.blueprints.reviews.paging import page_of
from tracker.domain.permissions import Permission
from tracker.queries.doubts import list_doubts, list_variants


def today() -> date:
    """Today in the government's time zone."""
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/revision/dudas")
@requires(Permission.DOUBT_RESOLVE)
def doubts() -> ResponseReturnValue:
    found, variants = list_doubts(acting()), list_variants(acting())
    shows_doubts = request.args.get("ver") == "textos" or not variants
    return render_template(
        "reviews/doubts.html",
        counts=(len(variants), len(found)),
        shows_doubts=shows_doubts,
        page=page_of(found if shows_doubts else variants, request.args.get("page", 1, type=int)),
    )
