"""Delegations: given within bounds, taken up by a sign-in, traced to both, ended by themselves or early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene, report_row
from tracker.db import db, transaction
from tracker.domain.delegations import Asked
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.permissions import AccountRole
from tracker.models.audit import AuditEvent
from tracker.queries.accounts import get_session
from tracker.queries.audit import AuditFilter, list_events
from tracker.queries.delegations import (
    find_acting,
    get_delegation_page,
    list_delegations_of,
    list_received,
)
from tracker.queries.timeline import get_timeline
from tracker.services import delegations as services
from tracker.services.accounts import close_account, open_session
from tracker.services.verification import verify

DAY = timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=1)


@pytest.fixture
def admin(app_context):
    return actor_of(make_user(AccountRole.ADMIN))


@pytest.fixture
def head(scene):
    return make_user(AccountRole.INSTITUTION_HEAD, institution=scene.made.lead.acronym, name="Titular")


def delegate(actor, to_uid, *, starts=TODAY, ends=TODAY + 3 * DAY, reason="Vacaciones", today=TODAY):
    with transaction():
        asked = Asked(starts, ends, reason)
        return services.delegate(actor, delegate_uid=to_uid, asked=asked, now=NOW, today=today).uid


def session_of(person):
    with transaction():
        return open_session(person.id, now=NOW, hours=2000, device="pytest")


def acting(person, token, today=TODAY):
    """Who a sign-in acts as on a day."""
    db.session.rollback()
    found = get_session(token, NOW, today)
    return find_acting(token, found.actor, today) or found.actor


def take_up(person, uid, today=TODAY):
    token = session_of(person)
    with transaction():
        services.start_acting(actor_of(person, today), token=token, uid=uid, now=NOW, today=today)
    return token


def test_a_head_reports_for_the_liaison_under_their_own_name_by_delegation(scene, head):
    uid = delegate(scene.liaison, head.uid)
    assert list_received(actor_of(head, TODAY), TODAY)
    own = actor_of(head, TODAY)
    with pytest.raises(NotAllowed):
        scene.draft(actor=own)
    token = take_up(head, uid)
    actor = acting(head, token)
    report = scene.submitted(actor=actor)
    row = report_row(report)
    assert (row.author_user_id, row.institution_id) == (head.id, scene.made.lead.id)
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.seq == row.recorded_seq))
    assert (event.actor_uid, event.on_behalf_uid) == (head.uid, scene.liaison.uid)
    auditor = actor_of(make_user(AccountRole.AUDITOR))
    told = list_events(auditor, AuditFilter(subject=scene.liaison.uid))
    assert report in {one.subject_uid for one in told}
    entries = get_timeline(scene.contact, scene.activity.uid, today=TODAY, zone="UTC")
    assert {one.on_behalf for one in entries if one.seq == row.recorded_seq} == {list_received(own, TODAY)[0]}
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nonexistent") == []


def test_it_ends_by_itself_and_early_with_a_reason_by_either_of_both_or_the_administrator(scene, head, admin):
    uid = delegate(scene.liaison, head.uid)
    token = take_up(head, uid)
    assert acting(head, token, TODAY + 3 * DAY).role is AccountRole.LIAISON
    assert acting(head, token, TODAY + 4 * DAY).role is AccountRole.INSTITUTION_HEAD
    for actor, error in ((scene.helper, NotFound), (scene.liaison, DomainError)):
        with pytest.raises(error), transaction():
            services.end_delegation(actor, uid=uid, reason=" ", now=NOW, today=TODAY)
    with transaction():
        services.end_delegation(admin, uid=uid, reason="Volvió antes", now=NOW, today=TODAY)
    assert acting(head, token).on_behalf_uid == ""
    with pytest.raises(Conflict, match="delegation-is-over"), transaction():
        services.end_delegation(scene.liaison, uid=uid, reason="Otra vez", now=NOW, today=TODAY)
    with pytest.raises(Conflict, match="delegation-lends-nothing"):
        take_up(head, uid)
    (row,) = list_delegations_of(admin, head.uid, TODAY)
    assert (row.state, row.end_reason) == ("ended", "Volvió antes")


def test_one_stops_acting_when_one_likes_and_nothing_is_lent_by_a_closed_account(scene, head, admin):
    uid = delegate(scene.liaison, head.uid)
    token = take_up(head, uid)
    with transaction():
        services.stop_acting(acting(head, token), token=token)
    assert acting(head, token).on_behalf_uid == ""
    token = take_up(head, uid)
    with transaction():
        close_account(admin, user_uid=scene.liaison.uid, now=NOW)
    assert acting(head, token).on_behalf_uid == ""


def test_only_a_fit_person_for_days_to_come_one_at_a_time_and_never_passed_on(scene, head, admin):
    stranger = make_user(AccountRole.LIAISON, institution="CGC")
    with pytest.raises(SeveralErrors) as caught:
        delegate(scene.liaison, stranger.uid, starts=TODAY - DAY, ends=None, reason="")
    fields = {one.field for one in caught.value.errors}
    assert fields == {"delegate", "starts_on", "ends_on", "reason"}
    uid = delegate(scene.liaison, head.uid)
    with pytest.raises(Conflict, match="delegation-overlaps"):
        delegate(scene.liaison, head.uid, starts=TODAY + 3 * DAY, ends=TODAY + 9 * DAY)
    delegate(scene.liaison, head.uid, starts=TODAY + 4 * DAY, ends=TODAY + 9 * DAY)
    colleague = make_user(AccountRole.LIAISON, institution=scene.made.lead.acronym)
    actor = acting(head, take_up(head, uid))
    with pytest.raises(NotAllowed, match="delegation-not-passed-on"):
        delegate(actor, colleague.uid)
    assert get_delegation_page(actor, TODAY).may_delegate is False
    with pytest.raises(NotAllowed, match="not-allowed"):
        delegate(admin, colleague.uid)


def test_a_stand_in_decides_for_the_contact_point_but_not_on_their_own_institutions_report(scene, admin):
    person = make_user(AccountRole.LIAISON, institution=scene.made.lead.acronym, name="Suplente")
    with pytest.raises(SeveralErrors):
        delegate(scene.contact, person.uid)
    with pytest.raises(NotAllowed), transaction():
        services.name_stand_in(scene.contact, user_uid=person.uid, may_stand_in=True, now=NOW)
    auditor = make_user(AccountRole.AUDITOR)
    with pytest.raises(DomainError, match="stand-in-not-fit"), transaction():
        services.name_stand_in(admin, user_uid=auditor.uid, may_stand_in=True, now=NOW)
    with transaction():
        services.name_stand_in(admin, user_uid=person.uid, may_stand_in=True, now=NOW)
    token = take_up(person, delegate(scene.contact, person.uid))
    actor = acting(person, token)
    assert actor.role is AccountRole.CONTACT_POINT
    with pytest.raises(NotAllowed):
        scene.validate(scene.submitted(), actor=actor)
    theirs = scene.submitted(actor=scene.helper)
    scene.validate(theirs, actor=actor)
    assert report_row(theirs).decided_by_uid == person.uid
    # Named no longer: what was lent is gone with it.
    with transaction():
        services.name_stand_in(admin, user_uid=person.uid, may_stand_in=False, now=NOW)
    assert acting(person, token).on_behalf_uid == ""


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE delegations SET ends_on = '2027-01-01'", "delegation-changed"),
        ("UPDATE delegations SET ended_at = NULL, ended_by_uid = ''", "delegation-changed"),
        ("UPDATE users SET may_stand_in = (1 = 1) WHERE role = 'liaison'", "account-changed"),
    ],
)
def test_changing_a_delegation_in_the_database_shows(scene, head, statement, kind):
    uid = delegate(scene.liaison, head.uid)
    with transaction():
        services.end_delegation(scene.liaison, uid=uid, reason="Ya volví", now=NOW, today=TODAY)
    with transaction():
        db.session.execute(text(statement))
    found = verify(evidence_url=scene.evidence_url, reports_folder="/nonexistent")
    assert {one.kind for one in found} == {kind}
