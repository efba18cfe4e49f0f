"""Following a plan, a commitment or an institution by mail, and ceasing to by one click."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.access import public, public_form
from tracker.blueprints.citizens import blueprint
from tracker.blueprints.citizens.forms import FollowForm, PublicForm, receive
from tracker.db import transaction
from tracker.domain.observations import SubjectRef, subject_ref
from tracker.queries.portal.topics import followed_subject, get_subject
from tracker.services import subscriptions as services


def _page(form: PublicForm, ref: SubjectRef) -> str:
    return render_template("citizens/follow.html", form=form, subject=followed_subject(get_subject(ref)))


@blueprint.get("/seguir")
@public
def follow() -> ResponseReturnValue:
    """The form, for what the address names."""
    ref = subject_ref(request.args.get("sobre", ""))
    return _page(FollowForm.empty(ref), ref)


@blueprint.post("/seguir")
@public_form
def send_follow() -> ResponseReturnValue:
    """Receive it; the answer never tells what was there before."""
    form = FollowForm()

    def keep(ref: SubjectRef) -> None:
        services.follow(ref, email=form.email.data or "", language=i18n.language(), now=clock.now())

    return receive(form, _page, keep, "citizens.follow_sent")


@blueprint.get("/seguir/enviada")
@public
def follow_sent() -> ResponseReturnValue:
    """The same page for everybody."""
    return render_template("citizens/sent.html", what="follow")


@blueprint.get("/seguir/confirmar/<string:token>")
@public
def ask_to_follow(token: str) -> ResponseReturnValue:
    """A page with one button: programs that read mail follow links, and press nothing."""
    services.subscription_of(current_app.config["SECRET_KEY"], token, now=clock.now())
    return render_template("citizens/confirm.html", what="follow", token=token)


@blueprint.post("/seguir/confirmar/<string:token>")
@public_form
def confirm_follow(token: str) -> ResponseReturnValue:
    """Begin to follow; a second time changes nothing."""
    with transaction():
        services.confirm_subscription(current_app.config["SECRET_KEY"], token, now=clock.now())
    return redirect(url_for("citizens.followed"), 303)


@blueprint.get("/seguir/confirmada")
@public
def followed() -> ResponseReturnValue:
    """What happens next."""
    return render_template("citizens/done.html", what="follow", days=0)


@blueprint.get("/seguir/baja/<string:token>")
@public
def ask_to_end(token: str) -> ResponseReturnValue:
    """A page with one button, for one thing."""
    return _ask_to_end(token, everything=False)


@blueprint.get("/seguir/baja-total/<string:token>")
@public
def ask_to_end_all(token: str) -> ResponseReturnValue:
    """A page with one button, for everything that a person follows."""
    return _ask_to_end(token, everything=True)


def _ask_to_end(token: str, *, everything: bool) -> ResponseReturnValue:
    secret = current_app.config["SECRET_KEY"]
    services.check_ending(secret, token, everything=everything, now=clock.now())
    return render_template("citizens/end.html", everything=everything)


@blueprint.post("/seguir/baja/<string:token>")
@public_form
def end(token: str) -> ResponseReturnValue:
    """Cease to follow one thing; mail programs send this by themselves (RFC 8058)."""
    return _end(token, everything=False)


@blueprint.post("/seguir/baja-total/<string:token>")
@public_form
def end_all(token: str) -> ResponseReturnValue:
    """Cease to follow everything."""
    return _end(token, everything=True)


def _end(token: str, *, everything: bool) -> ResponseReturnValue:
    with transaction():
        services.end_by_link(current_app.config["SECRET_KEY"], token, everything=everything, now=clock.now())
    # No redirect: a mail program that unsubscribes by itself follows none.
    return render_template("citizens/done.html", what="end", days=0)
