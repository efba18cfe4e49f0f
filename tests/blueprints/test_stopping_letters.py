"""A person's letters are stopped by the link in one of them: by hand, by the mail program, by nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.citizens import secret
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.domain.preferences import Digest
from tracker.jobs.letters import letter_text, letters_to
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.notices import Notice
from tracker.queries.preferences import preferences_of
from tracker.services.audit import EventTag
from tracker.services.public_tokens import Purpose, sign


@pytest.fixture
def person(app):
    """A liaison with something to be told."""
    with app.app_context():
        made = make_user(AccountRole.LIAISON, "INFOM")
        place = {"label": "1.1", "title": "Taller", "commitment": "1", "plan": "4", "institution": "INFOM"}
        days = {"due_on": "2026-06-22", "told_on": "2026-06-15"}
        with transaction():
            db.session.add(
                Notice(
                    user_id=made.id,
                    kind=Event.DUE.value,
                    subject_uid="s1",
                    cause="c1",
                    params=place | days,
                    created_at=clock.now(),
                )
            )
        return made


def link(app, person, purpose=Purpose.END_LETTERS):
    with app.app_context():
        return f"/avisos/baja/{sign(secret(), purpose, person.uid, now=clock.now())}"


def rhythm(app, person):
    with app.app_context():
        found = preferences_of([person.id])
        return found[person.id].digest if found else Digest.DAILY


def test_each_letter_carries_the_link_and_the_header_of_mail_programs(app, person):
    with app.app_context():
        (letter,) = letters_to([person.id])
        words = letter_text(letter, clock.today(), "https://cumple.gob.example")
    url = re.fullmatch("<(.+)>", words.headers["List-Unsubscribe"])[1]
    assert url.startswith("https://cumple.gob.example/avisos/baja/")
    assert words.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in words.text
    assert url in words.html


def test_looking_at_the_link_stops_nothing(app, client, person):
    page = client.get(link(app, person))
    assert "Dejar de recibirlos" in page.main
    assert rhythm(app, person) is Digest.DAILY


def test_a_mail_program_stops_them_without_session_or_cookie(app, client, person):
    address = link(app, person)
    answer = client.http.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert rhythm(app, person) is Digest.NEVER
    assert client.http.post(address).status_code == 200, "a second time changes nothing"
    with app.app_context():
        tags = db.session.scalars(select(AuditEvent.tag)).all()
        assert tags.count(EventTag.ACCOUNT_NOTICES_CHANGED) == 1
        assert letters_to([person.id]) == []


@pytest.mark.parametrize("purpose", [Purpose.END_SUBSCRIPTION, Purpose.END_ALL, Purpose.FORM])
def test_a_token_for_something_else_stops_nothing(app, client, person, purpose):
    assert client.http.post(link(app, person, purpose)).status_code == 400
    assert client.http.get("/avisos/baja/nada").status_code == 400
    assert rhythm(app, person) is Digest.DAILY


def test_an_account_that_is_closed_has_no_letters_to_stop(app, client, person):
    address = link(app, person)
    with app.app_context(), transaction():
        db.session.get(User, person.id).is_active = False
    assert client.http.post(address).status_code == 404
