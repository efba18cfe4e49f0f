"""The technical table in the work area: seats, meetings, who came, what was decided and agreed."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__, url_prefix="/mesa")

from tracker.blueprints.meetings import (  # noqa: E402 - they hang themselves on the blueprint
    agreements,  # noqa: F401
    attendance,  # noqa: F401
    recording,  # noqa: F401
    seats,  # noqa: F401
    views,  # noqa: F401
)
