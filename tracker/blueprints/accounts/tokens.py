"""One's tokens for other systems: making one, shown this once, and ending it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.accounts import blueprint
from tracker.blueprints.accounts.forms import TokenForm
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.api_tokens import LONGEST, AskedToken, Scope
from tracker.domain.errors import SeveralErrors
from tracker.domain.permissions import Permission
from tracker.queries.api_tokens import TokenPage, get_own_tokens
from tracker.services import api_tokens as services
from tracker.words.api_tokens import end_word, scope_word, state_word

_USUAL = timedelta(days=180)


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _form(page: TokenPage, **given: Any) -> TokenForm:
    only = page.institutions[0][0] if page.needs_institution and len(page.institutions) == 1 else ""
    form = TokenForm(expires_on=_today() + _USUAL, institution=only, **given)
    form.scopes.choices = choices((one.value, scope_word(one)) for one in page.scopes)
    first = _("Elija una") if page.needs_institution else _("Todas")
    form.institution.choices = choices([("", first), *page.institutions])
    return form


def _shown(page: TokenPage, form: TokenForm, secret: str = "") -> str:
    return render_template(
        "accounts/tokens.html",
        page=page,
        form=form,
        secret=secret,
        last_day=_today() + LONGEST,
        scope_word=scope_word,
        state_word=state_word,
        end_word=end_word,
    )


@blueprint.get("/cuenta/tokens")
@requires(Permission.TOKEN_SELF)
def tokens() -> ResponseReturnValue:
    page = get_own_tokens(acting(), _today())
    return _shown(page, _form(page))


@blueprint.post("/cuenta/tokens")
@requires(Permission.TOKEN_SELF)
def make_token() -> ResponseReturnValue:
    """A new token, shown in this answer and never again."""
    page = get_own_tokens(acting(), _today())
    form = _form(page)
    if form.validate():
        try:
            secret = _make(form)
        except SeveralErrors as errors:
            form.add_error(errors)
        else:
            again = get_own_tokens(acting(), _today())
            return _shown(again, _form(again, formdata=None), secret)
    return _shown(page, form), 422


def _make(form: TokenForm) -> str:
    asked = AskedToken(
        form.name.data or "",
        frozenset(Scope(one) for one in form.scopes.data or () if one in list(Scope)),
        form.institution.data or "",
        form.expires_on.data,
    )
    with transaction():
        return services.make_token(acting(), asked, now=clock.now(), today=_today())


@blueprint.post("/cuenta/tokens/<string:uid>/anular")
@requires(Permission.TOKEN_SELF)
def revoke_token(uid: str) -> ResponseReturnValue:
    with transaction():
        services.revoke_token(acting(), token_uid=uid, now=clock.now())
    flash(_("Anulada. El sistema que la usaba ya no entra."), "ok")
    return redirect(url_for("accounts.tokens"), 303)
