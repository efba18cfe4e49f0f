"""As of, and known at: a question about the past has one answer, whatever was recorded since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.plans import TODAY, make_plan
from tests.support.factories.reports import evidence_of, make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import Role
from tracker.domain.progress import as_percent
from tracker.domain.schedule import Window
from tracker.domain.tree import assess
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries.history import get_plan_id, last_sequence, plan_facts, present, sequence_at
from tracker.services import plans, reschedulings
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_institution, record_nodes

CUT_OFF = date(2026, 6, 30)
LATER = date(2026, 7, 20)


@pytest.fixture
def scene(app_context):
    return make_scene(axes=2, commitments=2)


def facts(scene, as_of=CUT_OFF, known_at=None, **more):
    db.session.rollback()
    return plan_facts(scene.made.id, Cut(as_of, known_at), **more)


def percents(found, as_of, uid):
    """Validated and reported percent of an item."""
    own = next(one for one in assess(found, as_of).walk() if one.facts.uid == uid).own
    return tuple(figure and figure.percent for figure in (own.validated, own.reported))


class TestAValidationRecordedLater:
    def test_counts_for_the_date_of_its_report_and_only_as_known_later(self, scene):
        first = scene.submitted(percent=60, today=TODAY)
        before = last_sequence()
        scene.validate(first, today=LATER)
        scene.validate(scene.submitted(percent=80, today=LATER, reported_on=CUT_OFF), today=LATER)
        uid = scene.activity.uid
        assert percents(facts(scene), CUT_OFF, uid) == (80, 80)
        assert percents(facts(scene, known_at=before), CUT_OFF, uid) == (None, 60)
        assert percents(facts(scene, as_of=TODAY), TODAY, uid) == (60, 60)

    def test_is_known_by_its_own_sequence_and_never_backdated(self, scene):
        uid = scene.submitted(percent=60)
        reported = last_sequence()
        scene.validate(uid, today=LATER)
        (early,), (late,) = facts(scene, known_at=reported).reports, facts(scene).reports
        assert (early.status, early.decision) == (ReportStatus.SUBMITTED, None)
        assert (late.status, late.decision.sequence) == (ReportStatus.VALIDATED, reported + 1)
        assert late.decision.decided_at.date() == LATER
        assert (early.reported_on, early.sequence) == (late.reported_on, late.sequence)

    def test_taken_back_later_still_stood_then(self, scene):
        scene.validated(percent=60)
        stood = last_sequence()
        uid = facts(scene).reports[0].uid
        scene.reopen(uid, today=LATER)
        scene.give_back(uid, today=LATER)
        assert percents(facts(scene, known_at=stood), CUT_OFF, scene.activity.uid) == (60, 60)
        assert percents(facts(scene), CUT_OFF, scene.activity.uid) == (None, None)

    def test_sets_evidence_aside_only_from_its_decision_on(self, scene):
        uid = scene.draft(percent=40)
        aside = scene.link(uid, scene.activity.means)
        scene.submit(uid)
        before = last_sequence()
        scene.validate(uid, accepted=evidence_of(uid)[:1])
        accepted = [
            {one.uid: one.accepted for one in facts(scene, known_at=seq).reports[0].evidence}[aside]
            for seq in (before, None)
        ]
        assert accepted == [True, False]


class TestAPlanChangedLater:
    def change(self, scene, effective_on, **columns):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            for name, value in columns.items():
                setattr(node, name, value)
            record_nodes(SYSTEM, [node], effective_on=effective_on, now=scene.clock.next(LATER))
            refresh_plan(scene.made.id, LATER)

    def title(self, found, scene):
        return next(one.title for one in found.nodes if one.uid == scene.activity.uid)

    def test_keeps_its_words_before_the_day_from_which_others_hold(self, scene):
        old = scene.activity.title
        before = last_sequence()
        self.change(scene, LATER, title="Título enmendado")
        assert self.title(facts(scene, as_of=LATER - timedelta(days=1)), scene) == old
        assert self.title(facts(scene, as_of=LATER), scene) == "Título enmendado"
        assert self.title(facts(scene, as_of=LATER, known_at=before), scene) == old

    def test_corrected_from_the_beginning_is_corrected_for_every_date(self, scene):
        before = last_sequence()
        self.change(scene, None, title="Título corregido")
        assert self.title(facts(scene, as_of=date(2026, 1, 1)), scene) == "Título corregido"
        assert self.title(facts(scene, known_at=before), scene) == scene.activity.title

    def test_weighs_as_it_did(self, scene):
        scene.submitted(percent=100)
        before = last_sequence()
        self.change(scene, None, weight=3)
        floors = [
            as_percent(assess(facts(scene, known_at=seq), CUT_OFF).reported.floor) for seq in (before, None)
        ]
        assert [str(one) for one in floors] == ["25.00", "37.50"]

    def test_with_another_lead_counts_whose_percent_it_was_then(self, scene):
        scene.submitted(percent=40)
        scene.submitted(percent=90, actor=scene.helper)
        before = last_sequence()
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            node.roles[0].role, node.roles[1].role = Role.CO_RESPONSIBLE, Role.LEAD
            record_nodes(SYSTEM, [node], effective_on=None, now=scene.clock.next(LATER))
        uid = scene.activity.uid
        assert percents(facts(scene, known_at=before), CUT_OFF, uid) == (None, 40)
        assert percents(facts(scene), CUT_OFF, uid) == (None, 90)

    def test_that_lost_an_item_still_had_it(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            plans.withdraw_node(SYSTEM, node, on=LATER, reason="Enmienda", now=scene.clock.next(LATER))
        gone = [
            next(
                one
                for one in assess(facts(scene, as_of=day), day).walk()
                if one.facts.uid == scene.activity.uid
            )
            for day in (CUT_OFF, LATER)
        ]
        assert [one.is_withdrawn for one in gone] == [False, True]

    def test_with_another_threshold_is_judged_by_the_one_of_then(self, scene):
        before = last_sequence()
        with transaction():
            plan = db.session.get(ActionPlan, scene.made.id)
            plan.substantial_from, plan.due_soon_days = 70, 10
            record_nodes(SYSTEM, [plan], effective_on=None, now=scene.clock.next(LATER))
        then, now = facts(scene, known_at=before), facts(scene)
        assert (then.thresholds.substantial, then.due_soon_days) == (50, 30)
        assert (now.thresholds.substantial, now.due_soon_days) == (70, 10)

    def test_rescheduled_is_due_by_the_dates_of_then(self, scene):
        with transaction():
            asked = reschedulings.request_rescheduling(
                scene.liaison,
                node_uid=scene.activity.uid,
                institution_uid=scene.made.lead.uid,
                windows=[Window(date(2027, 6, 30), date(2027, 1, 1))],
                reason="Faltan fondos",
                now=scene.clock.next(LATER),
                today=LATER,
            )
            reschedulings.decide_rescheduling(
                scene.contact,
                rescheduling_uid=asked.uid,
                approve=True,
                resolution="Resolución 7",
                now=scene.clock.next(LATER),
                today=LATER,
            )
        dues = [
            next(
                one
                for one in assess(facts(scene, as_of=day), day).walk()
                if one.facts.uid == scene.activity.uid
            )
            for day in (CUT_OFF, LATER)
        ]
        assert [one.due_on for one in dues] == [date(2026, 12, 31), date(2027, 6, 30)]
        assert dues[1].baseline_due_on == date(2026, 12, 31)


def test_an_institution_bears_the_name_it_had(scene):
    scene.submitted(percent=40)
    before = last_sequence()
    with transaction():
        row = db.session.get(Institution, scene.made.lead.id)
        row.acronym, row.name = "NUEVO", "Nombre nuevo"
        record_institution(SYSTEM, row, now=scene.clock.next(LATER))
    then, now = facts(scene, known_at=before), facts(scene)
    for found, label in ((then, "INFOM"), (now, "NUEVO")):
        labels = {
            role.institution.label for node in found.nodes for role in node.roles if role.role is Role.LEAD
        }
        assert (labels, {one.institution.label for one in found.reports}) == ({label}, {label})


def test_the_same_question_has_the_same_answer_whatever_happened_since(scene):
    first, second, *_ = scene.made.activities
    scene.validated(first, percent=100)
    open_report = scene.submitted(second, percent=50)
    known_at = last_sequence()
    asked = facts(scene, known_at=known_at)
    told = assess(asked, CUT_OFF)
    # Everything that can happen to what was told, with effective dates before the cut-off too.
    scene.validate(open_report, today=LATER)
    scene.reopen(asked.reports[0].uid, today=LATER)
    scene.give_back(asked.reports[0].uid, today=LATER)
    scene.submitted(first, percent=10, today=LATER, reported_on=date(2026, 6, 1))
    scene.draft(second, percent=5, today=LATER)
    with transaction():
        for ref in (scene.made.activities[2], scene.made.milestones[0]):
            node = db.session.get(PlanNode, ref.id)
            node.title = "Otro"
        record_nodes(SYSTEM, [node], effective_on=None, now=scene.clock.next(LATER))
        parent = db.session.get(PlanNode, scene.made.milestones[0].id)
        plans.create_activity(SYSTEM, parent, plans.ItemSpec(9, "Nueva"), now=scene.clock.next(LATER))
        plans.withdraw_node(
            SYSTEM, db.session.get(PlanNode, second.id), on=CUT_OFF, reason="x", now=scene.clock.next(LATER)
        )
        row = db.session.get(Institution, scene.made.lead.id)
        row.acronym = "NUEVO"
        record_institution(SYSTEM, row, now=scene.clock.next(LATER))
        refresh_plan(scene.made.id, LATER)
    again = facts(scene, known_at=known_at)
    assert again == asked
    assert assess(again, CUT_OFF) == told
    assert [r.institution.label for r in again.reports] == ["INFOM", "INFOM"]
    assert facts(scene) != asked


class TestWhatIsAsked:
    def test_a_draft_is_no_fact(self, scene):
        scene.draft(percent=90)
        assert facts(scene).reports == ()

    def test_a_report_of_a_later_date_is_none_yet(self, scene):
        scene.submitted(percent=90, today=LATER)
        assert facts(scene).reports == ()
        assert len(facts(scene, as_of=LATER).reports) == 1

    def test_a_plan_not_yet_recorded_is_not_found(self, scene):
        with pytest.raises(NotFound, match="plan-not-recorded"):
            facts(scene, known_at=0)
        with pytest.raises(NotFound, match="plan-not-recorded"):
            plan_facts(999_999, Cut(TODAY))

    def test_plans_go_by_their_number(self, scene):
        assert get_plan_id(4) == scene.made.id
        with pytest.raises(NotFound, match="plan-not-found"):
            get_plan_id(99)

    def test_one_commitment_comes_with_what_stands_above_it_alone(self, scene):
        made = scene.made
        scene.submitted(percent=40)
        scene.submitted(made.activities[2], percent=90)
        found = facts(scene, commitment_id=made.commitments[0].id)
        uids = {one.uid for one in found.nodes}
        assert {made.uid, made.axes[0].uid, made.commitments[0].uid, made.activities[0].uid} <= uids
        assert not uids & {made.axes[1].uid, made.commitments[1].uid, made.activities[2].uid}
        assert [one.percent for one in found.reports] == [40]

    def test_nothing_of_another_plan_is_in_it(self, scene):
        other = make_plan(number=5)
        assert other.activity.uid not in {one.uid for one in facts(scene).nodes}

    def test_an_instant_is_the_last_sequence_by_then(self, scene):
        before, at = last_sequence(), scene.clock.at
        scene.submitted(percent=40, today=LATER)
        assert sequence_at(at.replace(hour=23)) == before
        assert facts(scene, known_at=sequence_at(at.replace(hour=23))).reports == ()

    def test_the_present_is_all_that_is_recorded(self):
        assert present(TODAY) == Cut(TODAY, None)

    def test_costs_the_same_for_a_small_plan_and_a_large_one(self, app_context, query_counter):
        counts = []
        for number, size in ((1, 2), (2, 40)):
            scene = make_scene(number=number, activities_per_milestone=size)
            for item in scene.made.activities[: 2 * number]:
                scene.validated(item, percent=40)
            db.session.remove()
            with query_counter() as queries:
                plan_facts(scene.made.id, Cut(CUT_OFF))
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 10
