"""Administration: jobs, accounts, reviewers, outgoing mail, the audit log."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/administracion")

from tracker.blueprints.admin import accounts, audit, jobs, mail, reviewers, turnover, views  # noqa: E402, F401 - the views hang themselves on the blueprint
