"""Following by mail: asked for, confirmed, ended; nothing ever tells whether an address follows already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.citizens import (
    EMAIL,
    activity_ref,
    ask_to_follow,
    commitment_ref,
    following,
    institution_ref,
    plan_ref,
    secret,
    subscription_rows,
)
from tests.support.factories.plans import NOW, make_plan
from tracker.db import db, transaction
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.observations import SubjectKind, SubjectRef
from tracker.domain.plans import PlanStatus
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.citizens import CitizenLetter, Subscription, SubscriptionStatus
from tracker.services import subscriptions as services
from tracker.services.public_tokens import BadToken, Purpose, sign

ACTIVE, ENDED, UNCONFIRMED = (
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.ENDED,
    SubscriptionStatus.UNCONFIRMED,
)
HOUR = timedelta(hours=1)


@pytest.fixture
def plan(app_context):
    return make_plan(commitments=2)


def letters():
    return [one.value for one in db.session.scalars(select(CitizenLetter.kind).order_by(CitizenLetter.id))]


def statuses(email=EMAIL):
    return [one.status for one in subscription_rows(email)]


def end(token, *, everything=False):
    with transaction():
        return services.end_by_link(secret(), token, everything=everything, now=NOW)


@pytest.mark.parametrize("ref", [plan_ref, commitment_ref, institution_ref])
def test_plans_commitments_and_institutions_are_followed(plan, ref):
    following(ref(plan))
    (row,) = subscription_rows()
    assert (row.status, row.subject_uid) == (ACTIVE, ref(plan).uid)
    assert row.told_seq == db.session.scalar(select(func.max(AuditEvent.seq)))


def test_an_activity_is_followed_by_its_commitment(plan):
    ask_to_follow(activity_ref(plan))
    (row,) = subscription_rows()
    assert (row.subject_kind, row.subject_uid) == (SubjectKind.COMMITMENT, plan.commitments[0].uid)


def test_what_is_not_published_or_not_followed_does_not_exist(plan):
    hidden = make_plan(7, status=PlanStatus.DRAFT)
    for ref in (plan_ref(hidden), commitment_ref(hidden), SubjectRef(SubjectKind.PAGE, "informes")):
        with pytest.raises(NotFound):
            ask_to_follow(ref)


def test_an_address_that_is_none_is_refused(plan):
    with pytest.raises(DomainError) as refused:
        ask_to_follow(plan_ref(plan), "ana@correo.example\r\nBcc: b@correo.example")
    assert refused.value.field == "email"


def test_asking_again_writes_at_most_once_an_hour_and_keeps_one_row(plan):
    ref = plan_ref(plan)
    ask_to_follow(ref)
    ask_to_follow(ref, now=NOW + HOUR / 2)
    ask_to_follow(ref, EMAIL.upper(), now=NOW + HOUR / 2)
    assert letters() == ["confirm_subscription"]
    ask_to_follow(ref, now=NOW + HOUR)
    assert letters() == ["confirm_subscription"] * 2
    assert statuses() == [UNCONFIRMED]


def test_who_follows_already_is_told_so_by_mail_alone(plan):
    ref = plan_ref(plan)
    following(ref)
    ask_to_follow(ref, now=NOW + HOUR / 2)
    assert letters() == ["confirm_subscription"]
    ask_to_follow(ref, now=NOW + HOUR)
    assert letters() == ["confirm_subscription", "already_followed"]
    assert statuses() == [ACTIVE]


def test_confirming_twice_changes_nothing(plan):
    uid = following(plan_ref(plan))
    token = sign(secret(), Purpose.CONFIRM_SUBSCRIPTION, uid, now=NOW)
    with transaction():
        assert not services.confirm_subscription(secret(), token, now=NOW)


def test_an_ended_subscription_is_not_begun_again_by_its_old_link(plan):
    uid = following(plan_ref(plan))
    assert end(sign(secret(), Purpose.END_SUBSCRIPTION, uid, now=NOW)) == 1
    token = sign(secret(), Purpose.CONFIRM_SUBSCRIPTION, uid, now=NOW)
    with transaction():
        assert not services.confirm_subscription(secret(), token, now=NOW)
    assert statuses() == [ENDED]
    following(plan_ref(plan), now=NOW + 2 * HOUR)
    assert statuses() == [ENDED, ACTIVE]


def test_a_link_to_end_works_however_old_it_is_and_a_second_time_does_nothing(plan):
    uid = following(plan_ref(plan))
    token = sign(secret(), Purpose.END_SUBSCRIPTION, uid, now=NOW - timedelta(days=2000))
    assert (end(token), end(token)) == (1, 0)


def test_one_is_ended_and_the_others_go_on(plan):
    uid = following(plan_ref(plan))
    following(commitment_ref(plan))
    end(sign(secret(), Purpose.END_SUBSCRIPTION, uid, now=NOW))
    assert statuses() == [ENDED, ACTIVE]


def test_everything_of_a_person_is_ended_at_once_and_nothing_of_anybody_else(plan):
    following(plan_ref(plan))
    ask_to_follow(commitment_ref(plan))
    following(plan_ref(plan), "otro@correo.example")
    token = sign(secret(), Purpose.END_ALL, services.person_key(secret(), EMAIL), now=NOW)
    assert end(token, everything=True) == 2
    assert (statuses(), statuses("otro@correo.example")) == ([ENDED, ENDED], [ACTIVE])


@pytest.mark.parametrize("everything", [True, False])
def test_a_link_for_another_purpose_or_of_another_secret_ends_nothing(plan, everything):
    uid = following(plan_ref(plan))
    right = Purpose.END_ALL if everything else Purpose.END_SUBSCRIPTION
    wrong = Purpose.END_SUBSCRIPTION if everything else Purpose.END_ALL
    for token in (
        sign(secret(), wrong, uid, now=NOW),
        sign("otra", right, uid, now=NOW),
        sign(secret(), right, uid, now=NOW)[:-1],
        "nada",
    ):
        with pytest.raises(BadToken):
            end(token, everything=everything)
    assert statuses() == [ACTIVE]


def test_the_chain_tells_each_step_and_never_the_address(plan):
    uid = following(plan_ref(plan))
    end(sign(secret(), Purpose.END_SUBSCRIPTION, uid, now=NOW))
    steps = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject_uid == uid).order_by(AuditEvent.seq)
    ).all()
    assert steps == ["subscription:requested", "subscription:confirmed", "subscription:ended"]
    assert EMAIL not in " ".join(db.session.scalars(select(AuditPayload.content)))


def test_two_requests_at_one_moment_keep_one_row(plan, monkeypatch):
    ask_to_follow(plan_ref(plan))
    monkeypatch.setattr(services, "_live", lambda *_: None)  # as if the other had not committed yet
    ask_to_follow(plan_ref(plan))
    assert statuses() == [UNCONFIRMED]
    assert db.session.scalar(select(func.count(Subscription.id))) == 1
    assert letters() == ["confirm_subscription"]
