"""Letters to people without an account and to followers: their words, each once, killed between or not."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import (
    EMAIL,
    TEXT,
    activity_ref,
    ask_to_follow,
    commitment_ref,
    following,
    institution_ref,
    plan_ref,
    published,
    replied,
    row_of,
    secret,
    send,
    sent_and_confirmed,
    subscription_rows,
)
from tests.support.factories.compilations import make_compiled
from tests.support.factories.reports import make_scene
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationStatus
from tracker.domain.observations import ObservationStatus, Rejection
from tracker.domain.permissions import AccountRole
from tracker.jobs import citizen_letters, followers
from tracker.jobs.citizens import flag_agreements_and_observations
from tracker.jobs.delivery import deliver_mail, mail_is_waiting
from tracker.jobs.digests import send_digests
from tracker.jobs.followers import tell_followers
from tracker.jobs.retention import retention
from tracker.jobs.run import Run
from tracker.models.notices import OutboxMail
from tracker.models.reports import CompiledReport
from tracker.services import observations as services
from tracker.services import subscriptions
from tracker.services.overdue import flag_plan
from tracker.services.reports import approve, publish

BASE = "https://cumple.gob.example"


@pytest.fixture
def scene(app_context):
    return make_scene()


@pytest.fixture
def contact(scene):
    return scene.contact


@pytest.fixture
def run(app_context):
    today = clock.today()

    def make(**more):
        config = {**app_context.config, "BASE_URL": BASE, "MAIL_FROM": "Cumple <no@gob.example>"}
        return Run(more.get("on", today), today, more.get("on", today), config, Event())

    return make


def mails():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def link_in(mail, path):
    return next(word for word in mail.body.split() if path in word)


def test_the_letter_of_an_observation_brings_the_link_that_confirms_it(scene, run):
    uid = send(plan_ref(scene.made), now=clock.now())
    assert mail_is_waiting(clock.now())
    citizen_letters.write_citizen_letters(run())
    (mail,) = mails()
    assert (mail.recipient, mail.subject) == (EMAIL, "Confirme su observación")
    assert f"> {TEXT}" in mail.body
    token = urlsplit(link_in(mail, "/observaciones/confirmar/")).path.rsplit("/", 1)[1]
    with transaction():
        assert services.confirm_observation(secret(), token, days=30, today=clock.today(), now=clock.now())
    assert row_of(uid).status is ObservationStatus.WAITING


def test_letters_are_in_the_language_in_which_one_wrote(scene, contact, run):
    uid = published(plan_ref(scene.made), contact, language="en")
    replied(uid, contact)
    citizen_letters.write_citizen_letters(run())
    subjects = [one.subject for one in mails()]
    assert subjects == ["Confirm your comment", "Your comment is published", "Your comment has a reply"]
    assert {one.headers["References"] for one in mails()} == {f"<observacion.{uid}@cumple.gob.example>"}
    assert f"{BASE}/en/observaciones?sobre={plan_ref(scene.made).address}#o-{uid}" in mails()[-1].body


def test_who_was_not_published_reads_why(scene, contact, run):
    uid = sent_and_confirmed(plan_ref(scene.made))
    with transaction():
        services.reject_observation(contact, uid, Rejection.PERSONAL_DATA, now=clock.now())
    citizen_letters.write_citizen_letters(run())
    assert "Motivo: datos personales." in mails()[-1].body


def test_what_people_wrote_is_no_markup_in_a_letter(scene, run):
    send(plan_ref(scene.made), "<script>alert(1)</script> y <a href='x'>más</a>")
    citizen_letters.write_citizen_letters(run())
    (mail,) = mails()
    assert "<script>" not in mail.html
    assert "<a href='x'>" not in mail.html


def test_each_letter_is_written_once_and_after_a_kill_the_rest_are(scene, run, monkeypatch):
    for number in range(3):
        send(plan_ref(scene.made), f"{TEXT} {number}")
    real, calls = citizen_letters.queue_citizen_letter, []

    def killed(*given, **more):
        calls.append(given)
        queued = real(*given, **more)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return queued

    monkeypatch.setattr(citizen_letters, "queue_citizen_letter", killed)
    with pytest.raises(KeyboardInterrupt):
        citizen_letters.write_citizen_letters(run())
    assert len(mails()) == 1
    assert citizen_letters.write_citizen_letters(run()) == 2
    assert citizen_letters.write_citizen_letters(run()) == 0
    assert len({one.dedup_key for one in mails()}) == 3


def test_who_follows_already_is_told_how_to_end_it(scene, run):
    following(plan_ref(scene.made), now=clock.now() - timedelta(days=1))
    ask_to_follow(plan_ref(scene.made), now=clock.now())
    citizen_letters.write_citizen_letters(run())
    last = mails()[-1]
    assert last.subject == "Ya sigue este tema"
    assert last.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def reach_outbox(app):
    files = sorted((Path(app.instance_path) / "outbox").glob("*.eml"))
    return [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in files]


def tell(run):
    return tell_followers(run())["mails"]


def test_one_mail_tells_all_that_happened_to_all_that_one_follows(app_context, scene, contact, run):
    plan = scene.made
    for ref in (plan_ref(plan), commitment_ref(plan), institution_ref(plan)):
        following(ref, now=clock.now())
    scene.validated(percent=60)
    assert tell(run) == 1
    (mail,) = [one for one in mails() if one.dedup_key.startswith("followers/")]
    assert mail.subject == "Lo que sigue: 6 cambios"
    assert "INFOM declaró 60" in mail.body
    assert "Comprobado: 60" in mail.body
    assert f"{BASE}/actividades/{plan.activity.uid}" in mail.body
    assert mail.body.count("/seguir/baja/") == 3
    deliver_mail(run())
    (message,) = [one for one in reach_outbox(app_context) if one["List-Unsubscribe"]]
    assert message["List-Unsubscribe"].startswith(f"<{BASE}/seguir/baja-total/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = next((Path(app_context.instance_path) / "outbox").glob(f"*{mail.uid}.eml")).read_bytes()
    assert b"List-Unsubscribe: <https://" in raw
    assert message.get_body(("html",)) is not None
    token = message["List-Unsubscribe"].strip("<>").rsplit("/", 1)[1]
    with transaction():
        assert subscriptions.end_by_link(secret(), token, everything=True, now=clock.now()) == 3


def test_nothing_is_told_twice_and_nothing_where_nothing_changed(scene, run):
    following(plan_ref(scene.made), now=clock.now())
    assert tell(run) == 0
    scene.submitted(percent=30)
    assert (tell(run), tell(run)) == (1, 0)
    assert len(mails()) == 1


def test_what_happened_before_is_not_told(scene, run):
    scene.validated(percent=60)
    following(plan_ref(scene.made), now=clock.now())
    assert tell(run) == 0


def test_what_is_not_public_is_never_told(scene, run):
    following(plan_ref(scene.made), now=clock.now())
    scene.draft(percent=10)
    assert tell(run) == 0


def test_words_that_wait_for_review_are_not_in_the_mail(scene, run):
    following(plan_ref(scene.made), now=clock.now())
    scene.submitted(percent=30, narrative="Un relato que nadie ha revisado.")
    tell(run)
    assert "Un relato" not in mails()[-1].body
    assert "todavía sin revisar" in mails()[-1].body


def test_another_commitment_is_nobody_elses_news(app_context, run):
    scene = make_scene(commitments=2)
    following(commitment_ref(scene.made), now=clock.now())
    other = scene.made.activities[-1]
    scene.validated(other, percent=40)
    assert tell(run) == 0


def test_a_published_report_and_a_reply_are_told(scene, contact, run):
    plan = scene.made
    following(plan_ref(plan), now=clock.now())
    uid = make_compiled(plan)
    with transaction():
        approve(contact, uid, "Ana Contacto", now=clock.now())
    with transaction():
        publish(contact, uid, now=clock.now())
    assert db.session.scalar(select(CompiledReport.status)) is CompilationStatus.PUBLISHED
    db.session.rollback()
    replied(published(activity_ref(plan), contact), contact)
    assert tell(run) == 1
    body = mails()[-1].body
    assert "Se publicó: " in body
    assert "Punto de contacto respondió una observación" in body


def test_what_fell_due_is_told(scene, run):
    following(plan_ref(scene.made), now=clock.now())
    late = clock.today().replace(year=2027, month=2, day=1)
    with transaction():
        flag_plan(scene.made.id, on=late, today=late, now=clock.now())
    assert tell(run) == 1
    assert "Venció el" in mails()[-1].body


def test_english_followers_read_english(scene, run):
    following(plan_ref(scene.made), now=clock.now(), language="en")
    scene.submitted(percent=30)
    tell(run)
    mail = mails()[-1]
    assert "not reviewed yet" in mail.body
    assert f"{BASE}/en/actividades/" in mail.body


def test_killed_between_two_people_the_next_run_tells_the_other(scene, run, monkeypatch):
    following(plan_ref(scene.made), now=clock.now())
    following(plan_ref(scene.made), "otra@correo.example", now=clock.now())
    scene.submitted(percent=30)
    real, calls = followers.tell_follower, []

    def killed(*given, **more):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **more)

    monkeypatch.setattr(followers, "tell_follower", killed)
    with pytest.raises(KeyboardInterrupt):
        tell(run)
    assert [one.recipient for one in mails()] == [EMAIL]
    monkeypatch.setattr(followers, "tell_follower", real)
    assert tell(run) == 1
    assert [one.recipient for one in mails()] == [EMAIL, "otra@correo.example"]


def test_who_unsubscribes_while_the_mail_is_worded_gets_none(scene, run, monkeypatch):
    following(plan_ref(scene.made), now=clock.now())
    scene.submitted(percent=30)
    real = followers.tell_follower

    def ended_first(*given, **more):
        for row in subscription_rows():
            row.status, row.ended_at = "ended", clock.now()
        db.session.flush()
        return real(*given, **more)

    monkeypatch.setattr(followers, "tell_follower", ended_first)
    assert tell(run) == 0
    assert mails() == []


def test_an_overdue_reply_is_marked_once_and_told_in_the_days_letter(scene, contact, run):
    actor = actor_of(make_user(AccountRole.CONTACT_POINT, email="contacto@gob.example"))
    uid = published(plan_ref(scene.made), actor)
    day = row_of(uid).due_on + timedelta(days=1)
    none = {"agreements": 0, "closed": 0, "overdue": 0, "notices": 0}
    assert flag_agreements_and_observations(run(on=day)) == {"observations": 1, **none}
    assert flag_agreements_and_observations(run(on=day)) == {"observations": 0, **none}
    send_digests(replace(run(on=day), by_hand=True))
    (mail,) = [one for one in mails() if one.recipient == "contacto@gob.example"]
    assert "Venció el plazo para responder a la ciudadanía." in mail.body
    assert "Una observación por responder" in mail.subject


def test_retention_runs_by_the_setting(scene, run):
    send(plan_ref(scene.made), now=clock.now() - timedelta(days=181))
    send(plan_ref(scene.made), TEXT + " 2", now=clock.now() - timedelta(days=10))
    counts = retention(run())
    assert (counts["observations"], counts["subscriptions"]) == (1, 0)
