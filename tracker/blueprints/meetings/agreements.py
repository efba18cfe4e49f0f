"""One agreement: answered by its institution, accepted or sent back, postponed, left without effect."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.meetings import blueprint
from tracker.blueprints.meetings.form_page import FormPage, form_page, today
from tracker.blueprints.meetings.forms import (
    AgreementForm,
    AnswerForm,
    PostponeForm,
    ReasonForm,
    RulingForm,
)
from tracker.blueprints.meetings.received_files import receive
from tracker.domain.permissions import Permission
from tracker.queries.agreements import AgreementRow, get_agreement
from tracker.queries.meetings import list_institution_choices
from tracker.services import agreements as services


@blueprint.get("/acuerdos/<string:uid>")
@requires(Permission.AGREEMENT_READ)
def agreement(uid: str) -> ResponseReturnValue:
    row = get_agreement(acting(), uid, today=today())
    return render_template("meetings/agreement.html", row=row, one=row.agreement)


def _page(row: AgreementRow, title: str, send: str, *, has_files: bool = False) -> FormPage:
    back = url_for("meetings.agreement", uid=row.agreement.uid)
    place = _(
        "Acuerdo %(number)s de la reunión %(meeting)s",
        number=row.agreement.number,
        meeting=row.meeting_number,
    )
    return FormPage(title, place, send, back, row.agreement.text, has_files)


@blueprint.route("/acuerdos/<string:uid>/respuesta", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_ANSWER)
def answer(uid: str) -> ResponseReturnValue:
    row = get_agreement(acting(), uid, today=today())
    form = AnswerForm(met_on=today())
    received = receive(form, form.files.data or (), "files")
    return form_page(
        form,
        _page(row, _("Responder el acuerdo"), _("Enviar la respuesta"), has_files=True),
        lambda: services.answer_agreement(acting(), uid, form.said(received), today=today(), now=clock.now()),
        done=_("Respuesta enviada. Otra persona la acepta o la devuelve."),
    )


def _ruling(uid: str, title: str, send: str, done: str, *, is_accepted: bool) -> ResponseReturnValue:
    row = get_agreement(acting(), uid, today=today())
    form = RulingForm()
    return form_page(
        form,
        _page(row, title, send),
        lambda: services.rule_on_answer(
            acting(),
            uid,
            is_accepted=is_accepted,
            comment=form.comment.data or "",
            today=today(),
            now=clock.now(),
        ),
        done=done,
    )


@blueprint.route("/acuerdos/<string:uid>/aceptar", methods=["GET", "POST"])
@requires(Permission.REPORT_VALIDATE)
def accept(uid: str) -> ResponseReturnValue:
    words = _("Aceptar la respuesta")
    return _ruling(uid, words, _("Aceptar"), _("Acuerdo cumplido."), is_accepted=True)


@blueprint.route("/acuerdos/<string:uid>/devolver", methods=["GET", "POST"])
@requires(Permission.REPORT_VALIDATE)
def send_back(uid: str) -> ResponseReturnValue:
    words = _("Devolver la respuesta")
    done = _("Respuesta devuelta. Se avisó a la institución.")
    return _ruling(uid, words, _("Devolver"), done, is_accepted=False)


@blueprint.route("/acuerdos/<string:uid>/aplazar", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def postpone(uid: str) -> ResponseReturnValue:
    row, form = get_agreement(acting(), uid, today=today()), PostponeForm()
    return form_page(
        form,
        _page(row, _("Dar otro plazo"), _("Guardar el plazo")),
        lambda: services.postpone_agreement(
            acting(),
            uid,
            form.due_on.data or today(),
            form.reason.data or "",
            today=today(),
            now=clock.now(),
        ),
        done=_("Plazo cambiado. El anterior queda escrito."),
    )


@blueprint.route("/acuerdos/<string:uid>/sin-efecto", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def drop(uid: str) -> ResponseReturnValue:
    row, form = get_agreement(acting(), uid, today=today()), ReasonForm()
    return form_page(
        form,
        _page(row, _("Dejar sin efecto"), _("Dejar sin efecto")),
        lambda: services.drop_agreement(
            acting(), uid, form.reason.data or "", today=today(), now=clock.now()
        ),
        done=_("El acuerdo quedó sin efecto."),
    )


@blueprint.route("/acuerdos/<string:uid>/corregir", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def correct(uid: str) -> ResponseReturnValue:
    row = get_agreement(acting(), uid, today=today())
    one = row.agreement
    form = AgreementForm(text=one.text, institution=one.institution.uid, due_on=one.due_on)
    form.offer(list_institution_choices(of=one.institution.uid), ())
    del form.point
    return form_page(
        form,
        _page(row, _("Corregir el acuerdo"), _("Guardar")),
        lambda: services.correct_agreement(acting(), uid, form.said(), today=today(), now=clock.now()),
        done=_("Acuerdo corregido. La bitácora conserva cómo decía."),
    )
