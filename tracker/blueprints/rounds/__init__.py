"""Reporting rounds: an institution's sheet, its workbook, and the contact point's calendar."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("rounds", __name__)
