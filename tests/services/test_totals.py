"""What history adds up to: the small refresh gives what the whole one gives, at one cost for any plan."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.plans import TODAY, YEAR_2026, make_plan
from tests.support.factories.reports import Scene, evidence_of, make_scene
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision, Window
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import PlanNode
from tracker.services import plans, reschedulings
from tracker.services.totals import CurrentValues, TotalValues, refresh_item, refresh_plan
from tracker.services.versions import record_nodes

TABLES = ((ActivityCurrent, CurrentValues), (NodeTotals, TotalValues))


def stored():
    """Every stored figure, by item."""
    db.session.rollback()
    return {
        (table.__name__, row.node_id): {f.name: getattr(row, f.name) for f in fields(values)}
        | {"computed_on": row.computed_on}
        for table, values in TABLES
        for row in db.session.scalars(select(table))
    }


def totals(node_id):
    db.session.rollback()
    return db.session.get(NodeTotals, node_id)


def refreshed(plan_id, today=TODAY):
    """Every stored figure after everything was computed again from nothing."""
    with transaction():
        for table, _ in TABLES:
            for row in db.session.scalars(select(table)):
                db.session.delete(row)
        db.session.flush()
        refresh_plan(plan_id, today)
    return stored()


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2, milestones=2, activities_per_milestone=2, axes=2)


class TestEveryLevel:
    def test_shows_the_same_figure_rolled_up(self, app_context):
        scene = make_scene(axes=1, milestones=2, activities_per_milestone=2)
        scene.validated(percent=100)
        scene.submitted(scene.made.activities[1], percent=50)
        made = scene.made
        floors = [
            (totals(ref.id).validated_floor, totals(ref.id).reported_floor, totals(ref.id).reported_mean)
            for ref in (made.milestones[0], made.milestones[1], made.commitments[0], made.axes[0])
        ]
        assert floors == [("50", "75", "75"), ("0", "0", None), ("25", "75/2", "75"), ("25", "75/2", "75")]
        assert (totals(made.id).validated_floor, totals(made.id).validated_informed) == ("25", 1)

    def test_weighs_children_as_the_plan_says(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            node.weight = Decimal(3)
            record_nodes(SYSTEM, [node], effective_on=None, now=scene.clock.next())
        scene.submitted(percent=100)
        assert totals(scene.made.milestones[0].id).reported_floor == "75"

    def test_counts_what_is_overdue_complete_and_claimed_without_proof(self, app_context):
        spring = Window(TODAY - timedelta(days=30), TODAY - timedelta(days=90))
        scene = make_scene(windows=[spring], activities_per_milestone=3)
        scene.validated(percent=100, completed_on=spring.end)
        scene.submitted(scene.made.activities[1], percent=100, answers=())
        row = totals(scene.made.id)
        assert (row.overdue, row.complete, row.unproven) == (1, 1, 1)
        assert (row.state, row.answered, row.required) == (State.OVERDUE, 2, 6)

    def test_an_item_taken_out_is_counted_beside_and_not_in(self, scene):
        scene.validated(percent=100)
        with transaction():
            node = db.session.get(PlanNode, scene.made.activities[1].id)
            plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Enmienda", now=scene.clock.next())
            refresh_item(node, TODAY)
        row = totals(scene.made.milestones[0].id)
        assert (row.validated_floor, row.validated_with_withdrawn, row.withdrawn) == ("100", "50", 1)
        assert stored() == refreshed(scene.made.id)

    def test_rows_of_what_no_longer_delivers_are_removed(self, app_context):
        scene = make_scene(activities_per_milestone=0)
        milestone = scene.made.milestones[0]
        assert db.session.get(ActivityCurrent, milestone.id) is not None
        with transaction():
            parent = db.session.get(PlanNode, milestone.id)
            plans.create_activity(SYSTEM, parent, plans.ItemSpec(1, "Nueva"), now=scene.clock.next())
            refresh_item(parent, TODAY)
        db.session.rollback()
        assert db.session.get(ActivityCurrent, milestone.id) is None


class TestTheDay:
    def test_the_first_change_of_a_day_refreshes_the_whole_plan(self, app_context):
        soon = Window(TODAY + timedelta(days=1), TODAY - timedelta(days=90))
        scene = make_scene(commitments=3, windows=[soon])
        later = TODAY + timedelta(days=2)
        scene.submitted(scene.activity, percent=100, today=later)
        assert {row["computed_on"] for row in stored().values()} == {later}
        assert totals(scene.made.commitments[2].id).overdue == 2
        assert totals(scene.made.id).overdue == 5
        assert stored() == refreshed(scene.made.id, later)

    def test_a_change_at_the_level_of_the_plan_refreshes_all_of_it(self, scene):
        with transaction():
            refresh_item(db.session.get(PlanNode, scene.made.axes[0].id), TODAY + timedelta(days=1))
        assert {row["computed_on"] for row in stored().values()} == {TODAY + timedelta(days=1)}

    def test_a_row_without_a_plan_is_refused(self, app_context):
        with pytest.raises(ValueError, match="plan-needs-refresh-plan"):
            refresh_item(PlanNode(kind=NodeKind.AXIS), TODAY)


class TestRandomHistories:
    """Whatever is done in whatever order, the small refreshes have left what the whole one leaves."""

    @pytest.mark.parametrize("seed", range(8))
    def test_end_in_what_everything_computed_again_gives(self, app_context, seed):
        self.tell(seed)

    @pytest.mark.soak
    @pytest.mark.parametrize("seed", range(8, 400))
    def test_end_so_however_many_are_told(self, app_context, seed):
        self.tell(seed)

    def tell(self, seed):
        rng = random.Random(seed)  # noqa: S311 - a story to replay, no secret
        scene = make_scene(
            axes=rng.choice([0, 0, 2]),
            commitments=rng.randint(1, 3),
            milestones=rng.randint(0, 2),
            activities_per_milestone=rng.randint(0, 2),
            activities_per_commitment=rng.randint(1, 2),
            windows=[Window(TODAY + timedelta(days=rng.randint(-40, 60)), TODAY - timedelta(days=100))],
        )
        weigh(scene, rng)
        story = Story(scene, rng)
        for _ in range(14):
            story.step()
        assert story.done >= 1
        found = stored()
        (last_day,) = {row["computed_on"] for row in found.values()}
        assert found == refreshed(scene.made.id, last_day)


def weigh(scene: Scene, rng: random.Random) -> None:
    """Give every item a weight of its own."""
    with transaction():
        nodes = db.session.scalars(select(PlanNode).where(PlanNode.plan_id == scene.made.id)).all()
        for node in nodes:
            node.weight = Decimal(rng.choice(["1", "1", "2", "0.5", "3.25"]))
        record_nodes(SYSTEM, nodes, effective_on=None, now=scene.clock.next())
        refresh_plan(scene.made.id, TODAY)


class Story:
    """Things that may happen to a plan, one after another; what a rule refuses does not happen."""

    def __init__(self, scene: Scene, rng: random.Random) -> None:
        self.scene, self.rng = scene, rng
        self.today, self.reports, self.done = TODAY, [], 0

    def step(self) -> None:
        chosen = self.rng.choice(
            [
                self.report,
                self.report,
                self.report,
                self.decide,
                self.decide,
                self.undo,
                self.move,
                self.take_out,
            ]
        )
        try:
            chosen()
        except DomainError:
            return
        self.done += 1

    def report(self) -> None:
        made = self.scene.made
        actor = self.rng.choice([self.scene.liaison, self.scene.liaison, self.scene.helper])
        percent = self.rng.choice([None, 0, 33, "66.67", 100, 100])
        item = self.rng.choice(made.activities + made.milestones)
        dates = {"completed_on": self.today} if percent == 100 and self.rng.random() < 0.5 else {}
        answers = item.means if self.rng.random() < 0.7 else ()
        self.reports.append(
            self.scene.submitted(item, percent, actor=actor, answers=answers, today=self.today, **dates)
        )

    def decide(self) -> None:
        uid = self.any_report()
        if self.rng.random() < 0.7:
            accepted = [one for one in evidence_of(uid) if self.rng.random() < 0.8]
            signed = {"exception": "Visto.", "signed_name": "Nombre"} if self.rng.random() < 0.3 else {}
            self.scene.validate(uid, accepted=accepted, today=self.today, **signed)
        else:
            self.scene.give_back(uid, today=self.today)

    def undo(self) -> None:
        uid = self.any_report()
        if self.rng.random() < 0.5:
            self.scene.reopen(uid, today=self.today)
        else:
            self.scene.withdraw(uid, today=self.today)

    def move(self) -> None:
        if self.rng.random() < 0.4:
            self.today += timedelta(days=self.rng.randint(1, 20))
            return
        item = self.rng.choice(self.scene.made.activities)
        with transaction():
            asked = reschedulings.request_rescheduling(
                self.scene.liaison,
                node_uid=item.uid,
                institution_uid=self.scene.made.lead.uid,
                windows=[Window(self.today + timedelta(days=self.rng.randint(1, 90)), self.today)],
                reason="Falta de fondos",
                now=self.scene.clock.next(self.today),
                today=self.today,
            )
            reschedulings.decide_rescheduling(
                self.scene.contact,
                rescheduling_uid=asked.uid,
                approve=self.rng.random() < 0.8,
                resolution="Resolución 1",
                now=self.scene.clock.next(self.today),
                today=self.today,
            )

    def take_out(self) -> None:
        made = self.scene.made
        item = self.rng.choice(made.activities + made.milestones + made.commitments)
        with transaction():
            node = db.session.get(PlanNode, item.id)
            plans.withdraw_node(SYSTEM, node, on=self.today, reason="Enmienda", now=self.scene.clock.next())
            refresh_item(node, self.today)

    def any_report(self) -> str:
        if not self.reports:
            raise DomainError("nothing-to-decide")
        return self.rng.choice(self.reports)


def test_a_plan_with_axes_may_also_hold_a_commitment_of_no_axis(app_context):
    scene = make_scene(axes=2, commitments=2)
    with transaction():
        plan = db.session.get(PlanNode, scene.made.id)
        spec = plans.ItemSpec(7, "Sin eje", windows=[YEAR_2026])
        commitment = plans.create_commitment(SYSTEM, plan, spec, now=scene.clock.next())
        plans.create_activity(SYSTEM, commitment, plans.ItemSpec(1, "Una"), now=scene.clock.next())
        refresh_plan(plan.id, TODAY)
    scene.submitted(percent=40)
    assert stored() == refreshed(scene.made.id)


class TestTheCost:
    @pytest.mark.parametrize("action", ["submit", "validate", "give_back", "reopen"])
    def test_of_a_step_does_not_depend_on_the_other_commitments(self, app_context, query_counter, action):
        counts = []
        # Both plans stand before the first step: as many people are told of the one as of the other.
        scenes = [
            make_scene(number=number, commitments=commitments, axes=1)
            for number, commitments in ((1, 1), (2, 12))
        ]
        for scene in scenes:
            uid = scene.draft(percent=40)
            if action != "submit":
                scene.submit(uid)
            if action == "reopen":
                scene.validate(uid)
            with query_counter() as queries:
                getattr(scene, action)(uid)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_of_the_whole_plan_does_not_depend_on_its_size(self, app_context, query_counter):
        counts = []
        for number, activities in ((1, 2), (2, 30)):
            made = make_plan(number=number, activities_per_milestone=activities)
            with query_counter() as queries, transaction():
                refresh_plan(made.id, TODAY)
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_windows_known_to_the_month_are_due_on_its_last_day(app_context):
    scene = make_scene(windows=[Window(TODAY.replace(day=30), None, Precision.MONTH, Precision.DAY)])
    scene.submitted(percent=10)
    assert totals(scene.made.id).due_on == TODAY.replace(day=30)
