"""Sentences of the API's tokens, and their words."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.api_tokens import Scope


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "token-required": _("Falta la clave: envíela en la cabecera «Authorization: Bearer …»."),
        "token-not-valid": _(
            "La clave no sirve: no existe, venció, fue anulada o su dueño ya no tiene ese permiso."
        ),
        "token-without-scope": _("La clave no tiene el alcance %(scope)s."),
        "token-not-found": _("Esa clave no existe, o ya terminó."),
        "token-not-by-delegation": _("Quien actúa por delegación no crea claves."),
        "token-name-required": _("Escriba para qué es, en %(most)s letras o menos."),
        "token-scope-required": _("Elija al menos un alcance de la lista."),
        "token-expiry-out-of-range": _("Elija un día desde hoy y a lo sumo dentro de un año."),
    }


def scope_word(scope: Scope) -> str:
    """What a scope lets a system do."""
    return {
        Scope.PROGRESS_READ: _("Leer los informes de la institución y lo que se decidió de ellos"),
        Scope.PROGRESS_WRITE: _("Enviar informes de avance con su evidencia"),
    }[scope]


def state_word(state: str) -> str:
    """How a token stands."""
    return {"live": _("vigente"), "expired": _("venció"), "ended": _("anulada")}[state]


def end_word(reason: str) -> str:
    """Why a token ended before its day."""
    return {
        "owner": _("la anuló su dueño"),
        "administrator": _("la anuló la administración"),
        "account-closed": _("se cerró la cuenta"),
        "role-changed": _("cambió el rol de la cuenta"),
        "password-reset": _("la administración cambió la contraseña"),
        "handed-over": _("otra persona tomó el relevo"),
        "part-ended": _("su dueño dejó la institución"),
        "institution-ended": _("la institución dejó de existir"),
    }.get(reason, reason)
