"""Pages for those who develop; they are not there unless the setting DEVELOPMENT says so."""

from __future__ import annotations

from flask import Blueprint, abort, current_app

blueprint = Blueprint("development", __name__, url_prefix="/desarrollo")


@blueprint.before_request
def hide() -> None:
    """An installation that serves the public has none of these pages."""
    if not current_app.config["DEVELOPMENT"]:
        abort(404)


from tracker.blueprints.development import mailbox, views  # noqa: E402, F401 - they hang themselves on the blueprint
