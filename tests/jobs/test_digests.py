"""send-digests: one letter at the person's hour, never twice, whatever was killed or ran at once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from threading import Event as Stop

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.domain.preferences import Digest, Preferences
from tracker.jobs import digests
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.digests import send_digests
from tracker.jobs.run import Run
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.notices import Notice, NoticeStatus, OutboxMail
from tracker.models.preferences import NotificationPreferences
from tracker.queries import batches
from tracker.queries.preferences import get_preferences, has_digest_due
from tracker.services.mail import record_sent, take_next_mail
from tracker.services.preferences import set_preferences

ZONE = "America/Guatemala"
# A Monday, at ten in the morning in Guatemala.
NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PLACE = {
    "commitment": "1",
    "plan": "4",
    "institution": "INFOM",
    "node": "n",
    "label": "1.1",
    "title": "Taller",
}


@pytest.fixture
def person(app_context):
    return make_user(AccountRole.LIAISON, "INFOM", email="enlace@infom.example")


@pytest.fixture
def run(app, monkeypatch):
    """Run the job at a moment; the rest of the world stays as it is."""

    def at(now, *, on=None, by_hand=False):
        monkeypatch.setattr(clock, "now", lambda: now)
        day = on or now.date()
        config = {**app.config, "BASE_URL": "https://cumple.gob.example", "TIMEZONE": ZONE}
        return send_digests(Run(day, day, day, config, Stop(), by_hand))["mails"]

    return at


def choose(person, now=NOW, **chosen):
    with transaction():
        return set_preferences(actor_of(person), Preferences(**chosen), zone=ZONE, now=now)


def notice(person, subject="s1", kind=Event.DUE, *, now=NOW, **params):
    with transaction():
        given = {"due_on": "2026-06-22", "told_on": "2026-06-15"} | PLACE | params
        db.session.add(
            Notice(
                user_id=person.id,
                kind=kind.value,
                subject_uid=subject,
                cause=f"2026-06-22/{subject}",
                params=given,
                created_at=now,
            )
        )


def mails():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def deliver(now):
    with transaction():
        record_sent(take_next_mail(now), now=now)


def clear():
    with transaction():
        for one in db.session.scalars(select(Notice)):
            one.status = NoticeStatus.CLEARED


def test_the_letter_comes_at_the_persons_hour_and_once(person, run):
    choose(person, hour=14)
    notice(person)
    assert [run(NOW + n * HOUR) for n in (0, 3, 4, 4, 5, 28)] == [0, 0, 1, 0, 0, 0]


def test_who_chose_nothing_gets_it_at_six(person, run):
    notice(person)
    assert run(NOW) == 0  # the first look only sets the hour
    assert [run(NOW + n * HOUR) for n in (19, 20, 21)] == [0, 1, 0]


def test_between_its_hours_nothing_new_is_told(person, run):
    run(NOW)
    run(NOW + 20 * HOUR)
    notice(person)
    assert [run(NOW + n * HOUR) for n in (21, 43, 44)] == [0, 0, 1]


def test_a_weekly_letter_waits_for_its_day_and_tells_the_whole_week(person, run):
    choose(person, digest=Digest.WEEKLY, weekday=4, hour=8)
    for day in range(4):
        notice(person, f"s{day}", now=NOW + day * DAY)
        assert run(NOW + day * DAY) == 0
    assert run(NOW + 4 * DAY) == 1
    assert mails()[0].subject == "4 por vencer"


def test_after_days_without_a_scheduler_one_letter_makes_up_for_all(person, run):
    choose(person, hour=8)
    notice(person)
    assert run(NOW + 5 * DAY) == 1
    assert run(NOW + 5 * DAY + HOUR) == 0


def test_with_nothing_to_tell_there_is_no_mail_and_the_hour_is_used_up(person, run):
    choose(person, hour=11)
    assert run(NOW + HOUR) == 0
    notice(person, now=NOW + 2 * HOUR)
    assert run(NOW + 2 * HOUR) == 0
    assert run(NOW + DAY + HOUR) == 1


def test_a_cause_that_is_gone_cancels_what_has_not_left(person, run):
    choose(person, hour=11)
    notice(person)
    assert run(NOW + HOUR) == 1
    clear()
    run(NOW + 2 * HOUR)
    assert [one.status.value for one in mails()] == ["cancelled"]


def test_who_wants_no_letters_is_told_only_what_may_not_be_silenced(app_context, run):
    head = make_user(AccountRole.INSTITUTION_HEAD, "INFOM")
    contact = make_user(AccountRole.CONTACT_POINT)
    for person in (head, contact):
        choose(person, digest=Digest.NEVER, hour=11)
        notice(person, "late", Event.OVERDUE, due_on="2026-05-31")
        notice(person, "review", Event.REVIEW_LATE)
    assert run(NOW + HOUR) == 2
    assert {one.subject for one in mails()} == {"1.1 venció hace 15 días, el 31 de mayo de 2026: Taller"}


def test_a_liaison_who_wants_no_letters_gets_none_and_finds_all_in_the_panel(person, run):
    choose(person, digest=Digest.NEVER, hour=11)
    notice(person)
    assert run(NOW + DAY) == 0
    assert [one.status for one in db.session.scalars(select(Notice))] == [NoticeStatus.OPEN]


def test_what_left_soon_is_not_told_again(person, run, app):
    choose(person, hour=11)
    notice(person, kind=Event.RETURNED, comment="Falta el acta.", comment_field="")
    run(NOW)
    assert mail_is_waiting(NOW)
    deliver_mail(Run(NOW.date(), NOW.date(), NOW.date(), app.config, Stop()))
    assert [one.status.value for one in mails()] == ["sent"]
    assert run(NOW + HOUR) == 0


@pytest.mark.parametrize(
    ("at", "waits"), [(NOW - HOUR, False), (NOW, True), (NOW + HOUR, True), (NOW + 2 * HOUR, False)]
)
def test_what_leaves_soon_waits_for_the_end_of_the_quiet_hours(person, at, waits):
    choose(person, quiet_from=10, quiet_until=12)
    notice(person, kind=Event.RETURNED, comment="Falta el acta.", comment_field="")
    assert mail_is_waiting(at) is not waits


def test_a_person_without_letters_is_told_what_leaves_soon_alone(person, run, app):
    choose(person, digest=Digest.NEVER)
    notice(person, "due")
    notice(person, "back", Event.RETURNED, comment="Falta el acta.", comment_field="")
    run(NOW)
    deliver_mail(Run(NOW.date(), NOW.date(), NOW.date(), app.config, Stop()))
    assert [one.subject for one in mails()] == ["Un informe devuelto: 1.1 Taller"]


def test_by_hand_nobodys_hour_is_waited_for_and_their_hour_stays(person, run):
    choose(person, hour=14)
    notice(person)
    assert run(NOW, by_hand=True) == 1
    assert run(NOW, by_hand=True) == 0
    notice(person, "s2")
    deliver(NOW)
    assert run(NOW + 4 * HOUR) == 1


@pytest.mark.usefixtures("app_context")
def test_killed_between_two_letters_the_next_run_writes_the_rest_and_none_twice(run, monkeypatch):
    people = [make_user(AccountRole.LIAISON, "INFOM", email=f"e{n}@infom.example") for n in range(3)]
    for one in people:
        choose(one, hour=11)
        notice(one)
    real = digests.write_letter
    for killed_at in (1, 2):
        seen = []

        def kill(letter, given, seen=seen, killed_at=killed_at):
            seen.append(letter)
            if len(seen) == killed_at:
                raise KeyboardInterrupt
            return real(letter, given)

        monkeypatch.setattr(digests, "write_letter", kill)
        with pytest.raises(KeyboardInterrupt):
            run(NOW + HOUR)
    monkeypatch.setattr(digests, "write_letter", real)
    assert run(NOW + HOUR) == 2
    assert sorted(one.recipient for one in mails()) == [f"e{n}@infom.example" for n in range(3)]


def test_two_schedulers_at_once_write_each_letter_once(app, run):
    with app.app_context():
        for number in range(4):
            person = make_user(AccountRole.LIAISON, "INFOM", email=f"e{number}@infom.example")
            choose(person, hour=11)
            notice(person)
        now = NOW + HOUR
        run(now - 2 * HOUR)
    barrier, made, failed = threading.Barrier(2), [], []

    def work():
        with app.app_context():
            barrier.wait(30)
            try:
                made.append(run(now))
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert failed == []
    assert sum(made) == 4
    with app.app_context():
        assert len(mails()) == 4


def test_the_job_is_asked_for_only_when_an_hour_came(person, run):
    assert has_digest_due(NOW)  # somebody without an hour yet
    run(NOW)
    assert not has_digest_due(NOW + 19 * HOUR)
    assert has_digest_due(NOW + 20 * HOUR)
    run(NOW + 20 * HOUR)
    assert not has_digest_due(NOW + 20 * HOUR)


def test_a_closed_account_is_nobody_to_write_to(person, run):
    choose(person, hour=11)
    notice(person)
    with transaction():
        db.session.get(User, person.id).is_active = False
    assert not has_digest_due(NOW + HOUR)
    assert run(NOW + HOUR) == 0


def test_what_is_chosen_is_kept_recorded_once_and_refused_where_it_does_not_hold(person):
    assert choose(person, hour=7, quiet_from=20, quiet_until=6)
    assert not choose(person, hour=7, quiet_from=20, quiet_until=6)
    assert get_preferences(actor_of(person)) == Preferences(hour=7, quiet_from=20, quiet_until=6)
    with pytest.raises(DomainError):
        choose(person, hour=7, quiet_from=6, quiet_until=9)
    tags = db.session.scalars(select(AuditEvent.tag)).all()
    assert tags.count("account:notices-changed") == 1
    assert db.session.scalars(select(NotificationPreferences)).one().chosen.hour == 7


def test_another_day_in_the_words_by_hand(person, run):
    notice(person)
    run(NOW, on=date(2026, 6, 21), by_hand=True)
    assert "vence mañana" in mails()[0].subject


def test_the_letters_of_many_are_read_some_at_a_time_and_each_has_its_own(app_context, run, monkeypatch):
    people = [make_user(AccountRole.LIAISON, "INFOM", email=f"enlace{n}@infom.example") for n in range(5)]
    for number, one in enumerate(people):
        notice(one, f"s{number}", title=f"Taller {number}")
    run(NOW)
    asked, letters_to = [], digests.letters_to
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    monkeypatch.setattr(digests, "letters_to", lambda ids: asked.append(len(ids)) or letters_to(ids))
    assert run(NOW + 20 * HOUR) == 5
    assert asked == [2, 2, 1]
    told = {one.recipient: one.subject.partition(": ")[2] for one in mails()}
    assert told == {one.email: f"Taller {number}" for number, one in enumerate(people)}
    assert run(NOW + 21 * HOUR, by_hand=True) == 0  # what waits is rewritten, five times in three pieces
    assert asked == [2, 2, 1] * 2


def test_a_letter_tells_more_than_one_statement_can_name(person, run, monkeypatch):
    monkeypatch.setattr(batches.in_batches, "__defaults__", (2,))
    for number in range(5):
        notice(person, f"s{number}")
    run(NOW)
    assert run(NOW + 20 * HOUR) == 1
    (mail,) = mails()
    assert {one.mail_id for one in db.session.scalars(select(Notice))} == {mail.id}
    deliver(NOW + 20 * HOUR)
    assert {one.status for one in db.session.scalars(select(Notice))} == {NoticeStatus.SENT}
