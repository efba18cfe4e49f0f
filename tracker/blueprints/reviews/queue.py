"""The queue of what waits for a decision, and one report of it before its reviewer."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.blueprints.reviews.forms import DecisionForm, decision_form
from tracker.blueprints.reviews.queue_filters import asked_filter, asked_parameters, choices_of, views_of
from tracker.blueprints.reviews.views import today
from tracker.db import transaction
from tracker.domain.permissions import Permission
from tracker.queries.review_page import ReviewPage, get_review
from tracker.queries.review_rows import review_scope
from tracker.queries.review_standing import list_unsupported
from tracker.queries.reviews import Place, list_queue, place_in_queue
from tracker.services.reviews import note_opening
from tracker.words.reviews import about_choices, order_words


@blueprint.get("/revision")
@requires(Permission.REPORT_VALIDATE)
def queue() -> ResponseReturnValue:
    chosen = asked_filter()
    number = request.args.get("page", 1, type=int)
    page = list_queue(acting(), chosen, page=number, today=today(), zone=current_app.config["TIMEZONE"])
    return render_template(
        "reviews/queue.html",
        page=page,
        chosen=chosen,
        params=asked_parameters(),
        views=views_of(page, chosen),
        choices=choices_of(page, chosen),
        orders=order_words(),
        unsupported=list_unsupported(acting(), review_scope(acting())),
    )


@blueprint.get("/revision/<string:uid>")
@requires(Permission.REPORT_VALIDATE)
def show(uid: str) -> ResponseReturnValue:
    page = get_review(acting(), uid, today())
    shown = render_review(page, decision_form(page), place_of(uid))
    _note(page)
    return shown


def place_of(uid: str) -> Place:
    """Where a report stands in the queue that the address is narrowed to."""
    return place_in_queue(acting(), uid, asked_filter(), today=today(), zone=current_app.config["TIMEZONE"])


def render_review(page: ReviewPage, form: DecisionForm, place: Place) -> str:
    """The review page, the same for reading and for what was sent and refused."""
    return render_template(
        "reviews/show.html",
        page=page,
        form=form,
        place=place,
        params=asked_parameters(),
        abouts=about_choices(),
    )


def _note(page: ReviewPage) -> None:
    """Remember that it was opened: the same page twice is one row, and says nothing about the report."""
    if page.waits and page.report.may_decide:
        with transaction():
            note_opening(
                acting(),
                report_uid=page.report.uid,
                lock_version=page.report.lock_version,
                now=clock.now(),
            )
