"""Codes to sentences: where domain, services and importers speak codes, people read these words.

Each module of `tracker.words` gives the sentences of its feature; this one puts them together.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from flask_babel import gettext as _

from tracker import words
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role


def role_word(role: AccountRole) -> str:
    """The word for an account's role."""
    return {
        AccountRole.ADMIN: _("Administración"),
        AccountRole.CONTACT_POINT: _("Punto de contacto"),
        AccountRole.LIAISON: _("Enlace institucional"),
        AccountRole.INSTITUTION_HEAD: _("Titular de la institución"),
        AccountRole.TABLE_MEMBER: _("Mesa técnica"),
        AccountRole.AUDITOR: _("Auditoría"),
    }[role]


def part_word(role: Role | str) -> str:
    """The word for an institution's part in an item."""
    return {
        Role.LEAD: _("Responsable"),
        Role.COORDINATOR: _("Coordina"),
        Role.CO_RESPONSIBLE: _("Corresponsable"),
        Role.COLLABORATOR: _("Colabora"),
    }[Role(role)]


def office_word(label: str) -> str:
    """The office that acted: an institution's acronym as it is, a role in words."""
    try:
        return role_word(AccountRole(label))
    except ValueError:
        return label


def sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence of an error or finding; an unknown code is shown as it is, never hidden."""
    for module in _modules():
        text = importlib.import_module(module).sentences().get(code)
        if text is not None:
            return str(text % dict(params))
    return code


def _modules() -> list[str]:
    return [f"{words.__name__}.{one.name}" for one in pkgutil.iter_modules(words.__path__)]
