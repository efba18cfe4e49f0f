"""deliver-mail: the outbox goes out by SMTP, or into files where no server is named."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tracker import clock
from tracker.db import transaction
from tracker.jobs.citizen_letters import write_citizen_letters
from tracker.jobs.letters import urgent_letters_wait, write_urgent_letters
from tracker.jobs.run import Run
from tracker.queries.citizen_letters import has_unwritten_letters
from tracker.queries.notices import MailToSend, has_mail_to_send
from tracker.services.mail import cancel_needless_mail, record_failure, record_sent, take_next_mail

OUTBOX = "outbox"
TIMEOUT_SECONDS = 20
# So many at once; the next minute takes the rest.
MOST = 200

Send = Callable[[MailToSend], None]


class _Whole(UnstructuredHeader):
    """A header with an address longer than a line: left whole, for encoded no program would read it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """The header in one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the registry adds BaseHeader


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type]  # as the documentation says
POLICY = SMTP.clone(header_factory=_headers)


class RefusedForGoodError(Exception):
    """The server will never take this mail: trying again is of no use."""


def mail_is_waiting(now: datetime) -> bool:
    return has_mail_to_send(now) or urgent_letters_wait(now) or has_unwritten_letters()


def deliver_mail(run: Run) -> dict[str, int]:
    """Each mail is taken up, sent outside any transaction, and written down; after a crash it is sent again.

    A server that cannot be reached ends the run: the rest waits for the next minute.
    """
    write_urgent_letters(run)
    write_citizen_letters(run)
    with transaction():
        cancelled = cancel_needless_mail()
    counts = {"sent": 0, "postponed": 0, "failed": 0, "cancelled": cancelled}
    with _sender(run.settings) as send:
        while sum(counts.values()) < MOST and not run.stop.is_set():
            with transaction():
                mail = take_next_mail(clock.now())
            if mail is None:
                break
            outcome, may_go_on = _deliver(mail, send)
            counts[outcome] += 1
            if not may_go_on:
                break
    return counts


def _deliver(mail: MailToSend, send: Send) -> tuple[str, bool]:
    """What became of one mail, and whether the next one has a chance."""
    try:
        send(mail)
    except RefusedForGoodError as error:
        return _failed(mail, error, permanent=True), True
    except smtplib.SMTPResponseException as error:
        return _failed(mail, error, permanent=False), True
    except (OSError, smtplib.SMTPException) as error:
        return _failed(mail, error, permanent=False), False
    with transaction():
        record_sent(mail, now=clock.now())
    return "sent", True


def _failed(mail: MailToSend, error: Exception, *, permanent: bool) -> str:
    with transaction():
        status = record_failure(
            mail, f"{type(error).__name__}: {error}"[:500], permanent=permanent, now=clock.now()
        )
    return "failed" if status == "failed" else "postponed"


def message_of(mail: MailToSend, settings: Mapping[str, Any]) -> EmailMessage:
    """The mail as a message; its id stays the same however often it is sent."""
    message = EmailMessage(policy=POLICY)
    message["From"] = settings["MAIL_FROM"]
    message["To"] = mail.recipient
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.uid}@{urlsplit(settings['BASE_URL']).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in sorted(mail.headers.items()):
        message[name] = value
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


@contextmanager
def _sender(settings: Mapping[str, Any]) -> Iterator[Send]:
    if not settings["SMTP_URL"]:
        folder = Path(settings["INSTANCE_PATH"]) / OUTBOX
        folder.mkdir(parents=True, exist_ok=True)
        yield lambda mail: write_file(folder, mail, settings)
        return
    connection = _Connection(settings)
    try:
        yield connection.send
    finally:
        connection.close()


def write_file(folder: Path, mail: MailToSend, settings: Mapping[str, Any]) -> None:
    """One .eml a mail, whole or not at all; the same mail sent again is the same file."""
    name = f"{mail.created_at:%Y%m%dT%H%M%SZ}-{mail.uid}.eml"
    partial = folder / f".{name}.partial"
    with partial.open("wb") as file:
        file.write(message_of(mail, settings).as_bytes())
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)


class _Connection:
    """One connection for a run, opened with the first mail."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None

    def send(self, mail: MailToSend) -> None:
        server = self.server = self.server or self._connect()
        try:
            server.send_message(message_of(mail, self.settings))
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error

    def _connect(self) -> smtplib.SMTP:
        try:
            return connect(str(self.settings["SMTP_URL"]))
        except smtplib.SMTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()


def _refusal(code: int, words: bytes | str) -> Exception:
    """A refusal of 500 and above is for good; one below asks to come back later."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if code >= 500:
        return RefusedForGoodError(f"{code} {text}")
    return smtplib.SMTPResponseException(code, text)


def connect(url: str) -> smtplib.SMTP:
    """smtps:// is encrypted from the start; smtp:// asks for encryption, and insists before a password."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    elif parts.scheme == "smtp":
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif parts.username:
            server.close()
            raise smtplib.SMTPNotSupportedError("a password is not sent over a connection without encryption")
    else:
        raise ValueError("CUMPLE_SMTP_URL begins with smtp:// or smtps://")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
