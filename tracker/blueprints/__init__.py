"""Audiences of the service, each a blueprint; this is where they are put together."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register every blueprint."""
    from tracker.blueprints import accounts, admin, machine, portal, progress, reports, reviews

    for module in (portal, accounts, progress, reviews, reports, admin, machine):
        app.register_blueprint(module.blueprint)
