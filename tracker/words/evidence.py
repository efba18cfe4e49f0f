"""Sentences of evidence: what is refused of a file, a reserve and a public version, and why."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.services.scanning import Scanner


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _archives() | _files() | _reserve() | _rest() | _verified()


def _archives() -> dict[str, str]:
    return {
        "archive-too-deep": _(
            "«%(filename)s» lleva archivos comprimidos dentro de otros que no se pueden revisar. "
            "Súbalos por separado."
        ),
        "archive-not-safe": _(
            "«%(filename)s» tiene una estructura que puede dañar la computadora de quien lo abra. "
            "Guárdelo de nuevo y súbalo otra vez."
        ),
        "archive-holds-program": _(
            "«%(filename)s» lleva adentro un programa o una página web (%(member)s). "
            "Quítelo y súbalo de nuevo."
        ),
        "file-has-macros": _(
            "«%(filename)s» lleva macros. Guárdelo sin ellas, o como PDF, y súbalo de nuevo."
        ),
    }


def _files() -> dict[str, str]:
    return {
        "file-two-in-one": _(
            "«%(filename)s» es dos archivos en uno. Ábralo, guárdelo de nuevo y súbalo otra vez."
        ),
        "file-name-double": _(
            "«%(filename)s» tiene un nombre que parece el de un programa. Cámbielo y súbalo de nuevo."
        ),
        "file-needs-password": _(
            "«%(filename)s» pide una contraseña para abrirlo: nadie podría revisarlo. Súbalo sin ella."
        ),
        "file-infected": _("El antivirus encontró algo dañino en «%(filename)s». No se guardó."),
        "file-not-scanned": _(
            "En este momento no se puede revisar «%(filename)s» con el antivirus. Intente más tarde."
        ),
        "file-required": _("Elija un archivo."),
        "copy-not-made": _("No se pudo preparar la copia pública de esta foto."),
        "picture-not-made": _("Este archivo no tiene vista previa."),
    }


def _reserve() -> dict[str, str]:
    return {
        "legal-ground-required": _("Indique el fundamento legal de la reserva, con su artículo."),
        "reserve-number-required": _("Indique el número de la resolución que la reserva."),
        "reserve-authority-required": _("Indique qué autoridad firmó la resolución."),
        "reserve-date-required": _("Indique la fecha de la resolución."),
        "reserve-date-future": _("La resolución no puede tener fecha futura."),
        "reserve-ends-before": _("La reserva no puede vencer antes de la resolución."),
    }


def _rest() -> dict[str, str]:
    return {
        "evidence-quota-reached": _(
            "Su institución llegó a los %(megabytes)s MB de evidencia que puede guardar. "
            "Comparta el archivo como enlace o pida más espacio al punto de contacto."
        ),
        "evidence-too-many": _("Un informe lleva como máximo %(most)s archivos y enlaces."),
        "evidence-same-file": _("«%(filename)s» es el mismo archivo que ya estaba: no es otra versión."),
        "redaction-not-needed": _("Solo un archivo confidencial o reservado lleva versión pública aparte."),
        "redaction-is-original": _(
            "«%(filename)s» es un archivo restringido. "
            "La versión pública debe ser otro archivo, sin lo que no se puede ver."
        ),
    }


def _verified() -> dict[str, str]:
    return {
        "verify-redaction-changed": _("Versión pública de una evidencia alterada"),
        "verify-redaction-unrecorded": _("Versión pública sin asiento en la bitácora"),
        "verify-redaction-missing": _("Falta una versión pública que la bitácora registra"),
        "verify-picture-changed": _("Una vista previa no es una imagen de su archivo"),
    }


def scanner_words(state: Scanner) -> str:
    """Whether files are scanned, for the administration."""
    return {
        Scanner.OFF: _(
            "Los archivos que se suben no pasan por un antivirus. Para revisarlos, configure "
            "CUMPLE_CLAMAV_URL."
        ),
        Scanner.ANSWERS: _("Cada archivo que se sube pasa por el antivirus, que contesta."),
        Scanner.SILENT: _(
            "El antivirus no contesta: mientras tanto no se acepta ningún archivo. Revise clamd y "
            "CUMPLE_CLAMAV_URL."
        ),
    }[state]
