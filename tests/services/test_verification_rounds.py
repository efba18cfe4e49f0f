"""Rounds, calendars, answers and resolved doubts are held to history as everything else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.support.factories.plans import TODAY
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.rounds import Calendar
from tracker.models.plans import Doubt
from tracker.services import doubts, rounds
from tracker.services.verification import verify

LATER = TODAY + timedelta(days=40)


@pytest.fixture
def scene(app_context):
    """A plan with two rounds, answers of all kinds, a calendar of its own and a resolved doubt."""
    scene = make_scene(activities_per_milestone=3)
    first, second, third = scene.made.activities
    early = scene.submitted(first, percent=10, answers=())
    open_rounds(scene, TODAY)
    scene.give_back(early)
    scene.submitted(second, percent=20, answers=())
    scene.withdraw(scene.submitted(third, percent=5, answers=(), actor=scene.helper), actor=scene.helper)
    with transaction():
        changed = replace(Calendar(), every_months=1, review_days=15)
        rounds.set_calendar(scene.contact, plan_number=4, calendar=changed, now=scene.clock.next())
    open_rounds(scene, LATER)
    scene.submitted(third, percent=30, answers=(), today=LATER)
    with transaction():
        doubt = Doubt(
            plan_id=scene.made.id, fingerprint="f", source="workplan", code="c", created_at=scene.clock.next()
        )
        db.session.add(doubt)
        db.session.flush()
        doubts.resolve_doubt(scene.contact, doubt_uid=doubt.uid, resolution="Visto", now=scene.clock.next())
    return scene


def open_rounds(scene, day):
    with transaction():
        assert rounds.open_rounds(SYSTEM, today=day, now=scene.clock.next(day)).opened == 1


def kinds(scene):
    return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")}


def test_rounds_as_they_went_are_clean(scene):
    db.session.rollback()
    assert db.session.execute(text("SELECT count(*) FROM round_answers")).scalar() >= 4
    assert kinds(scene) == set()


TAMPERINGS = {
    "the days of a round": ("UPDATE reporting_rounds SET due_on = '2026-12-31'", {"round-changed"}),
    "when it was opened": (
        "UPDATE reporting_rounds SET opened_at = '2026-01-01 00:00:00+00:00'",
        {"round-changed"},
    ),
    "an item no longer asked for": (
        "DELETE FROM round_items WHERE id = (SELECT min(id) FROM round_items)",
        {"round-changed"},
    ),
    "an item asked of another": (
        "UPDATE round_items SET occurrence = '7' WHERE id = (SELECT min(id) FROM round_items)",
        {"round-changed"},
    ),
    "a calendar": ("UPDATE reporting_calendars SET review_days = 90", {"calendar-changed"}),
    "a deleted calendar": ("DELETE FROM reporting_calendars", {"calendar-missing"}),
    "a deleted answer": (
        "DELETE FROM round_answers WHERE report_id = (SELECT max(report_id) FROM round_answers)",
        {"answer-missing"},
    ),
    "an answer to another round": (
        "UPDATE round_answers SET round_id = (SELECT min(id) FROM reporting_rounds)"
        " WHERE report_id = (SELECT max(report_id) FROM round_answers)",
        {"answer-changed"},
    ),
    "a late answer made timely": (
        "UPDATE round_answers SET answered_on = '2026-01-01'",
        {"answer-changed"},
    ),
    "what was resolved": ("UPDATE doubts SET resolution = 'Otra cosa'", {"doubt-changed"}),
    "who resolved it": ("UPDATE doubts SET resolved_by_uid = 'x'", {"doubt-changed"}),
    "a doubt made open again": ("UPDATE doubts SET resolved_at = NULL", {"doubt-changed"}),
    "a deleted doubt": ("DELETE FROM doubts", {"doubt-missing"}),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_finds_a_change_of(scene, what):
    statement, expected = TAMPERINGS[what]
    with transaction():
        assert db.session.execute(text(statement)).rowcount > 0
    assert expected <= kinds(scene)
