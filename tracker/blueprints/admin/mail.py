"""The outbox: what was sent, what waits, what could not leave."""

from __future__ import annotations

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.sections import sections
from tracker.domain.permissions import Permission
from tracker.queries.admin import count_mail, get_mail, list_mail

PAGE = 50


@blueprint.get("/correo")
@requires(Permission.ACCOUNT_MANAGE)
def mail() -> ResponseReturnValue:
    status = request.args.get("status", "")
    rows = list_mail(
        acting(), status=status, before_id=request.args.get("before", 0, type=int), limit=PAGE + 1
    )
    older = url_for("admin.mail", status=status or None, before=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    counts = count_mail(acting())
    words = _status_words()
    return render_template(
        "admin/mail.html",
        sections=sections(),
        rows=rows[:PAGE],
        older=older,
        status=status,
        words=words,
        statuses=[
            ("", _("Todos")),
            *((code, f"{word[0]} ({counts[code]})") for code, word in words.items()),
        ],
        goes_to_files=_goes_to_files(),
    )


@blueprint.get("/correo/<string:uid>")
@requires(Permission.ACCOUNT_MANAGE)
def mail_text(uid: str) -> ResponseReturnValue:
    """A mail's words: only where mail goes to files, in development; in production they are the person's."""
    if not _goes_to_files():
        abort(404)
    return render_template(
        "admin/mail_text.html", sections=sections(), mail=get_mail(acting(), uid), words=_status_words()
    )


def _goes_to_files() -> bool:
    return not current_app.config["SMTP_URL"]


def _status_words() -> dict[str, tuple[str, str, str]]:
    """Word, kind and icon of each state of a mail."""
    return {
        "queued": (_("por enviar"), "info", "clock"),
        "sent": (_("enviado"), "ok", "check"),
        "failed": (_("falló"), "late", "alert"),
        "cancelled": (_("cancelado"), "mute", "dash"),
    }
