"""An observation from its sending to its reply: who may do what, what is recorded, who is written to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import (
    EMAIL,
    TEXT,
    activity_ref,
    commitment_ref,
    confirm,
    institution_ref,
    plan_ref,
    published,
    replied,
    row_of,
    secret,
    send,
    sent_and_confirmed,
)
from tests.support.factories.plans import NOW, TODAY, make_institution, make_plan
from tracker.db import db, transaction
from tracker.domain.consultations import Outcome
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.observations import ObservationStatus, Rejection, SubjectKind, SubjectRef
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.citizens import CitizenLetter, Observation
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.observations import count_tray, get_observation, get_tray
from tracker.queries.portal.observations import list_last_observations, list_observations
from tracker.services import observations as services
from tracker.services.public_tokens import BadToken, Purpose, sign

ZONE = "America/Guatemala"


@pytest.fixture
def plan(app_context):
    return make_plan()


@pytest.fixture
def contact(plan):
    return actor_of(make_user(AccountRole.CONTACT_POINT))


@pytest.fixture
def liaison(plan):
    return actor_of(make_user(AccountRole.LIAISON, "INFOM"))


def letters():
    return [one.value for one in db.session.scalars(select(CitizenLetter.kind).order_by(CitizenLetter.id))]


def tags(uid):
    return list(
        db.session.scalars(
            select(AuditEvent.tag).where(AuditEvent.subject_uid == uid).order_by(AuditEvent.seq)
        )
    )


@pytest.mark.parametrize("ref", [plan_ref, commitment_ref, activity_ref, institution_ref])
def test_what_is_published_can_be_observed(plan, ref):
    row = row_of(send(ref(plan)))
    assert (row.status, row.text, row.email) == (ObservationStatus.UNCONFIRMED, TEXT, EMAIL)


def test_a_page_of_no_plan_can_be_observed_too(plan):
    assert send(SubjectRef(SubjectKind.PAGE, "metodologia"))


@pytest.mark.parametrize("ref", [plan_ref, commitment_ref, activity_ref, institution_ref])
def test_what_is_not_published_does_not_exist(app_context, ref):
    hidden = make_plan(7, status=PlanStatus.DRAFT)
    with pytest.raises(NotFound):
        send(ref(hidden))


def test_a_uid_of_another_kind_does_not_exist(plan):
    stranger = make_institution("SAT")
    for ref in (
        SubjectRef(SubjectKind.PLAN, plan.activity.uid),
        SubjectRef(SubjectKind.ACTIVITY, plan.uid),
        SubjectRef(SubjectKind.REPORT, plan.uid),
        SubjectRef(SubjectKind.INSTITUTION, f"{plan.uid}.{stranger.uid}"),
    ):
        with pytest.raises(NotFound):
            send(ref)


@pytest.mark.parametrize(
    "email",
    ["", "nadie", "a@b@c.example", "ana@correo.example\nBcc: x@y.example", "ana@correo.example\r\n,b"],
)
def test_an_address_that_is_none_is_refused_beside_its_field(plan, email):
    with pytest.raises(DomainError) as refused:
        send(plan_ref(plan), email=email)
    assert refused.value.field == "email"


def test_the_chain_keeps_what_was_said_and_never_the_address(plan, contact):
    uid = published(plan_ref(plan), contact, name="Ana")
    replied(uid, contact)
    assert tags(uid) == [
        "observation:received",
        "observation:confirmed",
        "observation:moderated",
        "observation:replied",
    ]
    contents = " ".join(db.session.scalars(select(AuditPayload.content)))
    assert TEXT in contents
    assert EMAIL not in contents
    actors = db.session.scalars(select(AuditEvent.actor_uid).where(AuditEvent.subject_uid == uid)).all()
    assert set(actors) == {"public", contact.uid}


def test_the_same_words_are_kept_once_and_asked_about_once_an_hour(plan):
    uid = send(plan_ref(plan))
    assert send(plan_ref(plan), now=NOW + timedelta(minutes=59)) == uid
    assert letters() == ["confirm_observation"]
    assert send(plan_ref(plan), now=NOW + timedelta(minutes=61)) == uid
    assert letters() == ["confirm_observation"] * 2
    confirm(uid)
    assert send(plan_ref(plan), now=NOW + timedelta(hours=5)) == uid
    assert letters() == ["confirm_observation"] * 2
    assert db.session.scalar(select(func.count(Observation.id))) == 1


def test_it_counts_from_the_confirmation_which_works_once(plan):
    uid = send(plan_ref(plan))
    assert confirm(uid, days=30)
    row = row_of(uid)
    assert (row.status, row.due_on) == (ObservationStatus.WAITING, TODAY + timedelta(days=30))
    assert not confirm(uid, days=90)
    assert row_of(uid).due_on == TODAY + timedelta(days=30)


@pytest.mark.parametrize("case", ["cut", "forged", "old", "other purpose", "nobody's"])
def test_a_link_that_is_not_good_confirms_nothing(plan, case):
    uid = send(plan_ref(plan))
    good = sign(secret(), Purpose.CONFIRM_OBSERVATION, uid, now=NOW)
    token = {
        "cut": good[:-2],
        "forged": sign("otra clave", Purpose.CONFIRM_OBSERVATION, uid, now=NOW),
        "old": sign(secret(), Purpose.CONFIRM_OBSERVATION, uid, now=NOW - timedelta(hours=49)),
        "other purpose": sign(secret(), Purpose.CONFIRM_SUBSCRIPTION, uid, now=NOW),
        "nobody's": sign(secret(), Purpose.CONFIRM_OBSERVATION, "x" * 22, now=NOW),
    }[case]
    with pytest.raises((BadToken, NotFound)), transaction():
        services.confirm_observation(secret(), token, days=30, today=TODAY, now=NOW)
    assert row_of(uid).status is ObservationStatus.UNCONFIRMED


def test_nothing_is_public_before_somebody_published_it(plan, contact):
    ref = plan_ref(plan)
    uid = sent_and_confirmed(ref)
    assert list_last_observations(ref, today=TODAY, zone=ZONE).total == 0
    with transaction():
        services.publish_observation(contact, uid, now=NOW)
    (shown,) = list_last_observations(ref, today=TODAY, zone=ZONE).rows
    assert (shown.text, shown.name, shown.days_late) == (TEXT, "", 0)
    assert letters()[-1] == "observation_published"


def test_what_is_rejected_is_only_counted_with_its_reason(plan, contact):
    ref = plan_ref(plan)
    for number, why in enumerate((Rejection.SPAM, Rejection.PERSONAL_DATA, Rejection.SPAM)):
        uid = sent_and_confirmed(ref, f"{TEXT} {number}")
        with transaction():
            services.reject_observation(contact, uid, why, now=NOW)
    found = list_observations(ref, "", 1, today=TODAY, zone=ZONE)
    assert (found.rows, found.total) == ((), 0)
    assert dict(found.rejected) == {Rejection.PERSONAL_DATA: 1, Rejection.SPAM: 2}
    assert letters()[-1] == "observation_rejected"


def test_it_is_moderated_once_and_not_before_it_is_confirmed(plan, contact):
    uid = send(plan_ref(plan))
    with pytest.raises(NotFound), transaction():
        services.publish_observation(contact, uid, now=NOW)
    confirm(uid)
    with transaction():
        services.publish_observation(contact, uid, now=NOW)
    with pytest.raises(Conflict), transaction():
        services.reject_observation(contact, uid, Rejection.SPAM, now=NOW)


@pytest.mark.parametrize("role", [one for one in AccountRole if one is not AccountRole.CONTACT_POINT])
def test_only_the_contact_point_moderates_and_replies(plan, contact, role):
    actor = actor_of(make_user(role, "INFOM" if role in {"liaison", "institution_head"} else None))
    uid = sent_and_confirmed(plan_ref(plan))
    for act in (
        lambda: services.publish_observation(actor, uid, now=NOW),
        lambda: services.reject_observation(actor, uid, Rejection.SPAM, now=NOW),
        lambda: services.ask_institution(actor, uid, plan.lead.uid, today=TODAY, now=NOW),
        lambda: services.reply_observation(actor, uid, Outcome.NOTED, "Gracias.", now=NOW),
    ):
        with pytest.raises(NotAllowed), transaction():
            act()
    with pytest.raises(NotAllowed), transaction():
        services.publish_observation(SYSTEM, uid, now=NOW)


def test_an_institution_sees_what_it_is_asked_about_and_nothing_else(plan, contact, liaison):
    uid, other = published(plan_ref(plan), contact), published(plan_ref(plan), contact, TEXT + " Otra.")
    with pytest.raises(NotFound):
        get_observation(liaison, uid, today=TODAY)
    with transaction():
        services.ask_institution(contact, uid, plan.lead.uid, today=TODAY, now=NOW)
    assert get_observation(liaison, uid, today=TODAY)[0].may_draft
    assert [one.uid for one in get_tray(liaison, "", 1, today=TODAY).rows] == [uid]
    with pytest.raises(NotFound), transaction():
        services.draft_reply(liaison, other, "No nos toca.", now=NOW)
    head = actor_of(make_user(AccountRole.INSTITUTION_HEAD, "INFOM"))
    with pytest.raises(NotAllowed), transaction():
        services.draft_reply(head, uid, "La leo y no respondo.", now=NOW)


def test_an_institution_proposes_and_the_contact_point_publishes_in_its_name(plan, contact, liaison):
    uid = published(plan_ref(plan), contact)
    with transaction():
        services.ask_institution(contact, uid, plan.lead.uid, today=TODAY, now=NOW)
    with transaction():
        services.draft_reply(liaison, uid, "Se corrigió en el sistema.", now=NOW)
    assert list_last_observations(plan_ref(plan), today=TODAY, zone=ZONE).rows[0].reply == ""
    replied(uid, contact, "Se corrigió en el sistema.", for_institution=True)
    (shown,) = list_last_observations(plan_ref(plan), today=TODAY, zone=ZONE).rows
    assert (shown.reply, shown.replied_label) == ("Se corrigió en el sistema.", "INFOM")
    with pytest.raises(Conflict), transaction():
        services.draft_reply(liaison, uid, "Otra cosa.", now=NOW)


def test_a_reply_without_a_proposal_is_the_contact_points_whatever_the_form_says(plan, contact):
    uid = published(plan_ref(plan), contact)
    replied(uid, contact, for_institution=True)
    assert row_of(uid).replied_label == "contact_point"


def test_an_institution_is_asked_once_and_only_one_of_the_plan(plan, contact):
    uid = published(plan_ref(plan), contact)
    stranger = make_institution("SAT")
    with pytest.raises(DomainError) as refused, transaction():
        services.ask_institution(contact, uid, stranger.uid, today=TODAY, now=NOW)
    assert refused.value.field == "institution"
    with transaction():
        services.ask_institution(contact, uid, plan.lead.uid, today=TODAY, now=NOW)
    with pytest.raises(Conflict), transaction():
        services.ask_institution(contact, uid, plan.lead.uid, today=TODAY, now=NOW)


def notices():
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(one.kind, one.status) for one in rows]


def test_liaisons_are_told_that_they_are_asked_until_there_is_a_reply(plan, contact, liaison):
    uid = published(plan_ref(plan), contact)
    with transaction():
        services.ask_institution(contact, uid, plan.lead.uid, today=TODAY, now=NOW)
    assert notices() == [("observation-asked", NoticeStatus.OPEN)]
    replied(uid, contact)
    assert notices() == [("observation-asked", NoticeStatus.CLEARED)]


def test_a_reply_is_given_once_with_reasons_and_its_author_is_told(plan, contact):
    uid = published(plan_ref(plan), contact)
    with pytest.raises(DomainError), transaction():
        services.reply_observation(contact, uid, Outcome.ACCEPTED, "  ", now=NOW)
    replied(uid, contact)
    assert letters()[-1] == "observation_replied"
    with pytest.raises(Conflict), transaction():
        services.reply_observation(contact, uid, Outcome.NOTED, "Otra vez.", now=NOW)


def flag(on):
    with transaction():
        return services.flag_overdue_observations(on=on, today=on, now=NOW)


def test_what_is_not_replied_to_in_time_is_marked_and_told_once(plan, contact):
    uid = published(plan_ref(plan), contact)
    due = TODAY + timedelta(days=30)
    assert (flag(due), flag(due + timedelta(days=1)), flag(due + timedelta(days=2))) == (0, 1, 0)
    assert notices() == [("observation-overdue", NoticeStatus.OPEN)]
    assert tags(uid)[-1] == "observation:overdue"
    late = due + timedelta(days=3)
    assert list_last_observations(plan_ref(plan), today=late, zone=ZONE).rows[0].days_late == 3
    counts = count_tray(contact, today=late)
    assert (counts.to_moderate, counts.to_reply, counts.overdue) == (0, 1, 1)
    replied(uid, contact)
    assert notices() == [("observation-overdue", NoticeStatus.CLEARED)]


def test_what_was_replied_to_in_time_is_never_marked(plan, contact):
    replied(published(plan_ref(plan), contact), contact)
    assert flag(date(2027, 1, 1)) == 0


def test_the_public_list_is_narrowed_by_what_became_of_them(plan, contact):
    ref, late = plan_ref(plan), TODAY + timedelta(days=31)
    waiting, answered = published(ref, contact), published(ref, contact, TEXT + " Otra.")
    replied(answered, contact)

    def shown(state, today=TODAY):
        return [one.uid for one in list_observations(ref, state, 1, today=today, zone=ZONE).rows]

    assert shown("") == [answered, waiting]
    assert (shown("sin-respuesta"), shown("respondidas")) == ([waiting], [answered])
    assert (shown("vencidas"), shown("vencidas", late)) == ([], [waiting])
    with pytest.raises(NotFound):
        list_observations(ref, "", 2, today=TODAY, zone=ZONE)


def test_the_tray_has_what_is_owed_first_and_by_its_last_day(plan, contact):
    ref = plan_ref(plan)
    first = sent_and_confirmed(ref, TEXT + " 1")
    done = published(ref, contact, TEXT + " 2")
    replied(done, contact)
    second = published(ref, contact, TEXT + " 3")
    found = get_tray(contact, "", 1, today=TODAY)
    assert [one.uid for one in found.rows] == [second, first, done]
    assert found.counts == {"por-moderar": 1, "por-responder": 1, "respondidas": 1, "no-publicadas": 0}
    assert [one.uid for one in get_tray(contact, "por-moderar", 1, today=TODAY).rows] == [first]
