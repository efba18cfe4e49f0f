"""Sentences of `verify`."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _chain() | _facts() | _rounds() | _stored()


def _chain() -> dict[str, str]:
    return {
        "verify-good": _("Todo coincide con el historial."),
        "verify-bad": _("%(count)s diferencias con el historial."),
        "verify-bad-one": _("%(count)s diferencia con el historial."),
        "verify-first-break": _("Primer eslabón que no se sostiene: el N.º %(seq)s, %(what)s."),
        "verify-expected": _("  se esperaba %(expected)s; se encontró %(found)s"),
        "verify-anchor-missing": _("La bitácora ya no llega al ancla"),
        "verify-anchor-changed": _("La bitácora no tiene la huella del ancla"),
        "anchor-not-valid": _("Un ancla se escribe N.º:huella, como la imprime «cumple verify --anchor»."),
        "verify-trigger-missing": _("Falta el disparador que protege el historial"),
        "verify-chain-gap": _("Falta un eslabón en la bitácora"),
        "verify-chain-broken": _("Eslabón alterado en la bitácora"),
        "verify-payload-changed": _("Contenido alterado en la bitácora"),
        "verify-payload-missing": _("Contenido borrado de la bitácora sin constancia"),
        "verify-unreadable": _("No se pudo leer lo guardado"),
        "verify-version-changed": _("Versión alterada"),
        "verify-version-unrecorded": _("Versión sin asiento en la bitácora"),
        "verify-version-missing": _("Falta una versión que la bitácora registra"),
        "verify-fact-misplaced": _("Una meta o un indicador está bajo otra institución u otro año"),
        "verify-structure-missing": _("Falta una parte del plan que el historial registra"),
        "verify-institution-changed": _("Lo que se dice de la institución no es lo último registrado"),
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
        "verify-invitation-unrecorded": _("Invitación sin asiento en la bitácora"),
        "verify-invitation-missing": _("Falta una invitación que la bitácora registra"),
        "verify-invitation-changed": _("Invitación alterada"),
        "verify-ending-unrecorded": _("Cierre o fusión de una institución sin asiento en la bitácora"),
        "verify-ending-missing": _("Falta un cierre o una fusión que la bitácora registra"),
        "verify-ending-changed": _("Cierre o fusión de una institución alterado"),
        "verify-account-missing": _("Falta una cuenta que la bitácora registra"),
        "verify-structure-changed": _("El plan no coincide con su última versión registrada"),
        "verify-report-changed": _("Informe de avance alterado"),
        "verify-status-changed": _("El estado del informe no es el de sus acciones"),
        "verify-action-changed": _("Acción sobre un informe alterada"),
        "verify-evidence-changed": _("Ficha de evidencia alterada"),
    }


def _rounds() -> dict[str, str]:
    return {
        "verify-round-unrecorded": _("Ronda de informes sin asiento en la bitácora"),
        "verify-round-missing": _("Falta una ronda de informes que la bitácora registra"),
        "verify-round-changed": _("Ronda de informes alterada"),
        "verify-calendar-unrecorded": _("Calendario de rondas sin asiento en la bitácora"),
        "verify-calendar-missing": _("Falta un calendario de rondas que la bitácora registra"),
        "verify-calendar-changed": _("Calendario de rondas alterado"),
        "verify-answer-missing": _("Falta anotar la ronda que un informe contesta"),
        "verify-answer-changed": _("La ronda que un informe contesta no es la del historial"),
        "verify-doubt-unrecorded": _("Duda resuelta sin asiento en la bitácora"),
        "verify-doubt-missing": _("Falta una duda resuelta que la bitácora registra"),
        "verify-doubt-changed": _("Duda resuelta alterada"),
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
        "verify-observation-unrecorded": _("Observación sin asiento en la bitácora"),
        "verify-observation-missing": _("Falta una observación que la bitácora registra"),
        "verify-observation-changed": _("Observación o respuesta alterada"),
        "verify-subscription-unrecorded": _("Suscripción sin asiento en la bitácora"),
        "verify-subscription-missing": _("Falta una suscripción que la bitácora registra"),
        "verify-subscription-changed": _("Suscripción alterada"),
        "verify-consultation-unrecorded": _("Consulta de un informe sin asiento en la bitácora"),
        "verify-consultation-missing": _("Falta una consulta de un informe que la bitácora registra"),
        "verify-consultation-changed": _("Consulta de un informe alterada"),
        "verify-comment-unrecorded": _("Comentario a un informe sin asiento en la bitácora"),
        "verify-comment-missing": _("Falta un comentario a un informe que la bitácora registra"),
        "verify-comment-changed": _("Comentario a un informe alterado"),
        "verify-comment-answer-unrecorded": _("Respuesta a un comentario sin asiento en la bitácora"),
        "verify-comment-answer-missing": _("Falta una respuesta a un comentario que la bitácora registra"),
        "verify-comment-answer-changed": _("Respuesta a un comentario alterada"),
        "verify-flag-missing": _("Falta una marca de atraso que la bitácora registra"),
        "verify-flag-unrecorded": _("Marca de atraso sin asiento en la bitácora"),
        "verify-flag-changed": _("Una marca de atraso no es la que da el historial"),
        "verify-figure-missing": _("Falta o sobra una cifra guardada"),
        "verify-figure-changed": _("Una cifra guardada no es la que da el historial"),
    }
