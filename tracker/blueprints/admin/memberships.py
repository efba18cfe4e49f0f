"""An account's role and the institutions it stands for, changed with their days."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import today
from tracker.blueprints.admin.people_forms import PartEndForm, PartForm, RoleForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Permission
from tracker.queries.accounts import AccountPage, get_account, list_institution_choices
from tracker.services import memberships as services
from tracker.wording import role_word
from tracker.words.turnover import days_word


@blueprint.get("/cuentas/<string:uid>/rol")
@requires(Permission.ACCOUNT_MANAGE)
def parts(uid: str) -> ResponseReturnValue:
    return _page(uid)


def _page(
    uid: str, role: RoleForm | None = None, begun: PartForm | None = None, ended: PartEndForm | None = None
) -> ResponseReturnValue:
    page = get_account(acting(), uid, today())
    wrong = role is not None or begun is not None or ended is not None
    shown = render_template(
        "admin/parts.html",
        sections=sections(),
        page=page,
        role=role or _role_form(page.account.role, sent=False),
        begun=begun or _part_form(sent=False),
        ended=ended or _end_form(page, sent=False),
        has_parts=bool(_open_parts(page)),
        role_word=role_word,
    )
    return shown, 422 if wrong else 200


def _role_form(current: AccountRole, *, sent: bool) -> RoleForm:
    form = RoleForm() if sent else RoleForm(formdata=None, role=current.value)
    form.role.choices = choices([(one.value, role_word(one)) for one in AccountRole])
    return form


def _open_parts(page: AccountPage) -> list[tuple[str, str]]:
    """The institutions that it stands for today or will, with their days."""
    return [
        (one.institution_uid, f"{one.institution} ({days_word(one.starts_on, one.ends_on)})")
        for one in page.parts
        if not one.reviews and (one.ends_on is None or one.ends_on >= today())
    ]


def _end_form(page: AccountPage, *, sent: bool) -> PartEndForm:
    form = PartEndForm(prefix="fin-") if sent else PartEndForm(formdata=None, prefix="fin-", ends_on=today())
    form.institution.choices = choices(_open_parts(page))
    return form


def _part_form(*, sent: bool) -> PartForm:
    form = PartForm() if sent else PartForm(formdata=None, starts_on=today())
    form.institution.choices = choices([("", _("Elija una institución")), *list_institution_choices()])
    return form


@blueprint.post("/cuentas/<string:uid>/rol")
@requires(Permission.ACCOUNT_MANAGE)
def change_role(uid: str) -> ResponseReturnValue:
    form = _role_form(get_account(acting(), uid, today()).account.role, sent=True)
    if form.validate():
        try:
            with transaction():
                changed = services.change_role(
                    acting(),
                    user_uid=uid,
                    role=AccountRole(form.role.data),
                    reason=form.reason.data or "",
                    now=clock.now(),
                    today=today(),
                )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Rol cambiado. Sus sesiones se cerraron.") if changed else _("Ya tenía ese rol."), "ok")
            return redirect(url_for("admin.account", uid=uid), 303)
    return _page(uid, role=form)


@blueprint.post("/cuentas/<string:uid>/instituciones")
@requires(Permission.ACCOUNT_MANAGE)
def begin_part(uid: str) -> ResponseReturnValue:
    form = _part_form(sent=True)
    if form.validate():
        try:
            _begin(uid, form.institution.data or "", form.starts_on.data)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Institución agregada a la cuenta."), "ok")
            return redirect(url_for("admin.account", uid=uid), 303)
    return _page(uid, begun=form)


def _begin(uid: str, institution_uid: str, on: date | None) -> None:
    with transaction():
        services.begin_part(
            acting(), user_uid=uid, institution_uid=institution_uid, on=on, now=clock.now(), today=today()
        )


@blueprint.post("/cuentas/<string:uid>/instituciones/terminar")
@requires(Permission.ACCOUNT_MANAGE)
def end_part(uid: str) -> ResponseReturnValue:
    form = _end_form(get_account(acting(), uid, today()), sent=True)
    if form.validate():
        try:
            with transaction():
                services.end_part(
                    acting(),
                    user_uid=uid,
                    institution_uid=form.institution.data or "",
                    on=form.ends_on.data,
                    now=clock.now(),
                    today=today(),
                )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Guardamos hasta qué día la representa."), "ok")
            return redirect(url_for("admin.account", uid=uid), 303)
    return _page(uid, ended=form)
