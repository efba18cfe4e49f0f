"""deliver-mail against real servers: encryption, passwords, refusals, broken lines; nothing lost or twice."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest

from tests.support.mail import (
    CREATED,
    OnePassword,
    Server,
    deliver,
    free_port,
    mails,
    make_authority,
    put,
    scripted,
    serving,
)
from tracker import clock
from tracker.jobs import smtp
from tracker.models.notices import MailStatus

HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(app_context):
    """Two mails in the outbox."""
    return [put("uno"), put("dos")]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_to


def test_mail_goes_out_by_smtp_each_to_one_address(app, waiting):
    server = Server()
    with serving(server) as url:
        assert deliver(app, SMTP_URL=url)["sent"] == 2
    assert server.received == ["uno@gob.example", "dos@gob.example"]
    assert server.asked == [["uno@gob.example"], ["dos@gob.example"]]
    assert {one.status for one in mails()} == {MailStatus.SENT}
    assert server.messages[0]["Subject"] == "Avisos de uno: actividad número ñ"


@pytest.mark.parametrize("answers", [{"rcpt": "450 vuelva luego"}, {"data": "451 ocupado"}])
def test_a_server_that_asks_to_come_back_is_asked_again_later(app, waiting, answers):
    with serving(Server(**answers)) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 2, "failed": 0, "cancelled": 0}
        assert deliver(app, SMTP_URL=url)["postponed"] == 0
    assert all(one.next_attempt_at > clock.now() for one in mails())
    assert {one.status for one in mails()} == {MailStatus.QUEUED}
    assert all(one.last_error for one in mails())


@pytest.mark.parametrize("answers", [{"rcpt": "554 no se admite"}, {"data": "554 rechazado"}])
def test_a_refusal_for_good_fails_the_mail_and_the_next_one_is_tried(app, waiting, answers):
    with serving(Server(**answers)) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 0, "failed": 2, "cancelled": 0}
    assert {one.status for one in mails()} == {MailStatus.FAILED}
    assert "554" in mails()[0].last_error
    assert mails()[0].bounced_at is None


@pytest.mark.parametrize("answer", ["550 5.7.1 remitente no admitido", "421 cerramos", "530 falta la clave"])
def test_a_server_that_refuses_the_sender_takes_no_mail_and_costs_one_attempt(app, waiting, answer):
    with serving(Server(mail=answer)) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    assert [one.attempts for one in mails()] == [1, 0]


def test_a_server_that_is_away_ends_the_run_after_one_attempt(app, waiting):
    url = f"smtp://127.0.0.1:{free_port()}"
    assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    assert [one.attempts for one in mails()] == [1, 0]


def test_a_server_that_was_away_for_an_hour_gets_each_mail_once(app, waiting, at):
    server, port = Server(), free_port()
    for minute in range(60):
        at(CREATED + timedelta(minutes=minute))
        deliver(app, SMTP_URL=f"smtp://127.0.0.1:{port}")
    assert {one.status for one in mails()} == {MailStatus.QUEUED}
    with serving(server, port=port) as url:
        for minute in range(60, 240):
            at(CREATED + timedelta(minutes=minute))
            if any(one.status is MailStatus.QUEUED for one in mails()):
                deliver(app, SMTP_URL=url)
    assert sorted(server.received) == ["dos@gob.example", "uno@gob.example"]
    assert {one.status for one in mails()} == {MailStatus.SENT}


def test_greylisting_is_passed_by_coming_back(app, waiting, at):
    server = Server(rcpt="451 4.7.1 vuelva en unos minutos")
    with serving(server) as url:
        at(CREATED)
        assert deliver(app, SMTP_URL=url)["postponed"] == 2
        server.rcpt = "250 OK"
        at(CREATED + timedelta(minutes=6))
        assert deliver(app, SMTP_URL=url)["sent"] == 2
    assert len(server.received) == 2


def test_a_line_that_broke_while_the_mail_was_written_sends_it_later(app, waiting, at):
    def breaks(talk):
        talk.wfile.write(b"220 listo\r\n")
        while not (line := talk.rfile.readline()).upper().startswith(b"DATA"):
            talk.wfile.write(b"250 OK\r\n" if line else b"")
            if not line:
                return
        talk.wfile.write(b"354 adelante\r\n")
        talk.rfile.readline()
        talk.connection.shutdown(socket.SHUT_RDWR)

    at(CREATED)
    with scripted(breaks) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 1, "failed": 0, "cancelled": 0}
    at(CREATED + HOUR)
    server = Server()
    with serving(server) as url:
        assert deliver(app, SMTP_URL=url)["sent"] == 2
    assert sorted(server.received) == ["dos@gob.example", "uno@gob.example"]


def test_accepted_without_an_answer_is_the_one_case_of_twice_under_the_same_id(app, app_context, at):
    """Nobody can know then whether the mail was taken; its id lets mail programs and servers drop one."""
    put("uno")
    server = Server()
    server.on_data = lambda talk: talk.transport.abort()
    at(CREATED)
    with serving(server) as url:
        assert deliver(app, SMTP_URL=url)["postponed"] == 1
        server.on_data = lambda talk: None
        at(CREATED + HOUR)
        assert deliver(app, SMTP_URL=url)["sent"] == 1
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_line_closed_between_two_mails_is_opened_again(app, waiting):
    server = Server()

    def close_soon(talk):
        talk.loop.call_later(0.05, talk.transport.close)

    server.on_data = close_soon
    real = smtp._answers

    def after_a_while(connection):
        time.sleep(0.2)
        return real(connection)

    with serving(server) as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtp, "_answers", after_a_while)
        assert deliver(app, SMTP_URL=url)["sent"] == 2


def test_a_server_that_says_nothing_is_waited_for_so_long_only(app, waiting):
    with scripted(lambda talk: time.sleep(3)) as url:
        began = time.monotonic()
        assert deliver(app, SMTP_URL=url, SMTP_TIMEOUT_SECONDS=1)["postponed"] == 1
        assert time.monotonic() - began < 2.5


def test_a_server_whose_every_answer_comes_late_is_cut_off(app, waiting, monkeypatch):
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 0.5)

    def drips(talk):
        talk.wfile.write(b"220 listo\r\n")
        talk.rfile.readline()
        talk.wfile.write(b"250 OK\r\n")
        talk.rfile.readline()
        for _ in range(100):
            talk.wfile.write(b"250-y sigue\r\n")
            time.sleep(0.1)

    with scripted(drips) as url:
        began = time.monotonic()
        assert deliver(app, SMTP_URL=url, SMTP_TIMEOUT_SECONDS=5)["postponed"] == 1
        assert time.monotonic() - began < 4


def test_mail_goes_out_over_ipv6(app, waiting):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = Server()
    with serving(server, host="::1") as url:
        assert deliver(app, SMTP_URL=url)["sent"] == 2


def test_an_address_with_letters_beyond_ascii_goes_where_the_server_takes_it(app, app_context):
    put("uno", recipient="ñandú@gob.example")
    server = Server()
    with serving(server, enable_SMTPUTF8=True) as url:
        assert deliver(app, SMTP_URL=url)["sent"] == 1
    assert server.received == ["ñandú@gob.example"]
    put("dos", recipient="ñandú@gob.example")
    put("tres")
    with serving(Server(), enable_SMTPUTF8=False) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 1, "postponed": 0, "failed": 1, "cancelled": 0}


# Encryption and passwords.


def test_smtps_with_an_authority_of_ones_own(app, waiting, authority):
    server = Server()
    with serving(server, scheme="smtps", ssl_context=authority.context()) as url:
        assert deliver(app, SMTP_URL=url, SMTP_CA_FILE=str(authority.ca))["sent"] == 2
    assert server.was_encrypted == [True, True]


def test_a_certificate_of_an_unknown_authority_is_not_trusted(app, waiting, authority):
    server = Server()
    with serving(server, scheme="smtps", ssl_context=authority.context()) as url:
        assert deliver(app, SMTP_URL=url)["postponed"] == 1
    with serving(server, tls_context=authority.context()) as url:
        assert deliver(app, SMTP_URL=url)["postponed"] == 1
    assert server.received == []
    assert "CERTIFICATE_VERIFY_FAILED" in mails()[0].last_error


def test_a_certificate_for_another_name_is_not_trusted(app, waiting, tmp_path):
    other = make_authority(tmp_path, "DNS:otro.gob.example")
    with serving(Server(), scheme="smtps", ssl_context=other.context()) as url:
        assert deliver(app, SMTP_URL=url, SMTP_CA_FILE=str(other.ca))["postponed"] == 1
    assert "CERTIFICATE_VERIFY_FAILED" in mails()[0].last_error


def test_an_authority_file_that_is_not_there_sends_nothing(app, waiting, authority, tmp_path):
    with serving(Server(), scheme="smtps", ssl_context=authority.context()) as url:
        assert deliver(app, SMTP_URL=url, SMTP_CA_FILE=str(tmp_path / "no.pem"))["postponed"] == 1


def test_starttls_is_taken_where_it_is_offered(app, waiting, authority):
    server = Server()
    with serving(server, tls_context=authority.context()) as url:
        assert deliver(app, SMTP_URL=url, SMTP_CA_FILE=str(authority.ca))["sent"] == 2
    assert server.was_encrypted == [True, True]


def test_where_encryption_is_insisted_on_a_server_without_it_gets_nothing(app, waiting):
    server = Server()
    with serving(server) as url:
        assert deliver(app, SMTP_URL=url, SMTP_REQUIRE_TLS=True)["postponed"] == 1
    assert server.asked == []
    assert "STARTTLS" in mails()[0].last_error


def test_a_password_is_never_sent_without_encryption(app, waiting):
    with serving(Server()) as url:
        secret = url.replace("smtp://", "smtp://cumple:secreto@")
        assert deliver(app, SMTP_URL=secret)["postponed"] == 1
    assert "encryption" in mails()[0].last_error
    assert "secreto" not in mails()[0].last_error


@pytest.mark.parametrize(("password", "sent"), [("se%3Acr%40eto", 2), ("otra", 0)])
def test_the_password_is_right_or_nothing_is_sent(app, waiting, authority, password, sent):
    server = Server()
    more = {"authenticator": OnePassword("cumple", "se:cr@eto"), "auth_required": True}
    with serving(server, tls_context=authority.context(), **more) as url:
        secret = url.replace("smtp://", f"smtp://cumple:{password}@")
        assert deliver(app, SMTP_URL=secret, SMTP_CA_FILE=str(authority.ca))["sent"] == sent
    assert len(server.received) == sent
    if not sent:
        assert "535" in mails()[0].last_error
        assert "otra" not in mails()[0].last_error


def test_a_server_that_does_not_speak_tls_is_not_spoken_to_by_smtps(app, waiting):
    with serving(Server(), scheme="smtps") as url:
        assert deliver(app, SMTP_URL=url)["postponed"] == 1


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="smtp"):
        smtp.connect({"SMTP_URL": "http://127.0.0.1", "BASE_URL": "", "SMTP_TIMEOUT_SECONDS": 1})
