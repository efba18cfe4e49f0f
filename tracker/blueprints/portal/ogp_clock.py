"""The public page of the clock of the Open Government Partnership."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.clock_rhythms import asked_rhythms
from tracker.domain.ogp_clock import SOURCES
from tracker.queries.portal.clock import get_clock


@blueprint.get("/mesa-tecnica/reloj")
@public
def ogp_clock() -> ResponseReturnValue:
    """When each duty was kept last, by when it is due again, and every time it was missed."""
    zone = current_app.config["TIMEZONE"]
    duties = get_clock(asked_rhythms(), clock.today(zone), zone)
    return render_template("portal/ogp_clock.html", duties=duties, sources=SOURCES)
