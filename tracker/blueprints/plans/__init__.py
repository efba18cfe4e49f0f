"""The whole life of a plan, for the contact point: written, approved, in course, closed, carried over."""

from __future__ import annotations

from flask import Blueprint

from tracker.words import plan_life as words

blueprint = Blueprint("plans", __name__)
blueprint.add_app_template_filter(words.plan_status_word, "plan_status_word")
blueprint.add_app_template_filter(words.lack_words, "lack_words")
blueprint.add_app_template_filter(words.stage_words, "stage_words")
blueprint.add_app_template_filter(words.stage_button, "stage_button")
blueprint.add_app_template_filter(words.draft_field, "draft_field")
blueprint.add_app_template_global(words.draft_pieces, "draft_pieces")

from tracker.blueprints.plans import (  # noqa: E402 - the views hang on the blueprint
    arranging,  # noqa: F401
    carry,  # noqa: F401
    items,  # noqa: F401
    tree,  # noqa: F401
    versions,  # noqa: F401
    views,  # noqa: F401
)
