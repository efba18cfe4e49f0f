"""A person's own notices: what is open, how they want to be told, their private calendar."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("notices", __name__)

from tracker.blueprints.notices import calendars, preferences, stopping, views  # noqa: E402, F401 - they hang on it
