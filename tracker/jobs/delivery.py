"""deliver-mail: the outbox goes out by SMTP, or into files where no server is named."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tracker import clock
from tracker.db import transaction
from tracker.jobs.citizen_letters import write_citizen_letters
from tracker.jobs.invitations import write_invitations
from tracker.jobs.letters import urgent_letters_wait, write_urgent_letters
from tracker.jobs.run import Run
from tracker.jobs.smtp import Connection, RefusedForGoodError
from tracker.queries.citizen_letters import has_unwritten_letters
from tracker.queries.invitations import has_unwritten_invitations
from tracker.queries.notices import MailToSend, has_mail_to_send
from tracker.services.bounces import refuse_address
from tracker.services.mail import cancel_needless_mail, record_failure, record_sent, take_next_mail
from tracker.services.mail_messages import bytes_of, message_of

OUTBOX = "outbox"
# So many at once; the next minute takes the rest.
MOST = 200

Send = Callable[[MailToSend, EmailMessage], None]


def mail_is_waiting(now: datetime) -> bool:
    return (
        has_mail_to_send(now)
        or urgent_letters_wait(now)
        or has_unwritten_letters()
        or has_unwritten_invitations()
    )


def deliver_mail(run: Run) -> dict[str, int]:
    """Each mail is taken up, sent outside any transaction, and written down; after a crash it is sent again.

    A server that cannot be reached ends the run: the rest waits for the next minute.
    """
    write_urgent_letters(run)
    write_citizen_letters(run)
    write_invitations(run)
    with transaction():
        cancelled = cancel_needless_mail()
    counts = {"sent": 0, "postponed": 0, "failed": 0, "cancelled": cancelled}
    with _sender(run.settings) as send:
        while sum(counts.values()) < MOST and not run.stop.is_set():
            with transaction():
                mail = take_next_mail(clock.now())
            if mail is None:
                break
            outcome, may_go_on = _deliver(mail, send, run.settings)
            counts[outcome] += 1
            if not may_go_on:
                break
    return counts


def _deliver(mail: MailToSend, send: Send, settings: Mapping[str, Any]) -> tuple[str, bool]:
    """What became of one mail, and whether the next one has a chance."""
    try:
        message = message_of(mail, settings)
    except ValueError as error:
        # It cannot be written as a message, today or tomorrow; the others can.
        return _failed(mail, error, permanent=True), True
    try:
        send(mail, message)
    except RefusedForGoodError as error:
        return _failed(mail, error, permanent=True, bad_address=error.bad_address), True
    except smtplib.SMTPResponseException as error:
        return _failed(mail, error, permanent=False), True
    except (OSError, smtplib.SMTPException) as error:
        return _failed(mail, error, permanent=False), False
    with transaction():
        record_sent(mail, now=clock.now())
    return "sent", True


def _failed(mail: MailToSend, error: Exception, *, permanent: bool, bad_address: bool = False) -> str:
    now, words = clock.now(), f"{type(error).__name__}: {error}"[:500]
    with transaction():
        status = record_failure(mail, words, permanent=permanent, now=now)
        if bad_address:
            refuse_address(mail.id, str(error), now=now)
    return "failed" if status == "failed" else "postponed"


@contextmanager
def _sender(settings: Mapping[str, Any]) -> Iterator[Send]:
    if not settings["SMTP_URL"]:
        folder = Path(settings["INSTANCE_PATH"]) / OUTBOX
        folder.mkdir(parents=True, exist_ok=True)
        yield lambda mail, message: write_file(folder, mail, message)
        return
    connection = Connection(settings)
    try:
        yield lambda mail, message: connection.send(message)
    finally:
        connection.close()


def write_file(folder: Path, mail: MailToSend, message: EmailMessage) -> None:
    """One .eml a mail, whole or not at all; the same mail sent again is the same file."""
    name = f"{mail.created_at:%Y%m%dT%H%M%SZ}-{mail.uid}.eml"
    partial = folder / f".{name}.partial"
    with partial.open("wb") as file:
        file.write(bytes_of(message))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)
