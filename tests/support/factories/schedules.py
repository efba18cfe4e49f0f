"""A schedule in which everything that can be drawn happens once, and one of many activities."""

from __future__ import annotations

from datetime import date

from tests.support.factories.plans import NOW, TODAY, MadePlan, NodeRef, make_plan, window
from tests.support.factories.reports import Scene, make_scene
from tests.support.snapshots import remembered
from tracker.db import transaction
from tracker.domain.schedule import Frequency, Precision, Window
from tracker.services import reschedulings

FIRST_QUARTER = window(date(2026, 1, 1), date(2026, 3, 31), Precision.MONTH)
UNTIL_SEPTEMBER = window(date(2026, 4, 1), date(2026, 9, 30), Precision.MONTH)
WHOLE_YEAR = window(date(2026, 1, 1), date(2026, 12, 31), Precision.MONTH)


def move(scene: Scene, node: NodeRef, windows: list[Window]) -> None:
    """A rescheduling asked for and approved."""
    with transaction():
        request = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=node.uid,
            institution_uid=scene.made.lead.uid,
            windows=windows,
            reason="Los equipos llegaron tarde",
            now=NOW,
            today=TODAY,
        ).uid
    with transaction():
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=request,
            approve=True,
            resolution="Procede",
            now=NOW,
            today=TODAY,
        )


@remembered
def make_varied() -> Scene:
    """Six activities: met in time, met late, claimed, moved, overdue without a word, overdue at 40 %."""
    scene = make_scene(commitments=2, milestones=1, activities_per_milestone=3, windows=[FIRST_QUARTER])
    met, late, claimed, moved, _silent, partly = scene.made.activities
    scene.validated(met, 100, completed_on=date(2026, 3, 10))
    scene.validated(late, 100, completed_on=date(2026, 4, 20))
    scene.submitted(claimed, 100, completed_on=date(2026, 3, 20))
    move(scene, moved, [UNTIL_SEPTEMBER])
    scene.submitted(partly, 40)
    return scene


@remembered
def make_monthly(number: int = 4) -> Scene:
    """A duty of each month of 2026: January proven, February claimed, from March on nothing."""
    scene = make_scene(
        number=number, activities_per_milestone=1, windows=[WHOLE_YEAR], frequency=Frequency.MONTHLY
    )
    scene.validated(percent=100, occurrence="2026-01", completed_on=date(2026, 1, 28))
    scene.submitted(percent=100, occurrence="2026-02", completed_on=date(2026, 3, 5))
    return scene


def make_long(*, milestones: int = 8, number: int = 4) -> MadePlan:
    """Twelve commitments with eleven activities in each of their milestones: 1,056 with eight of them."""
    return make_plan(
        number,
        commitments=12,
        milestones=milestones,
        activities_per_milestone=11,
        windows=[FIRST_QUARTER],
    )
