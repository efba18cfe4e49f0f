"""Words of targets: what is found in a table, its sides and its figures."""

from __future__ import annotations

import re
from decimal import Decimal

from flask_babel import gettext as _

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _tables() | _cells() | _figures() | _written() | _indicators() | _resources()


def told(name: str, value: str) -> str | None:
    """A parameter of these sentences in words; None for one that is not theirs."""
    if name == "side":
        return {"physical": _("metas físicas"), "financial": _("metas financieras")}.get(value, value)
    if name == "figure":
        return _figure_word(value)
    if name in {"printed", "computed"} and _NUMBER.fullmatch(value):
        return f"{Decimal(value):,.2f}"
    return None


def column_word(name: str) -> str | None:
    """A column of the table in words; None for one that it has not."""
    side, _sep, figure = name.partition("_")
    if side in {"physical", "financial"} and figure:
        return f"{_figure_word(figure)} ({told('side', side)})"
    return {"name": _("producto o subproducto")}.get(name)


def _figure_word(figure: str) -> str:
    words = {
        "initial": _("meta inicial"),
        "modification": _("modificación"),
        "current": _("meta vigente"),
        "executed": _("ejecutado"),
        "percent": _("porcentaje de ejecución"),
    }
    return words.get(figure, figure)


def _tables() -> dict[str, str]:
    return {
        "targets-head-not-found": _(
            "No se encontró la fila de encabezados con lo inicial, lo vigente y lo ejecutado."
        ),
        "owner-unknown": _("No conocemos esa institución: revise la sigla, o créela antes."),
        "year-differs": _("La tabla dice ejercicio %(stated)s y se indicó %(given)s."),
        "programme-differs": _("La tabla dice programa %(stated)s y se indicó %(given)s."),
        "programme-not-stated": _("No dice de qué programa es la tabla."),
        "source-not-stated": _("No dice de qué reporte oficial se tomó la tabla."),
        "period-assumed": _("No dice a qué cuatrimestre corresponde; se supuso el %(number)s."),
        "table-repeated": _("Esta tabla ya está en la misma hoja, con el mismo título y programa."),
        "table-without-rows": _("La tabla no tiene filas."),
        "target-row-absent": _(
            "La versión anterior de la tabla tenía la fila %(position)s, «%(name)s»; esta no la trae."
        ),
    }


def _cells() -> dict[str, str]:
    return {
        "amount-not-a-number": _("Aquí va una cantidad y esto no es un número."),
        "amount-too-large": _("La cantidad es demasiado grande."),
        "amount-below-zero": _("La cantidad no puede ser negativa; solo una modificación puede serlo."),
        "amount-rounded": _("La cantidad tiene más decimales de los que se guardan; se redondeó."),
        "amount-beyond-columns": _("La fila tiene una celda fuera de las columnas de la tabla."),
        "row-shifted": _("Lo que dice la celda no corresponde a su columna: la fila parece corrida."),
        "target-without-name": _("La fila tiene cifras y no dice de qué producto o subproducto son."),
        "unit-missing": _("Hay metas físicas y no se dice en qué unidad de medida."),
        "row-without-figures": _("La fila no tiene cifras; no se tomó como meta."),
        "hierarchy-guessed": _(
            "Por las sumas se supuso que es un producto y que las %(count)s filas siguientes son sus "
            "subproductos."
        ),
    }


def _figures() -> dict[str, str]:
    return {
        "target-sum-differs": _(
            "%(side)s, %(figure)s: el producto dice %(printed)s y sus subproductos suman %(computed)s. "
            "Se guarda lo que dice la tabla."
        ),
        "target-total-differs": _(
            "%(side)s, %(figure)s: el total dice %(printed)s y los productos suman %(computed)s. "
            "Se guarda lo que dice la tabla."
        ),
        "target-current-differs": _(
            "%(side)s: la meta vigente dice %(printed)s, y la inicial con sus modificaciones da "
            "%(computed)s. Se guarda lo que dice la tabla."
        ),
        "target-percent-differs": _(
            "%(side)s: el porcentaje dice %(printed)s, y lo ejecutado entre lo vigente da %(computed)s. "
            "Se guarda lo que dice la tabla."
        ),
        "target-executed-above-current": _(
            "%(side)s: lo ejecutado (%(printed)s) supera la meta vigente (%(computed)s)."
        ),
        "target-executed-falls": _(
            "%(side)s: lo ejecutado baja de %(computed)s a %(printed)s, y debe acumularse."
        ),
    }


def _written() -> dict[str, str]:
    return {
        "targets-changed-meanwhile": _(
            "Otra persona cambió esto mientras lo tenía abierto. Abajo está lo que escribió; si guarda "
            "otra vez, vale lo suyo."
        ),
        "targets-import-changed-meanwhile": _(
            "Otra persona cambió esta tabla mientras usted miraba la vista previa. Esto es lo que haría "
            "ahora el archivo."
        ),
        "institution-has-no-targets": _("Esa institución no tiene metas del %(year)s."),
        "target-table-not-found": _("No encontramos esa tabla de metas."),
        "target-row-not-found": _("La tabla no tiene la fila %(position)s."),
        "target-name-required": _("Escriba el producto o subproducto."),
        "target-title-required": _("Escriba el título de la tabla."),
        "target-unit-required": _("Hay metas físicas: escriba en qué unidad se miden."),
        "target-source-required": _("Escriba de qué reporte oficial se tomó."),
        "target-source-day-required": _("Escriba la fecha del reporte."),
        "target-text-too-long": _("El texto es demasiado largo: caben %(most)s letras."),
        "target-parent-not-product": _("Una fila solo puede ser subproducto de un producto anterior."),
        "target-amount-out-of-range": _("La cantidad no puede ser negativa ni tan grande."),
        "target-current-below-zero": _("Con esas modificaciones la meta vigente queda por debajo de cero."),
        "target-item-unknown": _("Ese elemento ya no está en el plan."),
        "target-table-exists": _("Ya hay una tabla con ese programa, título y cuatrimestre."),
        "target-year-complete": _("El tercer cuatrimestre ya cubre todo el año."),
        "target-modification-not-read": _(
            "No se entiende el renglón %(line)s: escriba cantidad; fecha; referencia."
        ),
    }


def _indicators() -> dict[str, str]:
    return {
        "indicator-not-found": _("No encontramos ese indicador."),
        "indicator-exists": _("Ya hay un indicador con ese nombre: corríjalo en vez de escribir otro."),
        "indicator-name-required": _("Escriba el indicador."),
        "indicator-unit-required": _("Escriba en qué se mide."),
        "indicator-goal-not-later": _("El año de la meta tiene que ser posterior al de la línea base."),
        "indicator-year-repeated": _("Un año aparece dos veces."),
        "indicator-year-out-of-range": _("Se mide desde el año de la línea base y hasta hoy."),
        "indicator-measured-not-read": _("No se entiende el renglón %(line)s: escriba año; valor."),
    }


def _resources() -> dict[str, str]:
    return {
        "resource-not-found": _("No encontramos ese recurso."),
        "resource-what-required": _("Diga quiénes o qué son: puestos, equipo, local."),
        "resource-provider-required": _("Diga quién lo aporta."),
        "resource-amount-required": _("Escriba el monto en quetzales."),
        "resource-day-required": _("Escriba la fecha."),
        "resource-source-required": _("Diga de dónde se tomó: acuerdo, CUR, informe."),
    }


def period_word(number: int) -> str:
    """A four-month period by its number."""
    words = {1: _("primer cuatrimestre"), 2: _("segundo cuatrimestre"), 3: _("tercer cuatrimestre")}
    return words[number]


def change_word(figure: str) -> str:
    """What a version of a table changed in a row."""
    side, _dot, name = figure.partition(".")
    if name.startswith("executed-"):
        return f"{_figure_word('executed')}, {period_word(int(name[-1]))} ({told('side', side)})"
    if name:
        return f"{_figure_word(name)} ({told('side', side)})"
    words = {
        "row": _("fila"),
        "name": _("producto o subproducto"),
        "unit": _("unidad de medida"),
        "snip": "SNIP",
        "executing_unit": _("unidad ejecutora"),
        "parent": _("subproducto de la fila"),
        "priority": _("prioridad nacional de desarrollo"),
        "strategic_goal": _("meta estratégica de desarrollo"),
        "policy": _("política general de gobierno"),
        "result": _("resultado esperado"),
        "goals": _("Objetivos de Desarrollo Sostenible"),
        "item": _("elemento del plan"),
        "source": _("reporte"),
    }
    return words.get(figure, figure)
