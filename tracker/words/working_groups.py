"""Words of the working groups."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from tracker.words.periods import listed


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "group-not-found": _("Ese grupo de trabajo no existe."),
        "group-without-plan": _("Todavía no hay un plan publicado que un grupo pueda seguir."),
        "group-name-required": _("Escriba el nombre del grupo."),
        "group-name-too-long": _("Escriba un nombre de %(most)s letras o menos."),
        "group-purpose-required": _("Diga para qué existe el grupo."),
        "group-commitment-required": _("Elija al menos un compromiso."),
        "group-closed": _("El grupo ya está cerrado."),
        "group-changed-meanwhile": _(
            "Otra persona cambió el grupo mientras tanto. Abra la página otra vez, vea cómo quedó y repítalo."
        ),
        "group-member-required": _("Elija una institución o una persona."),
        "group-member-already": _("Ya integra el grupo en esas fechas."),
        "group-member-not-found": _("Quien busca no está en el grupo, o ya salió."),
        "group-day-required": _("Escriba el día."),
        "group-days-out-of-order": _("No puede ser antes de su primer día en el grupo."),
        "group-closed-too-early": _("Alguien entró o salió después de ese día."),
    }


def field_words(fields: Iterable[str]) -> str:
    """What of a group changed."""
    words = {
        "name": _("el nombre"),
        "purpose": _("el propósito"),
        "commitments": _("los compromisos"),
        "members": _("los integrantes"),
        "closed_on": _("se cerró"),
    }
    return listed(words[one] for one in fields if one in words)
