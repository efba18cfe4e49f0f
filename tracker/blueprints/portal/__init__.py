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


from tracker.blueprints.portal import (  # noqa: E402 - they hang themselves on the blueprint
    assessments,  # noqa: F401
    calendars,  # noqa: F401
    cards,  # noqa: F401
    choices,  # noqa: F401
    data,  # noqa: F401
    embeds,  # noqa: F401
    feeds,  # noqa: F401
    meetings,  # noqa: F401
    observations,  # noqa: F401
    ogp_clock,  # noqa: F401
    past,  # noqa: F401
    permanent,  # noqa: F401
    searching,  # noqa: F401
    targets,  # noqa: F401
    versions,  # noqa: F401
    views,  # noqa: F401
    words,  # noqa: F401
)
