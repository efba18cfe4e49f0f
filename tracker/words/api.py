"""Sentences of the API: what is wrong with an address or a body."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _of_shape() | _of_addresses() | _of_writing()


def _of_shape() -> dict[str, str]:
    return {
        "request-not-valid": _("Hay algo que corregir: vea «errors», campo por campo."),
        "value-missing": _("Falta este valor."),
        "value-not-valid": _("Este valor no es de la clase que se espera."),
        "name-unknown": _("Ese nombre no existe aquí."),
        "value-too-long": _("Como máximo %(most)s letras."),
        "too-many": _("Como máximo %(most)s."),
        "choice-unknown": _("Debe ser uno de: %(expected)s."),
        "number-too-large": _("Como máximo %(most)s."),
        "number-too-small": _("Como mínimo %(least)s."),
        "number-not-understood": _("Escriba un número entero, solo con cifras."),
        "flag-not-understood": _("Escriba true o false."),
        "day-not-understood": _("Escriba una fecha que exista, como 2026-08-31."),
        "body-not-json": _("El cuerpo no es JSON válido."),
        "value-repeated": _("Se dijo más de una vez."),
    }


def _of_addresses() -> dict[str, str]:
    return {
        "institution-not-public": _("No hay una institución publicada que se llame «%(name)s»."),
        "operation-not-found": _("La API no tiene la operación «%(name)s»."),
        "cursor-not-valid": _(
            "El cursor no es de esta lista con estos filtros. Empiece otra vez sin cursor."
        ),
        "fields-unknown": _("No existen los campos %(names)s. Hay: %(known)s."),
        "format-not-offered": _("Se responde en application/json y, las listas, en text/csv."),
        "too-many-requests": _("Demasiadas peticiones. Espere %(seconds)s segundos."),
    }


def _of_writing() -> dict[str, str]:
    return {
        "key-required": _(
            "Falta la cabecera Idempotency-Key: de 1 a 80 letras, cifras, guiones o puntos, "
            "otra en cada envío."
        ),
        "key-reused": _("Esa Idempotency-Key ya se usó para otro envío. Use una nueva."),
        "too-many-writes": _("Demasiados envíos en una hora con esta clave. Espere %(seconds)s segundos."),
        "body-type-not-taken": _("Envíe application/json o multipart/form-data."),
        "body-too-large": _(
            "El envío pasa de %(megabytes)s MB. Los archivos grandes van en multipart/form-data."
        ),
        "report-part-missing": _("Falta la parte «report» con el informe en JSON."),
        "file-part-unknown": _("No llegó un archivo con el nombre «%(name)s»."),
        "file-part-unused": _("El archivo «%(name)s» no lo nombra ninguna evidencia."),
        "content-not-base64": _("El contenido no es base64 válido."),
        "evidence-one-source": _("Diga una sola cosa: url, content o part."),
        "filename-required": _("Diga el nombre del archivo en «filename»."),
        "quantity-evidence-place": _("No hay una evidencia con ese lugar en la lista."),
        "completion-required": _(
            "Al 100 %% diga cuándo se cumplió (completed_on), o que no se sabe (completed_unknown)."
        ),
    }
