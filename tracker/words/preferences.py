"""Words of how a person wants to be told."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.preferences import Digest
from tracker.words.jobs import weekdays


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "hour-not-valid": _("Elija una hora de la lista."),
        "weekday-not-valid": _("Elija un día de la lista."),
        "quiet-hours-half": _("Elija las dos horas, o ninguna."),
        "quiet-hours-empty": _("Elija dos horas distintas."),
        "digest-in-quiet-hours": _("A esa hora pidió no recibir correos: elija otra, o cambie esas horas."),
        "calendar-not-found": _("Ese calendario no existe."),
    }


def digest_choices() -> list[tuple[str, str]]:
    """How often the letter may come."""
    return [
        (Digest.DAILY.value, _("Cada día, si hay algo nuevo")),
        (Digest.WEEKLY.value, _("Una vez por semana")),
        (Digest.NEVER.value, _("Nunca: los leo aquí")),
    ]


def hour_choices(*, none: bool = False) -> list[tuple[str, str]]:
    """Every hour of the day; with `none` also the choice of no hour."""
    hours = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
    return [("", _("sin elegir")), *hours] if none else hours


def weekday_choices() -> list[tuple[str, str]]:
    """The days of the week."""
    return [(str(place), word) for place, word in enumerate(weekdays())]
