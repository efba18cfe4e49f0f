"""What the database itself refuses, whatever way is taken around the services."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.factories.plans import make_plan
from tests.support.factories.reports import make_scene
from tracker.db import db


@pytest.fixture
def scene(app_context):
    return make_scene(axes=1, commitments=2, milestones=2, activities_per_commitment=1)


def run(statement, **values):
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text(statement), values)


def refused(statement, rule="", **values):
    with pytest.raises(IntegrityError, match=rule or None):
        run(statement, **values)


class TestNumbers:
    @pytest.mark.parametrize(
        ("level", "first", "second"),
        [
            ("axis", None, None),
            ("commitment", 0, 1),
            ("milestone", 0, 1),
            ("activity", 0, 1),
        ],
    )
    def test_are_given_once_at_each_level(self, scene, level, first, second):
        made = scene.made
        if level == "axis":
            other = make_plan(number=9, axes=2)
            one, two = other.axes
        else:
            refs = {"commitment": made.commitments, "milestone": made.milestones, "activity": made.activities}
            one, two = refs[level][first], refs[level][second]
        refused("UPDATE plan_nodes SET label = :label WHERE id = :id", label=one.label, id=two.id)

    def test_of_activities_without_a_milestone_are_given_once_too(self, app_context):
        one, two = make_plan(milestones=0, activities_per_commitment=2).activities
        refused("UPDATE plan_nodes SET label = :label WHERE id = :id", label=one.label, id=two.id)

    def test_of_plans_are_given_once(self, scene):
        other = make_plan(number=9)
        refused("UPDATE plan_nodes SET label = '4' WHERE id = :id", id=other.id)

    def test_may_be_the_same_under_different_parents(self, scene):
        first, third = scene.made.milestones[0], scene.made.milestones[2]
        assert first.label == third.label


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("weight_positive", "UPDATE plan_nodes SET weight = 0"),
        ("only_plans_are_roots", "UPDATE plan_nodes SET parent_id = NULL WHERE kind = 'axis'"),
        ("node_kind", "UPDATE plan_nodes SET kind = 'chapter' WHERE kind = 'activity'"),
        ("days_in_order", "UPDATE node_windows SET start_on = '2030-01-01'"),
        ("only_baseline_from_beginning", "UPDATE node_windows SET from_on = '2026-01-01'"),
        ("only_baseline_from_beginning", "UPDATE node_windows SET revision = 1"),
        ("quantity_is_quoted", "UPDATE products SET planned = 10000"),
        ("quantity_is_quoted", "UPDATE products SET planned = 0, quote = 'x'"),
        ("file_or_link", "UPDATE evidence SET url = ''"),
        ("file_or_link", "UPDATE evidence SET kind = 'file'"),
        ("reserved_has_ground", "UPDATE evidence SET access = 'reserved'"),
        ("days_in_order", "UPDATE memberships SET ends_on = '2000-01-01'"),
        ("submitted_is_recorded", "UPDATE progress_reports SET recorded_seq = NULL"),
        ("percent_in_range", "UPDATE progress_reports SET percent = 101"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(scene, rule, statement):
    scene.submitted()
    refused(statement, rule)


@pytest.mark.parametrize(
    "table", ["institutions", "users", "plan_nodes", "progress_reports", "verification_means", "stored_files"]
)
def test_nothing_that_something_hangs_on_is_deleted(scene, table):
    uid = scene.draft()
    scene.file(uid)
    scene.validate(scene.submit(uid))
    refused(f"DELETE FROM {table}")  # noqa: S608 - own names


def test_an_institution_has_one_part_in_an_item(scene):
    refused("UPDATE node_roles SET institution_id = :id", id=scene.made.lead.id)


def test_an_acronym_is_of_one_institution_and_may_be_missing_in_many(scene):
    refused("UPDATE institutions SET acronym = 'INAP' WHERE acronym = 'INFOM'")
    run("UPDATE institutions SET acronym = ''")


def test_a_version_of_a_report_is_given_once(scene):
    first, second = scene.submitted(), scene.submitted(scene.made.activities[1])
    refused(
        "UPDATE progress_reports SET thread_uid = (SELECT r.thread_uid FROM progress_reports r"
        " WHERE r.uid = :first) WHERE uid = :second",
        first=first,
        second=second,
    )
