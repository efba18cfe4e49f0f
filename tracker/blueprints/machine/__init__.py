"""For machines: signs of life, and the public files that pages link to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("machine", __name__)

from tracker.blueprints.machine import data, files, health, styles  # noqa: E402, F401 - they hang themselves on the blueprint
