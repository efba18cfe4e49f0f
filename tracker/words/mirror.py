"""Sentences of the copy of the public portal."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "mirror-folder-taken": _(
            "«%(path)s» no está vacía y no es solo una copia anterior del portal: ahí está «%(file)s»."
        ),
        "mirror-path-not-folder": _("«%(path)s» no es una carpeta."),
        "mirror-being-made": _(
            "Otra copia se está escribiendo al lado de esta carpeta. Espere a que termine."
        ),
        "mirror-page-failed": _("El portal no pudo mostrar %(address)s (%(status)s). No se escribió nada."),
        "mirror-not-written": _("La copia no se pudo escribir: %(reason)s. Queda la anterior, si la había."),
    }
