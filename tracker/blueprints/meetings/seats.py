"""Who sits at the technical table."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.meetings import blueprint
from tracker.blueprints.meetings.form_page import FormPage, form_page, today
from tracker.blueprints.meetings.forms import SeatForm
from tracker.domain.permissions import Permission, can
from tracker.queries.meetings import get_seat, list_institution_choices, list_seats
from tracker.services import meetings as services


@blueprint.get("/integrantes")
@requires(Permission.MEETING_READ)
def seats() -> ResponseReturnValue:
    may_write = can(acting(), Permission.MEETING_WRITE)
    rows = list_seats(acting(), today=today())
    return render_template("meetings/seats.html", rows=rows, may_write=may_write)


def _form(form: SeatForm, uid: str, *, of: str = "") -> ResponseReturnValue:
    form.offer(list_institution_choices(of=of))
    page = FormPage(
        title=_("Cambiar un lugar en la mesa") if uid else _("Añadir a la mesa"),
        eyebrow=_("Mesa técnica"),
        send=_("Guardar"),
        back=url_for("meetings.seats"),
    )
    return form_page(
        form,
        page,
        lambda: services.save_seat(acting(), form.said(), uid=uid, now=clock.now()),
        done=_("Guardado."),
    )


@blueprint.route("/integrantes/nuevo", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new_seat() -> ResponseReturnValue:
    return _form(SeatForm(), "")


@blueprint.route("/integrantes/<string:uid>", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def seat(uid: str) -> ResponseReturnValue:
    row = get_seat(acting(), uid, today=today())
    institution = row.seat.institution
    form = SeatForm(
        institution=institution.uid if institution else "",
        person=row.person,
        sector=row.seat.sector.value,
        capacity=row.seat.capacity.value,
        starts_on=row.seat.starts_on,
        ends_on=row.seat.ends_on,
    )
    return _form(form, uid, of=institution.uid if institution else "")
