"""A whole form of lines at once: each is saved on its own, those to be sent go in together or not at all."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from tracker import clock
from tracker.blueprints.rounds.sheet_forms import Line, digest
from tracker.blueprints.rounds.sheet_keeping import Screen, attach_all, draft_of, keep
from tracker.db import transaction
from tracker.domain.errors import Conflict
from tracker.services import progress
from tracker.services.progress import SubmissionRefused


def save_line(screen: Screen, line: Line, request_key: str = "") -> None:
    """Save what was typed and attached; a line that somebody else wrote meanwhile shows both."""
    try:
        report_uid = keep(screen, line, request_key=request_key)
    except Conflict:
        _tell_apart(screen, line)
        return
    attach_all(screen, line, report_uid)


def _tell_apart(screen: Screen, line: Line) -> None:
    """What somebody else saved or sent beside what was typed; files that came are kept with it."""
    typed, fresh = line.content(screen.today), screen.again().line(line.key)
    if fresh.has_draft and digest(fresh.content(screen.today)) == digest(typed):
        attach_all(screen, line, fresh.item.draft.uid if fresh.item.draft else None)
        return
    if fresh.has_draft and fresh.item.draft is not None:
        attach_all(screen, line, fresh.item.draft.uid)
        fresh = screen.again().line(line.key)
    line.theirs, line.typed = fresh.item.draft or fresh.item.answer, typed
    line.shown_again(fresh, screen.today)
    if fresh.form is None:
        line.form = None


def save_all(screen: Screen, typed: Any, request_key: str) -> list[Line]:
    """Save every line that came, and give all lines as they are now; what could not be kept stays typed."""
    lines = screen.lines(typed)
    came = [one for one in lines if one.form is not None and f"{one.key}.seen" in typed]
    for line in came:
        save_line(screen, line, request_key)
    fresh = {one.key: one for one in screen.again().lines()}
    for line in lines:
        line.shown_again(fresh[line.key], screen.today)
    return lines


def send(screen: Screen, lines: list[Line], request_key: str) -> bool:
    """Hand the chosen lines in, all or none; False with each refusal beside its field."""
    for line in lines:
        line.written.ask_completion()
        if line.is_blank:
            line.written.form_errors.append(_("Todavía no hay nada que enviar en esta línea."))
    if any(line.errors or line.theirs for line in lines):
        return False
    # What was returned or withdrawn may be sent again as it is, if somebody says so.
    reports = {draft_of(screen, line.item): line for line in lines}
    try:
        with transaction():
            progress.submit_reports(
                screen.actor,
                report_uids=list(reports),
                request_key=request_key,
                now=clock.now(),
                today=screen.today,
            )
    except SubmissionRefused as refused:
        for uid, errors in refused.all_errors.items():
            for error in errors:
                reports[uid].written.add_error(error.field, error.code, dict(error.params))
        return False
    return True
