"""Clearing what was told of the clock as soon as something counts for it, whatever page says so."""

from __future__ import annotations

from flask import current_app

from tracker import clock
from tracker.clock_rhythms import asked_rhythms
from tracker.services.ogp_clock_notices import clear_kept


def clear_clock_notices() -> None:
    """What was told of a duty that is kept now needs no waiting for the night."""
    zone = current_app.config["TIMEZONE"]
    clear_kept(asked_rhythms(), zone=zone, today=clock.today(zone), now=clock.now())
