"""Codes to sentences: where domain, services and importers speak codes, people read these words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from tracker.domain.permissions import AccountRole


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


def sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence of an error or finding; an unknown code is shown as it is, never hidden."""
    text = _sentences().get(code)
    if text is None:
        return code
    return text % {key: value for key, value in params.items()} if "%(" in text else text


def _sentences() -> dict[str, str]:
    return {
        "not-allowed": _("Su cuenta no tiene permiso para hacer esto."),
        "changed-meanwhile": _(
            "Otra persona cambió esto mientras usted lo tenía abierto. Vuelva a cargarlo."
        ),
        "form-expired": _("El formulario caducó. Vuelva a la página anterior y envíelo otra vez."),
        "database-away": _("La base de datos no responde. Nada se perdió; intente de nuevo en un minuto."),
    }
