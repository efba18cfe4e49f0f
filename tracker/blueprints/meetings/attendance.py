"""Who came to a meeting: a list pasted or out of a file, looked through, then saved."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.meetings import blueprint
from tracker.blueprints.meetings.form_page import meeting_url, today
from tracker.blueprints.meetings.forms import AttendanceForm
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries.meetings import MeetingPage, get_meeting
from tracker.services.attendance import preview_attendance, record_attendance, table_text
from tracker.words.imports import say
from tracker.words.meetings import sector_word

blueprint.add_app_template_global(say, "finding_sentence")


@blueprint.get("/reuniones/<string:uid>/asistencia")
@requires(Permission.MEETING_WRITE)
def attendance(uid: str) -> ResponseReturnValue:
    page = get_meeting(acting(), uid, today=today())
    return _shown(page, AttendanceForm(based_on=page.version, text=_lines(page)), is_read=False)


def _lines(page: MeetingPage) -> str:
    """What was saved, as it can be read again: those named, and how many more of each organisation."""
    found = [f"{one.person}\t{one.organisation}\t{sector_word(one.sector)}" for one in page.attendees]
    for each in page.meeting.attendance:
        more = each.people - sum(
            one.organisation == each.name and one.sector is each.sector for one in page.attendees
        )
        if more > 0:
            found.append(f"\t{each.name}\t{sector_word(each.sector)}\t{more}")
    return "\n".join(found)


def _shown(page: MeetingPage, form: AttendanceForm, *, is_read: bool) -> ResponseReturnValue:
    proposal = preview_attendance(form.text.data or "") if is_read else None
    found = render_template(
        "meetings/attendance.html", page=page, meeting=page.meeting, form=form, proposal=proposal
    )
    return found, 422 if form.errors else 200


@blueprint.post("/reuniones/<string:uid>/asistencia")
@requires(Permission.MEETING_WRITE)
def read_attendance(uid: str) -> ResponseReturnValue:
    page, form = get_meeting(acting(), uid, today=today()), AttendanceForm()
    if not form.validate_on_submit() or not _took_file(form):
        return _shown(page, form, is_read=False)
    if request.form.get("action") != "save":
        return _shown(page, form, is_read=True)
    try:
        with transaction():
            people = record_attendance(
                acting(), uid, form.text.data or "", based_on=form.based_on.data or "", now=clock.now()
            )
    except DomainError as error:
        form.add_error(error)
        return _shown(page, form, is_read=True)
    flash(
        ngettext("Asistencia guardada: %(num)s persona.", "Asistencia guardada: %(num)s personas.", people),
        "ok",
    )
    return redirect(meeting_url(uid), 303)


def _took_file(form: AttendanceForm) -> bool:
    """A file's lines take the place of those in the box; False where it cannot be read."""
    sent = form.file.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return True
    try:
        form.text.data = table_text(sent.read())
    except DomainError as error:
        form.add_error(error)
        return False
    return True
