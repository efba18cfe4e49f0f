"""Observations in the work area: read, published or not, asked about, replied to."""

from flask import Blueprint

blueprint = Blueprint("observations", __name__, url_prefix="/observaciones/bandeja")

from tracker.blueprints.observations import views  # noqa: E402, F401 - the views hang themselves on the blueprint
