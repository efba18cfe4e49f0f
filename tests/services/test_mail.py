"""The outbox: one mail a person, rewritten while it waits, tried again for three days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.queries.notices import list_pending_letters, list_people_to_tell
from tracker.services import mail
from tracker.services.mail import BACK_OFF, SENDING, LetterText

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
MAILED = frozenset({(Event.DUE.value, AccountRole.LIAISON)})
WORDS = LetterText("Asunto", "Texto", "<p>Texto</p>")


@pytest.fixture
def person(app_context):
    return make_user(AccountRole.LIAISON, "INFOM", email="enlace@infom.example")


def notice(person, subject="s1", *, kind=Event.DUE.value, on=date(2026, 6, 22)):
    with transaction():
        one = Notice(
            user_id=person.id,
            kind=kind,
            subject_uid=subject,
            cause=f"{on}/7",
            params={"due_on": on.isoformat()},
            created_at=NOW,
        )
        db.session.add(one)
        db.session.flush()
        return one.id


def queue(words=WORDS, now=NOW):
    letters = list_pending_letters(MAILED, list_people_to_tell(MAILED))
    with transaction():
        return [mail.queue_letter(one, words, now=now) for one in letters]


def take(now=NOW):
    with transaction():
        return mail.take_next_mail(now)


def mails():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_one_mail_tells_all_that_a_person_has_open(person):
    notice(person, "s1"), notice(person, "s2")
    assert queue() == [True]
    assert [(one.recipient, one.subject, one.body, one.html) for one in mails()] == [
        ("enlace@infom.example", "Asunto", "Texto", "<p>Texto</p>")
    ]


def test_a_mail_that_still_waits_is_rewritten_instead_of_followed_by_another(person):
    notice(person, "s1")
    queue()
    notice(person, "s2")
    assert queue(LetterText("Dos", "Ambas")) == [False]
    assert [(one.subject, one.body) for one in mails()] == [("Dos", "Ambas")]


def test_what_comes_up_after_it_left_goes_in_a_mail_of_its_own(person):
    notice(person, "s1")
    queue()
    with transaction():
        mail.record_sent(mail.take_next_mail(NOW), now=NOW)
    notice(person, "s2")
    assert queue() == [True]
    assert [one.status for one in mails()] == [MailStatus.SENT, MailStatus.QUEUED]


def test_with_the_mail_its_notices_are_sent(person):
    notice(person)
    queue()
    sent = take()
    with transaction():
        mail.record_sent(sent, now=NOW)
    row = db.session.scalars(select(Notice)).one()
    assert (row.status, row.sent_at) == (NoticeStatus.SENT, NOW)
    assert (list_people_to_tell(MAILED), list_pending_letters(MAILED, [person.id])) == ([], [])


def test_a_kind_that_does_not_go_by_mail_to_that_role_is_left_out(person):
    notice(person, kind=Event.OVERDUE.value)
    assert (list_people_to_tell(MAILED), list_pending_letters(MAILED, [person.id])) == ([], [])


def test_a_mail_whose_causes_are_all_gone_is_cancelled(person):
    notice(person)
    queue()
    with transaction():
        db.session.scalars(select(Notice)).one().status = NoticeStatus.CLEARED
    with transaction():
        assert mail.cancel_needless_mail() == 1
    assert mails()[0].status is MailStatus.CANCELLED
    assert take() is None


def test_a_mail_with_one_cause_left_is_not_cancelled(person):
    notice(person, "s1"), notice(person, "s2")
    queue()
    with transaction():
        db.session.scalars(
            select(Notice).where(Notice.subject_uid == "s1")
        ).one().status = NoticeStatus.CLEARED
    with transaction():
        assert mail.cancel_needless_mail() == 0


def test_nothing_goes_to_an_account_that_was_closed(person):
    notice(person)
    queue()
    with transaction():
        db.session.get(User, person.id).is_active = False
    with transaction():
        assert mail.cancel_needless_mail() == 1
    assert (list_people_to_tell(MAILED), list_pending_letters(MAILED, [person.id])) == ([], [])


def test_a_mail_taken_up_is_nobody_elses_until_it_should_have_been_sent(person):
    notice(person)
    queue()
    assert take().attempts == 1
    assert take() is None
    assert take(NOW + SENDING - timedelta(seconds=1)) is None
    assert take(NOW + SENDING).attempts == 2


def test_a_failed_mail_waits_longer_each_time_and_is_given_up_after_three_days(person):
    notice(person)
    queue()
    now, waits = NOW, []
    while True:
        with transaction():
            taken = mail.take_next_mail(now)
            status = mail.record_failure(taken, "451 ocupado", permanent=False, now=now)
        if status is MailStatus.FAILED:
            break
        following = mails()[0].next_attempt_at
        waits.append(following - now)
        now = following
    assert tuple(waits) == BACK_OFF
    assert timedelta(days=3) < now - NOW < timedelta(days=4)
    assert mails()[0].last_error == "451 ocupado"
    assert take(now + timedelta(days=30)) is None


def test_a_mail_refused_for_good_is_not_tried_again(person):
    notice(person)
    queue()
    taken = take()
    with transaction():
        assert mail.record_failure(taken, "550", permanent=True, now=NOW) is MailStatus.FAILED


def test_a_mail_rewritten_while_it_was_being_sent_goes_out_again(person):
    notice(person, "s1")
    queue()
    taken = take()
    notice(person, "s2")
    queue(LetterText("Dos", "Ambas"))
    with transaction():
        mail.record_sent(taken, now=NOW)
    assert mails()[0].status is MailStatus.QUEUED
    assert take().body == "Ambas"


def test_a_letter_whose_notices_were_cleared_meanwhile_is_not_queued(person):
    notice(person)
    letters = list_pending_letters(MAILED, list_people_to_tell(MAILED))
    with transaction():
        db.session.scalars(select(Notice)).one().status = NoticeStatus.CLEARED
    with transaction():
        assert mail.queue_letter(letters[0], WORDS, now=NOW) is False
    assert mails() == []
