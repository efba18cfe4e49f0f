"""Sentences of what a field cannot hold."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "quantity-too-large": _("La cantidad es demasiado grande."),
        "quantity-too-exact": _("La cantidad admite como máximo cuatro decimales."),
        "text-not-valid": _("El texto contiene un carácter que no se puede guardar."),
        "institution-unknown": _("Una de las instituciones elegidas no existe."),
        "file-damaged": _("«%(filename)s» está dañado o cifrado: no se puede abrir para revisarlo."),
    }
