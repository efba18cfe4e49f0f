"""What people said of the published pages and what was replied; on each page, the last of it."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.domain.observations import FOLLOWED, SubjectKind, subject_ref
from tracker.queries.portal.observations import ObservationList, list_last_observations, list_observations
from tracker.words.observations import answered_choices, kind_word, rejected_words

blueprint.add_app_template_filter(kind_word, "observation_word")
blueprint.add_app_template_filter(rejected_words, "rejected_words")
_FOLLOWED = FOLLOWED | {SubjectKind.ACTIVITY, SubjectKind.MILESTONE}


@blueprint.get("/observaciones")
@public
def observations() -> ResponseReturnValue:
    """All of them, or those on one thing."""
    about, state = request.args.get("sobre", ""), request.args.get("estado", "")
    zone = current_app.config["TIMEZONE"]
    found = list_observations(
        subject_ref(about) if about else None,
        state,
        request.args.get("page", 1, type=int),
        today=clock.today(zone),
        zone=zone,
    )
    return render_template(
        "portal/observations.html", found=found, about=about, state=state, states=answered_choices()
    )


@blueprint.app_template_global("observations_about")
def observations_about(about: str) -> ObservationList:
    """The last observations on what a page is about, as addresses name it."""
    zone = current_app.config["TIMEZONE"]
    return list_last_observations(subject_ref(about), today=clock.today(zone), zone=zone)


@blueprint.app_template_test("followed")
def is_followed(about: str) -> bool:
    """True for what can be followed by mail, an item by its commitment."""
    return subject_ref(about).kind in _FOLLOWED
