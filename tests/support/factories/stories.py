"""A plan in which everything has happened that the public is told: for feeds, calendars, cards and embeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.support.factories import amendments
from tests.support.factories.plans import TODAY, window
from tests.support.factories.reports import Scene, make_scene
from tests.support.snapshots import remembered
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.domain.schedule import Precision
from tracker.models.plans import ActionPlan
from tracker.models.reports import CompiledReport
from tracker.services import overdue, reschedulings

NEXT_YEAR = window(date(2027, 1, 1), date(2027, 3, 31), Precision.MONTH)
PAST = window(date(2026, 1, 1), date(2026, 3, 31), Precision.MONTH)
HIDDEN = "Nadie debe leer esto todavía"


@dataclass
class Story:
    """What happened, by uid."""

    scene: Scene
    proven: str
    claimed: str
    returned: str
    report: str


@remembered
def make_story(number: int = 4) -> Story:
    """Reports of each fate, dates moved, an amendment, an item overdue, a report published."""
    scene = make_scene(
        number=number, commitments=2, axes=1, milestones=1, activities_per_milestone=4, windows=[PAST]
    )
    with transaction():
        overdue.flag_plan(scene.made.id, on=TODAY, today=TODAY, now=scene.clock.next())
    first, second, third, fourth = scene.made.activities[:4]
    proven = scene.validated(first, 60, narrative="Se publicó el <diagnóstico> & su anexo.")
    claimed = scene.submitted(second, 80, narrative=HIDDEN)
    returned = scene.give_back(scene.submitted(third, 30, narrative=HIDDEN), comment=HIDDEN)
    move(scene, fourth)
    uid = amendments.prepare(scene)
    amendments.change(scene, uid, scene.made.commitments[0], title="Otro título")
    amendments.approve(scene, uid)
    return Story(scene, proven, claimed, returned, publish(scene))


def move(scene: Scene, node, windows=(NEXT_YEAR,)) -> None:
    """Move an item's dates by an approved request."""
    with transaction():
        asked = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=node.uid,
            institution_uid=scene.made.lead.uid,
            windows=windows,
            reason="Faltan fondos",
            now=scene.clock.next(),
            today=TODAY,
        ).uid
    with transaction():
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=asked,
            approve=True,
            resolution="Procede",
            resolution_number="7-2026",
            now=scene.clock.next(),
            today=TODAY,
        )


def publish(scene: Scene, **more) -> str:
    """A published report of the lead; its uid."""
    at = scene.clock.next()
    with transaction():
        row = CompiledReport(
            **{
                "plan_id": scene.made.id,
                "kind": CompilationKind.INSTITUTIONAL,
                "institution_id": scene.made.lead.id,
                "cutoff_on": TODAY,
                "status": CompilationStatus.PUBLISHED,
                "series_key": f"serie-{scene.made.number}",
                "version": 1,
                "document": "{}",
                "sha256": "ab" * 32,
                "requested_by_uid": SYSTEM.uid,
                "requested_at": at,
                "approved_by_uid": "alguien",
                "approved_label": "Punto de contacto",
                "approved_at": at,
                "published_at": at,
                **more,
            }
        )
        db.session.add(row)
        db.session.flush()
        return row.uid


def unpublish(number: int) -> None:
    """Make a plan a draft again, so that nothing of it is public."""
    with transaction():
        db.session.query(ActionPlan).filter_by(number=number).one().status = PlanStatus.DRAFT
