"""Sentences of the public pages."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "node-not-found": _("No hay nada publicado en esta dirección."),
        "node-not-recorded": _("En ese corte todavía no estaba registrado."),
        "institution-has-no-page": _("Esa institución no participa en este plan."),
        "page-not-found": _("La lista no tiene una página %(page)s."),
    }
