"""The one way in which a form of the technical table is shown, sent, refused beside its fields, or done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.blueprints.meetings.forms import TableForm
from tracker.db import transaction
from tracker.domain.errors import DomainError


@dataclass(frozen=True)
class FormPage:
    """What stands around a form: its title, who it is about, its button, and where one comes from."""

    title: str
    eyebrow: str
    send: str
    back: str
    lead: str = ""
    has_files: bool = False


def today() -> date:
    """Today's civil date."""
    return clock.today(current_app.config["TIMEZONE"])


def form_page(
    form: TableForm, page: FormPage, act: Callable[[], object], *, done: str, then: str = ""
) -> ResponseReturnValue:
    """Show the form; once it is sent well, act in one transaction, say so and go on.

    What a rule refuses comes back beside its field with everything that was typed.
    """
    if form.validate_on_submit():
        try:
            if form.refused is not None:
                raise form.refused
            with transaction():
                act()
        except DomainError as error:
            form.add_error(error)
        else:
            flash(done, "ok")
            return redirect(then or page.back, 303)
    status = 422 if form.errors else 200
    return render_template("meetings/form.html", form=form, page=page), status


def meeting_url(uid: str) -> str:
    """The page of a meeting."""
    return url_for("meetings.show", uid=uid)


def meeting_name(number: int) -> str:
    """A meeting by its number."""
    return _("Reunión %(number)s", number=number)
