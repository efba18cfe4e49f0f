"""A round by spreadsheet: its workbook handed out, brought back, looked through, saved or sent."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock, uploads
from tracker.access import acting, requires
from tracker.blueprints.rounds import blueprint
from tracker.blueprints.rounds.workbook_preview import Kept, kept_reference, open_reference, preview_page
from tracker.db import rehearsal, transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Permission
from tracker.domain.text import slug
from tracker.queries.round_screen import SheetOwner, list_sheet_owners
from tracker.queries.rounds import get_sheet
from tracker.renderers.round_workbook import render_round_workbook
from tracker.services import round_uploads
from tracker.services.progress import SubmissionRefused
from tracker.services.round_workbook_saving import Decided, Written, accept_workbook, rehearse_workbook
from tracker.services.round_workbooks import ComparedWorkbook, compare_workbook, make_workbook
from tracker.wording import sentence
from tracker.words.round_workbook import labels

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Tab(NamedTuple):
    """One of the institutions for which the person reports."""

    label: str
    url: str
    current: bool


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _owners(round_uid: str) -> tuple[SheetOwner, ...]:
    """The institutions for which the actor may report in the round, the one asked for first."""
    asked = request.args.get("institucion", "")
    owners = [one for one in list_sheet_owners(acting(), round_uid) if one.may_report]
    found = [one for one in owners if one.uid == asked] if asked else owners
    if not found:
        raise NotFound("round-not-found")
    return (found[0], *(one for one in owners if one is not found[0]))


@blueprint.get("/avances/rondas/<string:round_uid>/libro")
@requires(Permission.REPORT_SUBMIT)
def workbook(round_uid: str) -> ResponseReturnValue:
    institution = _owners(round_uid)[0].uid
    book = make_workbook(
        acting(), round_uid=round_uid, institution_uid=institution, today=_today(), now=clock.now()
    )
    data = render_round_workbook(book, labels(book))
    name = "-".join((_("avances"), slug(book.institution)[:40], f"{book.period_start:%Y-%m}"))
    answer = Response(data, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer


@blueprint.get("/avances/rondas/<string:round_uid>/libro/subir")
@requires(Permission.REPORT_SUBMIT)
def workbook_upload(round_uid: str) -> ResponseReturnValue:
    return _upload_page(round_uid)


def _upload_page(round_uid: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    owner, *others = _owners(round_uid)
    sheet = get_sheet(acting(), round_uid, owner.uid, today=_today(), now=clock.now())
    tabs = [
        Tab(
            one.label,
            url_for("rounds.workbook_upload", round_uid=round_uid, institucion=one.uid),
            one is owner,
        )
        for one in sorted((owner, *others), key=lambda one: one.label)
    ]
    page = render_template("rounds/workbook.html", sheet=sheet, owner=owner, tabs=tabs, problem=problem)
    return page, status


@blueprint.post("/avances/rondas/<string:round_uid>/libro/subir")
@requires(Permission.REPORT_SUBMIT)
def workbook_received(round_uid: str) -> ResponseReturnValue:
    owner, received = _owners(round_uid)[0], request.files.get("workbook")
    if received is None or not received.filename:
        return _upload_page(round_uid, sentence("upload-missing", {}), 422)
    try:
        name = round_uploads.keep_workbook(
            received.stream,  # type: ignore[arg-type]  # an upload is a binary stream
            evidence_url=current_app.config["EVIDENCE_URL"],
            now=clock.now(),
        )
    except DomainError as error:
        return _upload_page(round_uid, sentence(error.code, error.params), 422)
    kept = Kept(name, received.filename, round_uid, owner.uid, acting().uid)
    compared = _compared(kept)
    return preview_page(compared, kept_reference(kept), kept.filename), 422 if compared.has_errors else 200


def _compared(kept: Kept, *, rehearsed: bool = True) -> ComparedWorkbook:
    """The kept workbook beside what stands, with what would keep each line from being sent."""
    data = round_uploads.open_workbook(kept.name, evidence_url=current_app.config["EVIDENCE_URL"])
    compared = compare_workbook(
        acting(),
        data,
        round_uid=kept.round_uid,
        institution_uid=kept.institution_uid,
        today=_today(),
        now=clock.now(),
    )
    if not rehearsed:
        return compared
    with rehearsal():
        return rehearse_workbook(acting(), compared, limits=uploads.limits(), now=clock.now(), today=_today())


@blueprint.post("/avances/rondas/<string:round_uid>/libro/confirmar")
@requires(Permission.REPORT_SUBMIT)
def workbook_confirmed(round_uid: str) -> ResponseReturnValue:
    try:
        kept = open_reference(request.form.get("reference", ""), round_uid, acting().uid)
        written = _write(kept)
    except SubmissionRefused as error:
        return _again(kept, sentence("workbook-lines-refused", {"count": error.params["count"]}), 422)
    except Conflict as error:
        return _again(kept, sentence(error.code, error.params), 409)
    except DomainError as error:
        if error.code == "upload-expired":
            return _upload_page(round_uid, sentence(error.code, error.params), 422)
        return _again(kept, sentence(error.code, error.params), error.status)
    round_uploads.drop_workbook(kept.name, evidence_url=current_app.config["EVIDENCE_URL"])
    _tell(written)
    return redirect(url_for("rounds.sheet", round_uid=round_uid, institucion=kept.institution_uid), 303)


def _write(kept: Kept) -> Written:
    """What was decided on the preview, in one transaction."""
    decided = _decided()
    if request.form.get("action") == "submit" and not decided.submit:
        raise DomainError("nothing-to-submit")
    with transaction():
        return accept_workbook(
            acting(),
            _compared(kept, rehearsed=False),
            decided,
            seen=request.form.get("seen", ""),
            limits=uploads.limits(),
            now=clock.now(),
            today=_today(),
        )


def _decided() -> Decided:
    chosen = {
        name.removeprefix("keep-"): value for name, value in request.form.items() if name[:5] == "keep-"
    }
    is_sent = request.form.get("action") == "submit"
    return Decided(
        submit=frozenset(request.form.getlist("submit")) if is_sent else frozenset(),
        mine=frozenset(key for key, value in chosen.items() if value == "mine"),
        theirs=frozenset(key for key, value in chosen.items() if value == "theirs"),
    )


def _again(kept: Kept, problem: str, status: int) -> ResponseReturnValue:
    """The preview as things stand now, with what was decided and why nothing was written."""
    page = preview_page(_compared(kept), kept_reference(kept), kept.filename, problem, _decided())
    return page, status


def _tell(written: Written) -> None:
    drafts = written.saved - written.submitted
    if written.submitted:
        flash(
            ngettext(
                "Enviamos %(num)s informe. El punto de contacto lo revisará.",
                "Enviamos %(num)s informes. El punto de contacto los revisará.",
                written.submitted,
            ),
            "ok",
        )
    if drafts > 0:
        flash(ngettext("Guardamos %(num)s borrador.", "Guardamos %(num)s borradores.", drafts), "ok")
    if not written.saved and not written.submitted:
        flash(_("El libro no cambia nada: todo estaba ya guardado."), "ok")
