"""The self-assessment of a plan, and writing one's place in it."""

from __future__ import annotations

from datetime import date

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.assessments import blueprint
from tracker.blueprints.assessments.forms import StatementForm, statement_form
from tracker.db import transaction
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission, can
from tracker.queries import assessments as queries
from tracker.queries.assessments import AssessmentPlace
from tracker.services.assessments import Said, record_assessment
from tracker.words.assessments import assessor_word

blueprint.add_app_template_filter(assessor_word, "assessor_word")


@blueprint.get("")
@requires(Permission.COMPILATION_READ)
def index() -> ResponseReturnValue:
    """The newest plan's, as that is what there is to write."""
    plans = queries.list_assessed_plans()
    if not plans:
        return render_template("assessments/none.html")
    return redirect(url_for("assessments.board", number=plans[0][0]))


@blueprint.get("/<int:number>")
@requires(Permission.COMPILATION_READ)
def board(number: int) -> ResponseReturnValue:
    found = queries.get_assessment_board(acting(), number, _today())
    return render_template(
        "assessments/board.html",
        board=found,
        plans=queries.list_assessed_plans(),
        can_write=can(acting(), Permission.ASSESSMENT_WRITE),
    )


@blueprint.get("/<int:number>/historia")
@requires(Permission.COMPILATION_READ)
def history(number: int) -> ResponseReturnValue:
    """Every version of every assessment of a plan, newest first: who changed what, when."""
    found = queries.get_assessment_board(acting(), number, _today())
    versions = queries.list_versions(acting(), number, _today())
    return render_template("assessments/history.html", board=found, versions=versions)


@blueprint.get("/<int:number>/escribir")
@requires(Permission.ASSESSMENT_WRITE)
def write(number: int) -> ResponseReturnValue:
    found = _place(number)
    return _page(found, statement_form(found, _today()), 200)


@blueprint.post("/<int:number>/escribir")
@requires(Permission.ASSESSMENT_WRITE)
def save(number: int) -> ResponseReturnValue:
    found = _place(number)
    form = statement_form(found, _today())
    if not form.validate():
        return _page(found, form, 422)
    try:
        changed = _recorded(found, form)
    except Conflict as conflict:
        form.add_error(conflict)
        # What somebody else wrote is shown beside; saving again replaces it knowingly.
        form.based_on.raw_data = None
        form.based_on.data = found.sequence
        return _page(found, form, 409)
    except DomainError as error:
        form.add_error(error)
        return _page(found, form, 422)
    flash(_("Guardado.") if changed else _("No había nada distinto que guardar."), "ok")
    return redirect(url_for("assessments.board", number=number), 303)


def _recorded(found: AssessmentPlace, form: StatementForm) -> bool:
    with transaction():
        return record_assessment(
            acting(),
            plan_number=found.number,
            commitment_uid=found.commitment_uid,
            assessor=found.place.assessor,
            institution_uid=found.place.institution_uid,
            said=_said(form),
            based_on=form.based_on.data or 0,
            now=clock.now(),
            today=_today(),
        )


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _place(number: int) -> AssessmentPlace:
    chosen = request.args.get("de", "")
    if chosen not in {one.value for one in Assessor}:
        abort(404)
    return queries.get_assessment_place(
        acting(),
        number,
        Assessor(chosen),
        request.args.get("compromiso", ""),
        request.args.get("institucion", ""),
        _today(),
    )


def _page(found: AssessmentPlace, form: StatementForm, status: int) -> ResponseReturnValue:
    return render_template(
        "assessments/write.html", found=found, form=form, has_conflict=status == 409
    ), status


def _said(form: StatementForm) -> Said:
    def text(name: str) -> str:
        return form[name].data or "" if name in form else ""

    level = text("level")
    return Said(
        level=CompletionLevel(level) if level else None,
        achievements=text("achievements"),
        obstacles=text("obstacles"),
        source=text("source"),
        on=form.on.data or _today(),
        link=text("link"),
        codes=form.codes,
    )
