"""Words of the clock of the Open Government Partnership: its duties, how they stand, what counts."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.ogp_clock import ClockState, Duty, Rhythm, Standing
from tracker.i18n import day
from tracker.queries.ogp_clock import Kept


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "clock-kind-required": _("Elija qué se hizo."),
        "clock-day-required": _("Escriba el día en que se hizo."),
        "clock-note-required": _("Diga en pocas palabras qué se hizo."),
        "clock-link-not-valid": _("Escriba un enlace completo, que empiece con https://."),
        "clock-event-not-found": _("Ese registro no existe o ya fue corregido."),
        "clock-event-replaced": _("Otra persona corrigió ese registro mientras tanto. Vea cómo quedó."),
        "clock-rhythm-not-valid": _("Los plazos del reloj deben ser de uno o más."),
    }


def duty_word(duty: Duty) -> str:
    """The duty in a few words."""
    return {
        Duty.FORUM: _("La mesa técnica se reúne"),
        Duty.RESULTS: _("Se presentan resultados a la sociedad civil"),
        Duty.REPOSITORY: _("El repositorio se actualiza"),
    }[duty]


def kind_word(kind: Duty) -> str:
    """What was done, as it is chosen."""
    return {
        Duty.FORUM: _("Se reunió la mesa técnica"),
        Duty.RESULTS: _("Se reunió la mesa técnica, presentó resultados y recogió comentarios"),
        Duty.REPOSITORY: _("Se actualizó el repositorio fuera de este sistema"),
    }[kind]


def rhythm_word(rhythm: Rhythm) -> str:
    """How often: at least once every six months, twice in any twelve."""
    months = ngettext("%(num)s mes", "%(num)s meses", rhythm.months)
    if rhythm.times == 1:
        return _("al menos una vez cada %(months)s", months=months)
    return _("al menos %(times)s veces en cualesquiera %(months)s", times=rhythm.times, months=months)


def state_word(state: ClockState) -> str:
    """How a duty stands, for its pill."""
    return {
        ClockState.NO_RECORD: _("Sin registro"),
        ClockState.KEPT: _("Al día"),
        ClockState.DUE_SOON: _("Vence pronto"),
        ClockState.MISSED: _("Vencido"),
    }[state]


def due_word(one: Standing) -> str:
    """By when it is due, and how often still."""
    if one.due_on is None:
        return _("No hay nada registrado y ningún plan está en curso: el plazo corre desde lo primero.")
    on = day(one.due_on)
    if one.state is ClockState.MISSED:
        return _("El plazo venció el %(day)s y no consta que se haya cumplido.", day=on)
    if one.needed == 1:
        return _("Falta una vez, a más tardar el %(day)s.", day=on)
    return _("Faltan %(needed)s veces, a más tardar el %(day)s.", needed=one.needed, day=on)


def kept_word(one: Kept) -> str:
    """What counts, in a line."""
    if one.source == "meeting":
        return _("Se celebró la reunión %(number)s de la mesa técnica", number=one.number)
    if one.source == "report":
        return _("Se publicó un informe del plan %(plan)s", plan=one.plan)
    if one.source == "amendment":
        return _(
            "Se aprobó la enmienda %(number)s del plan %(plan)s: %(title)s",
            number=one.number,
            plan=one.plan,
            title=one.note,
        )
    if one.source == "evidence":
        return ngettext("Se publicó %(num)s evidencia", "Se publicaron %(num)s evidencias", one.number or 0)
    return one.note
