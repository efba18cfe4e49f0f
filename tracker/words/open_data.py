"""Words of the open data: what a column holds, and what is not there."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.renderers.open_data import DataKind


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "data-table-not-found": _("No hay ninguna tabla de datos abiertos que se llame «%(table)s»."),
        "data-edition-not-found": _("No hay ninguna edición de los datos abiertos en esta dirección."),
    }


def data_kind_word(kind: DataKind) -> str:
    """What a column holds."""
    return {
        DataKind.CODE: _("código"),
        DataKind.TEXT: _("texto"),
        DataKind.INTEGER: _("entero"),
        DataKind.NUMBER: _("número"),
        DataKind.PERCENT: _("porcentaje"),
        DataKind.DAY: _("fecha"),
        DataKind.INSTANT: _("fecha y hora"),
        DataKind.FLAG: _("sí o no"),
        DataKind.LINK: _("enlace"),
        DataKind.PAGE: _("página"),
    }[kind]
