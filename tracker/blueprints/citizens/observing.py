"""Saying something of a public page, and confirming it by the link in the mail."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.access import public, public_form
from tracker.blueprints.citizens import blueprint
from tracker.blueprints.citizens.forms import ObservationForm, PublicForm, guard, sender
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.observations import SubjectRef, subject_ref
from tracker.queries.portal.topics import get_subject
from tracker.services import observations as services
from tracker.services.public_guard import count_attempt


def _page(form: PublicForm, ref: SubjectRef) -> str:
    return render_template("citizens/observe.html", form=form, subject=get_subject(ref))


@blueprint.get("/observaciones/nueva")
@public
def observe() -> ResponseReturnValue:
    """The form, about what the address names; about the service where it names nothing."""
    ref = subject_ref(request.args.get("sobre", "pagina:inicio"))
    return _page(ObservationForm.empty(ref), ref)


@blueprint.post("/observaciones/nueva")
@public_form
def send() -> ResponseReturnValue:
    """Receive it. Who filled in the hidden field reads the same answer, and nothing is kept."""
    form = ObservationForm()
    ref = form.subject()
    if not form.checks_out(ref) or not form.validate():
        return _page(form, ref), 422
    if not form.is_of_a_machine:
        try:
            _receive(form, ref)
        except DomainError as error:
            form.refuse(error)
            return _page(form, ref), error.status
    return redirect(url_for("citizens.sent"), 303)


def _receive(form: ObservationForm, ref: SubjectRef) -> None:
    email, now = form.email.data or "", clock.now()
    with transaction():
        count_attempt(guard(), address=sender(), email=email, now=now)
        services.send_observation(
            ref,
            kind=form.chosen(),
            text=form.text.data or "",
            email=email,
            name=form.name.data or "",
            language=i18n.language(),
            now=now,
        )


@blueprint.get("/observaciones/enviada")
@public
def sent() -> ResponseReturnValue:
    """The same page for everybody."""
    return render_template("citizens/sent.html", what="observation")


@blueprint.get("/observaciones/confirmar/<string:token>")
@public
def ask_to_confirm(token: str) -> ResponseReturnValue:
    """A page with one button: programs that read mail follow links, and press nothing."""
    services.observation_of(current_app.config["SECRET_KEY"], token, now=clock.now())
    return render_template("citizens/confirm.html", what="observation", token=token)


@blueprint.post("/observaciones/confirmar/<string:token>")
@public_form
def confirm(token: str) -> ResponseReturnValue:
    """Confirm it; a second time changes nothing."""
    config = current_app.config
    with transaction():
        services.confirm_observation(
            config["SECRET_KEY"],
            token,
            days=config["OBSERVATION_DAYS"],
            today=clock.today(config["TIMEZONE"]),
            now=clock.now(),
        )
    return redirect(url_for("citizens.confirmed"), 303)


@blueprint.get("/observaciones/confirmada")
@public
def confirmed() -> ResponseReturnValue:
    """What happens next."""
    days = current_app.config["OBSERVATION_DAYS"]
    return render_template("citizens/done.html", what="observation", days=days)
