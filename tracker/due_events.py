"""Due dates as events of a calendar, in words: the same in public calendars and in a person's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.agreements import Agreement
from tracker.domain.text import first_words
from tracker.queries.portal.calendars import DueDate
from tracker.renderers.calendar import DueEvent

LONGEST_SUMMARY = 60


def due_event(one: DueDate, url: str) -> DueEvent:
    """A due date; what left the plan, or its schedule, is cancelled so that readers take it away."""
    return DueEvent(
        uid=f"{one.uid}-{one.occurrence}@cumple",
        day=one.due_on,
        sequence=one.sequence,
        cancelled=one.withdrawn or one.dropped,
        summary=_(
            "Vence %(label)s %(title)s", label=one.label, title=first_words(one.title, LONGEST_SUMMARY)
        ),
        description=_description(one),
        url=url,
    )


def _description(one: DueDate) -> str:
    lines = [
        one.title,
        _("Plan %(plan)s, compromiso %(number)s", plan=one.plan, number=one.commitment),
        _("Comprobado: %(figure)s", figure=_figure(one.validated, one.validated_on)),
        _("Declarado: %(figure)s", figure=_figure(one.reported, one.reported_on)),
    ]
    if one.withdrawn:
        return "\n".join([_("Retirado del plan"), *lines])
    return "\n".join(
        [_("Esta entrega ya no está en el calendario del plan"), *lines] if one.dropped else lines
    )


def _figure(percent: Decimal | None, on: date | None) -> str:
    if percent is None:
        return _("sin información")
    return _("%(percent)s al %(day)s", percent=i18n.percent(percent), day=i18n.day(on))


def agreement_event(one: Agreement, url: str) -> DueEvent:
    """The due date of an agreement, which moves with it; one without effect is cancelled."""
    words = first_words(one.text, LONGEST_SUMMARY)
    return DueEvent(
        uid=f"agreement-{one.uid}@cumple",
        day=one.due_on,
        sequence=len(one.postponements) + (one.dropped_on is not None),
        cancelled=one.dropped_on is not None,
        summary=_("Vence un acuerdo de la mesa técnica: %(text)s", text=words),
        description="\n".join((one.text, one.institution.label)),
        url=url,
    )
