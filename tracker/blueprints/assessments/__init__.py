"""Self-assessments: what institutions, the technical table and the contact point say of each commitment."""

from flask import Blueprint

blueprint = Blueprint("assessments", __name__, url_prefix="/autoevaluacion")

from tracker.blueprints.assessments import importing, views  # noqa: E402,F401 - they need the blueprint
