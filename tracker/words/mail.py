"""Words of outgoing mail."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "mail-not-found": _("Ese correo no existe."),
        "mail-not-failed": _("Solo se reintenta un correo que falló."),
        "mail-not-waiting": _("Solo se descarta un correo por enviar o que falló."),
        "mail-bounced": _(
            "La dirección lo rechazó: corríjala, y lo que decía saldrá en el siguiente correo."
        ),
        "discard-reason-required": _("Escriba por qué no debe enviarse."),
    }


def mail_words() -> dict[str, tuple[str, str, str]]:
    """Word, kind and icon of each state of a mail."""
    return {
        "queued": (_("por enviar"), "info", "clock"),
        "sent": (_("enviado"), "ok", "check"),
        "failed": (_("falló"), "late", "alert"),
        "bounced": (_("rebotó"), "late", "back"),
        "cancelled": (_("cancelado"), "mute", "dash"),
    }
