"""Administration: jobs, accounts, reviewers, outgoing mail, the audit log."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/administracion")

from tracker.blueprints.admin import (  # noqa: E402 - the views hang themselves on the blueprint
    accounts,  # noqa: F401
    audit,  # noqa: F401
    delegations,  # noqa: F401
    jobs,  # noqa: F401
    mail,  # noqa: F401
    reviewers,  # noqa: F401
    turnover,  # noqa: F401
    views,  # noqa: F401
)
