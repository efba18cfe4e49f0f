"""The resources of commitments at work: planned and spent, with their source."""

from flask import Blueprint

from tracker.target_figures import quetzales_exact

blueprint = Blueprint("resources", __name__, url_prefix="/avances/recursos")
blueprint.add_app_template_filter(quetzales_exact, "quetzales_exact")

from tracker.blueprints.resources import views  # noqa: E402,F401 - it needs the blueprint
