"""Writing down a meeting: agenda, that it was held, minutes, decisions, agreements."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.meetings import blueprint
from tracker.blueprints.meetings.form_page import FormPage, form_page, meeting_name, meeting_url, today
from tracker.blueprints.meetings.forms import (
    AgendaForm,
    AgreementForm,
    DecisionForm,
    MinutesForm,
    ReasonForm,
)
from tracker.blueprints.meetings.received_files import one_of, receive
from tracker.clock_notices import clear_clock_notices
from tracker.db import transaction
from tracker.domain.meetings import Meeting
from tracker.domain.permissions import Permission
from tracker.queries.meetings import get_meeting, list_institution_choices
from tracker.services import agreements, meetings


def _page(meeting: Meeting, title: str, send: str, lead: str = "") -> FormPage:
    """A form's page under its meeting."""
    return FormPage(title, meeting_name(meeting.number), send, meeting_url(meeting.uid), lead)


def _points(meeting: Meeting) -> list[tuple[str, str]]:
    return [(one.uid, f"{place}. {one.text}") for place, one in enumerate(meeting.agenda, start=1)]


@blueprint.route("/reuniones/<string:uid>/agenda", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def agenda(uid: str) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    lines = "\n".join(one.text for one in found.meeting.agenda)
    form = AgendaForm(based_on=found.version, agenda=lines)
    return form_page(
        form,
        _page(found.meeting, _("Agenda"), _("Guardar la agenda")),
        lambda: meetings.set_agenda(
            acting(), uid, form.agenda.data or "", based_on=form.based_on.data or "", now=clock.now()
        ),
        done=_("Agenda guardada."),
    )


@blueprint.post("/reuniones/<string:uid>/celebrada")
@requires(Permission.MEETING_WRITE)
def hold(uid: str) -> ResponseReturnValue:
    with transaction():
        meetings.hold_meeting(acting(), uid, today=today(), now=clock.now())
        clear_clock_notices()
    flash(_("Reunión celebrada. Anote quiénes vinieron, qué se decidió y qué se acordó."), "ok")
    return redirect(meeting_url(uid), 303)


def _with_reason(
    uid: str, title: str, send: str, lead: str, act: Callable[[str], None], done: str
) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    form = ReasonForm()
    page = _page(found.meeting, title, send, lead)
    return form_page(form, page, lambda: act(form.reason.data or ""), done=done)


@blueprint.route("/reuniones/<string:uid>/cancelar", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def cancel(uid: str) -> ResponseReturnValue:
    return _with_reason(
        uid,
        _("Cancelar la reunión"),
        _("Cancelar la reunión"),
        _("La reunión sigue en la lista pública, con este motivo."),
        lambda reason: meetings.cancel_meeting(acting(), uid, reason, now=clock.now()),
        _("Reunión cancelada."),
    )


@blueprint.route("/reuniones/<string:uid>/acta", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def minutes(uid: str) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    form = MinutesForm()
    received = receive(form, [form.file.data], "file")
    page = FormPage(
        _("Acta"), meeting_name(found.meeting.number), _("Subir el acta"), meeting_url(uid), has_files=True
    )
    return form_page(
        form,
        page,
        lambda: meetings.add_minutes(acting(), uid, one_of(received, "file"), now=clock.now()),
        done=_("Acta guardada. Se publica cuando se apruebe."),
    )


@blueprint.post("/reuniones/<string:uid>/aprobar")
@requires(Permission.MEETING_WRITE)
def approve(uid: str) -> ResponseReturnValue:
    with transaction():
        meetings.approve_minutes(acting(), uid, today=today(), now=clock.now())
    flash(_("Acta aprobada y publicada."), "ok")
    return redirect(meeting_url(uid), 303)


@blueprint.route("/reuniones/<string:uid>/reabrir", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def reopen(uid: str) -> ResponseReturnValue:
    return _with_reason(
        uid,
        _("Reabrir el acta"),
        _("Reabrir"),
        _("El acta deja de estar publicada hasta que se apruebe otra vez. El motivo se publica."),
        lambda reason: meetings.reopen_minutes(acting(), uid, reason, now=clock.now()),
        _("Acta reabierta."),
    )


@blueprint.route("/reuniones/<string:uid>/decisiones/nueva", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new_decision(uid: str) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    form = DecisionForm()
    own = [
        (one.agreement.uid, _("Acuerdo %(number)s", number=one.agreement.number)) for one in found.agreements
    ]
    form.offer(_points(found.meeting), own)
    lead = _("Ese día podían votar %(num)s integrantes.", num=found.voters)
    return form_page(
        form,
        _page(found.meeting, _("Anotar una decisión"), _("Guardar la decisión"), lead),
        lambda: meetings.record_decision(acting(), uid, form.said(), now=clock.now()),
        done=_("Decisión anotada."),
    )


@blueprint.post("/reuniones/<string:uid>/decisiones/<string:decision_uid>/quitar")
@requires(Permission.MEETING_WRITE)
def remove_decision(uid: str, decision_uid: str) -> ResponseReturnValue:
    with transaction():
        meetings.remove_decision(acting(), uid, decision_uid, now=clock.now())
    flash(_("Decisión quitada. La bitácora la conserva."), "ok")
    return redirect(meeting_url(uid), 303)


@blueprint.route("/reuniones/<string:uid>/acuerdos/nuevo", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new_agreement(uid: str) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    form = AgreementForm()
    form.offer(list_institution_choices(), _points(found.meeting))
    return form_page(
        form,
        _page(found.meeting, _("Anotar un acuerdo"), _("Guardar el acuerdo")),
        lambda: agreements.record_agreement(acting(), uid, form.said(), today=today(), now=clock.now()),
        done=_("Acuerdo anotado. Se avisó a los enlaces de la institución."),
    )
