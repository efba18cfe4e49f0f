"""Words of the review: what a filter narrows to, what a comment is about, why a report cannot be decided."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.obstacles import ObstacleKind
from tracker.domain.workflow import COMMENT_FIELDS
from tracker.i18n import day, number
from tracker.queries.progress_reports import QuantityRow
from tracker.words.changes import obstacle_word
from tracker.words.timeline import delivery_word
from tracker.words.work import field_word, value_word


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "comment-field-unknown": _("Elija de la lista de qué trata el comentario."),
        "evidence-undecided": _("Diga de cada evidencia si la acepta o no."),
        "report-not-opened": _("Ábralo primero: solo se decide junto a otros lo que usted ya vio como está."),
        "batch-empty": _("Marque al menos un informe para validarlo o devolverlo."),
        "batch-refused": _("No se decidió ninguno: %(count)s no se pueden decidir así."),
        "reviewer-not-of-table": _("Elija a una persona de la mesa técnica con la cuenta abierta."),
        "reviewer-of-own-institution": _(
            "Esa persona es de la misma institución: nadie decide sobre lo de su propia institución."
        ),
        "reviewer-already-named": _("Esa persona ya está nombrada para esa institución."),
        "reviewer-not-named": _("Ese nombramiento ya había terminado."),
    }


def about_word(name: str) -> str:
    """What a reviewer's comment is about: a field of the report, or all of it."""
    if name == "evidence":
        return _("Evidencia")
    return field_word(name) if name else _("El informe en general")


def about_choices() -> list[tuple[str, str]]:
    """Everything a comment may be about."""
    return [(name, about_word(name)) for name in COMMENT_FIELDS]


def view_words() -> list[tuple[str, str]]:
    """The quick views of the queue, in their order."""
    return [
        ("", _("Todos")),
        ("mine", _("Puedo decidir")),
        ("late", _("Revisión vencida")),
        ("unopened", _("Sin abrir")),
        ("opened", _("Ya abiertos")),
        ("reopened", _("Reabiertos")),
        ("new_version", _("Versión nueva de uno comprobado")),
        ("letter", _("Por oficio")),
        ("others", _("Los decide otra persona")),
    ]


def review_words() -> list[tuple[str, str]]:
    """The review against its own last day."""
    return [("", _("Cualquiera")), ("late", _("Vencida")), ("soon", _("Vence en tres días"))]


def activity_words() -> list[tuple[str, str]]:
    """The activity against its due date."""
    return [("", _("Con o sin atraso")), ("late", _("Con atraso"))]


def order_words() -> list[tuple[str, str]]:
    """The orders of the queue."""
    return [
        ("", _("Los que más esperan primero")),
        ("review", _("Por vencimiento de la revisión")),
        ("late", _("Por atraso de la actividad")),
        ("institution", _("Por institución")),
    ]


def said_word(value: object, field: str) -> str:
    """What a report says in a field, as a reviewer reads it; nothing is a dash."""
    if isinstance(value, ObstacleKind):
        return obstacle_word(value)
    if field == "occurrence" and value:
        return delivery_word(str(value))
    if isinstance(value, tuple):
        return "\n".join(_row_word(one) for one in value)
    return value_word(value, field)


def _row_word(row: QuantityRow) -> str:
    parts = [f"{row.label}: {number(row.quantity)}"]
    if row.delivered_on:
        parts.append(day(row.delivered_on))
    return " · ".join([*parts, row.evidence] if row.evidence else parts)


def compared_word(name: str) -> str:
    """The name of a field in the comparison."""
    return {
        "obstacle_kind": _("Clase de obstáculo"),
        "quantities": _("Cantidades por renglón"),
    }.get(name) or field_word(name)
