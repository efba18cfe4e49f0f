"""The contact point's pages of rounds: who answered, the calendar of each plan, opening one by hand."""

from __future__ import annotations

from datetime import date
from itertools import islice

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.rounds import blueprint
from tracker.blueprints.rounds.calendar_forms import CalendarForm, calendar_form
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission, can
from tracker.domain.rounds import rounds_between
from tracker.queries.round_board import get_board
from tracker.queries.round_calendars import PlanCalendar, get_plan_calendar, list_plan_rounds
from tracker.queries.rounds import get_progress_of_round
from tracker.services.round_notices import remind_by_hand, tell_of_rounds
from tracker.services.rounds import open_round, set_calendar
from tracker.wording import sentence
from tracker.words.rounds import reminded_words

UNANSWERED = "sin-responder"
SHOWN_AHEAD = 3


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _only_unanswered() -> bool:
    return request.args.get("ver", "") == UNANSWERED


@blueprint.get("/revision/rondas")
@requires(Permission.REPORT_READ_ALL)
def overview() -> ResponseReturnValue:
    plans, seen = list_plan_rounds(acting(), _today()), request.args.get("ver", "")
    return render_template(
        "rounds/overview.html",
        plans=plans,
        board=get_board(acting(), [one.current for one in plans if one.current], seen, _today()),
        seen=seen,
        only_unanswered=_only_unanswered(),
        may_plan=can(acting(), Permission.PLAN_MANAGE),
    )


@blueprint.post("/revision/rondas/<string:round_uid>/recordar")
@requires(Permission.PLAN_MANAGE)
def remind(round_uid: str) -> ResponseReturnValue:
    """Remind one institution, or all that were marked."""
    alone = request.form.get("solo", "")
    chosen = [alone] if alone else request.form.getlist("institucion")
    try:
        with transaction():
            done = remind_by_hand(
                acting(), round_uid=round_uid, institution_uids=chosen, today=_today(), now=clock.now()
            )
    except DomainError as error:
        if error.code not in {"nobody-chosen", "round-followed"}:
            raise
        flash(sentence(error.code, error.params), "warn")
    else:
        flash(reminded_words(done), "ok" if done.told else "warn")
    return redirect(url_for("rounds.overview", ver=request.form.get("ver") or None), 303)


@blueprint.get("/revision/rondas/<string:round_uid>")
@requires(Permission.REPORT_READ_ALL)
def progress(round_uid: str) -> ResponseReturnValue:
    found = get_progress_of_round(acting(), round_uid, today=_today())
    return render_template("rounds/overview_round.html", progress=found, only_unanswered=_only_unanswered())


@blueprint.get("/revision/rondas/calendario/<int:plan>")
@requires(Permission.PLAN_MANAGE)
def calendar(plan: int) -> ResponseReturnValue:
    found = get_plan_calendar(acting(), plan)
    return _page(found, calendar_form(found.calendar))


@blueprint.post("/revision/rondas/calendario/<int:plan>")
@requires(Permission.PLAN_MANAGE)
def save_calendar(plan: int) -> ResponseReturnValue:
    """Save the calendar, or only show the dates that it would give."""
    found = get_plan_calendar(acting(), plan)
    form = calendar_form(found.calendar, request.form)
    if not form.holds_together():
        return _page(found, form), 422
    if request.form.get("action") == "preview":
        return _page(found, form, is_preview=True)
    with transaction():
        set_calendar(acting(), plan_number=plan, calendar=form.calendar(), now=clock.now())
    flash(_("Calendario del plan %(plan)s guardado. Rige desde la próxima ronda.", plan=plan), "ok")
    return redirect(url_for("rounds.overview"), 303)


def _page(plan: PlanCalendar, form: CalendarForm, *, is_preview: bool = False) -> str:
    shown = form.calendar() if is_preview else plan.calendar
    ahead = list(islice(rounds_between(shown, _today(), date.max), SHOWN_AHEAD))
    return render_template("rounds/calendar.html", plan=plan, form=form, ahead=ahead, is_preview=is_preview)


@blueprint.post("/revision/rondas/abrir/<int:plan>")
@requires(Permission.PLAN_MANAGE)
def open_now(plan: int) -> ResponseReturnValue:
    found, today, now = get_plan_calendar(acting(), plan), _today(), clock.now()
    with transaction():
        opened = open_round(acting(), plan_id=found.plan_id, today=today, now=now)
        if opened.opened:
            tell_of_rounds(found.plan_id, today=today, now=now)
    if opened.opened:
        flash(_("Ronda abierta: pide %(count)s informes. Se avisa a los enlaces.", count=opened.items), "ok")
    else:
        flash(_("No se abrió ninguna: ya está abierta, o el plan no tiene nada que informar."), "warn")
    return redirect(url_for("rounds.overview"), 303)
