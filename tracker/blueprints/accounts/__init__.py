"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint

from tracker.words.turnover import days_word
from tracker.words.work import device_word

blueprint = Blueprint("accounts", __name__)
blueprint.add_app_template_filter(device_word, "device_word")
blueprint.add_app_template_global(days_word, "days_word")

from tracker.blueprints.accounts import (  # noqa: E402 - the views hang themselves on the blueprint
    delegations,  # noqa: F401
    invitation,  # noqa: F401
    tokens,  # noqa: F401
    views,  # noqa: F401
)
