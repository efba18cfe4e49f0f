"""The work of an institution's people: the panel, their activities, reporting, other dates."""

from __future__ import annotations

from flask import Blueprint

from tracker.wording import office_word
from tracker.words import changes, reviews, work

blueprint = Blueprint("progress", __name__)
blueprint.add_app_template_filter(office_word, "office")
blueprint.add_app_template_filter(work.field_word, "field_word")
blueprint.add_app_template_filter(work.finding_word, "finding_word")
blueprint.add_app_template_filter(work.action_word, "action_word")
blueprint.add_app_template_filter(work.occurrence_word, "occurrence_word")
blueprint.add_app_template_filter(work.slot_word, "slot_word")
blueprint.add_app_template_filter(reviews.said_word, "value_word")
blueprint.add_app_template_filter(changes.obstacle_word, "obstacle_word")

from tracker.blueprints.progress import (  # noqa: E402 - they hang on it
    evidence,  # noqa: F401
    letters,  # noqa: F401
    reporting,  # noqa: F401
    rescheduling,  # noqa: F401
    saving,  # noqa: F401
    views,  # noqa: F401
)
