"""Reading and writing the resources of a commitment."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.resources import blueprint
from tracker.blueprints.resources.forms import ResourceForm, resource_form
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Permission
from tracker.domain.resources import ResourceEntry
from tracker.queries import resources as queries
from tracker.queries.resources import ResourcePlace
from tracker.services.resources import write_resource
from tracker.services.targets import Moment

NEW = "nuevo"


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("")
@requires(Permission.RESOURCE_WRITE)
def index() -> ResponseReturnValue:
    """The commitments whose resources the person writes."""
    return render_template("resources/index.html", places=queries.list_places(acting()))


@blueprint.get("/<string:commitment_uid>")
@requires(Permission.RESOURCE_WRITE)
def board(commitment_uid: str) -> ResponseReturnValue:
    place = queries.get_place(acting(), commitment_uid)
    found = queries.resources_of(place.id, Cut(_today()))
    return render_template("resources/board.html", place=place, found=found)


def _entry(commitment_uid: str, uid: str) -> tuple[ResourcePlace, tuple[int, ResourceEntry] | None]:
    place = queries.get_place(acting(), commitment_uid)
    found = None if uid == NEW else queries.get_resource(uid)
    if uid != NEW and (found is None or found[1].commitment_uid != commitment_uid):
        raise NotFound("resource-not-found")
    return place, found


@blueprint.get("/<string:commitment_uid>/<string:uid>")
@requires(Permission.RESOURCE_WRITE)
def edit(commitment_uid: str, uid: str) -> ResponseReturnValue:
    """A resource as it stands, or a new one."""
    place, found = _entry(commitment_uid, uid)
    return _page(place, uid, resource_form(found))


@blueprint.post("/<string:commitment_uid>/<string:uid>")
@requires(Permission.RESOURCE_WRITE)
def save(commitment_uid: str, uid: str) -> ResponseReturnValue:
    place, found = _entry(commitment_uid, uid)
    form = resource_form(found)
    if not form.validate():
        return _page(place, uid, form, 422)
    withdraws = request.form.get("action") == "withdraw"
    said = form.entry(commitment_uid, found[1] if found else None, is_withdrawn=withdraws)
    try:
        with transaction():
            changed = write_resource(acting(), said, Moment(clock.now(), _today(), form.based_on.data or 0))
    except DomainError as error:
        if error.status not in {409, 422}:
            raise
        form.add_error(error)
        if isinstance(error, Conflict):
            form.based_on.raw_data, form.based_on.data = None, found[0] if found else 0
        return _page(place, uid, form, error.status)
    flash(_("Guardado.") if changed else _("No había nada distinto que guardar."), "ok")
    return redirect(url_for("resources.board", commitment_uid=commitment_uid), 303)


def _page(place: ResourcePlace, uid: str, form: ResourceForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "resources/edit.html",
        place=place,
        uid=uid,
        form=form,
        is_new=uid == NEW,
        history=[] if uid == NEW else queries.resource_history(uid),
    )
    return page, status
