"""Words of a plan's life: its stages, what each asks for, and the fields of an item that is being written."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from tracker.domain import plan_drafts as drafts
from tracker.domain.differences import Piece, line_differences, word_differences
from tracker.domain.plan_life import Lack, PlanAction
from tracker.domain.plans import PlanStatus
from tracker.domain.schedule import Frequency
from tracker.domain.snapshots import window_from
from tracker.words.amendments import amended_word, pieces_of
from tracker.words.changes import changed_field
from tracker.words.periods import frequency_words, window_words


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _steps() | _writing() | _arranging()


def _steps() -> dict[str, str]:
    return {
        "plan-step-not-possible": _("El plan ya pasó a otra etapa: vuelva a cargar la página."),
        "plan-step-stopped": _("Falta algo sin lo cual no se puede seguir: está marcado en la lista."),
        "plan-step-knowing": _("Faltan cosas de la lista. Si aun así sigue adelante, márquelo aquí."),
        "plan-step-before-last": _("La etapa anterior empezó el %(day)s: esta no puede empezar antes."),
        "verify-plan-step-unrecorded": _("Una etapa del plan sin asiento en la bitácora"),
        "verify-plan-step-changed": _("Etapa del plan alterada"),
        "verify-plan-step-missing": _("Falta una etapa del plan que la bitácora registra"),
    }


def _writing() -> dict[str, str]:
    return {
        "plan-not-writable": _("El plan %(number)s ya se aprobó: se cambia por enmienda."),
        "item-changed-meanwhile": _("Otra persona cambió esto mientras lo tenía abierto."),
        "number-required": _("Escriba un número desde 1."),
        "weight-not-valid": _("El peso es mayor que 0 y tiene como máximo cuatro decimales."),
        "plan-period-reversed": _("Termina antes de empezar."),
    }


def _arranging() -> dict[str, str]:
    return {
        "move-nowhere": _("Elija otro lugar del mismo plan."),
        "split-needs-titles": _("Escriba el título de cada uno de los dos."),
        "merge-same-item": _("Elija otro elemento."),
        "merge-other-level": _("Solo se unen dos elementos del mismo nivel."),
        "merge-other-commitment": _("Solo se unen elementos del mismo compromiso."),
        "item-has-doubts": _("Tiene dudas abiertas: resuélvalas antes de quitarlo."),
        "item-is-continued": _("Un plan posterior continúa esto: no se puede quitar."),
        "nothing-to-carry": _("Marque al menos uno y diga dónde continúa."),
        "carry-place-required": _("Diga dónde continúa cada uno de los marcados."),
        "already-carried": _("%(label)s ya continúa en este plan."),
        "item-has-reports": _("Hay informes o solicitudes sobre esto: no se puede quitar."),
    }


def plan_status_word(status: PlanStatus) -> str:
    """The stage a plan is in."""
    return {
        PlanStatus.DRAFT: _("Borrador"),
        PlanStatus.CONSULTATION: _("En consulta"),
        PlanStatus.APPROVED: _("Aprobado"),
        PlanStatus.IN_COURSE: _("En curso"),
        PlanStatus.CLOSED: _("Cerrado"),
        PlanStatus.ARCHIVED: _("Archivado"),
    }[status]


def stage_button(action: PlanAction) -> str:
    """The words of the button that takes a step."""
    return {
        PlanAction.CONSULT: _("Abrir la consulta"),
        PlanAction.APPROVE: _("Aprobar el plan"),
        PlanAction.START: _("Ponerlo en curso"),
        PlanAction.CLOSE: _("Cerrar el plan"),
        PlanAction.ARCHIVE: _("Archivar el plan"),
    }[action]


def stage_words(action: PlanAction) -> str:
    """What a step does, told before it is taken."""
    return {
        PlanAction.CONSULT: _(
            "El plan se publica para que todas las personas lo lean y opinen. Se puede seguir escribiendo."
        ),
        PlanAction.APPROVE: _(
            "Las fechas que tiene quedan como línea base, para siempre. Desde entonces el plan solo cambia "
            "por enmienda o reprogramación. No se puede deshacer."
        ),
        PlanAction.START: _("Empieza a cumplirse: las instituciones informan en cada ronda."),
        PlanAction.CLOSE: _(
            "Deja de recibir informes. Lo que no se terminó puede continuar en el plan siguiente."
        ),
        PlanAction.ARCHIVE: _("Queda publicado para consulta; ya no se le da seguimiento."),
    }[action]


def lack_words(lack: Lack) -> str:
    """What a step asks for."""
    return {
        Lack.PERIOD: _("Tiene fecha de inicio y de fin"),
        Lack.COMMITMENTS: _("Tiene compromisos"),
        Lack.EMPTY: _("Cada compromiso tiene hitos o actividades"),
        Lack.DATES: _("Todo lo que se entrega tiene plazo"),
        Lack.ROLES: _("Todo lo que se entrega tiene instituciones"),
        Lack.MEANS: _("Todo lo que se entrega tiene medios de verificación"),
        Lack.PRODUCT: _("Todo lo que se entrega tiene producto"),
        Lack.DOUBTS: _("No quedan dudas abiertas"),
        Lack.TEMPLATE: _("Cada compromiso dice qué problema atiende y en qué consiste"),
        Lack.UNDECIDED: _("No hay informes en espera de revisión"),
        Lack.UNINFORMED: _("Las instituciones informaron de todo"),
        Lack.UNFINISHED: _("Todo está cumplido y comprobado"),
        Lack.AMENDMENTS: _("No hay enmiendas en preparación"),
    }[lack]


def continuity_word(value: str) -> str:
    """Whether a milestone is new or continues from before."""
    return {"new": _("Nuevo"), "in_progress": _("En curso")}.get(value, _("No se dice"))


def draft_field(name: str) -> str:
    """The name of a field of an item that is being written."""
    if name == drafts.NUMBER:
        return _("Número")
    if name in {drafts.WINDOWS, drafts.WEIGHT, drafts.CONTINUITY}:
        return changed_field(name)
    return amended_word(name)


def draft_pieces(name: str, before: Any, after: Any) -> tuple[Piece, ...]:
    """What tells two values of a field apart, in pieces that stayed, went and came."""
    if name == drafts.WINDOWS:
        return line_differences(_window_lines(before), _window_lines(after))
    if name == drafts.CONTINUITY:
        return word_differences(continuity_word(before), continuity_word(after))
    if name in {drafts.NUMBER, drafts.WEIGHT}:
        return word_differences(str(before), str(after))
    return pieces_of(name, before, after)


def _window_lines(value: dict[str, Any]) -> list[str]:
    lines = [window_words(window_from(one)) for one in value["windows"]]
    return [*lines, frequency_words(Frequency(value["frequency"]))] if value["frequency"] else lines
