"""Sentences of a liaison replaced by another."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from tracker.i18n import day


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "handover-not-possible": _(
            "Solo se releva a un enlace o a un titular que hoy está a cargo de una institución."
        ),
        "handover-institution-required": _("Elija al menos una institución de las que tiene a su cargo."),
        "handover-too-early": _("El relevo debe ser posterior al inicio de su cargo (%(start)s)."),
        "successor-required": _("Elija quién sigue."),
        "successor-not-fit": _("Quien sigue necesita una cuenta abierta con el mismo rol."),
        "name-required": _("Escriba el nombre de la persona."),
        "close-with-institutions": _(
            "No se puede cerrar: todavía queda a cargo de otra institución. Entréguela también, o deje la "
            "cuenta abierta."
        ),
    }


def days_word(start: date, end: date | None) -> str:
    """From when to when somebody stood for an institution."""
    first = day(start)
    if end is None:
        return _("desde el %(start)s", start=first)
    return _("del %(start)s al %(end)s", start=first, end=day(end))
