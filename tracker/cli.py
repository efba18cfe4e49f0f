"""Commands: `flask --app wsgi …` and the script `cumple`."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Put the commands on the application."""


def main() -> None:
    """The script `cumple`: Flask's own command line over our application."""
    from flask.cli import FlaskGroup

    from tracker.app import create_app

    FlaskGroup(create_app=create_app).main(prog_name="cumple")
