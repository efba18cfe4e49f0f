"""`verify` names whatever is changed behind the services' back of amendments and requests for other dates."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.support.factories.amendments import approve, change, prepare
from tests.support.factories.plans import TODAY, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services import amendments, reschedulings
from tracker.services.verification import verify


@pytest.fixture
def scene(app_context):
    """A plan with an approved amendment, a discarded one, a draft, and a request taken back."""
    scene = make_scene(activities_per_milestone=3)
    approved, discarded, draft = (prepare(scene) for _ in range(3))
    change(scene, approved, scene.activity, title="Otra", product="Otro")
    change(scene, approved, scene.made.activities[1], withdrawn_on=True)
    change(scene, discarded, scene.activity, product="Nada")
    change(scene, draft, scene.activity, product="Quizá")
    approve(scene, approved)
    with transaction():
        amendments.discard_amendment(scene.contact, amendment_uid=discarded, now=scene.clock.next())
    with transaction():
        asked = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(None, TODAY)],
            reason="Faltan fondos",
            now=scene.clock.next(),
            today=TODAY,
        ).uid
        reschedulings.withdraw_rescheduling(
            scene.liaison, rescheduling_uid=asked, now=scene.clock.next(), today=TODAY
        )
    return scene


def found(scene):
    return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")}


def test_amendments_of_every_status_are_clean(scene):
    db.session.remove()
    assert found(scene) == set()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE amendments SET reason = 'Otra' WHERE status = 'approved'", "amendment-changed"),
        ("UPDATE amendments SET number = 7 WHERE status = 'approved'", "amendment-changed"),
        ("UPDATE amendments SET approved_name = 'Otra' WHERE status = 'approved'", "amendment-changed"),
        ("UPDATE amendments SET approved_by_uid = 'x' WHERE status = 'approved'", "amendment-changed"),
        ("UPDATE amendments SET approved_at = '2026-01-01' WHERE status = 'approved'", "amendment-changed"),
        ("UPDATE amendments SET resolution = 'x' WHERE status = 'discarded'", "amendment-changed"),
        ("UPDATE amendments SET prepared_by_uid = 'x' WHERE status = 'draft'", "amendment-changed"),
        (
            "UPDATE amendments SET effective_on = '2026-02-01' WHERE status = 'approved'",
            "amendment-not-applied",
        ),
        ("UPDATE amendments SET status = 'draft' WHERE status = 'approved'", "amendment-missing"),
        ("UPDATE amendments SET status = 'discarded' WHERE status = 'approved'", "amendment-unrecorded"),
        ("UPDATE amendments SET uid = 'forged' WHERE status = 'draft'", "amendment-unrecorded"),
        ("UPDATE amendment_changes SET after = '\"x\"' WHERE field = 'title'", "amendment-changed"),
        ("UPDATE amendment_changes SET before = '\"x\"' WHERE field = 'title'", "amendment-changed"),
        ("DELETE FROM amendment_changes WHERE field = 'title'", "amendment-changed"),
        ("UPDATE reschedulings SET is_withdrawn = false", "rescheduling-changed"),
        ("UPDATE reschedulings SET resolution_number = '9'", "rescheduling-changed"),
        ("UPDATE reschedulings SET decided_at = '2026-01-01'", "rescheduling-changed"),
    ],
)
def test_finds_tampering_with(scene, statement, expected):
    db.session.remove()
    drop_triggers(db.session.connection())
    assert db.session.execute(text(statement)).rowcount == 1
    install_triggers(db.session.connection())
    assert expected in found(scene)
    db.session.rollback()
