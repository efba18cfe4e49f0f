"""Reporting rounds: an institution's sheet, its workbook, and the contact point's calendar."""

from __future__ import annotations

from flask import Blueprint

from tracker.words.round_sheet import round_word, sheet_value
from tracker.words.rounds import calendar_words

blueprint = Blueprint("rounds", __name__)
blueprint.add_app_template_filter(round_word, "round_word")
blueprint.add_app_template_filter(sheet_value, "sheet_value")
blueprint.add_app_template_filter(calendar_words, "calendar_words")

from tracker.blueprints.rounds import calendar, sheet, workbook  # noqa: E402, F401 - they hang on it
