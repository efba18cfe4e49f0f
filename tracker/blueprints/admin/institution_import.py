"""Institutions from a file: looked through with every doubt and error by cell, then written or left."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock, kept_files
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.sections import sections
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.importers.institution_table import read_institutions
from tracker.importers.proposals import Level
from tracker.services.import_stamps import hold_unchanged, stamp_of
from tracker.services.imports import Outcome
from tracker.services.institution_imports import Compared, compare_institutions, write_institutions
from tracker.wording import sentence
from tracker.words.imports import say
from tracker.words.institutions import sector_word

KIND = "institutions"
MOST_BYTES = 512 * 1024


@blueprint.get("/instituciones/importar")
@requires(Permission.INSTITUTION_MANAGE)
def institutions_file() -> ResponseReturnValue:
    return _upload_page()


def _upload_page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template("admin/institutions_file.html", sections=sections(), problem=problem), status


@blueprint.post("/instituciones/importar")
@requires(Permission.INSTITUTION_MANAGE)
def look_through_institutions() -> ResponseReturnValue:
    """What the file would do; nothing is written."""
    received = request.files.get("file")
    if received is None or not received.filename:
        return _upload_page(sentence("institutions-file-missing", {}), 422)
    try:
        kept = {"name": kept_files.keep(received), "filename": received.filename}
        if len(kept_files.data_of(kept["name"])) > MOST_BYTES:
            kept_files.drop(kept["name"])
            raise DomainError("input-too-large", limit="512 kB")
    except DomainError as error:
        return _upload_page(sentence(error.code, error.params), 422)
    return _preview(kept)


def _preview(kept: dict[str, str], problem: str = "") -> ResponseReturnValue:
    seen = stamp_of(None)
    compared = compare_institutions(acting(), read_institutions(kept_files.data_of(kept["name"])))
    shown = render_template(
        "admin/institutions_preview.html",
        sections=sections(),
        compared=compared,
        filename=kept["filename"],
        reference=kept_files.reference(KIND, kept | {"seen": seen}),
        problem=problem,
        groups=_grouped(compared),
        counts={one.value: compared.count(one) for one in Outcome},
        sector_word=sector_word,
    )
    return shown, 422 if compared.has_errors else 409 if problem else 200


def _grouped(compared: Compared) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Findings by level: cell, sentence, offending text."""
    found = []
    for level, title in ((Level.ERROR, _("Errores")), (Level.DOUBT, _("Dudas"))):
        own = [one for one in compared.findings if one.level is level]
        found.append((title, [(one.cell, say(one.code, one.params), one.text) for one in own]))
    return [(title, rows) for title, rows in found if rows]


@blueprint.post("/instituciones/importar/aceptar")
@requires(Permission.INSTITUTION_MANAGE)
def accept_institutions() -> ResponseReturnValue:
    """Write what was looked through; the file is read anew, so that nothing is taken on trust."""
    try:
        kept = kept_files.opened(KIND, request.form.get("reference", ""))
        data = kept_files.data_of(kept["name"])
    except DomainError as error:
        return _upload_page(sentence(error.code, error.params), 422)
    try:
        with transaction():
            hold_unchanged(None, kept.pop("seen"))
            done = write_institutions(acting(), read_institutions(data), now=clock.now())
    except DomainError as error:
        return _preview(kept, sentence(error.code, error.params))
    kept_files.drop(kept["name"])
    made, changed = done.count(Outcome.CREATED), done.count(Outcome.CHANGED)
    flash(ngettext("%(num)s institución nueva.", "%(num)s instituciones nuevas.", made), "ok")
    if changed:
        flash(ngettext("%(num)s institución cambió.", "%(num)s instituciones cambiaron.", changed), "ok")
    return redirect(url_for("admin.institutions"), 303)
