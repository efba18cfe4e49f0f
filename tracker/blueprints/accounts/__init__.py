"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint

from tracker.words.work import device_word

blueprint = Blueprint("accounts", __name__)
blueprint.add_app_template_filter(device_word, "device_word")

from tracker.blueprints.accounts import invitation, views  # noqa: E402, F401 - the views hang themselves on the blueprint
