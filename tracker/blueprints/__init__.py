"""Audiences of the service, each a blueprint; this is where they are put together."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

NAMES = (
    "portal",
    "citizens",
    "accounts",
    "notices",
    "progress",
    "rounds",
    "observations",
    "meetings",
    "reviews",
    "plans",
    "imports",
    "amendments",
    "assessments",
    "clock",
    "groups",
    "targets",
    "resources",
    "reports",
    "admin",
    "api",
    "machine",
    "development",
)


def register(app: Flask) -> None:
    """Register every blueprint."""
    for name in NAMES:
        app.register_blueprint(import_module(f"{__name__}.{name}").blueprint)
