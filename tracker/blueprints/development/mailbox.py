"""The mailbox of those who develop: what leaves, or would leave, as a mail program would show it.

It holds links that act in other people's name: besides the setting it asks for an administrator's sign-in.
Being on the same machine is not enough, for behind a proxy everybody is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from tracker.access import acting, requires
from tracker.blueprints.development import blueprint
from tracker.domain.permissions import Permission
from tracker.queries.admin import get_mail, list_mail
from tracker.services.mail_messages import message_of
from tracker.words.mail import mail_words

MOST = 100
LARGEST = 5 * 1024 * 1024
# A file that the outbox wrote: nothing else of the folder, or above it, is read.
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[A-Za-z0-9_-]{8,64}\.eml")
# The letter alone with its own style: no script, no picture, no form.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'"
)
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True)
class Shown:
    """A message, taken apart."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


@blueprint.get("/correo")
@requires(Permission.ACCOUNT_MANAGE)
def mailbox() -> ResponseReturnValue:
    """What stands in the outbox, and the files of the outbox's folder."""
    rows = list_mail(acting(), limit=MOST)
    files = sorted((one.name for one in _folder().glob("*.eml") if _NAME.fullmatch(one.name)), reverse=True)
    return render_template("development/mailbox.html", rows=rows, files=files[:MOST], words=mail_words())


@blueprint.get("/correo/<string:key>")
@requires(Permission.ACCOUNT_MANAGE)
def mailbox_mail(key: str) -> ResponseReturnValue:
    """Headers, text and, in a frame of its own, the HTML."""
    page = Response(
        render_template("development/mailbox_mail.html", mail=_taken_apart(_message(key)), key=key)
    )
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


@blueprint.get("/correo/<string:key>/html")
@requires(Permission.ACCOUNT_MANAGE)
def mailbox_html(key: str) -> ResponseReturnValue:
    """The HTML alone, under a policy that lets nothing run or load."""
    shown = _taken_apart(_message(key))
    if not shown.html:
        abort(404)
    answer = Response(shown.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


def _folder() -> Path:
    return Path(current_app.instance_path) / "outbox"


def _message(key: str) -> EmailMessage:
    """The message of a row by its uid, or of a file by its name."""
    if not key.endswith(".eml"):
        return message_of(get_mail(acting(), key).as_sent, current_app.config)
    path = _folder() / key
    if not _NAME.fullmatch(key) or not path.is_file():
        abort(404)
    with path.open("rb") as file:
        return message_from_bytes(file.read(LARGEST), policy=policy.default)


def _taken_apart(message: EmailMessage) -> Shown:
    return Shown(
        subject=str(message["Subject"] or ""),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
