"""The four assessments of a plan's commitments side by side, now and as of a day, and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.asking import Asking, Question, ask
from tracker.blueprints.portal.choices import level_word
from tracker.blueprints.portal.past import view_of
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import IrmField
from tracker.domain.text import slug
from tracker.queries.portal.assessments import AssessedRow, AssessmentLine, AssessmentMatrix, get_matrix
from tracker.renderers.delimited import csv_lines
from tracker.wording import office_word
from tracker.words.assessments import assessor_word, code_word, column_word, irm_field_word

_SHOWN = {
    "": lambda row: True,
    "difieren": lambda row: row.differs,
    "por-encima": lambda row: row.is_above,
    "sin-institucion": lambda row: not row.of(Assessor.INSTITUTION),
    "sin-mesa": lambda row: not row.of(Assessor.TECHNICAL_TABLE),
    "sin-mri": lambda row: not row.of(Assessor.IRM),
}


@blueprint.app_template_filter("assessor_name")
def assessor_name(assessor: str) -> str:
    """Whose assessment it is."""
    return assessor_word(Assessor(assessor))


@blueprint.app_template_filter("irm_field_word")
def irm_field_filter(field: IrmField) -> str:
    """What the IRM codes."""
    return irm_field_word(field)


@blueprint.app_template_filter("irm_values")
def irm_values(values: tuple[str, ...], field: IrmField) -> str:
    """The IRM's values in words."""
    return ", ".join(code_word(field, one) for one in values)


@blueprint.app_template_filter("changed_words")
def changed_words(names: tuple[str, ...]) -> str:
    """The names of the fields that a version changed."""
    return ", ".join(column_word(one) or one for one in names)


@blueprint.get("/planes/<int:number>/evaluaciones")
@public
def assessments(number: int) -> ResponseReturnValue:
    """A plan's commitments against the four sources, as they stand."""
    matrix = get_matrix(number, _today())
    asking = _asked(matrix)
    return render_template(
        "portal/assessments.html",
        page=matrix,
        header=matrix.header,
        asking=asking,
        rows=_rows(matrix, asking),
    )


@blueprint.get("/planes/<int:number>/evaluaciones.csv")
@public
def assessments_csv(number: int) -> Response:
    """The same as a table: a row for each commitment and who assesses it."""
    day = request.args.get("dia", "")
    matrix = get_matrix(number, _today(), view_of(day) if day else None)
    rows = _rows(matrix, _asked(matrix, "portal.assessments_csv"))
    lines = "".join(csv_lines(_header(), (cells for row in rows for cells in _cells(number, row))))
    response = Response(lines, content_type="text/csv; charset=utf-8")
    name = f"{slug(_('evaluaciones del plan %(number)s', number=number))}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/planes/<int:number>/evaluaciones/al/<string:day>")
@public
def past_assessments(number: int, day: str) -> ResponseReturnValue:
    """The same as it stood on a day, known at an instant where one is asked for."""
    g.past = view_of(day)
    matrix = get_matrix(number, _today(), g.past)
    return render_template(
        "portal/assessments.html", page=matrix, header=matrix.header, asking=None, rows=matrix.rows
    )


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _asked(matrix: AssessmentMatrix, endpoint: str = "portal.assessments") -> Asking:
    shown = (
        ("", _("Todos")),
        ("difieren", _("Donde no coinciden")),
        ("por-encima", _("La institución se valora por encima de lo calculado")),
        ("sin-institucion", _("Sin valoración de la institución")),
        ("sin-mesa", _("Sin valoración de la mesa técnica")),
        ("sin-mri", _("Sin valoración del MRI")),
    )
    names = (("", _("Todas")), *((slug(one), one) for one in matrix.names))
    questions = [Question("mostrar", _("Mostrar"), shown)]
    if matrix.names:
        questions.append(Question("institucion", _("Institución"), names))
    return ask(endpoint, {"number": matrix.header.number}, questions)


def _rows(matrix: AssessmentMatrix, asking: Asking) -> list[AssessedRow]:
    """The rows that are asked for."""
    wanted = asking["institucion"]
    return [
        row
        for row in matrix.rows
        if _SHOWN[asking["mostrar"]](row) and (not wanted or wanted in map(slug, row.names))
    ]


def _header() -> list[str]:
    return [
        *(_("Plan"), _("Compromiso"), _("Título"), _("Quién valora"), _("Institución"), _("Nivel")),
        *(_("Nivel (código)"), _("Fecha"), _("Lo anotó"), _("De dónde se tomó"), _("Enlace")),
        *(_("Por encima de lo calculado"), _("Logros"), _("Obstáculos")),
        *(irm_field_word(one) for one in IrmField),
    ]


def _cells(number: int, row: AssessedRow) -> Iterator[list[object]]:
    """The level computed, then each assessor's."""
    place: list[object] = [number, row.label, row.title]
    level, on = _level(row.computed), row.computed_on.isoformat() if row.computed_on else ""
    computed = [assessor_word(Assessor.COMPUTED), "", *level, on, "Cumple", "", "", "", "", ""]
    yield [*place, *computed, *([""] * len(IrmField))]
    for line in row.lines:
        yield [*place, *_said(line), *_codes(row, line)]


def _said(line: AssessmentLine) -> list[object]:
    said = line.statement
    above = _("Sí") if line.is_above else ""
    return [
        *(assessor_word(said.assessor), line.name, *_level(said.level), said.on.isoformat()),
        *(office_word(said.by), said.source, said.link, above, said.achievements, said.obstacles),
    ]


def _codes(row: AssessedRow, line: AssessmentLine) -> list[object]:
    """Of the IRM's row, every field out of the newest of its reports that codes it."""
    found = {one.field: irm_values(one.values, one.field) for one in row.codes}
    is_irm = line.statement.assessor is Assessor.IRM
    return [found.get(one, "") if is_irm else "" for one in IrmField]


def _level(level: CompletionLevel | None) -> tuple[str, str]:
    return ("", "") if level is None else (level_word(level), level.value)
