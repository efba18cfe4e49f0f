"""The form of a line under its scripts: drafts saved while typing, files one by one, told as data."""

from __future__ import annotations

from typing import Any

from flask import abort, get_template_attribute, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint, drafting
from tracker.blueprints.progress.forms import EvidenceEntry, ReportForm, build_form
from tracker.blueprints.progress.lines import Opened, open_line, today
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.wording import sentence

OTHER = "otra"
"""Names the evidence that answers no means."""


@blueprint.post("/avances/<string:uid>/guardar")
@requires(Permission.REPORT_SUBMIT)
def save_typed(uid: str) -> ResponseReturnValue:
    """Keep what was typed so far; 409 with what became of the line where somebody else was first."""
    found = open_line(acting(), uid)
    form = build_form(found, today())
    form.validate()
    if not found.part.may_report:
        return jsonify(error=_("Esta actividad ya no recibe informes.")), 422
    try:
        kept = drafting.keep_words(acting(), form, found, today())
    except Conflict:
        return jsonify(conflict=_conflict_html(open_line(acting(), uid))), 409
    except DomainError as error:
        return jsonify(error=sentence(error.code, error.params)), 422
    form.itemised()
    return jsonify(errors=_errors(form), values=_values(kept))


@blueprint.post("/avances/<string:uid>/archivos")
@requires(Permission.REPORT_SUBMIT)
def upload(uid: str) -> ResponseReturnValue:
    """Attach one file to a means; the draft is begun where there is none."""
    found = open_line(acting(), uid)
    received = request.files.get("file")
    entry = _entry(build_form(found, today()), request.args.get("medio", OTHER))
    if received is None or not received.filename or entry is None or not found.part.may_report:
        abort(404)
    try:
        kept = _attached(found, entry, received)
    except DomainError as error:
        return jsonify(error=sentence(error.code, error.params)), 422
    again = open_line(acting(), uid)
    return jsonify(values=_values(kept), evidence=_evidence_html(again, request.args.get("medio", OTHER)))


def _entry(form: ReportForm, name: str) -> EvidenceEntry | None:
    wanted = "" if name == OTHER else name
    return next((one.form for one in form.evidence if (one.form.means_uid.data or "") == wanted), None)


def _attached(found: Opened, entry: EvidenceEntry, received: FileStorage) -> drafting.Kept:
    if not entry.validate() or not entry.check_reserve():  # type: ignore[no-untyped-call]  # WTForms has no types here
        words = " ".join(str(error) for one in entry for error in one.errors)
        raise DomainError("evidence-incomplete", words=words)
    kept = drafting.begin(acting(), found, today())
    drafting.add_file(acting(), received, drafting.about_of(entry, kept.uid, today()))
    return kept


def _values(kept: drafting.Kept) -> dict[str, str]:
    return {"report_uid": kept.uid, "lock_version": str(kept.lock_version)}


def _errors(form: ReportForm) -> dict[str, str]:
    """The sentences by control, as the page shows them."""
    lists = {"rows", "evidence"}
    told = {one.id: one.errors for one in form if one.errors and one.name not in lists}
    inner = (one for entry in (*form.rows, *form.evidence) for one in entry.form if one.errors)
    told |= {one.id: one.errors for one in inner}
    return {control: " ".join(map(str, errors)) for control, errors in told.items()}


def _conflict_html(found: Opened) -> str:
    macro: Any = get_template_attribute("progress/_saving.html", "changed_meanwhile")
    return str(macro(found.line.latest, url_for("progress.activity", uid=found.page.uid)))


def _evidence_html(found: Opened, name: str) -> dict[str, str]:
    """The list of what is attached for a means, as the form has it."""
    macro: Any = get_template_attribute("progress/_evidence_fields.html", "kept_items")
    items = found.kept.evidence_for("" if name == OTHER else name) if found.kept else ()
    return {f"evidencia-{name}": str(macro(items, [], name))}
