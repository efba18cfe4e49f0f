"""Invitations: those that wait, offering an account, sending the letter again, taking the offer back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.people_forms import InvitationForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Permission
from tracker.queries.accounts import list_institution_choices
from tracker.queries.invitations import InvitationRow, list_invitations
from tracker.services import invitations as services
from tracker.wording import role_word


@blueprint.route("/invitaciones", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def invitations() -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        try:
            email = _invite(form)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Invitación a %(email)s: la carta sale en un minuto.", email=email), "ok")
            return redirect(url_for("admin.invitations"), 303)
    rows = list_invitations(acting())
    shown = render_template(
        "admin/invitations.html",
        sections=sections(),
        form=form,
        waiting=[one for one in rows if one.is_live],
        ended=[one for one in rows if not one.is_live],
        is_expired=_is_expired,
        role_word=role_word,
        days=services.VALID.days,
    )
    return shown, 422 if form.errors else 200


def _is_expired(row: InvitationRow) -> bool:
    return row.is_expired(clock.now(), services.VALID)


def _form() -> InvitationForm:
    form = InvitationForm(locale="es")
    roles = [(one.value, role_word(one)) for one in AccountRole]
    form.role.choices = choices([("", _("Elija un rol")), *roles])
    form.institution.choices = choices(list_institution_choices())
    return form


def _invite(form: InvitationForm) -> str:
    with transaction():
        return services.invite(
            acting(),
            email=form.email.data or "",
            name=form.name.data or "",
            role=AccountRole(form.role.data),
            institution_uids=form.institution.data or [],
            locale=form.locale.data,
            now=clock.now(),
        ).email


@blueprint.post("/invitaciones/<string:uid>/reenviar")
@requires(Permission.ACCOUNT_MANAGE)
def resend_invitation(uid: str) -> ResponseReturnValue:
    with transaction():
        email = services.resend(acting(), uid=uid, now=clock.now()).email
    flash(_("Otra carta sale para %(email)s; el enlace anterior ya no sirve.", email=email), "ok")
    return redirect(url_for("admin.invitations"), 303)


@blueprint.post("/invitaciones/<string:uid>/anular")
@requires(Permission.ACCOUNT_MANAGE)
def revoke_invitation(uid: str) -> ResponseReturnValue:
    with transaction():
        email = services.revoke(acting(), uid=uid, now=clock.now()).email
    flash(_("Invitación a %(email)s anulada.", email=email), "ok")
    return redirect(url_for("admin.invitations"), 303)
