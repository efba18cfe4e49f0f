"""The table's home, one meeting, and what happened since the one before."""

from __future__ import annotations

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker import evidence_files as files
from tracker.access import acting, requires
from tracker.blueprints.meetings import blueprint
from tracker.blueprints.meetings.form_page import FormPage, form_page, meeting_name, meeting_url, today
from tracker.blueprints.meetings.forms import MeetingForm
from tracker.clock_notices import clear_clock_notices
from tracker.domain.permissions import Permission, can
from tracker.queries.agreements import AgreementCounts, count_agreements, list_agreements
from tracker.queries.meeting_period import list_since_last
from tracker.queries.meetings import get_meeting, list_meetings, list_plan_choices, next_number
from tracker.services import meetings as services
from tracker.services.table_files import own_table_file


@blueprint.app_template_global("agreement_counts")
def agreement_counts() -> AgreementCounts:
    """What the signed-in person has to see to, for the panel."""
    return count_agreements(acting(), today=today())


@blueprint.get("")
@requires(Permission.AGREEMENT_READ)
def home() -> ResponseReturnValue:
    actor = acting()
    reads_all = can(actor, Permission.MEETING_READ)
    return render_template(
        "meetings/home.html",
        agreements=list_agreements(actor, today=today()),
        meetings=list_meetings(actor) if reads_all else (),
        reads_all=reads_all,
        may_write=can(actor, Permission.MEETING_WRITE),
    )


@blueprint.get("/reuniones/<string:uid>")
@requires(Permission.MEETING_READ)
def show(uid: str) -> ResponseReturnValue:
    page = get_meeting(acting(), uid, today=today())
    return render_template(
        "meetings/show.html", page=page, meeting=page.meeting, day_has_come=page.meeting.on <= today()
    )


@blueprint.get("/reuniones/<string:uid>/desde-la-anterior")
@requires(Permission.MEETING_READ)
def since_last(uid: str) -> ResponseReturnValue:
    page = get_meeting(acting(), uid, today=today())
    zone = current_app.config["TIMEZONE"]
    plans = list_since_last(acting(), page.meeting, page.previous, today=today(), zone=zone)
    agreements = list_agreements(acting(), today=today())
    return render_template(
        "meetings/since_last.html", page=page, meeting=page.meeting, plans=plans, agreements=agreements
    )


@blueprint.get("/archivos/<string:uid>")
@requires(Permission.AGREEMENT_READ)
def download(uid: str) -> Response:
    return files.own_attachment(own_table_file(acting(), uid))


@blueprint.route("/reuniones/nueva", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new_meeting() -> ResponseReturnValue:
    form = MeetingForm(number=next_number())
    form.offer(list_plan_choices())
    made: list[str] = []
    page = FormPage(
        title=_("Convocar una reunión"),
        eyebrow=_("Mesa técnica"),
        send=_("Convocar"),
        back=url_for("meetings.home"),
    )
    return form_page(
        form,
        page,
        lambda: made.append(services.create_meeting(acting(), form.said(), now=clock.now())),
        done=_("Reunión convocada. Ponga su agenda."),
    )


@blueprint.route("/reuniones/<string:uid>/datos", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def change_meeting(uid: str) -> ResponseReturnValue:
    found = get_meeting(acting(), uid, today=today())
    one = found.meeting
    form = MeetingForm(
        based_on=found.version,
        number=one.number,
        kind=one.kind.value,
        on=one.on,
        at=one.at,
        place=one.place,
        plan=str(one.plan_number or ""),
    )
    form.offer(list_plan_choices())

    def save() -> None:
        based_on = form.based_on.data or ""
        services.change_meeting(acting(), uid, form.said(), based_on=based_on, today=today(), now=clock.now())
        clear_clock_notices()

    page = FormPage(_("Datos de la reunión"), meeting_name(one.number), _("Guardar"), meeting_url(uid))
    return form_page(form, page, save, done=_("Datos guardados."))
