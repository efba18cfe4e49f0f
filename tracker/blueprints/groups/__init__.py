"""Working groups of the technical table."""

from flask import Blueprint

blueprint = Blueprint("groups", __name__, url_prefix="/mesa/grupos")

from tracker.blueprints.groups import views  # noqa: E402,F401 - it needs the blueprint
