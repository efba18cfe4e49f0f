"""Sentences of `verify`."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "verify-good": _("Todo coincide con el historial."),
        "verify-bad": _("%(count)s diferencias con el historial."),
        "verify-trigger-missing": _("Falta el disparador que protege el historial"),
        "verify-chain-gap": _("Falta un eslabón en la bitácora"),
        "verify-chain-broken": _("Eslabón alterado en la bitácora"),
        "verify-payload-changed": _("Contenido alterado en la bitácora"),
        "verify-version-changed": _("Versión alterada"),
        "verify-structure-changed": _("El plan no coincide con su última versión registrada"),
        "verify-report-changed": _("Informe de avance alterado"),
        "verify-status-changed": _("El estado del informe no es el de sus acciones"),
        "verify-action-changed": _("Acción sobre un informe alterada"),
        "verify-evidence-changed": _("Ficha de evidencia alterada"),
        "verify-file-missing": _("Falta el archivo de una evidencia"),
        "verify-file-changed": _("El archivo de una evidencia no tiene su huella"),
        "verify-compiled-file-missing": _("Falta un archivo de un informe compilado"),
        "verify-compiled-file-changed": _("Un archivo de un informe compilado no tiene su huella"),
        "verify-compilation-changed": _("Informe compilado alterado"),
        "verify-figure-missing": _("Falta o sobra una cifra guardada"),
        "verify-figure-changed": _("Una cifra guardada no es la que da el historial"),
    }
