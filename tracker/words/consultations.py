"""Sentences of consultations on compiled reports."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.consultations import Outcome


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "consultation-not-possible": _("Solo se consulta un informe que está listo y sin aprobar."),
        "consultation-already-open": _("Este informe ya está en consulta."),
        "consultation-not-open": _("La consulta de este informe está cerrada: ya no recibe comentarios."),
        "consultation-still-open": _("El informe está en consulta: se aprueba cuando cierre."),
        "comments-unanswered": _("Falta responder %(count)s de los comentarios; después puede aprobarse."),
        "closing-day-required": _("Escriba hasta qué día se reciben comentarios."),
        "closing-day-past": _("El último día debe ser posterior a hoy."),
        "closing-day-too-far": _("La consulta dura %(days)s días como máximo."),
        "not-consulted": _(
            "Comentan la mesa técnica y las instituciones que participan en lo que dice el informe."
        ),
        "opinion-required": _("Escriba su comentario."),
        "comment-item-unknown": _("Ese renglón no está en el informe."),
        "comment-not-found": _("Ese comentario no existe."),
        "comment-answered": _("Ese comentario ya tiene respuesta, y se da una sola vez."),
        "answer-reason-required": _("Escriba el motivo de la respuesta."),
        "opinion-too-long": _("Escriba %(most)s letras o menos."),
    }


def outcome_word(outcome: Outcome) -> str:
    """What was answered."""
    return {
        Outcome.ACCEPTED: _("Aceptado"),
        Outcome.NOT_ACCEPTED: _("No aceptado"),
        Outcome.NOTED: _("Tomado en cuenta"),
    }[outcome]


def outcome_choices() -> list[tuple[str, str]]:
    """Every answer that a comment can get."""
    return [(one.value, outcome_word(one)) for one in Outcome]
