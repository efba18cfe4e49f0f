"""Sentences of compiled reports."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "kind-needs-institution": _("El informe institucional necesita una institución."),
        "institution-not-for-kind": _("Esta clase de informe no lleva institución."),
        "kind-needs-commitment": _("La ficha de compromiso necesita un compromiso."),
        "commitment-not-in-plan": _("El plan no tiene, o no tenía a esa fecha, un compromiso %(number)s."),
        "commitment-not-for-kind": _("Esta clase de informe no lleva compromiso."),
        "format-not-available": _("Formato no disponible: «%(formats)s». Los hay en %(available)s."),
        "known-at-not-recorded": _("La bitácora no tiene todavía el registro n.º %(known_at)s."),
        "instant-not-understood": _(
            "«%(text)s» no es un instante como 2020-08-28T18:00 ni un n.º de registro."
        ),
        "named-institution-unknown": _("No hay ninguna institución «%(institution)s»."),
        "own-institution-only": _("Puede pedir solamente el informe de su institución."),
        "cutoff-in-future": _("La fecha de corte no puede ser posterior a hoy."),
        "compilation-not-found": _("Ese informe no existe."),
        "compilation-not-possible": _("El estado del informe ya no permite este paso."),
        "compilation-failed": _(
            "No se pudo compilar. Intente de nuevo; si vuelve a fallar, avise a soporte."
        ),
        "approver-name-required": _("Escriba el nombre de quien lo aprueba."),
        "assessment-in-future": _("La fecha no puede ser posterior a hoy."),
        "assessment-needs-level": _("Elija un nivel de la escala."),
        "assessment-empty": _("Escriba los logros o los obstáculos, o elija un nivel."),
        "assessment-needs-source": _("Escriba de qué informe se tomó."),
        "assessment-too-long": _("El texto es demasiado largo: caben %(most)s letras."),
        "assessment-changed-meanwhile": _(
            "Otra persona escribió aquí mientras tanto. Compárelo con lo suyo y guarde de nuevo."
        ),
        "plan-not-assessed": _("Ese plan no se evalúa: está en borrador o archivado."),
        "files-not-written": _("No se pudieron escribir los archivos: %(reason)s."),
        **_of_packages(),
    }


def _of_packages() -> dict[str, str]:
    return {
        "package-too-large": _(
            "El paquete tendría más evidencia de la que permite CUMPLE_PACKAGE_MAX_MB: avise a soporte."
        ),
        "evidence-file-missing": _(
            "Falta un archivo de evidencia que el informe nombra. Avise a soporte: hay que restaurarlo."
        ),
        "evidence-file-damaged": _(
            "Un archivo de evidencia ya no es el que se entregó. Avise a soporte: hay que restaurarlo."
        ),
    }
