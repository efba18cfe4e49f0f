"""An overdue flag is a stored figure too: its due date and its days are those of history."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from tests.support.factories.plans import window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.schedule import Precision
from tracker.services.overdue import flag_plan
from tracker.services.verification import verify

ON = date(2028, 3, 10)
WINDOWS = (window(date(2028, 1, 1), date(2028, 2, 29), Precision.MONTH),)


@pytest.fixture
def flagged(app_context):
    plan = {"starts_on": date(2028, 1, 1), "ends_on": date(2029, 12, 31)}
    scene = make_scene(windows=WINDOWS, today=date(2028, 1, 10), activities_per_milestone=1, **plan)
    with transaction():
        flag_plan(scene.made.id, on=ON, today=ON)
    return scene


def kinds(scene):
    db.session.rollback()
    return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")}


def test_flags_as_the_job_left_them_are_right(flagged):
    assert kinds(flagged) == set()


@pytest.mark.parametrize(
    "change",
    [
        "days_late = 1",
        "due_on = '2028-02-28', days_late = 11",
        "opened_on = '2028-02-29'",
        "counted_on = '2028-03-09'",
        "closed_on = '2028-03-01'",
        "occurrence = '7'",
    ],
)
def test_a_changed_flag_is_found(flagged, change):
    with transaction():
        assert db.session.execute(text(f"UPDATE overdue_flags SET {change}")).rowcount == 1  # noqa: S608 - own words
    assert kinds(flagged) == {"flag-changed"}
