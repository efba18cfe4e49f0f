"""The resources of commitments at work: planned and spent, with their source."""

from flask import Blueprint

blueprint = Blueprint("resources", __name__, url_prefix="/avances/recursos")

from tracker.blueprints.resources import views  # noqa: E402,F401 - it needs the blueprint
