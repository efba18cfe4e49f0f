"""The contact point's work: the queue, one report, doubts of documents, requested dates, evidence files."""

from __future__ import annotations

from flask import Blueprint

from tracker.words import imports as words
from tracker.words import reviews as review_words
from tracker.words.timeline import delivery_word
from tracker.words.work import periods_word

blueprint = Blueprint("reviews", __name__)
blueprint.add_app_template_filter(words.field_word, "variant_field")
blueprint.add_app_template_filter(words.source_word, "source_word")
blueprint.add_app_template_filter(periods_word, "periods")
blueprint.add_app_template_filter(words.say, "doubt_sentence")
blueprint.add_app_template_filter(review_words.said_word, "said_word")
blueprint.add_app_template_filter(review_words.compared_word, "compared_word")
blueprint.add_app_template_filter(review_words.about_word, "about_word")
blueprint.add_app_template_filter(delivery_word, "delivery_word")

from tracker.blueprints.reviews import alerts, batch, decisions, evidence, queue, reschedulings, views  # noqa: E402, F401 - the views hang on the blueprint
