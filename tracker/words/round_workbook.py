"""Words of a round's workbook: its sheets and cells, and what is found in one that comes back."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from tracker.domain.obstacles import ObstacleKind
from tracker.domain.plans import Role
from tracker.domain.round_workbook import RoundBook
from tracker.i18n import day, instant
from tracker.wording import part_word
from tracker.words.changes import obstacle_word
from tracker.words.imports import say


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _file() | _cells() | _evidence() | _lines()


def say_finding(code: str, params: Mapping[str, str]) -> str:
    """The sentence of a finding of the workbook, its columns in words."""
    named = {key: column_word(value) if key == "column" else value for key, value in params.items()}
    return say(code, named)


def _file() -> dict[str, str]:
    return {
        "sheet-repeated": _(
            "Hay dos hojas iguales y no se sabe cuál vale. Borre la copia «%(name)s» y súbalo otra vez."
        ),
        "not-a-round-workbook": _(
            "Este no es el libro de una ronda, o perdió sus hojas internas. Descárguelo de nuevo y copie "
            "en él lo que escribió."
        ),
        "other-round": _("Este libro es de otra ronda. Descargue el de esta."),
        "other-institution": _("Este libro es de otra institución."),
        "column-missing": _(
            "Falta la columna «%(column)s». Descargue el libro de nuevo y copie en él lo que escribió."
        ),
        "round-not-current": _("Esta ronda ya no es la actual. Descargue el libro de la ronda actual."),
        "upload-expired": _("La vista previa caducó. Suba el archivo otra vez."),
        "upload-missing": _("Elija el libro que llenó."),
    }


def _cells() -> dict[str, str]:
    return {
        "formula-not-computed": _(
            "La celda tiene una fórmula sin resultado guardado. Escriba el valor, o abra el libro, guárdelo "
            "y súbalo otra vez."
        ),
        "yes-no-not-understood": _("Escriba «Sí» o «No»."),
        "obstacle-kind-unknown": _("Elija una opción de la lista de tipos de obstáculo."),
        "date-not-understood": _("No se entendió la fecha. Escríbala como 15/06/2026."),
        "quantity-not-a-number": _("La cantidad no es un número."),
        "quantity-below-zero": _("La cantidad no puede ser negativa."),
        "quantity-rounded": _("La cantidad se redondeó a %(value)s."),
        "percent-maybe-fraction": _(
            "Se leyó %(value)s %%. Si quiso decir %(hundred)s %%, corríjalo en el libro."
        ),
        "text-too-long": _("El texto tiene %(length)s caracteres; el máximo es %(limit)s."),
    }


def _evidence() -> dict[str, str]:
    return {
        "link-not-an-address": _("El enlace debe empezar con https:// o http://."),
        "link-missing": _("Hay datos de una evidencia sin su enlace."),
        "link-without-target": _("Elija en la lista a qué actividad y medio responde este enlace."),
        "target-not-in-list": _("Elija la actividad y el medio de la lista, sin cambiar el texto."),
        "access-not-understood": _("Elija «Pública» o «Confidencial»."),
    }


def _lines() -> dict[str, str]:
    return {
        "line-not-in-round": _(
            "Esta línea no es de la ronda de su institución. Escriba solo en las filas que trae el libro."
        ),
        "line-row-missing": _("La hoja «Avances» ya no tiene la fila de esta actividad."),
        "row-without-line": _("Esta fila no es de ninguna actividad: escriba solo en las filas del libro."),
        "line-repeated": _("Esta línea ya está en la fila %(first)s."),
        "workbook-line-in-review": _(
            "Su informe de esta línea está en revisión y el libro dice otra cosa. Para cambiarlo, retírelo "
            "primero de la revisión."
        ),
        "line-written-on-page": _("Esta línea tiene un texto muy largo: escríbala en la página."),
        "completion-unknown": _("Sin fecha de cumplimiento: quedará como «completo, fecha no indicada»."),
        "completion-below-full": _("La fecha de cumplimiento solo se indica con un avance de 100 %%."),
        "choose-in-conflicts": _("Elija qué conservar en cada línea que otra persona cambió."),
        "workbook-changed-meanwhile": _(
            "Alguien cambió un borrador mientras usted revisaba. Esta es la vista previa al día: confírmela."
        ),
        "workbook-has-errors": _("El libro tiene errores: corríjalos en él y súbalo otra vez."),
        "workbook-lines-refused": _(
            "No se envió nada: falta algo en %(count)s de las líneas marcadas. Corríjalas en el libro, o "
            "quite la marca y envíe las demás."
        ),
        "nothing-to-submit": _("Marque al menos una línea para enviar."),
    }


def column_word(name: str) -> str:
    """The heading of a column."""
    return _columns().get(name, name)


def _columns() -> dict[str, str]:
    return {
        "key": "",
        "commitment": _("Comp."),
        "label": _("N.º"),
        "title": _("Actividad"),
        "part": _("Su parte"),
        "due_on": _("Vence"),
        "situation": _("Situación"),
        "last_percent": _("Último informado"),
        "last_on": _("Fecha del último"),
        "validated": _("Comprobado"),
        "planned": _("Cantidad planificada"),
        "means": _("Medios de verificación"),
        "percent": _("Avance %%") % (),
        "delivered": _("Cantidad entregada"),
        "departure_reason": _("Por qué el avance no es el de la cantidad"),
        "narrative": _("Qué se hizo"),
        "completed_on": _("Fecha de cumplimiento"),
        "reported_on": _("Fecha del informe"),
        "no_progress": _("Sin avance"),
        "obstacle_kind": _("Tipo de obstáculo"),
        "obstacle": _("Qué lo impidió"),
        "needed": _("Qué se necesita"),
        "new_expected_on": _("Nueva fecha esperada"),
        "target": _("Actividad y medio de verificación"),
        "url": _("Enlace"),
        "link_title": _("Título"),
        "effective_on": _("Fecha de la evidencia"),
        "access": _("Quién puede verla"),
        "links": _("Enlaces de evidencia"),
    }


def labels(book: RoundBook) -> dict[str, str]:
    """Every word the workbook shows, by code, in the language of the request."""
    columns = {f"column.{name}": text for name, text in _columns().items()}
    return columns | _sheets(book) | _lists() | _help() | _steps() | _refusals()


def _sheets(book: RoundBook) -> dict[str, str]:
    return {
        "title": _("Ronda de avances"),
        "sheet.guide": _("Instrucciones"),
        "sheet.progress": _("Avances"),
        "sheet.links": _("Evidencia"),
        "sheet.lists": _("Listas"),
        "guide.institution": _("Institución"),
        "guide.institution.value": book.institution,
        "guide.plan": _("Plan"),
        "guide.plan.value": _("Plan de acción %(number)s", number=book.plan_number),
        "guide.period": _("Período"),
        "guide.period.value": _(
            "del %(start)s al %(end)s", start=day(book.period_start), end=day(book.period_end)
        ),
        "guide.due": _("Se entrega a más tardar"),
        "guide.due.value": day(book.due_on),
        "guide.made": _("Libro descargado"),
        "guide.made.value": instant(book.made_at),
        "group.fixed": _("Lo que dice el plan (no se edita)"),
        "group.input": _("Lo que informa su institución (celdas claras)"),
        "group.links": _("Enlaces que respaldan lo informado; los archivos se suben en la página"),
        "any-means": _("otra evidencia, sin medio en particular"),
    }


def _lists() -> dict[str, str]:
    return {
        "yes": _("Sí"),
        "no": _("No"),
        **{f"role.{role.value}": part_word(role) for role in Role},
        "situation.pending": _("Por informar"),
        "situation.draft": _("Borrador"),
        "situation.returned": _("Devuelto: corríjalo"),
        "situation.in_review": _("En revisión (no se edita)"),
        "situation.answered": _("Informado"),
        "situation.on_page": _("Escríbalo en la página"),
        **{f"obstacle.{kind.value}": obstacle_word(kind) for kind in ObstacleKind},
        "access.public": _("Pública"),
        "access.confidential": _("Confidencial"),
    }


def _help() -> dict[str, str]:
    return {
        "help.percent": _(
            "Avance acumulado de 0 a 100. Si no avanzó, deje el último y responda «Sí» en «Sin avance»."
        ),
        "help.delivered": _(
            "Lo entregado hasta hoy, no solo en este período. Si el plan fija una cantidad, de ella sale "
            "el avance."
        ),
        "help.departure_reason": _("Solo si el avance que escribe no es el que da la cantidad entregada."),
        "help.narrative": _("Qué se hizo en el período, en pocas líneas. Alt+Enter cambia de línea."),
        "help.completed_on": _("Solo con avance de 100: el día en que se cumplió, como 15/06/2026."),
        "help.reported_on": _("El día de corte de lo que informa. Vacío: el día en que suba el libro."),
        "help.no_progress": _("«Sí» si no hubo avance. Entonces llene las cuatro columnas siguientes."),
        "help.obstacle_kind": _("Elija de la lista."),
        "help.obstacle": _("Qué impidió avanzar."),
        "help.needed": _("Qué se necesita para seguir."),
        "help.new_expected_on": _("El día en que espera cumplir, como 15/06/2026."),
        "help.target": _("Elija de la lista la actividad y el medio que el enlace respalda."),
        "help.url": _("Dirección completa, que empiece con https://"),
        "help.link_title": _("Cómo se llama el documento o la página."),
        "help.effective_on": _("El día del documento. Vacío: la fecha del informe."),
        "help.access": _("Vacío: pública, salvo las listas de asistencia, que son confidenciales."),
    }


def _steps() -> dict[str, str]:
    return {
        "step.1": _(
            "1. Escriba en «Avances»\nSolo en las celdas claras. Las filas que no toque quedan como están "
            "y no crean nada."
        ),
        "step.2": _(
            "2. Sin avance\nEscriba «Sí» en «Sin avance» y llene el tipo de obstáculo, qué lo impidió, qué "
            "se necesita y la nueva fecha esperada."
        ),
        "step.3": _(
            "3. Agregue enlaces en «Evidencia»\nUn enlace por medio de verificación; las filas del final "
            "sirven para más. Los archivos se suben después, en la página."
        ),
        "step.4": _(
            "4. Guarde y súbalo\nComo .xlsx, en la misma página donde lo descargó. Verá línea por línea lo "
            "que se hará antes de guardar o enviar."
        ),
        "step.5": _(
            "5. Puede repetirlo\nSubir el mismo libro otra vez no cambia nada. Puede ordenar y filtrar las "
            "filas, pero no borre columnas."
        ),
    }


def _refusals() -> dict[str, str]:
    return {
        "error.title": _("Revise este dato"),
        "error.percent": _("El avance va de 0 a 100."),
        "error.delivered": _("La cantidad es un número desde 0."),
        "error.day": _("Escriba una fecha, como 15/06/2026."),
        "error.list": _("Elija una opción de la lista."),
        "error.long": _("El texto es demasiado largo para una celda."),
    }
