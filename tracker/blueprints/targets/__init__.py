"""Physical and financial targets at work: brought in from official tables, corrected, linked, accepted."""

from flask import Blueprint

from tracker.target_figures import amount, chart_of, finding_words
from tracker.words.targets import change_word, period_word

blueprint = Blueprint("targets", __name__, url_prefix="/avances/metas")
blueprint.add_app_template_filter(change_word, "target_change_word")
blueprint.add_app_template_filter(period_word, "four_months_word")
blueprint.add_app_template_filter(amount, "target_amount")
blueprint.add_app_template_filter(chart_of, "target_chart")
blueprint.add_app_template_filter(finding_words, "target_finding")

from tracker.blueprints.targets import (  # noqa: E402 - they need the blueprint
    indicators,  # noqa: F401
    rows,  # noqa: F401
    uploading,  # noqa: F401
    views,  # noqa: F401
)
