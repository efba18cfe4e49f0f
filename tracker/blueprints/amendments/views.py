"""Amendments: the list, one with its changes and what it would do, its approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.amendments import blueprint
from tracker.blueprints.amendments.forms import HeadingForm, NewForm, heading_form, new_form
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.domain.plans import NodeKind
from tracker.queries.amendments import AmendmentPage, get_amendment, list_amendments
from tracker.services import amendments as services


def today() -> date:
    """Today in the government's time zone."""
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/revision/enmiendas")
@requires(Permission.PLAN_MANAGE)
def index() -> ResponseReturnValue:
    found = list_amendments(acting())
    return render_template("amendments/index.html", found=found, form=new_form(found))


@blueprint.post("/revision/enmiendas")
@requires(Permission.PLAN_MANAGE)
def prepare() -> ResponseReturnValue:
    found = list_amendments(acting())
    form = new_form(found)
    if form.validate():
        try:
            uid = _prepare(form)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(error)
        else:
            return redirect(url_for("amendments.show", uid=uid), 303)
    return render_template("amendments/index.html", found=found, form=form), 422


def _prepare(form: NewForm) -> str:
    with transaction():
        return services.prepare_amendment(
            acting(), plan_number=form.plan.data, title=form.title.data or "", now=clock.now()
        ).uid


@blueprint.app_template_filter("commitment_choices")
def commitment_choices(page: AmendmentPage) -> list[tuple[str, str]]:
    """The commitments of the plan, to choose among."""
    return [
        (one.uid, f"{one.label}. {one.title}"[:90]) for one in page.above if one.kind is NodeKind.COMMITMENT
    ]


def read(uid: str) -> AmendmentPage:
    """The amendment of an address, with the items of the commitment asked for."""
    return get_amendment(acting(), uid, today(), commitment=request.args.get("compromiso", ""))


@blueprint.get("/revision/enmiendas/<string:uid>")
@requires(Permission.PLAN_MANAGE)
def show(uid: str) -> ResponseReturnValue:
    page = read(uid)
    return render_template("amendments/show.html", page=page, form=heading_form(page))


@blueprint.post("/revision/enmiendas/<string:uid>")
@requires(Permission.PLAN_MANAGE)
def save(uid: str) -> ResponseReturnValue:
    page = read(uid)
    form = heading_form(page)
    approving = request.form.get("action") == "approve"
    status = 422
    if form.validate():
        try:
            _save(uid, form, approving=approving)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            status = _told(form, error)
        else:
            flash(_("Enmienda aprobada: ya es parte del plan.") if approving else _("Guardada."), "ok")
            return redirect(url_for("amendments.show", uid=uid), 303)
    return render_template("amendments/show.html", page=read(uid), form=form), status


def _save(uid: str, form: HeadingForm, *, approving: bool) -> None:
    """Keep the heading and, where it is approved, bring it into force: both or neither."""
    with transaction():
        services.write_heading(acting(), amendment_uid=uid, lock_version=form.version(), **form.heading())
        if approving:
            services.approve_amendment(
                acting(),
                amendment_uid=uid,
                signed_name=form.signed_name.data or "",
                now=clock.now(),
                today=today(),
            )


def _told(form: HeadingForm, error: DomainError) -> int:
    """The sentence beside its field; what was typed stays, over the draft as it is now."""
    form.add_error(error)
    form.lock_version.data = str(read(str((request.view_args or {})["uid"])).lock_version)
    return error.status


@blueprint.post("/revision/enmiendas/<string:uid>/descartar")
@requires(Permission.PLAN_MANAGE)
def discard(uid: str) -> ResponseReturnValue:
    with transaction():
        services.discard_amendment(acting(), amendment_uid=uid, now=clock.now())
    flash(_("Enmienda descartada: el plan queda como estaba."), "ok")
    return redirect(url_for("amendments.index"), 303)


@blueprint.post("/revision/enmiendas/<string:uid>/cambios/<int:change_id>/quitar")
@requires(Permission.PLAN_MANAGE)
def drop_change(uid: str, change_id: int) -> ResponseReturnValue:
    return _on_change(services.drop_change, uid, change_id, _("Ese cambio ya no está en la enmienda."))


@blueprint.post("/revision/enmiendas/<string:uid>/cambios/<int:change_id>/elegir")
@requires(Permission.PLAN_MANAGE)
def renew_change(uid: str, change_id: int) -> ResponseReturnValue:
    return _on_change(services.renew_change, uid, change_id, _("El cambio vale sobre lo vigente."))


def _on_change(act: Callable[..., Any], uid: str, change_id: int, done: str) -> ResponseReturnValue:
    with transaction():
        act(acting(), amendment_uid=uid, change_id=change_id)
    flash(done, "ok")
    return redirect(url_for("amendments.show", uid=uid, _anchor="cambios"), 303)
