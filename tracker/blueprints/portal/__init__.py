"""What everybody may read, without an account: it reads no session, so that a proxy can share its pages."""

from __future__ import annotations

from flask import Blueprint, Response, request

blueprint = Blueprint("portal", __name__)
SHARED_SECONDS = 60


@blueprint.after_request
def share(response: Response) -> Response:
    """A page may be kept a minute by anybody, and is asked for again by its tag."""
    if response.status_code == 200 and request.method in {"GET", "HEAD"}:
        response.cache_control.public = True
        response.cache_control.max_age = SHARED_SECONDS
        response.add_etag()
        response.make_conditional(request)
    return response


from tracker.blueprints.portal import choices, data, observations, past, views, words  # noqa: E402, F401 - they hang themselves on the blueprint
