"""Settings of plans: thresholds, days and weights, with what a change does to today's figures."""

from __future__ import annotations

import hashlib

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import today
from tracker.blueprints.admin.sections import sections
from tracker.blueprints.admin.settings_forms import SettingsForm, Weights
from tracker.db import rehearsal, transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission, can
from tracker.domain.plan_settings import PlanSettings
from tracker.queries.plan_settings import Effect, SettingsPage, get_settings, list_plans, settings_effects
from tracker.services.plan_settings import configure_plan
from tracker.words.institutions import level_word, plan_status_word


@blueprint.get("/planes")
@requires(Permission.PLAN_CONFIGURE)
def plan_settings_list() -> ResponseReturnValue:
    return render_template(
        "admin/plans.html",
        sections=sections(),
        plans=list_plans(acting()),
        status_word=plan_status_word,
        may_plan=can(acting(), Permission.PLAN_MANAGE),
    )


@blueprint.get("/planes/<int:number>/ajustes")
@requires(Permission.PLAN_CONFIGURE)
def plan_settings(number: int) -> ResponseReturnValue:
    page = get_settings(acting(), number)
    settings = page.row.settings
    form = SettingsForm(
        formdata=None,
        substantial_from=f"{settings.substantial_from.normalize():f}",
        due_soon_days=settings.due_soon_days,
        grace_days=settings.grace_days,
        on=today(),
    )
    return _shown(page, form, Weights(page.items, sent=False))


def _shown(
    page: SettingsPage,
    form: SettingsForm,
    weights: Weights,
    effects: tuple[Effect, ...] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    shown = render_template(
        "admin/plan_settings.html",
        sections=sections(),
        page=page,
        form=form,
        weights=weights,
        effects=effects,
        seen="" if effects is None else _fingerprint(form, weights, effects),
        level_word=level_word,
        may_plan=can(acting(), Permission.PLAN_MANAGE),
    )
    return shown, status


def _fingerprint(form: SettingsForm, weights: Weights, effects: tuple[Effect, ...]) -> str:
    """What was looked through: other values or other figures are looked through anew."""
    told = (form.settings(), sorted(weights.values.items()), effects)
    return hashlib.sha256(repr(told).encode()).hexdigest()


@blueprint.post("/planes/<int:number>/ajustes")
@requires(Permission.PLAN_CONFIGURE)
def save_plan_settings(number: int) -> ResponseReturnValue:
    """Show what a change does, or save it once that was seen."""
    page = get_settings(acting(), number)
    form, weights = SettingsForm(), Weights(page.items, sent=True)
    is_good = form.validate()
    settings = form.settings()
    if not is_good or settings is None or weights.errors:
        return _shown(page, form, weights, status=422)
    effects = settings_effects(acting(), page.plan_id, settings, weights.values, today())
    is_seen = request.form.get("seen", "") == _fingerprint(form, weights, effects)
    confirmed = request.form.get("action") == "confirm" and is_seen
    try:
        with transaction() if confirmed else rehearsal():
            written = _configure(number, form, settings, weights)
    except DomainError as error:
        form.add_error(error)
        return _shown(page, form, weights, status=422)
    if not confirmed:
        return _shown(page, form, weights, effects)
    flash(_("Ajustes guardados.") if written else _("Los ajustes ya eran esos."), "ok")
    return redirect(url_for("admin.plan_settings", number=number), 303)


def _configure(number: int, form: SettingsForm, settings: PlanSettings, weights: Weights) -> int:
    return configure_plan(
        acting(),
        plan_number=number,
        settings=settings,
        weights=weights.values,
        reason=form.reason.data or "",
        on=form.on.data,
        now=clock.now(),
        today=today(),
    )
