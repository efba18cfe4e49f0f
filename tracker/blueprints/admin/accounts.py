"""Accounts: who has one, opening, closing, a new password."""

from __future__ import annotations

import secrets
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.forms import AccountForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.delegations import STAND_INS
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Permission
from tracker.queries.accounts import (
    get_account,
    list_accounts,
    list_institution_choices,
    list_institutions_without_liaison,
)
from tracker.queries.delegations import list_delegations_of
from tracker.services import accounts as services
from tracker.services.bounces import confirm_address
from tracker.services.turnover import OF_INSTITUTIONS
from tracker.wording import role_word, sentence
from tracker.words.delegations import state_word
from tracker.words.turnover import days_word


@blueprint.get("/cuentas")
@requires(Permission.ACCOUNT_MANAGE)
def accounts() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip().lower()
    role, bounces = request.args.get("role", ""), "bounces" in request.args
    rows = [
        one
        for one in list_accounts(acting(), today())
        if (not role or one.role.value == role)
        and (not bounces or one.mail_bounced_at is not None)
        and (not wanted or wanted in " ".join((one.email, one.name, *one.institutions)).lower())
    ]
    return render_template(
        "admin/accounts.html",
        sections=sections(),
        rows=rows,
        wanted=request.args.get("q", ""),
        role=role,
        roles=[("", _("Todos")), *_roles()],
        role_word=role_word,
        own_uid=acting().uid,
        unserved=list_institutions_without_liaison(acting(), today()),
    )


def today() -> date:
    """Today's civil date."""
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/cuentas/<string:uid>")
@requires(Permission.ACCOUNT_MANAGE)
def account(uid: str) -> ResponseReturnValue:
    return render_template(
        "admin/account.html",
        sections=sections(),
        page=get_account(acting(), uid, today()),
        role_word=role_word,
        own_uid=acting().uid,
        may_hand_over=OF_INSTITUTIONS,
        days_word=days_word,
        delegations=list_delegations_of(acting(), uid, today()),
        stand_ins=STAND_INS,
        state_word=state_word,
    )


@blueprint.route("/cuentas/nueva", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def new_account() -> ResponseReturnValue:
    form, status, password = _form(), 200, ""
    if form.validate_on_submit():
        try:
            password = secrets.token_urlsafe(15)
            with transaction():
                _create(form, password)
        except DomainError as error:
            field = form.institutions if error.field == "institution" else form.email
            field.errors = [*field.errors, sentence(error.code, error.params)]
        else:
            return password_page(form.email.data or "", password)
    if form.errors:
        status = 422
    return render_template("admin/account_new.html", sections=sections(), form=form), status


def _form() -> AccountForm:
    form = AccountForm(locale="es")
    form.role.choices = choices([("", _("Elija un rol")), *_roles()])
    form.institutions.choices = choices(list_institution_choices())
    return form


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role_word(role)) for role in AccountRole]


def _create(form: AccountForm, password: str) -> None:
    services.create_user(
        acting(),
        email=form.email.data or "",
        role=AccountRole(form.role.data),
        password=password,
        name=(form.name.data or "").strip(),
        institution_uids=form.institutions.data or [],
        locale=form.locale.data,
        now=clock.now(),
        today=today(),
    )


def password_page(email: str, password: str) -> str:
    """The one time that a password is shown; the page is never stored by the browser."""
    return render_template("admin/password.html", sections=sections(), email=email, password=password)


@blueprint.post("/cuentas/<string:uid>/correo")
@requires(Permission.ACCOUNT_MANAGE)
def correct_email(uid: str) -> ResponseReturnValue:
    """Another address for somebody, whose mail came back or who mistyped it."""
    try:
        with transaction():
            services.correct_email(
                acting(), user_uid=uid, email=request.form.get("email", ""), now=clock.now()
            )
    except DomainError as error:
        if error.field != "email":
            raise
        flash(sentence(error.code, error.params), "error")
    else:
        flash(_("Guardamos el correo de la cuenta."), "ok")
    return redirect(url_for("admin.account", uid=uid), 303)


@blueprint.post("/cuentas/<string:uid>/correo/confirmar")
@requires(Permission.ACCOUNT_MANAGE)
def confirm_email(uid: str) -> ResponseReturnValue:
    """The address works after all."""
    with transaction():
        user = confirm_address(acting(), user_uid=uid, now=clock.now())
        flash(_("Volvemos a escribir a %(email)s.", email=user.email), "ok")
    return redirect(url_for("admin.account", uid=uid), 303)


@blueprint.post("/cuentas/<string:uid>/desactivar")
@requires(Permission.ACCOUNT_MANAGE)
def close_account(uid: str) -> ResponseReturnValue:
    with transaction():
        user = services.close_account(acting(), user_uid=uid, now=clock.now())
        flash(_("Cerramos la cuenta %(email)s y sus sesiones.", email=user.email), "ok")
    return redirect(url_for("admin.accounts"), 303)


@blueprint.post("/cuentas/<string:uid>/activar")
@requires(Permission.ACCOUNT_MANAGE)
def reopen_account(uid: str) -> ResponseReturnValue:
    with transaction():
        user = services.reopen_account(acting(), user_uid=uid, now=clock.now())
        flash(_("La cuenta %(email)s está abierta otra vez.", email=user.email), "ok")
    return redirect(url_for("admin.accounts"), 303)


@blueprint.post("/cuentas/<string:uid>/clave")
@requires(Permission.ACCOUNT_MANAGE)
def reset_password(uid: str) -> ResponseReturnValue:
    with transaction():
        password = services.reset_password(acting(), user_uid=uid, now=clock.now())
    return password_page(get_account(acting(), uid, today()).account.email, password)
