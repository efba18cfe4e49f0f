"""Sentences of delegations."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "why-required": _("Escriba el motivo."),
        "delegation-not-passed-on": _("Lo que le delegaron no puede delegarlo a otra persona."),
        "delegate-not-fit": _("Elija a una persona de la lista."),
        "delegation-day-required": _("Escriba el día."),
        "delegation-in-past": _("No puede empezar antes de hoy."),
        "delegation-days-out-of-order": _("El último día no puede ser anterior al primero."),
        "delegation-too-long": _("Una delegación dura a lo sumo un año."),
        "delegation-overlaps": _(
            "Ya tiene una delegación en alguno de esos días. Termínela antes, o elija otros."
        ),
        "delegation-not-found": _("Esa delegación no existe."),
        "delegation-is-over": _("Esa delegación ya terminó."),
        "delegation-lends-nothing": _("Esa delegación no está vigente hoy."),
        "stand-in-not-fit": _("Esa cuenta no puede suplir al punto de contacto."),
    }


def state_word(state: str) -> str:
    """How a delegation stands."""
    return {
        "now": _("vigente"),
        "coming": _("aún no empieza"),
        "over": _("terminó"),
        "ended": _("terminó antes"),
    }[state]
