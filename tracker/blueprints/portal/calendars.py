"""Calendars: every due date as a whole-day event that moves when the date does."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, current_app
from flask_babel import gettext as _

from tracker import i18n
from tracker.blueprints.portal.addresses import for_each_subject, subject_url, whole
from tracker.blueprints.portal.cards import name_of
from tracker.blueprints.portal.past import item_url
from tracker.due_events import due_event
from tracker.queries.portal.calendars import list_due_dates
from tracker.queries.portal.subjects import Subject, SubjectKind, find_subject, last_recorded
from tracker.renderers.calendar import MEDIA_TYPE, DueCalendar, render_calendar


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
        events=tuple(due_event(one, whole(item_url(one.uid))) for one in list_due_dates(subject)),
    )
