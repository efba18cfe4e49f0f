"""One's delegations: giving one, ending it, and acting by one that was received."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.accounts import blueprint
from tracker.blueprints.accounts.forms import DelegationForm
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.delegations import Asked
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.delegations import DelegationPage, get_delegation_page
from tracker.services import delegations as services
from tracker.wording import role_word, sentence
from tracker.words.delegations import state_word


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _form(page: DelegationPage) -> DelegationForm:
    form = DelegationForm(starts_on=_today())
    form.delegate.choices = choices([("", _("Elija a quién")), *page.candidates])
    return form


@blueprint.get("/cuenta/delegaciones")
@requires(Permission.ACCOUNT_SELF)
def delegations() -> ResponseReturnValue:
    page = get_delegation_page(acting(), _today())
    return _shown(page, _form(page))


@blueprint.post("/cuenta/delegaciones")
@requires(Permission.DELEGATION_GIVE)
def give_delegation() -> ResponseReturnValue:
    page = get_delegation_page(acting(), _today())
    form = _form(page)
    if form.validate():
        try:
            _delegate(form)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Delegado. Termina solo el último día; puede terminarlo antes."), "ok")
            return redirect(url_for("accounts.delegations"), 303)
    return _shown(page, form), 422


def _shown(page: DelegationPage, form: DelegationForm) -> str:
    return render_template(
        "accounts/delegations.html", page=page, form=form, role_word=role_word, state_word=state_word
    )


def _delegate(form: DelegationForm) -> None:
    with transaction():
        services.delegate(
            acting(),
            delegate_uid=form.delegate.data or "",
            asked=Asked(form.starts_on.data, form.ends_on.data, form.reason.data or ""),
            now=clock.now(),
            today=_today(),
        )


@blueprint.post("/cuenta/delegaciones/<string:uid>/terminar")
@requires(Permission.ACCOUNT_SELF)
def end_delegation(uid: str) -> ResponseReturnValue:
    try:
        with transaction():
            reason = request.form.get("reason", "")
            services.end_delegation(acting(), uid=uid, reason=reason, now=clock.now(), today=_today())
    except DomainError as error:
        if error.field != "reason":
            raise
        flash(sentence(error.code, error.params), "error")
    else:
        flash(_("La delegación terminó."), "ok")
    return redirect(url_for("accounts.delegations"), 303)


@blueprint.post("/cuenta/delegaciones/<string:uid>/actuar")
@requires(Permission.ACCOUNT_SELF)
def start_acting(uid: str) -> ResponseReturnValue:
    """From the next page on, with the rights that were delegated."""
    with transaction():
        row = services.start_acting(
            acting(), token=current_user.token, uid=uid, now=clock.now(), today=_today()
        )
        name = row.delegator.name or row.delegator.email
    flash(_("Desde ahora actúa por delegación de %(name)s.", name=name), "ok")
    return redirect(url_for("progress.panel"), 303)


@blueprint.post("/cuenta/delegaciones/dejar")
@requires(Permission.ACCOUNT_SELF)
def stop_acting() -> ResponseReturnValue:
    with transaction():
        services.stop_acting(acting(), token=current_user.token)
    flash(_("Actúa otra vez por sí."), "ok")
    return redirect(url_for("progress.panel"), 303)
