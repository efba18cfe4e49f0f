"""Sentences of `verify`."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _chain() | _facts() | _stored()


def _chain() -> dict[str, str]:
    return {
        "verify-good": _("Todo coincide con el historial."),
        "verify-bad": _("%(count)s diferencias con el historial."),
        "verify-trigger-missing": _("Falta el disparador que protege el historial"),
        "verify-chain-gap": _("Falta un eslabón en la bitácora"),
        "verify-chain-broken": _("Eslabón alterado en la bitácora"),
        "verify-payload-changed": _("Contenido alterado en la bitácora"),
        "verify-payload-missing": _("Contenido borrado de la bitácora sin constancia"),
        "verify-unreadable": _("No se pudo leer lo guardado"),
        "verify-version-changed": _("Versión alterada"),
        "verify-version-unrecorded": _("Versión sin asiento en la bitácora"),
        "verify-version-missing": _("Falta una versión que la bitácora registra"),
        "verify-structure-missing": _("Falta una parte del plan que el historial registra"),
        "verify-institution-changed": _("El nombre de la institución no es el último registrado"),
        "verify-institution-missing": _("Falta una institución que el historial registra"),
    }


def _facts() -> dict[str, str]:
    return {
        "verify-report-unrecorded": _("Informe de avance sin asiento en la bitácora"),
        "verify-report-missing": _("Falta un informe de avance que la bitácora registra"),
        "verify-decision-changed": _("La decisión sobre el informe no es la registrada"),
        "verify-action-unrecorded": _("Acción sobre un informe sin asiento en la bitácora"),
        "verify-action-missing": _("Falta una acción sobre un informe que la bitácora registra"),
        "verify-evidence-unrecorded": _("Evidencia sin asiento en la bitácora"),
        "verify-evidence-missing": _("Falta una evidencia que la bitácora registra"),
        "verify-rescheduling-changed": _("Reprogramación alterada"),
        "verify-rescheduling-unrecorded": _("Reprogramación sin asiento en la bitácora"),
        "verify-rescheduling-missing": _("Falta una reprogramación que la bitácora registra"),
        "verify-account-changed": _("El rol de la cuenta no es el registrado"),
        "verify-account-unrecorded": _("Cuenta sin asiento en la bitácora"),
        "verify-account-missing": _("Falta una cuenta que la bitácora registra"),
        "verify-structure-changed": _("El plan no coincide con su última versión registrada"),
        "verify-report-changed": _("Informe de avance alterado"),
        "verify-status-changed": _("El estado del informe no es el de sus acciones"),
        "verify-action-changed": _("Acción sobre un informe alterada"),
        "verify-evidence-changed": _("Ficha de evidencia alterada"),
    }


def _stored() -> dict[str, str]:
    return {
        "verify-file-missing": _("Falta el archivo de una evidencia"),
        "verify-file-changed": _("El archivo de una evidencia no tiene su huella"),
        "verify-compiled-file-missing": _("Falta un archivo de un informe compilado"),
        "verify-compiled-file-changed": _("Un archivo de un informe compilado no tiene su huella"),
        "verify-compilation-unrecorded": _("Informe compilado sin asiento en la bitácora"),
        "verify-compilation-missing": _("Falta un informe compilado que la bitácora registra"),
        "verify-compilation-changed": _("Informe compilado alterado"),
        "verify-flag-changed": _("Una marca de atraso no es la que da el historial"),
        "verify-figure-missing": _("Falta o sobra una cifra guardada"),
        "verify-figure-changed": _("Una cifra guardada no es la que da el historial"),
    }
