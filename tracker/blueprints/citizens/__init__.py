"""What people without an account send: observations, and what they follow. It reads no session.

These pages stand on addresses of their own, kept by nobody, so that the public pages stay the same for all.
"""

from __future__ import annotations

from flask import Blueprint, Response

from tracker.words.observations import subject_word

blueprint = Blueprint("citizens", __name__)
blueprint.add_app_template_filter(subject_word, "subject_word")


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Nothing of a form is kept on the way, and no link in it tells other pages where one was."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


from tracker.blueprints.citizens import following, observing  # noqa: E402, F401 - they hang themselves on the blueprint
