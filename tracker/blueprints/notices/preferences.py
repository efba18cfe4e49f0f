"""How a person wants to be told, and the address of their private calendar."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock, i18n
from tracker.access import acting, requires
from tracker.blueprints.notices import blueprint
from tracker.blueprints.notices.forms import PreferencesForm, preferences_form
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Permission, can
from tracker.queries.preferences import get_own_calendar, get_preferences
from tracker.services.calendar_tokens import make_calendar, revoke_calendar
from tracker.services.preferences import set_preferences

_ESCALATED_TO = frozenset({AccountRole.INSTITUTION_HEAD, AccountRole.CONTACT_POINT})


def _page(form: PreferencesForm | None = None, token: str = "") -> str:
    actor = acting()
    return render_template(
        "notices/preferences.html",
        form=form or preferences_form(get_preferences(actor)),
        is_pressed=actor.role in _ESCALATED_TO,
        calendar=get_own_calendar(actor),
        may_have_calendar=can(actor, Permission.CALENDAR_SELF),
        secret_url=i18n.whole(url_for("notices.calendar", token=token)) if token else "",
    )


@blueprint.get("/cuenta/avisos")
@requires(Permission.ACCOUNT_SELF)
def preferences() -> ResponseReturnValue:
    return _page()


@blueprint.post("/cuenta/avisos")
@requires(Permission.ACCOUNT_SELF)
def save_preferences() -> ResponseReturnValue:
    form = preferences_form(get_preferences(acting()), request.form)
    if not form.validate():
        return _page(form), 422
    zone = current_app.config["TIMEZONE"]
    try:
        with transaction():
            set_preferences(acting(), form.chosen(), zone=zone, now=clock.now())
    except DomainError as error:
        form.refuse(error)
        return _page(form), 422
    flash(_("Guardamos cuándo quiere recibir sus avisos."), "ok")
    return redirect(url_for("notices.preferences"), 303)


@blueprint.post("/cuenta/avisos/calendario")
@requires(Permission.CALENDAR_SELF)
def make_address() -> ResponseReturnValue:
    """A new address, shown in this answer and never again."""
    with transaction():
        token = make_calendar(acting(), now=clock.now())
    return _page(token=token)


@blueprint.post("/cuenta/avisos/calendario/anular")
@requires(Permission.CALENDAR_SELF)
def revoke_address() -> ResponseReturnValue:
    with transaction():
        revoke_calendar(acting(), now=clock.now())
    flash(_("Anulamos la dirección de su calendario."), "ok")
    return redirect(url_for("notices.preferences"), 303)
