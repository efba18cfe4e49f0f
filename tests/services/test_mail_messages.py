"""Messages: safe in every header, readable by every server, threads together."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from tracker.queries.notices import MailToSend
from tracker.services.mail_messages import bytes_of, list_headers, message_of, thread_headers

BASE = "https://cumple.gob.example"
SETTINGS = {"MAIL_FROM": '"Cumplé, Ministerio" <no@gob.example>', "BASE_URL": BASE}
MAIL = MailToSend(
    id=1,
    uid="a" * 22,
    recipient="ana@infom.example",
    subject="Atención: " + "ácido y ñandú " * 20,
    body="Línea ñ " * 400 + "\n.\nFrom aquí\n",
    html="<p>" + "ñ" * 3000 + "</p>",
    created_at=datetime(2026, 6, 15, tzinfo=UTC),
    attempts=1,
)


def made(**changes):
    return message_of(dataclasses.replace(MAIL, **changes), SETTINGS)


def test_lines_are_short_and_of_seven_bits_and_nothing_is_lost():
    raw = bytes_of(made())
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == MAIL.subject.strip()
    assert read["From"].addresses[0].display_name == "Cumplé, Ministerio"
    assert read.get_body(("plain",)).get_content().splitlines() == MAIL.body.splitlines()
    assert read.get_body(("html",)).get_content().strip() == MAIL.html


def test_a_long_address_stays_whole():
    long = "a" * 60 + "@" + ("b" * 58 + ".") * 3 + "example"
    assert f"To: {long}\r\n".encode() in bytes_of(made(recipient=long))


def test_a_domain_beyond_ascii_is_written_as_servers_know_it():
    assert made(recipient="ana@ñandú.example")["To"] == "ana@xn--and-6ma2c.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "ana@infom.example\nBcc: x@y.example"},
        {"recipient": "ana@infom.example, x@y.example"},
        {"recipient": "ana@infom.example\x00"},
        {"recipient": ""},
        {"headers": {"List-Id": "x\r\nBcc: x@y.example"}},
        {"headers": {"Bcc": "x@y.example"}},
        {"headers": {"From": "x@y.example"}},
        {"headers": {"List-Id": "ñ"}},
    ],
)
def test_what_would_add_a_header_or_a_recipient_is_no_message(changes):
    with pytest.raises(ValueError, match=r"\S"):
        made(**changes)


def test_a_subject_cannot_add_a_header_and_shows_nothing_hidden():
    message = made(subject="Uno\r\nBcc: x@y.example\x00\u202e\ud800 dos")
    assert message["Subject"] == "Uno Bcc: x@y.example dos"
    assert message["Bcc"] is None


def test_it_is_known_as_automatic_and_is_the_same_each_time():
    first, second = made(), made(attempts=7)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


def test_letters_about_one_thing_name_the_same_root_in_one_line():
    headers = thread_headers(BASE, "avisos", "r" * 40, "p/1 ñ") | list_headers(BASE, "avisos")
    raw = bytes_of(made(headers=headers))
    assert f"References: <avisos.{'r' * 40}.p-1--@cumple.gob.example>\r\n".encode() in raw
    assert b"In-Reply-To: <avisos." in raw
    assert b"List-Id: Cumple <avisos.cumple.gob.example>\r\n" in raw
