"""The API: what is published, for programs; and reports from the systems of institutions."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from tracker import access
from tracker.blueprints.api import answering, limits
from tracker.errors import API

blueprint = Blueprint("api", __name__)


@blueprint.record_once
def _tell_problems(state: BlueprintSetupState) -> None:
    state.app.extensions["cumple_problems"] = answering.tell_problem


@blueprint.before_app_request
def count() -> None:
    """No address asks without end, with a token or without."""
    if request.path.startswith(API):
        limits.count_request()


@blueprint.after_app_request
def finish(response: Response) -> Response:
    """What every answer of the API says, also where there is no such address."""
    if not request.path.startswith(API):
        return response
    rule = access.rule_of(request.endpoint)
    if rule is None or rule.is_public:
        answering.open_to_every_site(response)
        answering.share(response)
    limits.tell_limit(response)
    return response


from tracker.blueprints.api import (  # noqa: E402 - the views hang themselves on the blueprint
    docs,  # noqa: F401
    reading,  # noqa: F401
    reading_more,  # noqa: F401
    submissions,  # noqa: F401
)
