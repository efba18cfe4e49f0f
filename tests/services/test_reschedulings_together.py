"""One resolution for several items, dates moved without a request, requests taken back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, YEAR_2026, window
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import AccountRole
from tracker.domain.schedule import Precision
from tracker.models.current import ActivityCurrent
from tracker.models.plans import PlanNode, Rescheduling, ReschedulingStatus
from tracker.services import reschedulings
from tracker.services.verification import verify
from tracker.services.versions import schedule_of

NEXT_YEAR = window(date(2027, 1, 1), date(2027, 3, 31), Precision.MONTH)


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2, activities_per_milestone=2)


def ask(scene, node, *, actor=None, institution=None):
    with transaction():
        return reschedulings.request_rescheduling(
            actor or scene.liaison,
            node_uid=node.uid,
            institution_uid=(institution or scene.made.lead).uid,
            windows=(NEXT_YEAR,),
            reason="Faltan fondos",
            now=scene.clock.next(),
            today=TODAY,
        ).uid


def decide(scene, uids, *, approve=True, actor=None, **more):
    with transaction():
        reschedulings.decide_reschedulings(
            actor or scene.contact,
            rescheduling_uids=uids,
            approve=approve,
            **{"resolution": "Procede", "resolution_number": "12-2026", **more},
            now=scene.clock.next(),
            today=TODAY,
        )


def take_back(scene, uid, *, actor=None):
    with transaction():
        reschedulings.withdraw_rescheduling(
            actor or scene.liaison, rescheduling_uid=uid, now=scene.clock.next(), today=TODAY
        )


def move(scene, node, *, actor=None, **more):
    given = {
        "windows": (NEXT_YEAR,),
        "reason": "La ley cambió",
        "resolution": "Se mueve",
        "resolution_number": "13-2026",
    }
    with transaction():
        return reschedulings.move_item(
            actor or scene.contact,
            node_uid=node.uid,
            **{**given, **more},
            now=scene.clock.next(),
            today=TODAY,
        ).uid


def row(uid):
    db.session.rollback()
    return db.session.scalars(db.select(Rescheduling).where(Rescheduling.uid == uid)).one()


def current_of(node):
    db.session.rollback()
    return schedule_of(db.session.get(PlanNode, node.id)).current


def mismatches(scene):
    db.session.remove()
    return verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")


class TestTogether:
    def test_one_resolution_moves_many_items(self, scene):
        uids = [ask(scene, node) for node in scene.made.activities]
        decide(scene, uids)
        assert {current_of(node) for node in scene.made.activities} == {(NEXT_YEAR,)}
        assert {(row(uid).resolution_number, row(uid).resolution) for uid in uids} == {("12-2026", "Procede")}
        assert {db.session.get(ActivityCurrent, node.id).due_on for node in scene.made.activities} == {
            NEXT_YEAR.end
        }
        assert mismatches(scene) == []

    def test_all_or_none(self, scene):
        first, second = (ask(scene, node) for node in scene.made.activities[:2])
        decide(scene, [second], approve=False)
        with pytest.raises(Conflict, match="already-decided"), nothing_written():
            decide(scene, [first, second])
        assert row(first).status is ReschedulingStatus.REQUESTED

    def test_none_of_ones_own_among_them(self, scene):
        uids = [ask(scene, node) for node in scene.made.activities[:2]]
        uids.append(ask(scene, scene.made.activities[2], actor=scene.helper, institution=scene.made.helper))
        own = actor_of(make_user("contact_point", institution=scene.made.helper.acronym))
        with pytest.raises(NotAllowed, match="own-report"), nothing_written():
            decide(scene, uids, actor=own)
        decide(scene, uids[:2], actor=own)

    def test_several_need_the_number_of_the_act_and_one_does_not(self, scene):
        uids = [ask(scene, node) for node in scene.made.activities[:2]]
        with pytest.raises(DomainError, match="resolution-number-required") as refused, nothing_written():
            decide(scene, uids, resolution_number=" ")
        assert refused.value.field == "resolution_number"
        decide(scene, uids[:1], resolution_number="")
        with pytest.raises(DomainError, match="nothing-chosen"):
            decide(scene, [])

    def test_the_same_one_named_twice_is_one(self, scene):
        uid = ask(scene, scene.activity)
        decide(scene, [uid, uid], resolution_number="")
        assert row(uid).status is ReschedulingStatus.APPROVED


class TestTakenBack:
    def test_by_its_own_institution_it_stays_as_such(self, scene):
        uid = ask(scene, scene.activity)
        take_back(scene, uid, actor=actor_of(make_user("liaison", institution="INFOM")))
        assert (row(uid).status, row(uid).is_withdrawn) == (ReschedulingStatus.REJECTED, True)
        assert current_of(scene.activity) == (YEAR_2026,)
        assert mismatches(scene) == []
        assert ask(scene, scene.activity) != uid

    def test_not_by_another_institution_nor_by_another_role(self, scene):
        uid = ask(scene, scene.activity)
        for actor in (scene.helper, scene.contact):
            with pytest.raises(NotFound), nothing_written():
                take_back(scene, uid, actor=actor)

    def test_not_once_decided(self, scene):
        uid = ask(scene, scene.activity)
        decide(scene, [uid])
        with pytest.raises(Conflict, match="already-decided"):
            take_back(scene, uid)
        other = ask(scene, scene.made.activities[1])
        take_back(scene, other)
        with pytest.raises(Conflict, match="already-decided"), nothing_written():
            decide(scene, [other])


class TestMovedWithoutARequest:
    def test_with_a_named_resolution_it_holds_from_today(self, scene):
        found = row(move(scene, scene.activity))
        assert (found.status, found.resolution_number) == (ReschedulingStatus.APPROVED, "13-2026")
        assert found.requested_by_uid == found.decided_by_uid == scene.contact.uid
        assert found.institution_id == scene.made.lead.id
        assert current_of(scene.activity) == (NEXT_YEAR,)
        assert mismatches(scene) == []

    @pytest.mark.parametrize(
        ("more", "code", "field"),
        [
            ({"resolution_number": ""}, "resolution-number-required", "resolution_number"),
            ({"resolution": " "}, "resolution-required", "resolution"),
            ({"reason": ""}, "reason-required", "reason"),
            ({"windows": ()}, "dates-required", "windows"),
            ({"windows": (YEAR_2026,)}, "dates-unchanged", "windows"),
        ],
    )
    def test_needs_reason_dates_number_and_words(self, scene, more, code, field):
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            move(scene, scene.activity, **more)
        assert refused.value.field == field

    def test_is_not_for_ones_own_institution(self, scene):
        own = actor_of(make_user("contact_point", institution=scene.made.helper.acronym))
        with pytest.raises(NotAllowed, match="own-item"), nothing_written():
            move(scene, scene.activity, actor=own)

    def test_waits_for_the_request_that_waits(self, scene):
        ask(scene, scene.activity)
        with pytest.raises(Conflict, match="rescheduling-pending"), nothing_written():
            move(scene, scene.activity)

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.CONTACT_POINT])
    def test_is_for_the_contact_point_only(self, scene, role):
        person = actor_of(make_user(role, institution="SEGEPLAN"))
        with pytest.raises(NotAllowed), nothing_written():
            move(scene, scene.activity, actor=person)
