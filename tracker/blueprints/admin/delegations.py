"""Who may stand in for a contact point, and ending a delegation or a token for its people."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import today
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.services.api_tokens import revoke_token
from tracker.services.delegations import end_delegation, name_stand_in
from tracker.wording import sentence


@blueprint.post("/cuentas/<string:uid>/suplencia")
@requires(Permission.ACCOUNT_MANAGE)
def stand_in(uid: str) -> ResponseReturnValue:
    """Say whether a contact point may delegate to this account."""
    may = request.form.get("may_stand_in") == "1"
    with transaction():
        name_stand_in(acting(), user_uid=uid, may_stand_in=may, now=clock.now())
    said = _("El punto de contacto puede delegar en esta cuenta.")
    flash(said if may else _("El punto de contacto ya no puede delegar en esta cuenta."), "ok")
    return redirect(url_for("admin.account", uid=uid), 303)


@blueprint.post("/delegaciones/<string:uid>/terminar")
@requires(Permission.ACCOUNT_MANAGE)
def end_account_delegation(uid: str) -> ResponseReturnValue:
    try:
        with transaction():
            reason = request.form.get("reason", "")
            row = end_delegation(acting(), uid=uid, reason=reason, now=clock.now(), today=today())
            account = row.delegator.uid
    except DomainError as error:
        if error.field != "reason":
            raise
        flash(sentence(error.code, error.params), "error")
        return redirect(url_for("admin.accounts"), 303)
    flash(_("La delegación terminó."), "ok")
    return redirect(url_for("admin.account", uid=account), 303)


@blueprint.post("/cuentas/<string:uid>/claves/<string:token_uid>/anular")
@requires(Permission.ACCOUNT_MANAGE)
def end_account_token(uid: str, token_uid: str) -> ResponseReturnValue:
    with transaction():
        revoke_token(acting(), token_uid=token_uid, now=clock.now())
    flash(_("Anulada. El sistema que la usaba ya no entra."), "ok")
    return redirect(url_for("admin.account", uid=uid), 303)
