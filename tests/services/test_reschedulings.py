"""Other dates: asked for with a reason, decided once by somebody else, the baseline stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, YEAR_2026, make_institution, window
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.schedule import Precision
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent
from tracker.models.plans import ActionPlan, PlanNode, Rescheduling, ReschedulingStatus
from tracker.services import plans, reschedulings
from tracker.services.versions import schedule_of

NEXT_YEAR = window(date(2027, 1, 1), date(2027, 3, 31), Precision.MONTH)


@pytest.fixture
def scene(app_context):
    return make_scene()


def ask(scene, *, actor=None, node=None, windows=(NEXT_YEAR,), reason="Faltan fondos", **more):
    with transaction():
        return reschedulings.request_rescheduling(
            actor or scene.liaison,
            **{"node_uid": (node or scene.activity).uid, "institution_uid": scene.made.lead.uid, **more},
            windows=windows,
            reason=reason,
            now=scene.clock.next(),
            today=TODAY,
        ).uid


def decide(scene, uid, *, approve=True, actor=None, resolution="Resolución 7", today=TODAY):
    with transaction():
        reschedulings.decide_rescheduling(
            actor or scene.contact,
            rescheduling_uid=uid,
            approve=approve,
            resolution=resolution,
            now=scene.clock.next(today),
            today=today,
        )
    return uid


def row(uid):
    db.session.rollback()
    return db.session.scalars(db.select(Rescheduling).where(Rescheduling.uid == uid)).one()


def schedule(scene):
    db.session.rollback()
    return schedule_of(db.session.get(PlanNode, scene.activity.id))


class TestAsking:
    def test_changes_nothing_yet(self, scene):
        uid = ask(scene, reason="  Faltan fondos ")
        assert (row(uid).status, row(uid).reason) == (ReschedulingStatus.REQUESTED, "Faltan fondos")
        assert schedule(scene).current == (YEAR_2026,)

    @pytest.mark.parametrize(
        ("more", "code", "field"),
        [
            ({"reason": "  "}, "reason-required", "reason"),
            ({"windows": ()}, "dates-required", "windows"),
            ({"windows": (YEAR_2026,)}, "dates-unchanged", "windows"),
        ],
    )
    def test_needs_a_reason_and_other_dates(self, scene, more, code, field):
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            ask(scene, **more)
        assert refused.value.field == field

    def test_is_possible_once_at_a_time(self, scene):
        uid = ask(scene)
        with pytest.raises(Conflict, match="rescheduling-pending"), nothing_written():
            ask(scene, actor=scene.helper, institution_uid=scene.made.helper.uid)
        decide(scene, uid, approve=False)
        assert ask(scene) != uid

    def test_is_for_the_institutions_that_have_a_part(self, scene):
        assert ask(scene, actor=scene.helper, institution_uid=scene.made.helper.uid)
        stranger = make_user("liaison", institution="MINFIN")
        with pytest.raises(NotFound):
            ask(scene, actor=actor_of(stranger), institution_uid=make_institution("MINFIN").uid)
        with pytest.raises(NotAllowed):
            ask(scene, actor=actor_of(stranger), node=scene.made.activities[1])

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.LIAISON])
    def test_is_for_liaisons_only(self, scene, role):
        person = actor_of(make_user(role, institution="INFOM"))
        with pytest.raises(NotAllowed), nothing_written():
            ask(scene, actor=person)

    @pytest.mark.parametrize("more", [{"node_uid": "nothing"}, {"institution_uid": "nothing"}])
    def test_of_nothing_is_not_found(self, scene, more):
        with pytest.raises(NotFound):
            ask(scene, **more)

    def test_in_a_closed_plan_or_of_an_item_taken_out_is_a_conflict(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.made.milestones[0].id)
            plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Enmienda", now=scene.clock.next())
        with pytest.raises(Conflict, match="item-withdrawn"):
            ask(scene)
        with transaction():
            db.session.get(ActionPlan, scene.made.id).status = PlanStatus.CLOSED
        with pytest.raises(Conflict):
            ask(scene)


class TestDeciding:
    def test_for_it_adds_a_revision_and_keeps_the_baseline(self, scene):
        decide(scene, ask(scene))
        found = schedule(scene)
        assert (found.baseline, found.current) == ((YEAR_2026,), (NEXT_YEAR,))
        assert [one.from_on for one in found.revisions] == [None, TODAY]

    def test_for_it_twice_adds_two(self, scene):
        decide(scene, ask(scene))
        other = window(date(2027, 6, 1), date(2027, 6, 30))
        decide(scene, ask(scene, windows=(other,)), today=TODAY + timedelta(days=30))
        assert [len(one.windows) for one in schedule(scene).revisions] == [1, 1, 1]
        assert schedule(scene).current == (other,)

    def test_for_several_windows_keeps_them_in_order(self, scene):
        two = (NEXT_YEAR, window(None, date(2027, 12, 31)))
        decide(scene, ask(scene, windows=two))
        assert schedule(scene).current == two

    def test_for_an_item_without_dates_gives_it_its_first(self, app_context):
        scene = make_scene(windows=())
        decide(scene, ask(scene))
        assert (schedule(scene).baseline, schedule(scene).current) == ((NEXT_YEAR,), (NEXT_YEAR,))

    def test_for_it_refreshes_the_figures_and_erases_no_day_already_late(self, app_context):
        spring = window(date(2026, 1, 1), date(2026, 5, 31))
        scene = make_scene(windows=[spring])
        assert current(scene).state is State.OVERDUE
        decide(scene, ask(scene))
        found = current(scene)
        assert (found.state, found.due_on, found.baseline_due_on) == (
            State.NOT_DUE,
            NEXT_YEAR.end,
            spring.end,
        )
        assert found.days_late == 14

    def test_against_it_leaves_everything_as_it_was(self, scene):
        uid = decide(scene, ask(scene), approve=False)
        assert row(uid).status is ReschedulingStatus.REJECTED
        assert schedule(scene).current == (YEAR_2026,)

    @pytest.mark.parametrize("approve", [True, False])
    def test_needs_its_words(self, scene, approve):
        uid = ask(scene)
        with pytest.raises(DomainError, match="resolution-required"), nothing_written():
            decide(scene, uid, approve=approve, resolution=" ")
        assert row(uid).status is ReschedulingStatus.REQUESTED

    def test_is_done_once(self, scene):
        uid = decide(scene, ask(scene))
        with pytest.raises(Conflict, match="already-decided"), nothing_written():
            decide(scene, uid, approve=False)

    def test_says_who_when_and_with_which_words(self, scene):
        found = row(decide(scene, ask(scene), resolution=" Resolución 7 "))
        assert (found.decided_by_uid, found.decided_on) == (scene.contact.uid, TODAY)
        assert (found.resolution, found.decided_at) == ("Resolución 7", scene.clock.at)
        assert found.recorded_seq is not None

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.CONTACT_POINT])
    def test_is_for_the_contact_point_only(self, scene, role):
        uid, person = ask(scene), actor_of(make_user(role, institution="SEGEPLAN"))
        with pytest.raises(NotAllowed), nothing_written():
            decide(scene, uid, actor=person)

    def test_is_never_for_ones_own_institution(self, scene):
        uid = ask(scene)
        with pytest.raises(NotAllowed, match="own-report"):
            decide(scene, uid, actor=actor_of(make_user("contact_point", institution="INFOM")))

    def test_of_nothing_is_not_found(self, scene):
        with pytest.raises(NotFound):
            decide(scene, "nothing")


def current(scene):
    db.session.rollback()
    return db.session.get(ActivityCurrent, scene.activity.id)
