"""deliver-mail: whole files or none, a server that refuses, one that is away."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.jobs import delivery
from tracker.jobs.delivery import connect, deliver_mail, mail_is_waiting
from tracker.jobs.run import Run
from tracker.models.notices import MailStatus, OutboxMail

CREATED = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)


@pytest.fixture
def waiting(app_context):
    """Two mails in the outbox."""
    return [put("uno"), put("dos")]


def put(name: str) -> int:
    person = make_user(AccountRole.CONTACT_POINT, email=f"{name}@gob.example")
    with transaction():
        mail = OutboxMail(
            user_id=person.id,
            recipient=person.email,
            subject=f"Avisos de {name}: actividad número ñ",
            body="Venció hace 3 días.\n",
            html="<p>Venció hace 3 días.</p>",
            dedup_key=name,
            next_attempt_at=CREATED,
            created_at=CREATED,
        )
        db.session.add(mail)
        db.session.flush()
        return mail.id


def run(app, **settings) -> dict[str, int]:
    today = clock.today()
    config = {**app.config, "BASE_URL": "https://cumple.gob.example", "MAIL_FROM": "Cumple <no@gob.example>"}
    return dict(deliver_mail(Run(today, today, today, config | settings, Event())))


def mails() -> list[OutboxMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def outbox(app) -> list[Path]:
    return sorted((Path(app.instance_path) / "outbox").iterdir())


def test_each_mail_becomes_one_whole_file(app, waiting):
    assert mail_is_waiting(clock.now())
    assert run(app)["sent"] == 2
    assert not mail_is_waiting(clock.now())
    files = outbox(app)
    assert [one.suffix for one in files] == [".eml", ".eml"]
    read = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in files]
    message = next(one for one in read if one["To"] == "uno@gob.example")
    assert message["Subject"] == "Avisos de uno: actividad número ñ"
    assert message["From"] == "Cumple <no@gob.example>"
    assert message["Message-ID"] == f"<{mails()[0].uid}@cumple.gob.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().splitlines() == ["Venció hace 3 días."]
    assert "<p>Venció hace 3 días.</p>" in message.get_body(("html",)).get_content()


def test_sent_mail_is_not_sent_again(app, waiting):
    run(app)
    assert run(app) == {"sent": 0, "postponed": 0, "failed": 0, "cancelled": 0}
    assert len(outbox(app)) == 2


def test_a_mail_sent_twice_after_a_crash_is_the_same_file(app, waiting):
    run(app)
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            mail.status, mail.next_attempt_at = MailStatus.QUEUED, CREATED
    run(app)
    assert len(outbox(app)) == 2


def test_a_full_disk_leaves_no_half_file_and_the_mail_waits(app, waiting, monkeypatch):
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery.os, "fsync", fail)
    assert run(app) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    assert [one for one in outbox(app) if one.suffix == ".eml"] == []
    monkeypatch.undo()
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            mail.next_attempt_at = CREATED
    assert run(app)["sent"] == 2
    assert [one.suffix for one in outbox(app)] == [".eml", ".eml"]


def test_a_stop_is_heard_between_two_mails(app, waiting):
    stop = Event()
    stop.set()
    today = clock.today()
    assert deliver_mail(Run(today, today, today, app.config, stop))["sent"] == 0


def test_a_mail_without_html_is_plain(app, waiting):
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            mail.html = ""
    run(app)
    assert email.message_from_bytes(outbox(app)[0].read_bytes()).get_content_type() == "text/plain"


class Server:
    """A mail server that answers what it is told to."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK") -> None:
        self.rcpt, self.data = rcpt, data
        self.received: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.data.startswith("250"):
            self.received.append(envelope.rcpt_tos[0])
        return self.data


@contextmanager
def serving(server: Server) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def test_mail_goes_out_by_smtp(app, waiting):
    server = Server()
    with serving(server) as url:
        assert run(app, SMTP_URL=url)["sent"] == 2
    assert server.received == ["uno@gob.example", "dos@gob.example"]
    assert {one.status for one in mails()} == {MailStatus.SENT}


@pytest.mark.parametrize("answers", [{"rcpt": "450 vuelva luego"}, {"data": "451 ocupado"}])
def test_a_server_that_asks_to_come_back_is_asked_again_later(app, waiting, answers):
    with serving(Server(**answers)) as url:
        assert run(app, SMTP_URL=url) == {"sent": 0, "postponed": 2, "failed": 0, "cancelled": 0}
        assert run(app, SMTP_URL=url)["postponed"] == 0
    assert all(one.next_attempt_at > clock.now() for one in mails())
    assert {one.status for one in mails()} == {MailStatus.QUEUED}
    assert all(one.last_error for one in mails())


@pytest.mark.parametrize("answers", [{"rcpt": "550 no existe"}, {"data": "554 rechazado"}])
def test_a_refusal_for_good_fails_the_mail_and_the_next_one_is_tried(app, waiting, answers):
    with serving(Server(**answers)) as url:
        assert run(app, SMTP_URL=url) == {"sent": 0, "postponed": 0, "failed": 2, "cancelled": 0}
    assert {one.status for one in mails()} == {MailStatus.FAILED}
    assert "550" in mails()[0].last_error or "554" in mails()[0].last_error


def test_a_server_that_is_away_ends_the_run_after_one_attempt(app, waiting):
    with serving(Server()) as url:
        pass
    assert run(app, SMTP_URL=url) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    assert [one.attempts for one in mails()] == [1, 0]


def test_a_password_is_never_sent_without_encryption(app, waiting):
    with serving(Server()) as url:
        secret = url.replace("smtp://", "smtp://cumple:secreto@")
        assert run(app, SMTP_URL=secret)["postponed"] == 1
    assert "encryption" in mails()[0].last_error


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="smtp"):
        connect("http://127.0.0.1")


def test_a_server_that_does_not_speak_tls_is_not_spoken_to_by_smtps(app, waiting):
    with serving(Server()) as url, pytest.raises((ssl.SSLError, OSError)):
        connect(url.replace("smtp://", "smtps://"))
