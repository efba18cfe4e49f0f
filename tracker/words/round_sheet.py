"""Words of a round's screen."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.rounds import RoundDates
from tracker.i18n import month
from tracker.queries.own_calendars import Closing
from tracker.queries.rounds import RoundRow
from tracker.words.changes import change_value


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "round-not-found": _("No encontramos esa ronda, o no pide nada a su institución."),
        "round-closed": _("Esta ronda ya cerró o no es de su institución: no se puede escribir en ella."),
    }


def round_word(one: RoundRow | RoundDates | Closing) -> str:
    """The period that a round asks about: noviembre de 2026, or enero a marzo de 2026."""
    last = month(one.period_end)
    if (one.period_start.year, one.period_start.month) == (one.period_end.year, one.period_end.month):
        return last
    same_year = one.period_start.year == one.period_end.year
    first = month(one.period_start, "MMMM") if same_year else month(one.period_start)
    return _("%(first)s a %(last)s", first=first, last=last)


def sheet_value(value: object, name: str) -> str:
    """What a field of a line holds, as a person reads it; nothing is a dash."""
    return change_value(value, name)
