"""Outcome indicators of an institution: written and corrected by hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.targets import blueprint
from tracker.blueprints.targets.indicator_forms import IndicatorForm, indicator_form
from tracker.blueprints.targets.views import moment, today
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Permission
from tracker.queries import targets as queries
from tracker.services import targets as services

NEW = "nuevo"


def _place(institution_uid: str, uid: str) -> tuple[queries.TargetOwner, queries.Indicator | None]:
    owner = queries.get_writable(acting(), institution_uid)
    found = None if uid == NEW else queries.get_indicator(uid)
    if uid != NEW and (found is None or found[1].institution.uid != institution_uid):
        raise NotFound("indicator-not-found")
    return owner, found


@blueprint.get("/<string:institution_uid>/indicador/<string:uid>")
@requires(Permission.TARGETS_WRITE)
def indicator(institution_uid: str, uid: str) -> ResponseReturnValue:
    """An indicator as it stands, or a new one."""
    owner, found = _place(institution_uid, uid)
    return _page(owner, uid, indicator_form(found))


@blueprint.post("/<string:institution_uid>/indicador/<string:uid>")
@requires(Permission.TARGETS_WRITE)
def save_indicator(institution_uid: str, uid: str) -> ResponseReturnValue:
    owner, found = _place(institution_uid, uid)
    form = indicator_form(found)
    if not form.validate():
        return _page(owner, uid, form, 422)
    said = form.indicator(
        owner, found[1] if found else None, is_withdrawn=request.form.get("action") == "withdraw"
    )
    try:
        with transaction():
            changed = services.write_indicator(acting(), said, moment(form.based_on.data))
    except DomainError as error:
        form.add_error(error)
        if isinstance(error, Conflict):
            form.based_on.raw_data, form.based_on.data = None, found[0] if found else 0
        return _page(owner, uid, form, error.status)
    flash(_("Guardado.") if changed else _("No había nada distinto que guardar."), "ok")
    year = owner.years[0] if owner.years else today().year
    return redirect(url_for("targets.board", institution_uid=institution_uid, year=year), 303)


def _page(
    owner: queries.TargetOwner, uid: str, form: IndicatorForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template("targets/indicator.html", owner=owner, uid=uid, form=form, is_new=uid == NEW)
    return page, status
