"""Addresses that mail does not reach: marked, written to no more, told again once they are mended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.bounces import notification
from tests.support.factories.accounts import PASSWORD, actor_of, make_user
from tests.support.factories.citizens import following, plan_ref
from tests.support.factories.reports import make_scene
from tests.support.mail import Server, deliver, mails, put, serving
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.importers.bounces import read_report
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.queries.citizen_letters import list_followers
from tracker.queries.notices import list_pending_letters, list_people_to_tell
from tracker.services import accounts, bounces, mail
from tracker.services.bounces import Outcome
from tracker.services.mail import LetterText
from tracker.services.subscriptions import follow

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
MAILED = frozenset({(Event.DUE.value, AccountRole.LIAISON)})
EMAIL = "enlace@infom.example"


@pytest.fixture
def admin(app_context):
    return actor_of(make_user(AccountRole.ADMIN, email="admin@gob.example"))


@pytest.fixture
def person(app_context):
    return make_user(AccountRole.LIAISON, "INFOM", email=EMAIL)


@pytest.fixture
def sent(person):
    """A letter that left."""
    with transaction():
        db.session.add(
            Notice(
                user_id=person.id,
                kind=Event.DUE.value,
                subject_uid="s1",
                cause="x",
                params={"due_on": date(2026, 6, 22).isoformat()},
                created_at=NOW,
            )
        )
    queue()
    with transaction():
        mail.record_sent(mail.take_next_mail(NOW), now=NOW)
    return mails()[0]


def queue():
    letters = list_pending_letters(MAILED, list_people_to_tell(MAILED))
    with transaction():
        return [mail.queue_letter(one, LetterText("Asunto", "Texto"), now=NOW) for one in letters]


def take(data, **more):
    with transaction():
        return [bounces.take_report(one, now=NOW, **more) for one in read_report(data)]


def user():
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email == EMAIL)).one()


def tags():
    return [one.tag for one in db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq))]


def test_a_reported_address_is_marked_once_and_written_to_no_more(sent):
    data = notification(sent.uid, EMAIL.upper())
    assert take(data) == [Outcome.MARKED]
    assert user().mail_bounced_at == NOW
    assert "No existe" in user().mail_bounce_reason
    assert mails()[0].bounced_at == NOW
    assert (list_people_to_tell(MAILED), list_pending_letters(MAILED, [user().id])) == ([], [])
    before = tags()
    assert before.count("mail:bounced") == 1
    assert take(data) == [Outcome.KNOWN]
    assert tags() == before


def test_what_the_mail_said_leaves_with_the_next_letter_once_the_address_is_mended(sent, admin, person):
    take(notification(sent.uid, EMAIL))
    assert db.session.scalars(select(Notice)).one().status is NoticeStatus.OPEN
    assert queue() == []
    with transaction():
        bounces.confirm_address(admin, user_uid=person.uid, now=NOW)
    assert user().mail_bounced_at is None
    assert queue() == [True]
    assert [one.status for one in mails()] == [MailStatus.SENT, MailStatus.QUEUED]
    assert tags()[-1] == "mail:address-confirmed"


def test_a_full_mailbox_marks_nobody_and_its_mail_is_told_again(sent):
    assert take(notification(sent.uid, EMAIL, status="5.2.2")) == [Outcome.NOTED]
    assert user().mail_bounced_at is None
    assert queue() == [True]


@pytest.mark.parametrize("action", ["delayed", "delivered"])
def test_what_is_no_failure_changes_nothing(sent, action):
    assert take(notification(sent.uid, EMAIL, action=action)) == [Outcome.PASSING]
    assert mails()[0].bounced_at is None


def test_a_report_counts_only_with_the_id_and_the_address_of_a_mail_of_ours(sent):
    assert take(notification("nadiesabe123", EMAIL)) == [Outcome.UNMATCHED]
    assert take(notification(sent.uid, "otra@infom.example")) == [Outcome.UNMATCHED]
    assert take(notification("", EMAIL)) == [Outcome.UNMATCHED]
    assert user().mail_bounced_at is None


def test_without_an_id_the_address_alone_counts_where_the_operator_says_so(sent):
    assert take(notification("", "otra@infom.example"), by_address=True) == [Outcome.UNMATCHED]
    assert take(notification("", EMAIL), by_address=True) == [Outcome.MARKED]


def marked():
    db.session.rollback()
    return db.session.scalars(select(User.email).where(User.mail_bounced_at.is_not(None))).all()


def test_an_address_that_the_server_refuses_for_good_is_marked_and_the_rest_for_it_stopped(app, app_context):
    put("uno")
    with transaction():
        first = mails()[0]
        db.session.add(
            OutboxMail(
                user_id=first.user_id, recipient=first.recipient, subject="Otro", body="x", dedup_key="otro",
                next_attempt_at=first.next_attempt_at, created_at=first.created_at,
            )
        )  # fmt: skip
    server = Server(rcpt="550 5.1.1 no existe")
    with serving(server) as url:
        assert deliver(app, SMTP_URL=url) == {"sent": 0, "postponed": 0, "failed": 1, "cancelled": 0}
    assert marked() == ["uno@gob.example"]
    assert [one.status for one in mails()] == [MailStatus.FAILED, MailStatus.FAILED]
    assert all(one.bounced_at for one in mails())


def test_a_policy_of_the_server_marks_nobody(app, app_context):
    put("uno")
    with serving(Server(rcpt="550 5.7.1 sin permiso de reenvío")) as url:
        assert deliver(app, SMTP_URL=url)["failed"] == 1
    assert marked() == []


def test_who_follows_by_a_marked_address_is_left_out_until_they_ask_again(app_context):
    scene = make_scene()
    ref = plan_ref(scene.made)
    following(ref, email="ana@ejemplo.example", now=NOW)
    assert [one.email for one in list_followers()] == ["ana@ejemplo.example"]
    with transaction():
        db.session.add(
            OutboxMail(
                recipient="ana@ejemplo.example", subject="x", body="x", dedup_key="followers/1",
                status=MailStatus.SENT, next_attempt_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
    assert take(notification(mails()[0].uid, "ana@ejemplo.example")) == [Outcome.MARKED]
    assert list_followers() == []
    with transaction():
        follow(ref, email="ana@ejemplo.example", now=NOW + timedelta(days=1))
    assert [one.email for one in list_followers()] == ["ana@ejemplo.example"]


def test_another_address_takes_the_mark_away_and_gets_what_waits(sent, admin, person):
    take(notification(sent.uid, EMAIL))
    with transaction():
        accounts.correct_email(admin, user_uid=person.uid, email="Nuevo@infom.example", now=NOW)
    found = db.session.get_one(User, person.id)
    assert (found.email, found.mail_bounced_at, found.mail_bounce_reason) == ("nuevo@infom.example", None, "")
    queue()
    assert mails()[-1].recipient == "nuevo@infom.example"
    with transaction():
        accounts.change_own_email(actor_of(found), current=PASSWORD, email="otro@infom.example", now=NOW)
    assert mails()[-1].recipient == "otro@infom.example"


def test_an_address_is_changed_with_the_password_to_one_that_is_free(person, admin):
    actor = actor_of(person)
    for wrong, code in (
        ({"current": "otra", "email": "x@infom.example"}, "password-wrong"),
        ({"current": PASSWORD, "email": "admin@gob.example"}, "email-taken"),
        ({"current": PASSWORD, "email": "no es"}, "email-not-valid"),
    ):
        with pytest.raises(DomainError, match=code), transaction():
            accounts.change_own_email(actor, now=NOW, **wrong)
    with pytest.raises(NotAllowed), transaction():
        accounts.correct_email(actor, user_uid=admin.uid, email="x@infom.example", now=NOW)
    with pytest.raises(NotAllowed), transaction():
        bounces.confirm_address(actor, user_uid=person.uid, now=NOW)


# What the administration does with mail that did not leave.


def failed(sent, **more):
    with transaction():
        row = mails()[0]
        row.status, row.attempts, row.last_error = MailStatus.FAILED, 10, "451 ocupado"
        for name, value in more.items():
            setattr(row, name, value)
    return sent.uid


def test_a_failed_mail_is_tried_again_under_its_id_at_the_persons_address_of_now(sent, admin, person):
    uid = failed(sent)
    with transaction():
        db.session.get_one(User, person.id).email = "nuevo@infom.example"
        mail.retry_mail(admin, uid=uid, now=NOW + timedelta(days=5))
    row = mails()[0]
    assert (row.uid, row.status, row.attempts, row.recipient) == (
        uid, MailStatus.QUEUED, 0, "nuevo@infom.example",
    )  # fmt: skip
    with pytest.raises(Conflict, match="mail-not-failed"), transaction():
        mail.retry_mail(admin, uid=uid, now=NOW)


def test_a_mail_whose_address_refused_it_is_not_tried_again(sent, admin):
    uid = failed(sent, bounced_at=NOW)
    with pytest.raises(Conflict, match="mail-bounced"), transaction():
        mail.retry_mail(admin, uid=uid, now=NOW)
    with transaction():
        assert mail.retry_failed(admin, now=NOW) == 0


def test_all_that_failed_is_tried_again_at_once_but_what_was_erased(sent, admin):
    failed(sent)
    with transaction():
        assert mail.retry_failed(admin, now=NOW) == 1
    assert tags().count("mail:retried") == 1
    failed(sent, recipient="")
    with transaction():
        assert mail.retry_failed(admin, now=NOW) == 0


def test_a_mail_is_discarded_with_a_reason_that_is_kept(sent, admin):
    uid = failed(sent)
    with pytest.raises(DomainError, match="discard-reason-required"), transaction():
        mail.discard_mail(admin, uid=uid, reason="  ", now=NOW)
    with transaction():
        mail.discard_mail(admin, uid=uid, reason=" Ya se dijo por teléfono ", now=NOW)
    assert (mails()[0].status, mails()[0].discarded_why) == (MailStatus.CANCELLED, "Ya se dijo por teléfono")
    assert tags()[-1] == "mail:discarded"
    with pytest.raises(Conflict, match="mail-not-waiting"), transaction():
        mail.discard_mail(admin, uid=uid, reason="otra vez", now=NOW)


def test_only_who_manages_accounts_decides_about_mail(sent, person):
    uid, actor = failed(sent), actor_of(person)
    for act in (
        lambda: mail.retry_mail(actor, uid=uid, now=NOW),
        lambda: mail.retry_failed(actor, now=NOW),
        lambda: mail.discard_mail(actor, uid=uid, reason="x", now=NOW),
    ):
        with pytest.raises(NotAllowed), transaction():
            act()


def test_a_mail_discarded_while_it_was_being_sent_does_not_come_back(sent, admin):
    with transaction():
        mails()[0].status = MailStatus.QUEUED
    with transaction():
        taken = mail.take_next_mail(NOW + timedelta(days=1))
    with transaction():
        mail.discard_mail(admin, uid=sent.uid, reason="x", now=NOW)
    with transaction():
        mail.record_failure(taken, "451", permanent=False, now=NOW)
    assert mails()[0].status is MailStatus.CANCELLED
