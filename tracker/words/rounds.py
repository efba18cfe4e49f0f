"""Words of rounds and their calendar."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.rounds import MONTHS_CHOICES, Calendar
from tracker.services.round_notices import Reminded


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "calendar-rhythm-unknown": _("Elija cada cuánto se informa."),
        "calendar-days-out-of-range": _("Escriba un número de días que no pase de %(most)s."),
        "calendar-rounds-overlap": _(
            "La ronda vencería después de que se abre la siguiente: puede ser %(most)s o menos."
        ),
        "nobody-chosen": _("Marque al menos una institución."),
        "round-followed": _("Esa ronda ya no es la última de su plan: no se recuerda."),
        "calendar-round-empty": _("La ronda vencería antes de abrirse: ponga un número mayor."),
    }


def reminded_words(done: Reminded) -> str:
    """Who was told, who had been today, and where there is nobody to tell."""
    parts = [
        _("Se recordó a: %(people)s.", people="; ".join(done.told))
        if done.told
        else _("No se recordó a nadie."),
        _("Ya se les había recordado hoy: %(people)s.", people="; ".join(done.already))
        if done.already
        else "",
        _("Sin enlace a quien recordar: %(who)s.", who=", ".join(done.unheard)) if done.unheard else "",
    ]
    return " ".join(filter(None, parts))


def rhythm_word(every_months: int) -> str:
    """How often a plan asks for reports."""
    return {
        1: _("Cada mes"),
        2: _("Cada dos meses"),
        3: _("Cada tres meses"),
        4: _("Cada cuatro meses"),
        6: _("Cada seis meses"),
    }[every_months]


def rhythm_choices() -> list[tuple[str, str]]:
    """Every rhythm that a calendar may have."""
    return [(str(one), rhythm_word(one)) for one in MONTHS_CHOICES]


def calendar_words(calendar: Calendar) -> str:
    """A calendar in one sentence."""
    return _(
        "%(rhythm)s. Se abre %(opens)s y vence %(due)s; se decide en %(review)s.",
        rhythm=rhythm_word(calendar.every_months),
        opens=_opens(calendar.opens_after_days),
        due=_due(calendar.due_after_days),
        review=ngettext("%(num)d día", "%(num)d días", calendar.review_days),
    )


def _opens(days: int) -> str:
    if days == 0:
        return _("el primer día del período")
    return ngettext("%(num)d día después de su inicio", "%(num)d días después de su inicio", days)


def _due(days: int) -> str:
    if days == 0:
        return _("el último")
    if days > 0:
        return ngettext("%(num)d día después de su final", "%(num)d días después de su final", days)
    return ngettext("%(num)d día antes de su final", "%(num)d días antes de su final", -days)
