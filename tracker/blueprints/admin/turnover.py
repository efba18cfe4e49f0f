"""A liaison replaced by another: who follows, in what, from which day."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import password_page, today
from tracker.blueprints.admin.forms import TurnoverForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.queries.accounts import AccountPage, get_account, list_successors
from tracker.services import accounts as account_services
from tracker.services.turnover import OF_INSTITUTIONS, HandedOver, hand_over
from tracker.wording import role_word, sentence

NEW = "nueva"


@blueprint.route("/cuentas/<string:uid>/relevo", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def turnover(uid: str) -> ResponseReturnValue:
    page = get_account(acting(), uid, today())
    if page.account.role not in OF_INSTITUTIONS or not page.handed_over:
        raise Conflict("handover-not-possible")
    form = _form(page)
    if form.validate_on_submit():
        password = secrets.token_urlsafe(15)
        try:
            with transaction():
                done = _hand_over(form, page, password)
        except DomainError as error:
            _blame(form, error)
        else:
            _tell(done)
            if form.successor.data == NEW:
                return password_page(form.email.data or "", password)
            return redirect(url_for("admin.account", uid=uid), 303)
    shown = render_template(
        "admin/turnover.html", sections=sections(), page=page, form=form, role_word=role_word
    )
    return shown, 422 if form.errors else 200


def _form(page: AccountPage) -> TurnoverForm:
    parts = [(one.institution_uid, one.institution) for one in page.handed_over]
    form = TurnoverForm(institutions=[uid for uid, _label in parts], on=today())
    form.institutions.choices = choices(parts)
    form.successor.choices = choices(
        [
            ("", _("Elija quién sigue")),
            (NEW, _("Una cuenta nueva: la de abajo")),
            *list_successors(acting(), page.account.uid),
        ]
    )
    return form


def _hand_over(form: TurnoverForm, page: AccountPage, password: str) -> HandedOver:
    """The turnover, with the successor's account made first where it is a new one."""
    institutions = form.institutions.data or []
    successor = form.successor.data or ""
    if successor == NEW:
        if not (form.name.data or "").strip():
            raise DomainError("name-required", field="name")
        successor = account_services.create_user(
            acting(),
            email=form.email.data or "",
            role=page.account.role,
            password=password,
            name=(form.name.data or "").strip(),
            institution_uids=institutions,
            starts_on=form.on.data,
            now=clock.now(),
            today=today(),
        ).uid
    return hand_over(
        acting(),
        user_uid=page.account.uid,
        successor_uid=successor,
        institution_uids=institutions,
        on=form.on.data or today(),
        note=form.note.data or "",
        close=form.close.data,
        now=clock.now(),
        today=today(),
    )


def _blame(form: TurnoverForm, error: DomainError) -> None:
    """The sentence of a refusal, beside the field it belongs to."""
    name = {"institution": "institutions", None: "successor"}.get(error.field, error.field)
    field = form[name if name in form else "successor"]
    field.errors = [*field.errors, sentence(error.code, error.params)]


def _tell(done: HandedOver) -> None:
    names = ", ".join(done.institutions)
    flash(_("Relevo registrado en %(names)s.", names=names), "ok")
    if done.notices:
        flash(
            ngettext(
                "%(num)s aviso pendiente pasa a quien sigue.",
                "%(num)s avisos pendientes pasan a quien sigue.",
                done.notices,
            )
        )
