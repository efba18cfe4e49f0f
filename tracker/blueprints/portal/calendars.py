"""Calendars: every due date as a whole-day event that moves when the date does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from flask import Response, current_app
from flask_babel import gettext as _

from tracker import i18n
from tracker.blueprints.portal.addresses import for_each_subject, subject_url, whole
from tracker.blueprints.portal.cards import name_of
from tracker.blueprints.portal.choices import short
from tracker.blueprints.portal.past import item_url
from tracker.queries.portal.calendars import DueDate, list_due_dates
from tracker.queries.portal.subjects import Subject, SubjectKind, find_subject, last_recorded
from tracker.renderers.calendar import MEDIA_TYPE, DueCalendar, DueEvent, render_calendar


@for_each_subject("calendario", ".ics")
def calendar(kind: SubjectKind, **place: object) -> Response:
    """The due dates of a subject's items."""
    return Response(render_calendar(_calendar(find_subject(kind, **place))), mimetype=MEDIA_TYPE)


def _calendar(subject: Subject) -> DueCalendar:
    last = last_recorded(subject.plan_id)
    return DueCalendar(
        name=f"{name_of(subject)} · Cumple",
        description=_("Plazos de las actividades. Cada uno se mueve aquí si el plan lo reprograma."),
        url=subject_url(subject),
        language=i18n.language(),
        zone=current_app.config["TIMEZONE"],
        stamp=last.at if last else datetime.fromtimestamp(0, UTC),
        events=tuple(_event(one, subject) for one in list_due_dates(subject)),
    )


def _event(one: DueDate, subject: Subject) -> DueEvent:
    return DueEvent(
        uid=f"{one.uid}-{one.occurrence}@cumple",
        day=one.due_on,
        sequence=one.sequence,
        cancelled=one.withdrawn,
        summary=_("Vence %(label)s %(title)s", label=one.label, title=short(one.title)),
        description=_description(one, subject),
        url=whole(item_url(one.uid)),
    )


def _description(one: DueDate, subject: Subject) -> str:
    lines = [
        one.title,
        _("Plan %(plan)s, compromiso %(number)s", plan=subject.plan_number, number=one.commitment),
        _("Comprobado: %(figure)s", figure=_figure(one.validated, one.validated_on)),
        _("Declarado: %(figure)s", figure=_figure(one.reported, one.reported_on)),
    ]
    return "\n".join([_("Retirado del plan"), *lines] if one.withdrawn else lines)


def _figure(percent: Decimal | None, on: date | None) -> str:
    if percent is None:
        return _("sin información")
    return _("%(percent)s al %(day)s", percent=i18n.percent(percent), day=i18n.day(on))
