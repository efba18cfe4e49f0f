"""`cumple mail bounce`: messages, mailboxes, standard input; anything else is said."""

from __future__ import annotations

import mailbox

import pytest
from sqlalchemy import select

from tests.support.bounces import notification
from tests.support.mail import mails, put
from tracker.db import db, transaction
from tracker.models.accounts import User
from tracker.models.notices import MailStatus


@pytest.fixture
def sent(app_context):
    put("uno")
    with transaction():
        mails()[0].status = MailStatus.SENT
    return mails()[0].uid


def bounce(app, *arguments, **more):
    return app.test_cli_runner().invoke(args=["mail", "bounce", *map(str, arguments)], **more)


def bounced():
    db.session.rollback()
    return db.session.scalars(select(User.email).where(User.mail_bounced_at.is_not(None))).all()


def test_a_message_is_read_and_a_second_time_changes_nothing(app, sent, tmp_path):
    file = tmp_path / "rebote.eml"
    file.write_bytes(notification(sent, "uno@gob.example"))
    first = bounce(app, file)
    assert first.exit_code == 0
    assert "Direcciones marcadas, a las que no se escribe más: 1" in first.output
    assert bounced() == ["uno@gob.example"]
    assert "Ya anotados: 1" in bounce(app, file).output


def test_a_mailbox_and_standard_input(app, sent, tmp_path):
    box = mailbox.mbox(tmp_path / "caja")
    box.add(b"Subject: Fuera de la oficina\n\nVuelvo el lunes.\n")
    box.add(notification(sent, "uno@gob.example"))
    box.close()
    mixed = bounce(app, tmp_path / "caja")
    assert mixed.exit_code == 0
    assert "mensaje 1: no es un aviso de entrega" in mixed.output
    assert bounced() == ["uno@gob.example"]
    assert "Ya anotados: 1" in bounce(app, "-", input=notification(sent, "uno@gob.example")).output


def test_what_is_no_report_is_wrong_usage(app, sent, tmp_path):
    file = tmp_path / "otro.eml"
    file.write_bytes(b"\x00\xff")
    assert bounce(app, file).exit_code == 2
    assert bounce(app, tmp_path / "no-existe").exit_code == 2


def test_the_address_alone_counts_only_where_the_operator_says_so(app, sent, tmp_path):
    file = tmp_path / "rebote.eml"
    file.write_bytes(notification("", "uno@gob.example"))
    assert "De correos que no son nuestros: 1" in bounce(app, file).output
    assert bounced() == []
    bounce(app, file, "--by-address")
    assert bounced() == ["uno@gob.example"]
