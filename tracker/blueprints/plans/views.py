"""Plans: the list, a new one, what one says of itself, and the steps of its life."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.plans import blueprint
from tracker.blueprints.plans.forms import HeadForm, NewPlanForm, StepForm
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.domain.plan_life import PlanAction
from tracker.queries.plan_drafts import head_values
from tracker.queries.plan_life import LifePage, get_life, list_plans
from tracker.rule_forms import LockedForm
from tracker.services import plan_drafts as drafts
from tracker.services.plan_life import take_step


def today() -> date:
    """Today in the government's time zone."""
    return clock.today(current_app.config["TIMEZONE"])


def told(form: LockedForm, error: DomainError) -> int:
    """A rule's sentence beside its field; what is not about the form is for the page of errors."""
    if isinstance(error, NotAllowed | NotFound):
        raise error
    form.add_error(error)
    return error.status


@blueprint.get("/planificacion")
@requires(Permission.PLAN_MANAGE)
def index() -> ResponseReturnValue:
    return render_template("plans/index.html", plans=list_plans(acting()))


@blueprint.route("/planificacion/nuevo", methods=["GET", "POST"])
@requires(Permission.PLAN_MANAGE)
def begin() -> ResponseReturnValue:
    form = NewPlanForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                number = form.number.data or 0
                drafts.begin_plan(acting(), number=number, values=form.head(), now=clock.now(), today=today())
        except DomainError as error:
            status = told(form, error)
        else:
            flash(_("Plan comenzado: por ahora solo lo ve la oficina."), "ok")
            return redirect(url_for("plans.tree", number=number), 303)
    return render_template("plans/head.html", form=form, number=None), status


@blueprint.route("/planificacion/<int:number>/datos", methods=["GET", "POST"])
@requires(Permission.PLAN_MANAGE)
def head(number: int) -> ResponseReturnValue:
    page = get_life(acting(), number, today())
    form = HeadForm(data=head_values(number))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                drafts.write_plan(
                    acting(), plan_number=number, values=form.head(), seen=form.version(), now=clock.now()
                )
        except DomainError as error:
            status = told(form, error)
            form.lock_version.data = str(head_values(number)["lock_version"])
        else:
            flash(_("Guardado."), "ok")
            return redirect(url_for("plans.show", number=number), 303)
    return render_template("plans/head.html", form=form, number=number, page=page), status


@blueprint.get("/planificacion/<int:number>")
@requires(Permission.PLAN_MANAGE)
def show(number: int) -> ResponseReturnValue:
    page = get_life(acting(), number, today())
    return render_template("plans/show.html", page=page, form=StepForm(data={"on": today()}))


@blueprint.post("/planificacion/<int:number>/etapa/<string:action>")
@requires(Permission.PLAN_MANAGE)
def step(number: int, action: str) -> ResponseReturnValue:
    page = get_life(acting(), number, today())
    form = StepForm()
    status = 422
    if action not in set(PlanAction):
        raise NotFound("plan-step-not-possible")
    if form.validate():
        try:
            _take(page, PlanAction(action), form)
        except DomainError as error:
            status = told(form, error)
        else:
            flash(_("Hecho: el plan pasó a su etapa siguiente."), "ok")
            return redirect(url_for("plans.show", number=number), 303)
    page = get_life(acting(), number, today())
    return render_template("plans/show.html", page=page, form=form), status


def _take(page: LifePage, action: PlanAction, form: StepForm) -> None:
    with transaction():
        take_step(
            acting(),
            plan_number=page.number,
            action=action,
            signed_name=form.signed_name.data or "",
            on=form.on.data,
            note=form.note.data or "",
            knowing=bool(form.knowing.data),
            now=clock.now(),
            today=today(),
        )
