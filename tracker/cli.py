"""Commands: `flask --app wsgi …` and the script `cumple`; each feature's are in `tracker.commands`."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask
from flask.cli import FlaskGroup

from tracker import commands


def register(app: Flask) -> None:
    """Put the commands of every feature on the application."""
    for module in pkgutil.iter_modules(commands.__path__):
        part = importlib.import_module(f"{commands.__name__}.{module.name}")
        if hasattr(part, "register"):
            part.register(app)


def main() -> None:
    """The script `cumple`: Flask's own command line over our application."""
    from tracker.app import create_app

    FlaskGroup(create_app=create_app).main(prog_name="cumple")
