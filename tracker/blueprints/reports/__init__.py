"""Compiled reports in the work area: asking, following, previewing, approving, publishing, downloading."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/compilaciones")

from tracker.blueprints.reports import comparison, consultation, views, work  # noqa: E402,F401 - they need the blueprint
