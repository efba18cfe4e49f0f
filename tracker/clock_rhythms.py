"""The clock's rhythms out of the settings, for the pages."""

from __future__ import annotations

from flask import current_app

from tracker.domain.ogp_clock import Duty, Rhythm, rhythms


def asked_rhythms() -> dict[Duty, Rhythm]:
    """How often each duty must be kept here."""
    config = current_app.config
    return rhythms(config["OGP_FORUM_MONTHS"], config["OGP_RESULTS_A_YEAR"], config["OGP_UPDATES_A_YEAR"])
