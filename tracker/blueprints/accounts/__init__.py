"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

from tracker.blueprints.accounts import views  # noqa: E402, F401 - the views hang themselves on the blueprint
