"""Administration: jobs, accounts, institutions, plans, reviewers, mail, webhooks, the audit log."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/administracion")

from tracker.blueprints.admin import (  # noqa: E402, F401 - the views hang themselves on the blueprint
    accounts,
    audit,
    delegations,
    institution_import,
    institutions,
    invitations,
    jobs,
    mail,
    memberships,
    mergers,
    plan_settings,
    reviewers,
    turnover,
    views,
    webhooks,
)
