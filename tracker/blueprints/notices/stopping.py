"""Stopping one's letters by the link in one of them: without a session, as mail programs do by themselves."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public, public_form
from tracker.blueprints.notices import blueprint
from tracker.db import transaction
from tracker.services.preferences import check_letters_link, end_letters


@blueprint.get("/avisos/baja/<string:token>")
@public
def ask_to_stop(token: str) -> ResponseReturnValue:
    """A page with one button: programs that look at every link of a mail stop nothing."""
    check_letters_link(current_app.config["SECRET_KEY"], token, now=clock.now())
    return render_template("notices/stop.html", done=False)


@blueprint.post("/avisos/baja/<string:token>")
@public_form
def stop(token: str) -> ResponseReturnValue:
    """Stop what may be stopped; mail programs send this by themselves (RFC 8058)."""
    zone = current_app.config["TIMEZONE"]
    with transaction():
        end_letters(
            current_app.config["SECRET_KEY"], token, zone=zone, now=clock.now(), today=clock.today(zone)
        )
    # No redirect: a mail program that unsubscribes by itself follows none.
    return render_template("notices/stop.html", done=True)
