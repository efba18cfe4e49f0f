"""What people without an account send: observations, and what they follow. It reads no session.

These pages stand on addresses of their own, kept by nobody, so that the public pages stay the same for all.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker.words.observations import subject_word

blueprint = Blueprint("citizens", __name__)
blueprint.add_app_template_filter(subject_word, "subject_word")


# Several times the longest text: nobody without an account sends files.
MOST_BYTES = 64 * 1024


@blueprint.before_request
def keep_it_small() -> None:
    """What is sent here is short; more is refused before it is read."""
    request.max_content_length = MOST_BYTES


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Nothing of a form is kept on the way, and no link in it tells other pages where one was."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


from tracker.blueprints.citizens import following, observing  # noqa: E402, F401 - they hang themselves on the blueprint
