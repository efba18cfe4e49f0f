"""The technical table in public: its meetings and agreements, one meeting, and a calendar of both."""

from __future__ import annotations

from datetime import date

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock, i18n
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.addresses import whole
from tracker.domain.meetings import Meeting, MeetingStatus, by_sector
from tracker.due_events import agreement_event
from tracker.queries.portal.meetings import get_public_meeting, get_table, last_table_change
from tracker.renderers.calendar import MEDIA_TYPE, DueCalendar, DueEvent, render_calendar
from tracker.words.meetings import (
    capacity_word,
    decision_word,
    meeting_kind_word,
    meeting_status_word,
    sector_word,
    standing_word,
)

blueprint.add_app_template_filter(capacity_word, "capacity_word")
blueprint.add_app_template_filter(decision_word, "decision_word")
blueprint.add_app_template_filter(meeting_kind_word, "meeting_kind_word")
blueprint.add_app_template_filter(meeting_status_word, "meeting_status_word")
blueprint.add_app_template_filter(sector_word, "sector_word")
blueprint.add_app_template_filter(standing_word, "standing_word")
blueprint.add_app_template_filter(by_sector, "by_sector")


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/mesa-tecnica")
@public
def technical_table() -> ResponseReturnValue:
    """Its meetings, its agreements, and who sits at it."""
    return render_template("portal/technical_table.html", table=get_table(today=_today()))


@blueprint.get("/mesa-tecnica/reuniones/<string:uid>")
@public
def table_meeting(uid: str) -> ResponseReturnValue:
    """One meeting."""
    return render_template("portal/table_meeting.html", found=get_public_meeting(uid, today=_today()))


@blueprint.get("/calendario/mesa-tecnica.ics")
@public
def table_calendar() -> Response:
    """Meetings and due dates of agreements, as a calendar to subscribe to."""
    table = get_table(today=_today())
    address = whole(url_for("portal.technical_table"))
    meetings = tuple(_event(one) for one in table.meetings)
    agreements = tuple(
        agreement_event(one.agreement, _meeting_url(one.agreement.meeting_uid)) for one in table.agreements
    )
    content = DueCalendar(
        name=_("Mesa técnica · Cumple"),
        description=_("Reuniones de la mesa técnica y plazos de sus acuerdos."),
        url=address,
        language=i18n.language(),
        zone=current_app.config["TIMEZONE"],
        stamp=last_table_change(),
        events=(*meetings, *agreements),
    )
    return Response(render_calendar(content), mimetype=MEDIA_TYPE)


def _meeting_url(uid: str) -> str:
    return whole(url_for("portal.table_meeting", uid=uid))


def _event(one: Meeting) -> DueEvent:
    kind = meeting_kind_word(one.kind)
    return DueEvent(
        uid=f"meeting-{one.uid}@cumple",
        day=one.on,
        sequence=0,
        cancelled=one.status is MeetingStatus.CANCELLED,
        summary=_("Mesa técnica: %(kind)s %(number)s", kind=kind.lower(), number=one.number),
        description="\n".join((f"{one.at} · {one.place}", *(point.text for point in one.agenda))),
        url=_meeting_url(one.uid),
    )
