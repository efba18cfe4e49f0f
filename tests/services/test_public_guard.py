"""What keeps machines off the public forms: token, time, and a count by address and by e-mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.models.citizens import PublicAttempt
from tracker.services.public_guard import Guard, TooMany, check_form, count_attempt, form_token
from tracker.services.public_tokens import BadToken, Purpose, sign

GUARD = Guard("una clave", 3)
ABOUT = "plan:abc"


def token(**more):
    return form_token(GUARD, "follow", ABOUT, now=more.get("now", NOW))


def refusal(given, *, form="follow", about=ABOUT, later=timedelta(seconds=10)):
    with pytest.raises(DomainError) as refused:
        check_form(GUARD, given, form, about, now=NOW + later)
    return type(refused.value), refused.value.code


def test_a_form_filled_in_by_a_person_passes():
    check_form(GUARD, token(), "follow", ABOUT, now=NOW + timedelta(seconds=3))
    check_form(GUARD, token(), "follow", ABOUT, now=NOW + timedelta(hours=24))


def test_too_fast_and_too_old_are_asked_again():
    assert refusal(token(), later=timedelta(seconds=2)) == (DomainError, "form-too-fast")
    assert refusal(token(), later=timedelta(hours=24, seconds=1)) == (DomainError, "form-too-old")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        form_token(Guard("otra clave", 3), "follow", ABOUT, now=NOW),
        sign(GUARD.secret, Purpose.CONFIRM_OBSERVATION, f"follow {ABOUT}", now=NOW),
    ],
)
def test_a_token_that_is_not_ours_is_no_form_of_ours(bad):
    assert refusal(bad)[0] is BadToken


def test_a_token_is_good_for_its_form_and_subject_alone():
    assert refusal(token(), form="observation")[0] is BadToken
    assert refusal(token(), about="plan:otro")[0] is BadToken


def send(address="192.0.2.1", email="ana@correo.example", now=NOW):
    with transaction():
        count_attempt(GUARD, address=address, email=email, now=now)


def test_an_address_sends_so_many_an_hour(app_context):
    for number in range(3):
        send(email=f"{number}@correo.example")
    with pytest.raises(TooMany):
        send(email="otra@correo.example")
    send("192.0.2.2", "otra@correo.example")
    send(email="otra@correo.example", now=NOW + timedelta(minutes=61))


def test_an_email_is_named_so_many_times_an_hour_from_wherever(app_context):
    for number in range(3):
        send(f"192.0.2.{number}")
    with pytest.raises(TooMany):
        send("192.0.2.9", "ANA@correo.example")


def test_a_household_is_counted_as_one(app_context):
    for number in range(3):
        send(f"2001:db8:1:2::{number}", f"{number}@correo.example")
    with pytest.raises(TooMany):
        send("2001:db8:1:2:ffff::1", "otra@correo.example")
    send("2001:db8:1:3::1", "otra@correo.example")


def test_midnight_forgives_nothing(app_context):
    midnight = datetime(2026, 6, 16, 0, 0, tzinfo=UTC)
    for number in range(3):
        send(email=f"{number}@correo.example", now=midnight - timedelta(minutes=5))
    with pytest.raises(TooMany):
        send(email="otra@correo.example", now=midnight + timedelta(minutes=5))


def test_neither_address_nor_email_is_kept_and_nothing_for_longer_than_a_day(app_context):
    send()
    (row,) = db.session.scalars(select(PublicAttempt)).all()
    assert len(row.address) == len(row.email) == 64
    first = (row.address, row.email)
    db.session.rollback()
    send(now=NOW + timedelta(hours=25))
    (row,) = db.session.scalars(select(PublicAttempt)).all()
    assert not set(first) & {row.address, row.email}


def test_an_address_that_is_none_is_counted_too(app_context):
    send("")
