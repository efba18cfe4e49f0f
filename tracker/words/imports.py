"""Sentences of imports: what was found in a file, for people who will look at the cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency
from tracker.i18n import day
from tracker.wording import sentence
from tracker.words import assessments, targets

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _files() | _rows() | _periods() | _parts() | _claims() | _books() | _decisions()


def say(code: str, params: Mapping[str, str]) -> str:
    """The sentence of a finding, its codes and dates in words too; an unknown code is shown as it is."""
    return sentence(code, {name: _told(name, value) for name, value in params.items()})


def _told(name: str, value: str) -> str:
    if (words := targets.told(name, value) or assessments.told(name, value)) is not None:
        return words
    if name in {"role", "claimed", "planned"}:
        return _part_noun(value)
    if name == "source":
        return source_word(value)
    if name == "frequency":
        return frequency_word(value)
    if name == "columns":
        return ", ".join(_column_word(one) for one in value.split(", "))
    return day(date.fromisoformat(value)) if _DAY.fullmatch(value) else value


def _part_noun(value: str) -> str:
    """An institution's part as a noun, within a sentence."""
    words = {
        Role.LEAD: _("responsable"),
        Role.COORDINATOR: _("coordinadora"),
        Role.CO_RESPONSIBLE: _("corresponsable"),
        Role.COLLABORATOR: _("colaboradora"),
    }
    return words[Role(value)] if value in set(Role) else value


def source_word(source: str) -> str:
    """The word for a source document."""
    return {
        "workplan": _("plan de trabajo"),
        "template": _("plantilla"),
        "progress": _("archivo de avances"),
        "targets": _("archivo de metas"),
        "workbook": _("libro del plan"),
        "by-hand": _("lo escrito a mano"),
    }.get(source, source)


def field_word(field: str) -> str:
    """The word for a field on which sources disagree."""
    return {
        "title": _("Título"),
        "windows": _("Fechas"),
        "roles": _("Instituciones"),
        "product": _("Producto"),
        "means": _("Medios de verificación"),
        "continuity": _("Nuevo o en curso"),
        "ogp_values": _("Valores de OGP"),
        "financial": _("Montos"),
        "description": _("Cuál es el compromiso"),
        "responsible_text": _("Responsables"),
        "other_actors": _("Otros actores"),
        "observations": _("Observaciones"),
        "label": _("Número"),
        "number": _("Número"),
        "position": _("Orden"),
        "weight": _("Peso"),
        "frequency": _("Frecuencia"),
        "axis": _("Eje"),
        "origins": _("De qué viene"),
        "short_title": _("Título corto"),
        "contact_names": _("Contacto"),
        "contact_posts": _("Contacto"),
        "contact_channels": _("Contacto"),
        "contact_visibility": _("Contacto"),
    }.get(field, _("Texto de la plantilla"))


def entity_word(name: str, *, several: bool = True) -> str:
    """What an import counts, in words; or one of them."""
    words = {
        "axes": (_("Ejes"), _("Eje")),
        "commitments": (_("Compromisos"), _("Compromiso")),
        "milestones": (_("Hitos"), _("Hito")),
        "activities": (_("Actividades"), _("Actividad")),
        "institutions": (_("Instituciones"), _("Institución")),
        "verification_means": (_("Medios de verificación"), _("Medio de verificación")),
        "targets": (_("Metas"), _("Meta")),
        "progress_reports": (_("Informes de avance"), _("Informe de avance")),
        "assessments": (_("Valoraciones"), _("Valoración")),
    }
    return words[name][0 if several else 1]


def frequency_word(value: str) -> str:
    """The word for how often a duty recurs."""
    words = {
        Frequency.MONTHLY: _("mensual"),
        Frequency.BIMONTHLY: _("bimestral"),
        Frequency.QUARTERLY: _("trimestral"),
        Frequency.FOUR_MONTHLY: _("cuatrimestral"),
        Frequency.HALF_YEARLY: _("semestral"),
        Frequency.YEARLY: _("anual"),
    }
    return words[Frequency(value)] if value in set(Frequency) else value


def _column_word(name: str) -> str:
    return (
        {
            "commitment": _("compromiso"),
            "institution": _("institución"),
            "percent": _("avance"),
            "reported_on": _("fecha de corte"),
            "institution_name": _("nombre"),
        }.get(name)
        or targets.column_word(name)
        or assessments.column_word(name)
        or name
    )


def _files() -> dict[str, str]:
    return {
        "file-missing": _("No se encuentra el archivo %(path)s."),
        "file-not-writable": _("No se puede escribir el archivo %(path)s."),
        "file-not-readable": _("No se puede leer el archivo %(path)s."),
        "unreadable-file": _("El archivo no se puede leer: está dañado o no es lo que dice su nombre."),
        "empty-file": _("El archivo está vacío."),
        "input-too-large": _("El archivo es demasiado grande para leerlo (máximo %(limit)s)."),
        "too-many-cells": _("El archivo tiene demasiadas celdas (máximo %(limit)s)."),
        "too-many-rows": _("El archivo tiene demasiadas filas (máximo %(limit)s)."),
        "too-many-sheets": _("El archivo tiene demasiadas hojas (máximo %(limit)s)."),
        "password-protected": _("El archivo está protegido con contraseña: guárdelo sin ella."),
        "old-office-format": _(
            "El archivo está en un formato antiguo de Office: guárdelo como .xlsx o .docx."
        ),
        "not-an-office-file": _("El archivo no es de Office (.xlsx o .docx)."),
        "wrong-office-format": _("Se esperaba un archivo .%(expected)s."),
        "not-a-text-table": _(
            "El archivo no es una tabla de texto (.csv). En Excel: «Guardar como», «CSV UTF-8»."
        ),
        "header-not-found": _("No se encontró la fila de encabezados con las actividades y sus fechas."),
        "missing-column": _("Faltan columnas: %(columns)s."),
        "formula-without-value": _("La celda tiene una fórmula sin resultado guardado; se dejó vacía."),
        "plan-number-differs": _("El archivo dice plan %(stated)s y se importó en el plan %(given)s."),
    }


def _rows() -> dict[str, str]:
    return {
        "no-commitment-number": _("No se encontró el número del compromiso."),
        "impossible-number": _("Eso no es un número de compromiso."),
        "impossible-value": _("La celda tiene un error o un valor imposible."),
        "repeated-number": _("El número %(label)s ya está en la celda %(first)s."),
        "number-conflict": _("Aquí dice %(number)s y por su lugar le toca %(label)s."),
        "number-missing": _("Sin número: se le dio el %(number)s."),
        "row-joined": _("Esta fila se leyó como continuación de la anterior."),
        "title-missing": _("Falta el texto que dice qué se hará."),
        "text-not-understood": _("No se entendió «%(rest)s»."),
        "no-milestones": _("La plantilla no trae hitos."),
        "continuity-not-understood": _("No dice si el hito es nuevo o está en curso."),
        "means-split-doubt": _(
            "Medios de verificación: se leyeron %(count)s (%(means)s). Confirme si es así."
        ),
        "quantity-possible": _("«%(words)s» parece una cantidad planificada; no se fijó ninguna."),
        "quantity-ambiguous": _("«%(words)s» no dice una cantidad exacta; no se fijó ninguna."),
    }


def _periods() -> dict[str, str]:
    return {
        "no-period": _("No se indica cuándo."),
        "period-not-understood": _("No se entendió el período; se conserva el texto."),
        "period-without-year": _("El período no dice el año; se conserva el texto."),
        "period-open-ended": _("El período no dice cuándo empieza o termina."),
        "period-partly-understood": _("Del período no se entendió «%(rest)s»."),
        "period-approximate": _("«%(words)s» es aproximado; se leyó así."),
        "unknown-month": _("No existe el mes «%(month)s»; ¿será %(nearest)s?"),
        "no-such-month": _("No existe el mes «%(month)s»."),
        "impossible-date": _("«%(value)s» no es una fecha posible."),
        "reversed-window": _("El período termina (%(end)s) antes de empezar (%(start)s)."),
        "frequency-guessed": _("Por el texto, se entendió como entrega %(frequency)s."),
        "frequency-possible": _("El texto habla de una entrega %(frequency)s; no se fijó ninguna."),
    }


def _parts() -> dict[str, str]:
    return {
        "no-responsible": _("No se indica quién es responsable."),
        "unknown-institution": _("«%(text)s» no está en el directorio; se anotó como institución nueva."),
        "institution-guessed": _("Se supuso que «%(text)s» es %(institution)s."),
        "institution-merged-in-file": _(
            "El archivo nombra a %(institution)s, que ya se fusionó; se anotó a %(successor)s en su lugar."
        ),
        "institution-ended-in-file": _("El archivo nombra a %(institution)s, que ya no existe."),
        "role-guessed": _("De «%(words)s» se supuso que %(institution)s es %(role)s."),
        "unknown-role": _("No se entendió el papel de la institución."),
        "role-not-in-plan": _("El plan no da parte a %(institution)s en %(item)s; el informe se recibió."),
        "institution-not-in-plan": _("%(institution)s no participa en el plan; informó sobre %(item)s."),
        "role-in-variant": _(
            "El plan no da parte a %(institution)s en %(item)s; la fuente «%(source)s» "
            "%(version)s sí. Elija cuál vale."
        ),
        "role-in-draft-variant": _(
            "El plan no da parte a %(institution)s en %(item)s; la fuente «%(source)s» %(version)s, "
            "un borrador, sí. Elija cuál vale."
        ),
        "role-differs": _("%(institution)s informa %(item)s como %(claimed)s; en el plan es %(planned)s."),
    }


def _claims() -> dict[str, str]:
    return {
        "item-not-in-plan": _("El plan no tiene el elemento %(item)s."),
        "report-in-future": _("La fecha de corte %(day)s todavía no llega."),
        "cells-beyond-columns": _("La fila tiene más celdas que columnas: revise comas y comillas."),
        "missing-institution": _("Falta la institución que informa."),
        "missing-date": _("Falta la fecha de corte."),
        "nothing-reported": _("La fila no trae porcentaje ni texto."),
        "percent-not-a-number": _("El avance no es un número."),
        "percent-rounded": _("El avance se redondeó a %(value)s."),
        "completed-after-cutoff": _(
            "La fecha de cumplimiento es posterior a la fecha de corte (%(cutoff)s)."
        ),
        "completed-below-100": _(
            "Hay fecha de cumplimiento con un avance menor de 100; la fecha no se guardó."
        ),
        "link-not-understood": _("«%(link)s» no es una dirección web completa."),
        "repeated-row": _("La misma institución informa lo mismo en la celda %(first)s."),
    }


def _books() -> dict[str, str]:
    """What is wrong in a full-plan workbook."""
    return {
        "sheet-missing": _("Falta la hoja «%(name)s»."),
        "sheet-not-read": _("Esta hoja no es del libro: no se lee."),
        "cell-missing": _("Falta: %(column)s."),
        "choice-not-in-list": _("No es un valor de la lista. Valen: %(choices)s."),
        "number-not-whole": _("Tiene que ser un número entero."),
        "number-not-above-zero": _("Tiene que ser mayor que cero."),
        "too-many-decimals": _("«%(value)s» tiene más decimales de los que se guardan."),
        "plan-row-not-one": _("La hoja tiene que traer un solo plan; trae %(count)s."),
        "uid-repeated": _("Ese identificador ya está en la celda %(first)s."),
        "uid-of-another-plan": _(
            "Ese identificador es de un elemento de otro plan. Para copiarlo, deje vacía la columna."
        ),
        "item-not-in-book": _("El libro no trae el elemento «%(item)s»."),
        "item-moved": _("El elemento «%(item)s» está aquí en otro lugar. Muévalo en el contenido del plan."),
        "claim-not-in-book": _("El libro no trae el avance «%(claim)s»."),
        "institution-not-in-book": _("«%(text)s» no está en la hoja de instituciones."),
        "revision-without-day": _("Una reprogramación dice desde cuándo vale; la línea base no."),
        "part-repeated": _("Esa institución ya tiene un papel en el elemento."),
        "follows-not-understood": _("No se entiende a quién sigue. Déjelo como lo trae el libro."),
        "money-not-of-commitment": _("Los montos son de un compromiso."),
        "items-of-several": _("Tiene que ser de elementos de un solo compromiso."),
        "origin-of-itself": _("Un elemento no viene de sí mismo."),
        "plan-head-differs": _("%(column)s: aquí el plan dice otra cosa y no se cambia por archivo."),
        "withdrawal-differs": _("El libro dice que se retiró; aquí no se retira por archivo."),
        "reschedulings-differ": _("Las reprogramaciones del libro no son las de aquí; no se cambian."),
        "predecessor-not-found": _("Continúa «%(item)s», que no está aquí: importe primero ese plan."),
        "import-changed-meanwhile": _(
            "Alguien cambió algo después de esta vista previa y no se guardó nada. Esto se haría ahora."
        ),
        "recognition-mended": _("«%(words)s» parece mal leído de un documento: se entendió «%(read)s»."),
        "year-guessed": _("De «%(words)s» se entendió el año %(year)s."),
    }


def _decisions() -> dict[str, str]:
    return {
        "doubt-not-found": _("No encontramos esa duda."),
        "variant-not-found": _("No encontramos ese desacuerdo entre fuentes."),
        "question-settled": _("Ya estaba resuelto: vuelva a cargar la página."),
        "note-required": _("Escriba cómo se resolvió."),
        "plan-number-taken": _("Ya hay un plan con el número %(number)s."),
        "number-taken": _("El número %(label)s ya está ocupado."),
        "title-required": _("Escriba el título."),
        "level-not-possible": _("Ese elemento no puede ir ahí."),
        "quantity-needs-quote": _("Una cantidad planificada necesita las palabras del plan que la fijan."),
        "already-withdrawn": _("Ya se había retirado del plan."),
        "plan-already-approved": _("El plan %(number)s ya estaba aprobado."),
    }
