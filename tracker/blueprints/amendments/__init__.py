"""Amendments of approved plans: prepared, approved by name, public."""

from __future__ import annotations

from flask import Blueprint

from tracker.words import amendments as words

blueprint = Blueprint("amendments", __name__)
blueprint.add_app_template_filter(words.amended_word, "amended_field")
blueprint.add_app_template_filter(words.window_days, "window_days")
blueprint.add_app_template_filter(words.node_word, "node_word")
blueprint.add_app_template_filter(words.later_words, "later_words")
blueprint.add_app_template_global(words.pieces_of, "change_pieces")
blueprint.add_app_template_global(words.is_list, "change_is_list")

from tracker.blueprints.amendments import items, structure, views  # noqa: E402, F401 - the views hang on the blueprint
