"""The clock of the Open Government Partnership, for those who keep it."""

from flask import Blueprint

blueprint = Blueprint("clock", __name__, url_prefix="/mesa/reloj")

from tracker.blueprints.clock import views  # noqa: E402,F401 - it needs the blueprint
