"""Taking an invitation: the link of the letter, a name, a password; no session before the account is open."""

from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public, public_form
from tracker.blueprints.accounts import blueprint
from tracker.blueprints.accounts.forms import InvitedForm
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.queries.invitations import Offer, get_offer
from tracker.services import invitations as services
from tracker.services.public_tokens import BadToken
from tracker.wording import role_word, sentence


def _offer(token: str) -> Offer:
    """What the link offers; BadToken where it is good for nothing any more."""
    row = services.opened(current_app.config["SECRET_KEY"], token, now=clock.now())
    return get_offer(row.uid)


def _page(token: str, offer: Offer, form: InvitedForm, status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "accounts/invitation.html", token=token, offer=offer, form=form, role_word=role_word
    )
    response = make_response(shown, status)
    # The address is the key: it is neither kept nor told to the next page.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/invitacion/<string:token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    offer = _offer(token)
    return _page(token, offer, InvitedForm(formdata=None, name=offer.name))


@blueprint.post("/invitacion/<string:token>")
@public_form
def accept_invitation(token: str) -> ResponseReturnValue:
    """Open the account; the link is good for nothing afterwards."""
    offer, form = _offer(token), InvitedForm()
    if not form.validate():
        return _page(token, offer, form, 422)
    try:
        with transaction():
            services.accept(
                current_app.config["SECRET_KEY"],
                token,
                name=form.name.data or "",
                password=form.password.data or "",
                now=clock.now(),
                today=clock.today(current_app.config["TIMEZONE"]),
            )
    except BadToken:
        raise
    except DomainError as error:
        field = form.name if error.field == "name" else form.password
        field.errors = [*field.errors, sentence(error.code, error.params)]
        return _page(token, offer, form, 422)
    return redirect(url_for("accounts.invitation_accepted"), 303)


@blueprint.get("/invitacion-aceptada")
@public
def invitation_accepted() -> ResponseReturnValue:
    return render_template("accounts/invited.html")
