"""Sentences of what keeps a report from being saved or handed in."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "obstacle-kind-required": _("Elija qué clase de obstáculo es."),
        "needed-required": _("Si no hubo avance, diga qué se necesita."),
        "new-expected-required": _("Si no hubo avance, indique la nueva fecha esperada."),
        "expected-before-report": _("La nueva fecha esperada no puede ser anterior a la del informe."),
        "submission-refused": _("No se envió nada: falta algo en %(count)s de los informes."),
        "quantities-do-not-add-up": _("Las filas suman %(total)s: corrija el total o las filas."),
        "quantity-repeated": _(
            "Fila %(row)s: «%(label)s» ya está en la fila %(first)s. Sume ambas o distíngalas."
        ),
        "quantity-after-report": _("Fila %(row)s: la fecha de «%(label)s» es posterior a la del informe."),
        "quantity-label-required": _("Fila %(row)s: escriba un nombre de hasta 300 letras."),
        "quantity-evidence-unknown": _("Fila %(row)s: elija una evidencia de este mismo informe."),
        "evidence-incomplete": "%(words)s",
        "letter-of-own-institution": _("Es su propia institución: que informe ella misma."),
        "letter-number-required": _("Escriba el número del oficio."),
        "letter-number-too-long": _("El número del oficio tiene hasta %(most)s letras."),
        "letter-date-required": _("Indique la fecha del oficio."),
        "letter-date-in-future": _("La fecha del oficio no puede ser posterior a hoy."),
        "letter-file-required": _("Adjunte el oficio: sin él no queda constancia."),
        "line-in-review": _("Hay un informe de esta entrega en revisión. Para cambiarlo, retírelo primero."),
        "quantities-too-many": _("Caben hasta %(most)s filas."),
    }
