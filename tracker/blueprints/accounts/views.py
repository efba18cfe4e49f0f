"""Signing in and out, and one's own account."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock, sessions
from tracker.access import acting, current_actor, public, requires
from tracker.blueprints.accounts import blueprint
from tracker.blueprints.accounts.addresses import after_sign_in
from tracker.blueprints.accounts.forms import EmailForm, PasswordForm, ProfileForm, SignInForm
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission, can
from tracker.i18n import LANGUAGES
from tracker.queries.own_account import get_own_account
from tracker.services import accounts as services
from tracker.wording import sentence


@blueprint.route("/entrar", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(data={"next": request.args.get("next", "")})
    status = 200
    if form.validate_on_submit():
        try:
            locale = _open(form)
        except DomainError as error:
            form.form_errors.append(sentence(error.code, error.params))
            status = 429
        else:
            if locale is not None:
                return redirect(after_sign_in(form.next.data or "", locale), 303)
            form.form_errors.append(_("El correo y la contraseña no coinciden con ninguna cuenta abierta."))
            status = 422
    elif current_actor() is not None:
        return redirect(url_for("progress.panel"))
    response = make_response(render_template("accounts/sign_in.html", form=form), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _open(form: SignInForm) -> str | None:
    """Open a session for the person whose password this is; gives their language."""
    moment = clock.now()
    with transaction():
        user = services.sign_in(
            email=form.email.data or "",
            password=form.password.data or "",
            address=request.remote_addr or "",
            now=moment,
            today=clock.today(current_app.config["TIMEZONE"]),
        )
        if user is None:
            return None
        # A new session for a new person: nothing set before signing in lives on.
        session.clear()
        sessions.start(user.id)
        return user.locale


@blueprint.post("/salir")
@requires(Permission.ACCOUNT_SELF)
def sign_out() -> ResponseReturnValue:
    with transaction():
        services.record_sign_out(acting(), now=clock.now())
        sessions.end()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


def _page(profile: ProfileForm | None = None, password: PasswordForm | None = None) -> ResponseReturnValue:
    account = get_own_account(acting(), current_user.token, clock.now())
    wrong = profile is not None or password is not None
    page = render_template(
        "accounts/show.html",
        account=account,
        profile=profile or ProfileForm(formdata=None, obj=account),
        password=password or PasswordForm(formdata=None),
        may_have_tokens=can(acting(), Permission.TOKEN_SELF),
    )
    return page, 422 if wrong else 200


@blueprint.get("/cuenta")
@requires(Permission.ACCOUNT_SELF)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/cuenta/perfil")
@requires(Permission.ACCOUNT_SELF)
def update_profile() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(profile=form)
    name, locale = form.name.data or "", form.locale.data
    with transaction():
        services.update_profile(acting(), name=name, locale=locale, languages=LANGUAGES, now=clock.now())
    flash(_("Guardamos su nombre e idioma."), "ok")
    return redirect(after_sign_in(url_for("accounts.show"), locale), 303)


@blueprint.post("/cuenta/clave")
@requires(Permission.ACCOUNT_SELF)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(password=form)
    current, new = form.current.data or "", form.password.data or ""
    try:
        with transaction():
            services.change_password(
                acting(), current=current, password=new, token=current_user.token, now=clock.now()
            )
    except DomainError as error:
        field = form.current if error.field == "current" else form.password
        field.errors = [*field.errors, sentence(error.code, error.params)]
        return _page(password=form)
    flash(_("Cambiamos su contraseña y cerramos sus otras sesiones."), "ok")
    return redirect(url_for("accounts.show"), 303)


@blueprint.route("/cuenta/correo", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def email() -> ResponseReturnValue:
    form = EmailForm(obj=get_own_account(acting(), current_user.token, clock.now()))
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_own_email(
                    acting(), current=form.current.data or "", email=form.email.data or "", now=clock.now()
                )
        except DomainError as error:
            field = form.current if error.field == "current" else form.email
            field.errors = [*field.errors, sentence(error.code, error.params)]
        else:
            flash(_("Guardamos su correo. Desde ahora entra y recibe avisos con él."), "ok")
            return redirect(url_for("accounts.show"), 303)
    return render_template("accounts/email.html", form=form), 422 if form.errors else 200


@blueprint.post("/cuenta/sesiones/<int:session_id>/cerrar")
@requires(Permission.ACCOUNT_SELF)
def revoke_session(session_id: int) -> ResponseReturnValue:
    with transaction():
        services.revoke_own_session(acting(), session_id=session_id, now=clock.now())
    flash(_("Cerramos esa sesión."), "ok")
    return redirect(url_for("accounts.show"), 303)
