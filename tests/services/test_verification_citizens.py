"""`verify` of observations and subscriptions, and what erasing addresses leaves of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import (
    EMAIL,
    TEXT,
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
from tests.support.factories.plans import NOW
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.observations import Rejection
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User
from tracker.models.audit import AuditPayload
from tracker.models.citizens import Observation, Subscription, SubscriptionStatus
from tracker.models.notices import Notice
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services import observations as services
from tracker.services import subscriptions
from tracker.services.citizen_retention import erase_settled
from tracker.services.public_tokens import Purpose, sign
from tracker.services.verification import verify

DAY = timedelta(days=1)


@pytest.fixture
def made(app_context):
    """One of everything: replied to, rejected, waiting, unconfirmed; followed, ended, unconfirmed."""
    scene = make_scene()
    plan, contact = scene.made, actor_of(make_user(AccountRole.CONTACT_POINT))
    answered = published(plan_ref(plan), contact, TEXT, name="Ana")
    replied(answered, contact)
    rejected = sent_and_confirmed(plan_ref(plan), TEXT + " 2")
    with transaction():
        services.reject_observation(contact, rejected, Rejection.PERSONAL_DATA, now=NOW)
    waiting, never = sent_and_confirmed(plan_ref(plan), TEXT + " 3"), send(plan_ref(plan), TEXT + " 4")
    following(plan_ref(plan))
    ended = following(commitment_ref(plan))
    token = sign(secret(), Purpose.END_SUBSCRIPTION, ended, now=NOW)
    with transaction():
        subscriptions.end_by_link(secret(), token, everything=False, now=NOW)
    ask_to_follow(institution_ref(plan))
    return {
        "scene": scene,
        "answered": answered,
        "rejected": rejected,
        "waiting": waiting,
        "never": never,
    }


@pytest.fixture
def found(app_context, made):
    folder = str(Path(app_context.instance_path) / "reports")
    url = made["scene"].evidence_url
    return lambda: {one.kind for one in verify(evidence_url=url, reports_folder=folder)}


def test_what_went_its_way_is_clean(found):
    db.session.remove()
    assert found() == set()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE observations SET text = 'Otra cosa'", "observation-changed"),
        ("UPDATE observations SET name = 'Otra'", "observation-changed"),
        ("UPDATE observations SET reply = 'Otra' WHERE reply <> ''", "observation-changed"),
        ("UPDATE observations SET outcome = 'noted' WHERE reply <> ''", "observation-changed"),
        ("UPDATE observations SET replied_label = 'SAT' WHERE reply <> ''", "observation-changed"),
        ("UPDATE observations SET due_on = '2030-01-01' WHERE due_on IS NOT NULL", "observation-changed"),
        (
            "UPDATE observations SET rejection = 'spam' WHERE rejection IS NOT NULL",
            "observation-changed",
        ),
        ("UPDATE observations SET recorded_seq = recorded_seq + 1", "observation-unrecorded"),
        (
            "DELETE FROM citizen_letters; DELETE FROM observations WHERE status = 'waiting'",
            "observation-missing",
        ),
        ("UPDATE subscriptions SET subject_uid = 'x'", "subscription-changed"),
        (
            "UPDATE subscriptions SET status = 'ended', ended_at = created_at WHERE status = 'active'",
            "subscription-changed",
        ),
        ("UPDATE subscriptions SET recorded_seq = 1", "subscription-unrecorded"),
        ("DELETE FROM citizen_letters; DELETE FROM subscriptions", "subscription-missing"),
    ],
)
def test_what_was_changed_by_hand_is_found(found, statement, kind):
    db.session.remove()
    with db.engine.begin() as connection:
        drop_triggers(connection)
        for one in statement.split("; "):
            connection.execute(text(one))
        install_triggers(connection)
    assert kind in found()


def erase(before=NOW + timedelta(days=1), now=NOW + timedelta(days=200)):
    with transaction():
        return erase_settled(before, now=now)


def test_nothing_is_erased_before_its_time(made):
    assert erase(before=NOW - timedelta(days=1)) == {"observations": 0, "subscriptions": 0}


def test_what_has_served_is_erased_and_the_chain_stays_whole(made, found):
    assert erase() == {"observations": 3, "subscriptions": 2}
    assert erase() == {"observations": 0, "subscriptions": 0}
    kept = row_of(made["answered"])
    assert (kept.email, kept.name, kept.text) == ("", "Ana", TEXT)
    assert row_of(made["waiting"]).email == EMAIL
    for name in ("rejected", "never"):
        row = row_of(made[name])
        assert (row.email, row.name, row.text) == ("", "", "")
    payloads = " ".join(db.session.scalars(select(AuditPayload.content)))
    assert TEXT + " 2" not in payloads
    assert TEXT + " 4" not in payloads
    assert [one.status for one in subscription_rows()] == [SubscriptionStatus.ACTIVE]
    assert db.session.scalars(select(Observation.id)).all()
    db.session.remove()
    assert found() == set()


def test_nothing_beside_it_keeps_what_was_erased(made):
    row, ended = row_of(made["waiting"]), subscription_rows()[1]
    assert ended.status is SubscriptionStatus.ENDED
    with transaction():
        services.flag_overdue_observations(on=row.due_on + DAY, today=row.due_on + DAY, now=NOW)
        contact = db.session.scalars(select(User).where(User.role == AccountRole.CONTACT_POINT)).first()
        services.reject_observation(actor_of(contact), made["waiting"], Rejection.PERSONAL_DATA, now=NOW)
        uid = ended.uid
        db.session.scalars(
            select(Subscription).where(Subscription.uid == uid)
        ).one().mail_bounce_reason = f"550 5.1.1 <{EMAIL}>: no such user"
    told = select(Notice.params).where(Notice.subject_uid == made["waiting"])
    assert {one["text"] for one in db.session.scalars(told)} == {f"{TEXT} 3"}
    assert erase() == {"observations": 4, "subscriptions": 2}
    assert {one["text"] for one in db.session.scalars(told)} == {""}
    reasons = db.session.scalars(select(Subscription.mail_bounce_reason)).all()
    assert not any(EMAIL in one for one in reasons)


def test_a_request_that_was_erased_can_be_made_again(made):
    erase()
    ask_to_follow(institution_ref(made["scene"].made), now=NOW + timedelta(days=201))
    assert [one.status.value for one in subscription_rows()] == ["active", "unconfirmed"]
