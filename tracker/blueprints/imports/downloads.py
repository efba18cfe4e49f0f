"""The forms to fill in, made for a plan, and a whole plan as its workbook."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from tracker.access import acting, requires
from tracker.blueprints.imports import blueprint
from tracker.blueprints.imports import form_sheets as words
from tracker.domain.errors import NotAllowed
from tracker.domain.permissions import Permission, can
from tracker.queries import import_forms as queries
from tracker.queries.plan_book import get_plan_book
from tracker.queries.plans import list_institutions
from tracker.renderers.blank_forms import render_csv_form, render_form
from tracker.renderers.plan_book import render_plan_book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


@blueprint.get("/libro/<int:number>")
@requires(Permission.PLAN_IMPORT)
def book(number: int) -> ResponseReturnValue:
    """A whole plan as its workbook."""
    data = render_plan_book(get_plan_book(acting(), number))
    return _file(data, XLSX, f"plan-{number}.xlsx")


@blueprint.get("/<string:kind>/formulario")
@requires(Permission.PANEL_READ)
def form(kind: str) -> ResponseReturnValue:
    """A form to fill in, for whoever may bring it back."""
    permission, make = _FORMS.get(kind) or abort(404)
    if not can(acting(), permission):
        raise NotAllowed("not-allowed", permission=permission.value)
    return make()


def _plan_number() -> int:
    return request.args.get("plan", type=int) or abort(404)


def _workplan() -> Response:
    number = _plan_number()
    sheets = words.workplan_sheets(number, queries.list_form_commitments(acting(), number))
    names = words.institution_choices((one.acronym, one.name) for one in list_institutions())
    return _file(render_form(sheets, {"institutions": names}), XLSX, f"plan-de-trabajo-plan-{number}.xlsx")


def _progress() -> Response:
    number = _plan_number()
    rows = words.progress_rows(queries.list_form_items(acting(), number))
    return _file(render_csv_form(words.PROGRESS_COLUMNS, rows), CSV, f"avances-plan-{number}.csv")


def _targets() -> Response:
    return _file(render_form([words.targets_sheet()], {"units": words.TARGET_UNITS}), XLSX, "metas.xlsx")


def _institutions() -> Response:
    rows = words.institution_rows(queries.list_form_institutions(acting()))
    return _file(render_csv_form(words.INSTITUTION_COLUMNS, rows), CSV, "instituciones.csv")


_FORMS: dict[str, tuple[Permission, Callable[[], Response]]] = {
    "plan-de-trabajo": (Permission.PLAN_IMPORT, _workplan),
    "avances": (Permission.PLAN_IMPORT, _progress),
    "metas": (Permission.TARGETS_WRITE, _targets),
    "instituciones": (Permission.INSTITUTION_MANAGE, _institutions),
}


def _file(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
