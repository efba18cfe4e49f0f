"""One row of a table of targets: its figures, what it serves, the item of a plan that it pays for."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.targets import blueprint
from tracker.blueprints.targets.row_forms import RowForm, row_form
from tracker.blueprints.targets.views import moment, today
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Permission
from tracker.queries import targets as queries
from tracker.services import targets as services


def _place(table_uid: str, position: int) -> tuple[queries.TargetTableView, Any, list[queries.ItemLink]]:
    """The table, its row (None for a new one), and the items that it may be linked to."""
    board, found = queries.get_table(table_uid, Cut(today()), acting())
    owner = queries.get_writable(acting(), board.owner.uid)
    rows = {one.position: one for one in found.recorded.table.rows}
    if position and position not in rows:
        raise NotFound("target-row-not-found", position=position)
    return found, rows.get(position), queries.linkable_items(queries.find_institution(uid=owner.uid).id)


@blueprint.get("/tabla/<string:table_uid>/fila/<int:position>")
@requires(Permission.TARGETS_WRITE)
def row(table_uid: str, position: int) -> ResponseReturnValue:
    """A row as it stands, to be corrected; position 0 is a new one."""
    found, target, items = _place(table_uid, position)
    return _page(found, position, row_form(found, target, items))


@blueprint.post("/tabla/<string:table_uid>/fila/<int:position>")
@requires(Permission.TARGETS_WRITE)
def save_row(table_uid: str, position: int) -> ResponseReturnValue:
    found, target, items = _place(table_uid, position)
    form = row_form(found, target, items)
    if not form.validate():
        return _page(found, position, form, 422)
    try:
        with transaction():
            when = moment(form.based_on.data)
            made = form.target(found.recorded.table, target)
            changed = services.write_target(acting(), table_uid, made, form.reason_text, when)
    except DomainError as error:
        form.add_error(error)
        if isinstance(error, Conflict):
            form.based_on.raw_data, form.based_on.data = None, found.said.sequence
        return _page(found, position, form, error.status)
    flash(_("Guardado.") if changed else _("No había nada distinto que guardar."), "ok")
    return redirect(url_for("targets.table", table_uid=table_uid), 303)


def _page(
    found: queries.TargetTableView, position: int, form: RowForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "targets/row.html", found=found, position=position, form=form, has_conflict=status == 409
    )
    return page, status
