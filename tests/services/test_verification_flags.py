"""An overdue flag is a stored figure too: its due date and its days are those of history."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from tests.support.factories.plans import NOW, window
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
        flag_plan(scene.made.id, on=ON, today=ON, now=NOW)
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
    assert "flag-changed" in kinds(flagged)


def test_a_deleted_flag_is_found(flagged):
    with transaction():
        assert db.session.execute(text("DELETE FROM overdue_flags")).rowcount == 1
    assert kinds(flagged) == {"flag-missing"}


def test_a_closed_flag_is_held_to_the_day_and_days_of_its_closing(flagged):
    flagged.validated(percent=100, completed_on=date(2028, 3, 5), today=date(2028, 3, 12))
    with transaction():
        on = date(2028, 3, 12)
        assert flag_plan(flagged.made.id, on=on, today=on, now=flagged.clock.next()).closed == 1
    assert kinds(flagged) == set()
    for change in (
        "days_late = 4",
        "closed_on = NULL, days_late = 12",
        "counted_on = closed_on, days_late = 0",
    ):
        with transaction():
            db.session.execute(text(f"UPDATE overdue_flags SET {change}"))  # noqa: S608 - own words
            assert "flag-changed" in {
                one.kind for one in verify(evidence_url=flagged.evidence_url, reports_folder="/nowhere")
            }, change
            db.session.execute(text("UPDATE overdue_flags SET closed_on = '2028-03-12', days_late = 5"))


def test_a_flag_that_nobody_opened_is_found_and_an_older_one_is_left_alone(flagged):
    row = "INSERT INTO overdue_flags (id, node_id, occurrence, due_on, opened_on, days_late, counted_on)"
    values = " SELECT 99, node_id, occurrence, '2028-02-01', :on, :days, :on FROM overdue_flags"
    for on, days, expected in (("2028-03-11", 39, True), ("2028-03-09", 37, False)):
        with transaction():
            db.session.execute(text(row + values), {"on": on, "days": days})
            found = verify(evidence_url=flagged.evidence_url, reports_folder="/nowhere")
            assert ("flag-unrecorded" in {one.kind for one in found}) == expected
            db.session.execute(text("DELETE FROM overdue_flags WHERE id = 99"))
