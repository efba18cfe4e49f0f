"""Saying something of a public page, and confirming it by the link in the mail."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.access import public, public_form
from tracker.blueprints.citizens import blueprint
from tracker.blueprints.citizens.forms import ObservationForm, PublicForm, receive
from tracker.db import transaction
from tracker.domain.observations import SubjectRef, subject_ref
from tracker.queries.portal.topics import get_subject
from tracker.services import observations as services


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
    """Receive it, and ask its author by mail to confirm it."""
    form = ObservationForm()

    def keep(ref: SubjectRef) -> None:
        services.send_observation(
            ref,
            kind=form.chosen(),
            text=form.text.data or "",
            email=form.email.data or "",
            name=form.name.data or "",
            language=i18n.language(),
            now=clock.now(),
        )

    return receive(form, _page, keep, "citizens.sent")


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
