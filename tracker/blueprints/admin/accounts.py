"""Accounts: who has one, opening, closing, a new password."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

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
    AccountRow,
    get_account,
    list_accounts,
    list_institution_choices,
    list_institutions_without_liaison,
)
from tracker.queries.api_tokens import list_tokens_of
from tracker.queries.delegations import list_delegations_of
from tracker.services import accounts as services
from tracker.services.bounces import confirm_address
from tracker.services.turnover import OF_INSTITUTIONS
from tracker.wording import role_word, sentence
from tracker.words import api_tokens as token_words
from tracker.words.delegations import state_word
from tracker.words.turnover import days_word

RECENT = timedelta(days=30)


@blueprint.get("/cuentas")
@requires(Permission.ACCOUNT_MANAGE)
def accounts() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "") for name in ("q", "role", "institucion", "actividad")}
    rows = [one for one in list_accounts(acting(), today()) if _is_asked_for(one, asked)]
    return render_template(
        "admin/accounts.html",
        sections=sections(),
        rows=rows,
        asked=asked,
        institutions=[("", _("Todas")), *list_institution_choices()],
        activities=_activities(),
        roles=[("", _("Todos")), *_roles()],
        role_word=role_word,
        own_uid=acting().uid,
        unserved=list_institutions_without_liaison(acting(), today()),
    )


def _is_asked_for(one: AccountRow, asked: Mapping[str, str]) -> bool:
    """True where an account is as the filters ask; what a filter does not know asks for nothing."""
    words = " ".join((one.email, one.name, *one.institutions)).lower()
    role, institution = asked["role"], asked["institucion"]
    return (
        asked["q"].strip().lower() in words
        and role in {"", one.role.value}
        and (not institution or institution in one.institution_uids)
        and ("bounces" not in request.args or one.mail_bounced_at is not None)
        and _is_active_as(one.last_seen_at, asked["actividad"])
    )


def _activities() -> list[tuple[str, str]]:
    return [
        ("", _("Cualquiera")),
        ("mes", _("En los últimos 30 días")),
        ("antes", _("Hace más de 30 días")),
        ("nunca", _("Nunca")),
    ]


def _is_active_as(last_seen_at: datetime | None, activity: str) -> bool:
    """True where an account was last seen as the filter asks; an unknown filter asks for nothing."""
    recent = last_seen_at is not None and clock.now() - last_seen_at <= RECENT
    return {
        "mes": recent,
        "antes": last_seen_at is not None and not recent,
        "nunca": last_seen_at is None,
    }.get(activity, True)


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
        tokens=list_tokens_of(acting(), uid, today()),
        token_words=token_words,
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
