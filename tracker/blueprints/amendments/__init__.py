"""Amendments of approved plans: prepared, approved by name, public."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("amendments", __name__)
