"""Bringing files in: one place that leads to every importer, and the page of those that write a plan."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__, url_prefix="/administracion/importar")

from tracker.blueprints.imports import downloads, views  # noqa: E402,F401 - they need the blueprint
