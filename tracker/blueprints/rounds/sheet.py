"""The screen in which an institution reports all that a round asks of it."""

from __future__ import annotations

import secrets
from itertools import groupby
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from tracker.access import acting, requires
from tracker.blueprints.rounds import blueprint
from tracker.blueprints.rounds.sheet_answers import changes, line_answer, summary_html
from tracker.blueprints.rounds.sheet_forms import Line
from tracker.blueprints.rounds.sheet_keeping import Screen, attach, draft_of, open_screen, take_out
from tracker.blueprints.rounds.sheet_sending import save_all, save_line, send
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.queries.round_screen import list_sent
from tracker.services.filetypes import SUFFIXES
from tracker.wording import sentence

FILTERS = ("pendientes", "todas", "con-atraso")


def _screen(round_uid: str, *, writing: bool = False) -> Screen:
    """The sheet of the address; writing on one that is closed or another's is refused."""
    screen = open_screen(acting(), round_uid, request.args.get("institucion", ""))
    if writing and not screen.is_open:
        raise NotAllowed("round-closed")
    return screen


def _typed() -> CombinedMultiDict[str, Any]:
    return CombinedMultiDict[str, Any]([request.files, request.form])  # type: ignore[list-item]  # its types are invariant


def _request_key() -> str:
    return request.form.get("request_key", "")[:80]


def _address(screen: Screen, **more: Any) -> str:
    uid, institution = screen.sheet.round.uid, screen.sheet.institution_uid
    return url_for("rounds.sheet", round_uid=uid, institucion=institution, **more)


def _page(screen: Screen, lines: list[Line], *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    chosen = request.args.get("filtro", "")
    if chosen not in FILTERS:
        chosen = "pendientes" if screen.is_open else "todas"
    sent = list_sent(screen.actor, request.args.get("enviadas", "")[:80] or "-")
    shown = render_template(
        "rounds/sheet.html",
        screen=screen,
        sheet=screen.sheet,
        lines=lines,
        groups=[list(group) for _label, group in groupby(lines, lambda one: one.item.commitment)],
        changes=changes,
        problem=problem,
        sent=[one for one in lines if one.item.answer and one.item.answer.uid in sent],
        chosen=chosen,
        shown=any(chosen in one.shown_in for one in lines),
        opened=request.args.get("linea", ""),
        request_key=secrets.token_urlsafe(16),
        megabytes=current_app.config["UPLOAD_MAX_MB"],
        allowed=", ".join(SUFFIXES),
    )
    return shown, status


@blueprint.get("/avances/rondas/<string:round_uid>")
@requires(Permission.PANEL_READ)
def sheet(round_uid: str) -> ResponseReturnValue:
    screen = _screen(round_uid)
    return _page(screen, screen.lines())


@blueprint.post("/avances/rondas/<string:round_uid>")
@requires(Permission.REPORT_SUBMIT)
def save_sheet(round_uid: str) -> ResponseReturnValue:
    """Save all that came; then what the button says: send the chosen lines or one, take out evidence."""
    screen, key = _screen(round_uid, writing=True), _request_key()
    if key and list_sent(screen.actor, key):
        return _went(screen, enviadas=key)
    lines = save_all(screen, _typed(), key)
    action, _colon, about = request.form.get("action", "save").partition(":")
    if action == "remove":
        lines = _taken_out(screen, lines, about)
    if action != "send":
        return _kept(screen, lines)
    wanted = [one for one in lines if one.key == about or (not about and _is_chosen(one))]
    if not wanted:
        return _unsent(screen, lines, _("Marque al menos una línea para enviar."))
    if any(one.needs_attention for one in lines) or not send(screen, wanted, key):
        return _unsent(screen, lines)
    return _went(screen, enviadas=key)


def _kept(screen: Screen, lines: list[Line]) -> ResponseReturnValue:
    """Everything is saved; or what is wrong with it, above what could be kept."""
    if any(one.needs_attention for one in lines):
        return _page(screen, lines, status=422)
    flash(_("Borrador guardado. Nadie más que su institución lo ve hasta que lo envíe."), "ok")
    return _went(screen)


def _is_chosen(line: Line) -> bool:
    return line.form is not None and bool(line.form.chosen.data)


def _wants_data() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _went(screen: Screen, **more: str) -> ResponseReturnValue:
    """On to the sheet as it now is."""
    address = _address(screen, **more)
    return jsonify(location=address) if _wants_data() else redirect(address, 303)


def _unsent(screen: Screen, lines: list[Line], problem: str = "") -> ResponseReturnValue:
    """Nothing went in: why, beside each field and in one list."""
    if not _wants_data():
        return _page(screen, lines, problem=problem, status=422)
    told = {one.key: line_answer(screen, one) for one in lines if one.needs_attention}
    return jsonify(lines=told, summary=summary_html(lines, problem)), 422


def _taken_out(screen: Screen, lines: list[Line], about: str) -> list[Line]:
    """The lines without one item of evidence; `about` names the line and the item."""
    key, _bar, uid = about.partition("|")
    take_out(screen.again(), screen.again().line(key), uid)
    fresh = screen.again().line(key)
    for line in lines:
        if line.key == key:
            line.shown_again(fresh, screen.today)
    return lines


@blueprint.post("/avances/rondas/<string:round_uid>/guardar")
@requires(Permission.REPORT_SUBMIT)
def save_round_line(round_uid: str) -> ResponseReturnValue:
    """One line, saved while it is being written; the answer says what the screen then shows."""
    screen, key = _screen(round_uid, writing=True), request.args.get("linea", "")
    line = screen.line(key, _typed())
    if line.form is not None:
        save_line(screen, line, _request_key())
    if removed := request.form.get("quitar"):
        take_out(screen.again(), screen.again().line(key), removed)
    if line.theirs is None:
        line.shown_again(screen.again().line(key), screen.today)
    return jsonify(line_answer(screen, line)), 409 if line.theirs else 200


@blueprint.post("/avances/rondas/<string:round_uid>/archivos")
@requires(Permission.REPORT_SUBMIT)
def upload_to_line(round_uid: str) -> ResponseReturnValue:
    """One file for one means of a line; begins the line's draft where there is none."""
    screen, key = _screen(round_uid, writing=True), request.args.get("linea", "")
    line = screen.line(key, _typed())
    part = next((one for one in line.parts if one.name == request.args.get("medio", "")), None)
    received = request.files.get("file")
    if part is None or received is None or not received.filename:
        raise NotFound("item-not-found")
    try:
        attach(screen, line, part, received, draft_of(screen, line.item))
    except DomainError as error:
        return jsonify(error=sentence(error.code, error.params)), error.status
    return jsonify(line_answer(screen, screen.again().line(key)))
