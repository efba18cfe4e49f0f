"""Delivery status notifications: those of real servers' shapes, and those that want to do harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bounces import notification
from tracker.importers.bounces import LARGEST, NotUnderstoodError, read_report


def test_a_notification_says_who_did_not_get_which_mail():
    (one,) = read_report(notification("abcDEF123_-x", "Ana@Infom.example"))
    assert one.is_failure
    assert one.addresses == {"ana@infom.example"}
    assert one.status == "5.1.1"
    assert one.diagnostic == "550 5.1.1 No existe"
    assert one.mail_uids == ("abcDEF123_-x",)


def test_the_headers_alone_may_have_come_back_or_nothing_at_all():
    assert read_report(notification("abcDEF123", headers_only=True))[0].mail_uids == ("abcDEF123",)
    assert read_report(notification("", answers="abcDEF123"))[0].mail_uids == ("abcDEF123",)
    assert read_report(notification(""))[0].mail_uids == ()


def test_the_address_that_was_written_to_counts_beside_the_final_one():
    (one,) = read_report(notification("abcDEF123", "otra@lejos.example", original="ana@infom.example"))
    assert one.addresses == {"otra@lejos.example", "ana@infom.example"}


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_was_not_given_up_is_no_failure(action):
    assert not read_report(notification("abcDEF123", action=action))[0].is_failure


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"Subject: Fuera de la oficina\r\n\r\nVuelvo el lunes.\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n",
    ],
)
def test_anything_else_is_not_understood(data):
    with pytest.raises(NotUnderstoodError):
        read_report(data)


def test_parts_within_parts_without_end_are_not_followed():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5000)
    )
    with pytest.raises(NotUnderstoodError):
        read_report(deep)


def test_a_notification_about_thousands_is_cut():
    group = b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    data = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n" + group * 40_000
    assert len(data) > LARGEST
    assert len(read_report(data)) <= 50


def test_line_breaks_and_other_characters_do_not_reach_what_is_kept():
    raw = notification("abcDEF123").replace(b"550 5.1.1 No existe", b"550 5.1.1 No\r\n  \x1b[31mexiste\x00")
    (one,) = read_report(raw)
    assert one.diagnostic.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 900))
def test_whatever_stands_in_it_the_answer_is_a_report_or_a_refusal(noise, at):
    good = notification("abcDEF123")
    try:
        found = read_report(good[:at] + noise + good[at:])
    except NotUnderstoodError:
        return
    assert all(len(one.diagnostic) <= 500 for one in found)
