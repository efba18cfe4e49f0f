"""A person's own calendar at an address that only they know: due dates, and the closings of rounds."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for
from flask_babel import gettext as _

from tracker import clock, i18n
from tracker.access import public
from tracker.blueprints.notices import blueprint
from tracker.db import transaction
from tracker.due_events import agreement_event, due_event
from tracker.queries.agreements import list_own_agreements
from tracker.queries.own_calendars import Closing, last_change, list_own_closings, list_own_due_dates
from tracker.queries.portal.meetings import last_table_change
from tracker.renderers.calendar import MEDIA_TYPE, DueCalendar, DueEvent, render_calendar
from tracker.services.calendar_tokens import open_calendar
from tracker.words.round_sheet import round_word


@blueprint.get("/calendario/privado/<string:token>.ics")
@public
def calendar(token: str) -> Response:
    """No session: whoever has the address reads it; a wrong or revoked one does not exist."""
    today = clock.today(current_app.config["TIMEZONE"])
    with transaction():
        actor = open_calendar(token, now=clock.now(), today=today)
    dues = [due_event(one, _whole("portal.permanent", uid=one.uid)) for one in list_own_due_dates(actor)]
    agreements = [
        agreement_event(one, _whole("portal.table_meeting", uid=one.meeting_uid))
        for one in list_own_agreements(actor)
    ]
    closings = [_closing(one) for one in list_own_closings(actor, today)]
    content = DueCalendar(
        name=f"{actor.label or _('Todas las instituciones')} · Cumple",
        description=_(
            "Plazos, acuerdos y cierres de rondas de sus instituciones. Se mueven aquí si cambian."
        ),
        url=_whole("notices.index"),
        language=i18n.language(),
        zone=current_app.config["TIMEZONE"],
        stamp=max(last_change(), last_table_change()),
        events=(*dues, *agreements, *closings),
    )
    response = Response(render_calendar(content), mimetype=MEDIA_TYPE)
    response.cache_control.no_store = True
    return response


def _closing(one: Closing) -> DueEvent:
    page = "rounds.sheet" if one.institution_uid else "rounds.progress"
    values = {"institucion": one.institution_uid} if one.institution_uid else {}
    answered = _("%(answered)s de %(asked)s respondidas", answered=one.answered, asked=one.asked)
    where = _("Plan %(plan)s", plan=one.plan)
    return DueEvent(
        uid="-".join(filter(None, ("round", one.round_uid, one.institution_uid))) + "@cumple",
        day=one.due_on,
        sequence=0,
        cancelled=False,
        summary=_("Cierra la ronda de %(period)s", period=round_word(one)),
        description="\n".join(filter(None, (one.institution, where, answered))),
        url=_whole(page, round_uid=one.round_uid, **values),
    )


def _whole(endpoint: str, **values: Any) -> str:
    return i18n.whole(url_for(endpoint, **values))
