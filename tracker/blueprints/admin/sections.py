"""The parts of the administration that a person may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from tracker.access import acting
from tracker.domain.permissions import Permission, can


@dataclass(frozen=True)
class Section:
    """One tab."""

    label: str
    url: str
    current: bool


def sections() -> list[Section]:
    """The tabs in their order, those alone that the person's role may open."""
    every = (
        (_("Resumen"), "admin.home", Permission.JOB_READ),
        (_("Trabajos"), "admin.jobs", Permission.JOB_READ),
        (_("Cuentas"), "admin.accounts", Permission.ACCOUNT_MANAGE),
        (_("Instituciones"), "admin.institutions", Permission.INSTITUTION_MANAGE),
        (_("Planes"), "admin.plan_settings_list", Permission.PLAN_CONFIGURE),
        (_("Importar"), "imports.home", Permission.INSTITUTION_MANAGE),
        (_("Revisores"), "admin.reviewers", Permission.ACCOUNT_MANAGE),
        (_("Correo"), "admin.mail", Permission.ACCOUNT_MANAGE),
        (_("Otros sistemas"), "admin.webhooks", Permission.WEBHOOK_MANAGE),
        (_("Bitácora"), "admin.audit_log", Permission.AUDIT_READ),
    )
    actor = acting()
    return [
        Section(label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, permission in every
        if can(actor, permission)
    ]
