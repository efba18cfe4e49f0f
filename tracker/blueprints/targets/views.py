"""The targets of an institution and a fiscal year: reading them, and what is done with a whole table."""

from __future__ import annotations

from datetime import date
from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.targets import blueprint
from tracker.blueprints.targets.forms import PeriodForm, TableForm, placing_of
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.history import Cut
from tracker.domain.permissions import Permission
from tracker.domain.targets import TargetSource
from tracker.queries import targets as queries
from tracker.services import targets as services
from tracker.services.targets import Moment
from tracker.wording import sentence


def today() -> date:
    """Today in the government's time zone."""
    return clock.today(current_app.config["TIMEZONE"])


def moment(based_on: int | None = 0) -> Moment:
    """Now, with the version that the form was made of."""
    return Moment(clock.now(), today(), based_on or 0)


@blueprint.get("")
@requires(Permission.COMPILATION_READ)
def index() -> ResponseReturnValue:
    """Every institution with targets, and those for which the person writes; one chosen leads to its year."""
    asked, year = request.args.get("institucion", ""), request.args.get("ejercicio", type=int)
    if asked and year:
        return redirect(url_for("targets.board", institution_uid=asked, year=year))
    owners = queries.list_owners(acting())
    mine = [(one.uid, one.label) for one in owners if one.may_write]
    return render_template("targets/index.html", owners=owners, owner_choices=mine, this_year=today().year)


@blueprint.get("/<string:institution_uid>/<int:year>")
@requires(Permission.COMPILATION_READ)
def board(institution_uid: str, year: int) -> ResponseReturnValue:
    row = queries.find_institution(uid=institution_uid)
    found = queries.get_board(row, year, Cut(today()), acting())
    return render_template("targets/board.html", board=found, indicator_url=partial(_indicator_url, row.uid))


@blueprint.get("/tabla/<string:table_uid>")
@requires(Permission.COMPILATION_READ)
def table(table_uid: str) -> ResponseReturnValue:
    """A table with its versions, and the forms for what is done with the whole of it."""
    return _table_page(table_uid, PeriodForm())


def _table_page(
    table_uid: str, form: PeriodForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    board, found = queries.get_table(table_uid, Cut(today()), acting())
    page = render_template(
        "targets/table.html",
        board=board,
        found=found,
        versions=queries.list_versions(table_uid),
        form=form,
        problem=problem,
        row_url=partial(_row_url, table_uid),
    )
    return page, status


def _row_url(table_uid: str, position: int) -> str:
    return url_for("targets.row", table_uid=table_uid, position=position)


def _indicator_url(institution_uid: str, uid: str) -> str:
    return url_for("targets.indicator", institution_uid=institution_uid, uid=uid)


@blueprint.post("/tabla/<string:table_uid>/aceptar")
@requires(Permission.REPORT_VALIDATE)
def accept(table_uid: str) -> ResponseReturnValue:
    try:
        with transaction():
            services.accept_targets(acting(), table_uid, moment(request.form.get("based_on", 0, type=int)))
    except Conflict as error:
        return _table_page(table_uid, PeriodForm(), sentence(error.code, error.params), 409)
    flash(_("Aceptó la tabla tal como está."), "ok")
    return redirect(url_for("targets.table", table_uid=table_uid), 303)


@blueprint.post("/tabla/<string:table_uid>/jerarquia")
@requires(Permission.TARGETS_WRITE)
def place(table_uid: str) -> ResponseReturnValue:
    """What stands under what, as the person says: a guess confirmed or corrected."""
    try:
        with transaction():
            when = moment(request.form.get("based_on", 0, type=int))
            services.place_targets(acting(), table_uid, placing_of(request.form), when)
    except DomainError as error:
        if error.status not in {409, 422}:
            raise
        return _table_page(table_uid, PeriodForm(), sentence(error.code, error.params), error.status)
    flash(_("Guardado: la jerarquía ya no es una suposición."), "ok")
    return redirect(url_for("targets.table", table_uid=table_uid), 303)


@blueprint.post("/tabla/<string:table_uid>/periodo")
@requires(Permission.TARGETS_WRITE)
def next_period(table_uid: str) -> ResponseReturnValue:
    form = PeriodForm()
    if not form.validate():
        return _table_page(table_uid, form, status=422)
    try:
        with transaction():
            source = TargetSource((form.report.data or "").strip(), form.report_on.data)
            uid = services.open_period(acting(), table_uid, source, moment(form.based_on.data))
    except DomainError as error:
        form.add_error(error)
        return _table_page(table_uid, form, status=error.status)
    flash(_("Abrió el cuatrimestre siguiente: escriba lo ejecutado en cada fila."), "ok")
    return redirect(url_for("targets.table", table_uid=uid), 303)


@blueprint.route("/<string:institution_uid>/<int:year>/tabla", methods=["GET", "POST"])
@requires(Permission.TARGETS_WRITE)
def new_table(institution_uid: str, year: int) -> ResponseReturnValue:
    """A table begun by hand; its rows follow."""
    owner = queries.get_writable(acting(), institution_uid)
    form, status = TableForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                uid = services.start_table(acting(), institution_uid, form.table(year), moment())
            return redirect(url_for("targets.row", table_uid=uid, position=0), 303)
        except DomainError as error:
            form.add_error(error)
            status = error.status
    elif form.is_submitted():
        status = 422
    return render_template("targets/new_table.html", owner=owner, year=year, form=form), status
