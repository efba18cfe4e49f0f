"""Institutions: the list, one with its past, making, describing, renaming and closing one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import today
from tracker.blueprints.admin.institution_forms import (
    DescriptionForm,
    EndingForm,
    NewInstitutionForm,
    RenameForm,
)
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission, can
from tracker.domain.plans import Sector
from tracker.queries.institutions import (
    ENDED,
    STANDING,
    InstitutionDetail,
    get_detail,
    list_parents,
    list_rows,
)
from tracker.services import institutions as services
from tracker.services.mergers import close_institution
from tracker.wording import role_word
from tracker.words.institutions import sector_word

RENAMED, CORRECTED = "renamed", "corrected"


@blueprint.get("/instituciones")
@requires(Permission.INSTITUTION_MANAGE)
def institutions() -> ResponseReturnValue:
    wanted, sector = request.args.get("q", ""), request.args.get("sector", "")
    state = request.args.get("estado", STANDING)
    rows = list_rows(acting(), wanted=wanted, sector=sector, state=state, today=today())
    return render_template(
        "admin/institutions.html",
        sections=sections(),
        rows=rows,
        wanted=wanted,
        sector=sector,
        state=state,
        sectors=[("", _("Todos")), *((one.value, sector_word(one)) for one in Sector)],
        states=[(STANDING, _("Vigentes")), (ENDED, _("Terminadas")), ("todas", _("Todas"))],
        sector_word=sector_word,
    )


@blueprint.route("/instituciones/nueva", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE)
def new_institution() -> ResponseReturnValue:
    form = NewInstitutionForm(parent=request.args.get("unidad_de", ""))
    form.offer(list(list_parents(acting())), _("Ninguna: es una institución"))
    if form.validate_on_submit():
        try:
            with transaction():
                uid = services.add_institution(
                    acting(),
                    acronym=form.acronym.data or "",
                    name=form.name.data or "",
                    description=_description(form),
                    now=clock.now(),
                ).uid
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Institución guardada."), "ok")
            return redirect(url_for("admin.institution", uid=uid), 303)
    shown = render_template("admin/institution_new.html", sections=sections(), form=form)
    return shown, 422 if form.errors else 200


def _description(form: DescriptionForm) -> services.Description:
    return services.Description(Sector(form.sector.data), bool(form.is_group.data), form.parent.data or "")


def _page(
    uid: str,
    description: DescriptionForm | None = None,
    closing: EndingForm | None = None,
) -> ResponseReturnValue:
    found = get_detail(acting(), uid, today())
    wrong = description is not None or closing is not None
    shown = render_template(
        "admin/institution.html",
        sections=sections(),
        page=found,
        description=description or _description_form(found),
        closing=closing or EndingForm(formdata=None, on=today()),
        closing_open=closing is not None,
        sees_accounts=can(acting(), Permission.ACCOUNT_MANAGE),
        role_word=role_word,
        sector_word=sector_word,
    )
    return shown, 422 if wrong else 200


def _description_form(found: InstitutionDetail, *, sent: bool = False) -> DescriptionForm:
    row = found.row
    given = {"sector": row.sector.value, "parent": found.parent_uid, "is_group": row.is_group}
    form = DescriptionForm(data=given) if sent else DescriptionForm(formdata=None, data=given)
    form.offer(list(list_parents(acting(), but=[row.uid])), _("Ninguna: es una institución"))
    return form


@blueprint.get("/instituciones/<string:uid>")
@requires(Permission.INSTITUTION_MANAGE)
def institution(uid: str) -> ResponseReturnValue:
    return _page(uid)


@blueprint.post("/instituciones/<string:uid>")
@requires(Permission.INSTITUTION_MANAGE)
def describe_institution(uid: str) -> ResponseReturnValue:
    form = _description_form(get_detail(acting(), uid, today()), sent=True)
    if form.validate():
        try:
            with transaction():
                services.describe_institution(
                    acting(), uid=uid, description=_description(form), now=clock.now()
                )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Guardado."), "ok")
            return redirect(url_for("admin.institution", uid=uid), 303)
    return _page(uid, description=form)


@blueprint.route("/instituciones/<string:uid>/nombre", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE)
def rename_institution(uid: str) -> ResponseReturnValue:
    found = get_detail(acting(), uid, today())
    form = RenameForm(data={"acronym": found.row.acronym, "name": found.row.name, "on": today()})
    form.what.choices = choices(
        [(RENAMED, _("Cambió de nombre desde un día")), (CORRECTED, _("Estaba mal escrito"))]
    )
    if form.validate_on_submit():
        try:
            changed = _rename(uid, form)
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Nombre guardado.") if changed else _("El nombre ya era ese."), "ok")
            return redirect(url_for("admin.institution", uid=uid), 303)
    shown = render_template("admin/institution_rename.html", sections=sections(), page=found, form=form)
    return shown, 422 if form.errors else 200


def _rename(uid: str, form: RenameForm) -> bool:
    names = {"uid": uid, "acronym": form.acronym.data or "", "name": form.name.data or ""}
    reason, now = form.reason.data or "", clock.now()
    with transaction():
        if form.what.data == CORRECTED:
            return services.correct_names(acting(), **names, reason=reason, now=now)
        return services.rename_institution(
            acting(), **names, on=form.on.data, reason=reason, now=now, today=today()
        )


@blueprint.post("/instituciones/<string:uid>/cerrar")
@requires(Permission.INSTITUTION_MANAGE)
def end_institution(uid: str) -> ResponseReturnValue:
    form = EndingForm()
    if form.validate():
        try:
            with transaction():
                close_institution(
                    acting(),
                    uid=uid,
                    on=form.on.data,
                    reason=form.reason.data or "",
                    legal_reference=form.legal_reference.data or "",
                    now=clock.now(),
                    today=today(),
                )
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Institución cerrada. Su historia sigue bajo su nombre."), "ok")
            return redirect(url_for("admin.institution", uid=uid), 303)
    return _page(uid, closing=form)
