"""deliver-mail: whole files or none, a server that refuses, one that is away."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from tests.support.mail import CREATED, deliver, mails, put
from tracker import clock
from tracker.db import db, transaction
from tracker.jobs import delivery
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.run import Run
from tracker.models.notices import MailStatus, OutboxMail


@pytest.fixture
def waiting(app_context):
    """Two mails in the outbox."""
    return [put("uno"), put("dos")]


def outbox(app) -> list[Path]:
    return sorted((Path(app.instance_path) / "outbox").iterdir())


def test_each_mail_becomes_one_whole_file(app, waiting):
    assert mail_is_waiting(clock.now())
    assert deliver(app)["sent"] == 2
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
    deliver(app)
    assert deliver(app) == {"sent": 0, "postponed": 0, "failed": 0, "cancelled": 0}
    assert len(outbox(app)) == 2


def test_a_mail_sent_twice_after_a_crash_is_the_same_file(app, waiting):
    deliver(app)
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            mail.status, mail.next_attempt_at = MailStatus.QUEUED, CREATED
    deliver(app)
    assert len(outbox(app)) == 2


def test_a_full_disk_leaves_no_half_file_and_the_mail_waits(app, waiting, monkeypatch):
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery.os, "fsync", fail)
    assert deliver(app) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    assert [one for one in outbox(app) if one.suffix == ".eml"] == []
    monkeypatch.undo()
    with transaction():
        for mail in db.session.scalars(select(OutboxMail)):
            mail.next_attempt_at = CREATED
    assert deliver(app)["sent"] == 2
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
    deliver(app)
    assert email.message_from_bytes(outbox(app)[0].read_bytes()).get_content_type() == "text/plain"


def test_a_mail_that_cannot_be_a_message_fails_and_holds_up_no_other(app, app_context):
    """What the database should never hold, were it to: a line break in an address, or in a header."""
    put("uno", recipient="a@gob.example\r\nBcc: todos@gob.example")
    put("dos", headers={"List-Id": "x\r\nBcc: todos@gob.example"})
    put("tres", headers={"Bcc": "todos@gob.example"})
    put("cuatro", recipient="a@gob.example, b@gob.example")
    put("cinco")
    assert deliver(app) == {"sent": 1, "postponed": 0, "failed": 4, "cancelled": 0}
    assert [one.status for one in mails()] == [*[MailStatus.FAILED] * 4, MailStatus.SENT]
    assert b"todos@gob.example" not in b"".join(one.read_bytes() for one in outbox(app))
