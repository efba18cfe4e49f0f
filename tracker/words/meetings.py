"""Words of the technical table: who sits at it, its meetings, its agreements, what is refused and why."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.agreements import AgreementState, Standing
from tracker.domain.meetings import Capacity, Decision, MeetingKind, MeetingStatus
from tracker.domain.plans import Sector


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _of_meetings() | _of_decisions() | _of_agreements() | _of_attendance()


def _of_meetings() -> dict[str, str]:
    return {
        "words-missing": _("Escriba algo aquí."),
        "words-too-many": _("Escriba %(most)s letras o menos."),
        "seat-not-found": _("Ese lugar en la mesa no existe."),
        "seat-empty": _("Elija una institución o escriba el nombre de la persona."),
        "seat-ends-before-it-starts": _("El último día no puede ser anterior al primero."),
        "seat-taken-already": _("%(institution)s ya tiene un lugar en la mesa en esos días."),
        "meeting-not-found": _("Esa reunión no existe."),
        "meeting-number-not-valid": _("Escriba un número del 1 al 9999."),
        "meeting-number-taken": _("Ya hay una reunión con el número %(number)s."),
        "meeting-hour-not-valid": _("Escriba una hora como 09:00 o 14:30."),
        "place-missing": _("Escriba dónde es la reunión."),
        "meeting-closed": _("Esta reunión ya está cerrada: su acta se aprobó o la reunión se canceló."),
        "meeting-not-held": _("Primero hay que marcar la reunión como celebrada."),
        "meeting-still-to-come": _("Esa fecha todavía no llega: la reunión no puede haberse celebrado."),
        "meeting-not-planned": _("Esta reunión ya se celebró o se canceló."),
        "meeting-changed-meanwhile": _(
            "Alguien cambió esta reunión mientras usted escribía. Vuelva a abrirla."
        ),
        "meeting-has-agreements": _("La fecha ya no cambia: hay acuerdos que cuentan desde ese día."),
        "table-file-missing": _("Elija un archivo."),
        "minutes-missing": _("Suba el acta antes de aprobarla."),
        "minutes-not-approved": _("Esta acta no está aprobada."),
        "agenda-too-long": _("La agenda lleva %(most)s puntos como máximo."),
        "agenda-point-decided": _("Sobre el punto «%(point)s» ya se decidió algo: no puede quitarse."),
        "agenda-point-unknown": _("Ese punto no está en la agenda."),
    }


def _of_decisions() -> dict[str, str]:
    return {
        "decision-not-found": _("Esa decisión no existe."),
        "consensus-note-missing": _("Escriba en qué consistió el consenso, o cuente los votos."),
        "votes-not-whole": _(
            "Escriba las tres cuentas: a favor, en contra y abstenciones. Ponga 0 donde no hubo."
        ),
        "votes-none": _("Una votación sin ningún voto no decide nada."),
        "votes-too-many": _("Son %(total)s votos y solo %(most)s integrantes con voto podían votar ese día."),
    }


def _of_agreements() -> dict[str, str]:
    return {
        "agreement-not-found": _("Ese acuerdo no existe."),
        "agreement-unknown": _("Ese acuerdo no es de esta reunión."),
        "agreement-not-pending": _("Este acuerdo ya se respondió, se cumplió o quedó sin efecto."),
        "agreement-not-answered": _("Este acuerdo no tiene una respuesta por decidir."),
        "agreement-under-way": _(
            "Este acuerdo ya está en marcha: aplácelo o déjelo sin efecto, con su motivo."
        ),
        "due-before-meeting": _("El plazo no puede vencer antes de la reunión."),
        "due-too-far": _("Ponga un plazo de %(years)s años o menos."),
        "due-not-later": _("El plazo nuevo debe ser posterior al que tiene."),
        "met-in-the-future": _("Esa fecha todavía no llega."),
        "met-before-agreed": _("No puede haberse cumplido antes de la reunión que lo acordó."),
        "own-answer": _("Nadie acepta lo que escribió ni lo que respondió su propia institución."),
    }


def _of_attendance() -> dict[str, str]:
    return {
        "attendance-empty": _("La lista no nombra a nadie."),
        "attendance-too-long": _("La lista pasa de %(most)s personas."),
        "attendance-has-errors": _("Corrija las líneas marcadas; no se guardó nada."),
        "attendee-organisation-missing": _("Línea %(line)s: falta la institución u organización."),
        "attendee-not-readable": _(
            "Línea %(line)s: trae caracteres que no se pueden leer, o es demasiado larga."
        ),
        "attendee-people-not-valid": _("Línea %(line)s: «%(text)s» no es una cantidad de personas."),
        "attendee-sector-unknown": _("Línea %(line)s: no conocemos el sector «%(text)s»."),
        "attendee-sector-missing": _("Línea %(line)s: falta el sector, y la institución no está registrada."),
        "attendee-repeated": _("Línea %(line)s: «%(text)s» ya está en la línea %(first)s."),
    }


def sector_word(sector: Sector) -> str:
    """The word for a sector."""
    return {
        Sector.PUBLIC: _("Sector público"),
        Sector.LOCAL_GOVERNMENT: _("Gobiernos locales"),
        Sector.CIVIL_SOCIETY: _("Sociedad civil"),
        Sector.PRIVATE: _("Sector privado"),
        Sector.ACADEMIA: _("Academia"),
        Sector.MULTILATERAL: _("Cooperación internacional"),
    }[sector]


def capacity_word(capacity: Capacity) -> str:
    """In what capacity somebody sits at the table."""
    return {
        Capacity.MEMBER: _("Integrante, con voto"),
        Capacity.OBSERVER: _("Observador"),
        Capacity.COOPERATING: _("Cooperante"),
    }[capacity]


def meeting_kind_word(kind: MeetingKind) -> str:
    """The word for a kind of meeting."""
    return {
        MeetingKind.ORDINARY: _("Reunión ordinaria"),
        MeetingKind.EXTRAORDINARY: _("Reunión extraordinaria"),
    }[kind]


def meeting_status_word(status: MeetingStatus) -> str:
    """Where a meeting stands."""
    return {
        MeetingStatus.PLANNED: _("Convocada"),
        MeetingStatus.HELD: _("Celebrada, acta pendiente"),
        MeetingStatus.APPROVED: _("Acta aprobada"),
        MeetingStatus.CANCELLED: _("Cancelada"),
    }[status]


def standing_word(standing: Standing) -> str:
    """How an agreement stands, with its days."""
    late = standing.days_late
    if standing.state is AgreementState.OVERDUE:
        return ngettext("Vencido hace %(num)s día", "Vencido hace %(num)s días", late)
    if standing.state is AgreementState.MET_LATE:
        return ngettext("Cumplido %(num)s día tarde", "Cumplido %(num)s días tarde", late)
    return {
        AgreementState.PENDING: _("Pendiente"),
        AgreementState.DUE_SOON: _("Vence pronto"),
        AgreementState.AWAITING: _("Respondido, por aceptar"),
        AgreementState.MET: _("Cumplido a tiempo"),
        AgreementState.DROPPED: _("Sin efecto"),
    }[standing.state]


def decision_word(decision: Decision) -> str:
    """How it was decided: the votes, or by consensus."""
    if not decision.is_vote:
        return _("Por consenso")
    counts = {
        "in_favour": decision.in_favour,
        "against": decision.against,
        "abstained": decision.abstained,
    }
    words = _("A favor: %(in_favour)s · En contra: %(against)s · Abstenciones: %(abstained)s", **counts)
    return words if decision.is_adopted else _("No se aprobó: %(votes)s", votes=words)


def sector_choices() -> list[tuple[str, str]]:
    """Every sector."""
    return [(one.value, sector_word(one)) for one in Sector]


def capacity_choices() -> list[tuple[str, str]]:
    """Every capacity."""
    return [(one.value, capacity_word(one)) for one in Capacity]


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of meeting."""
    return [(one.value, meeting_kind_word(one)) for one in MeetingKind]
