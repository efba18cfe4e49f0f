"""The public pages of targets."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.queries.portal import targets as queries


@blueprint.get("/metas")
@public
def targets() -> ResponseReturnValue:
    """Institutions with their fiscal years."""
    return render_template("portal/targets.html", owners=queries.list_target_owners())


@blueprint.get("/metas/<string:slug>/<int:year>")
@public
def targets_of(slug: str, year: int) -> ResponseReturnValue:
    """An institution's targets of a fiscal year."""
    board = queries.get_public_targets(slug, year, clock.today(current_app.config["TIMEZONE"]))
    if slug != board.owner.slug:
        return redirect(url_for("portal.targets_of", slug=board.owner.slug, year=year), 301)
    return render_template("portal/targets_of.html", board=board)
