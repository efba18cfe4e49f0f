"""The page of the clock, and recording, correcting and withdrawing what counts for it."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, current_actor, requires
from tracker.blueprints.clock import blueprint
from tracker.blueprints.clock.forms import CorrectionForm, HappeningForm, WithdrawalForm, with_kinds
from tracker.clock_notices import clear_clock_notices
from tracker.clock_rhythms import asked_rhythms
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.ogp_clock import SOURCES, ClockState, Standing
from tracker.domain.permissions import Permission, can
from tracker.queries.ogp_clock import get_clock_page, get_recorded, list_standings
from tracker.services import ogp_clock as services
from tracker.words import ogp_clock as words

for _name in ("duty_word", "kind_word", "rhythm_word", "state_word", "due_word", "kept_word"):
    blueprint.add_app_template_filter(getattr(words, _name), f"clock_{_name}")


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.app_template_global("clock_warnings")
def clock_warnings() -> list[Standing]:
    """What the panel says of the clock to whoever keeps it: what is not kept, or not for long."""
    if not can(current_actor(), Permission.TABLE_MANAGE):
        return []
    found = list_standings(asked_rhythms(), _today(), current_app.config["TIMEZONE"])
    return [one for one in found if one.state is not ClockState.KEPT]


def _page(form: HappeningForm, status: int = 200) -> ResponseReturnValue:
    page = get_clock_page(acting(), asked_rhythms(), _today(), current_app.config["TIMEZONE"])
    return render_template("clock/show.html", page=page, form=form, sources=SOURCES), status


@blueprint.get("")
@requires(Permission.REPORT_READ_ALL)
def show() -> ResponseReturnValue:
    return _page(with_kinds(HappeningForm(formdata=None)))


@blueprint.post("")
@requires(Permission.TABLE_MANAGE)
def record() -> ResponseReturnValue:
    form = with_kinds(HappeningForm())
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction():
            services.record_happening(acting(), form.happening(), now=clock.now(), today=_today())
            clear_clock_notices()
    except DomainError as error:
        form.add_error(error)
        return _page(form, 422)
    flash(_("Registrado: ya cuenta para el reloj."), "ok")
    return redirect(url_for("clock.show"), 303)


@blueprint.route("/<string:uid>/corregir", methods=["GET", "POST"])
@requires(Permission.TABLE_MANAGE)
def correct(uid: str) -> ResponseReturnValue:
    row = get_recorded(acting(), uid)
    form = CorrectionForm(kind=row.kind.value, held_on=row.held_on, note=row.note, link=row.link)
    with_kinds(form)
    if form.validate_on_submit():
        try:
            with transaction():
                services.correct_happening(
                    acting(),
                    uid=uid,
                    happening=form.happening(),
                    reason=form.reason.data or "",
                    now=clock.now(),
                    today=_today(),
                )
                clear_clock_notices()
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Corregido. Lo anterior queda a la vista, con su motivo."), "ok")
            return redirect(url_for("clock.show"), 303)
    return render_template("clock/correct.html", row=row, form=form), 422 if form.errors else 200


@blueprint.route("/<string:uid>/retirar", methods=["GET", "POST"])
@requires(Permission.TABLE_MANAGE)
def withdraw(uid: str) -> ResponseReturnValue:
    row = get_recorded(acting(), uid)
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.withdraw_happening(acting(), uid=uid, reason=form.reason.data or "", now=clock.now())
                clear_clock_notices()
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Ya no cuenta. Queda a la vista, con su motivo."), "ok")
            return redirect(url_for("clock.show"), 303)
    return render_template("clock/withdraw.html", row=row, form=form), 422 if form.errors else 200
