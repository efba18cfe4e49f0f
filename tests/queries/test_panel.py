"""What each role has to do now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.domain.errors import NotAllowed
from tracker.domain.schedule import Frequency
from tracker.queries.panel import Ask, get_institution_panel
from tracker.queries.panel_plan import get_overview, get_review_panel, get_system_panel

pytestmark = pytest.mark.usefixtures("app_context")
OPEN = (window(TODAY - timedelta(days=100), TODAY + timedelta(days=100)),)
LATE = (window(TODAY - timedelta(days=100), TODAY - timedelta(days=9)),)
SOON = (window(TODAY - timedelta(days=100), TODAY + timedelta(days=9)),)


def asked(panel):
    return {ask.value: [task.label for task in tasks] for ask, tasks in panel.tasks.items()}


def test_everything_open_without_a_report_this_month_is_asked_for():
    scene = make_scene(activities_per_milestone=3, windows=OPEN)
    panel = get_institution_panel(scene.liaison, TODAY)
    assert (panel.expected, panel.informed, panel.unreported) == (3, 0, 3)
    assert asked(panel) == {"no_report": ["1.1", "1.2", "1.3"]}


def test_what_was_said_this_month_counts_and_last_month_does_not():
    scene = make_scene(activities_per_milestone=2, windows=OPEN)
    scene.validated(scene.made.activities[0], 10, reported_on=TODAY.replace(day=1))
    scene.validated(scene.made.activities[1], 10, reported_on=TODAY.replace(day=1) - timedelta(days=1))
    panel = get_institution_panel(scene.liaison, TODAY)
    assert panel.informed == 1
    assert asked(panel) == {"no_report": ["1.2"]}


def test_a_returned_report_comes_with_the_reviewers_words():
    scene = make_scene(activities_per_milestone=1, windows=OPEN)
    scene.give_back(scene.submitted(percent=50), "El listado es de 2018.")
    task = get_institution_panel(scene.liaison, TODAY).tasks[Ask.RETURNED][0]
    assert (task.comment, task.comment_by) == ("El listado es de 2018.", "contact_point")


def test_late_items_say_how_many_days():
    scene = make_scene(activities_per_milestone=1, windows=LATE)
    panel = get_institution_panel(scene.liaison, TODAY + timedelta(days=2))
    assert (panel.overdue, panel.tasks[Ask.OVERDUE][0].days_late) == (1, 11)


def test_due_soon_drafts_and_reports_in_review_are_told_apart():
    scene = make_scene(activities_per_milestone=3, windows=SOON)
    first, second, _ = scene.made.activities
    scene.draft(first, 20)
    scene.submitted(second, 90)
    panel = get_institution_panel(scene.liaison, TODAY)
    assert asked(panel) == {"draft": ["1.1"], "in_review": ["1.2"], "due_soon": ["1.3"]}


def test_a_hundred_percent_without_evidence_names_the_means_missing():
    scene = make_scene(activities_per_milestone=2, windows=LATE)
    first, second = scene.made.activities
    scene.submitted(first, 100, answers=[first.means[0]], completed_on=TODAY)
    scene.submitted(second, 100, completed_on=TODAY)
    panel = get_institution_panel(scene.liaison, TODAY)
    assert asked(panel) == {"evidence": ["1.1"], "in_review": ["1.2"]}
    assert panel.tasks[Ask.EVIDENCE][0].missing == ("Fotografías",)


def test_an_institution_whose_part_is_accepted_is_asked_for_nothing():
    scene = make_scene(activities_per_milestone=1, windows=LATE)
    report = scene.submitted(
        percent=100, actor=scene.helper, institution_uid=scene.made.helper.uid, completed_on=TODAY
    )
    scene.validate(report)
    assert get_institution_panel(scene.helper, TODAY).tasks == {}
    assert get_institution_panel(scene.liaison, TODAY).count(Ask.OVERDUE) == 1


def test_one_occurrence_met_does_not_silence_the_next_ones():
    scene = make_scene(
        activities_per_milestone=1,
        windows=(window(date(2026, 4, 1), date(2026, 7, 31)),),
        frequency=Frequency.MONTHLY,
    )
    scene.validated(percent=100, occurrence="2026-04", completed_on=date(2026, 4, 20))
    panel = get_institution_panel(scene.liaison, TODAY)
    assert [(task.label, task.days_late) for task in panel.tasks[Ask.OVERDUE]] == [("1.1", 15)]


def test_a_plan_whose_period_is_over_is_told_apart():
    make_plan(3, windows=LATE, ends_on=TODAY - timedelta(days=1), activities_per_milestone=2)
    liaison = actor_of(make_user("liaison", institution="INFOM"))
    panel = get_institution_panel(liaison, TODAY)
    assert (panel.tasks, panel.finished_plans) == ({}, ((3, 2),))


def test_who_has_no_institution_has_no_such_panel():
    with pytest.raises(NotAllowed):
        get_institution_panel(actor_of(make_user("auditor")), TODAY)


def test_the_contact_point_sees_what_waits_who_is_late_and_who_is_silent():
    scene = make_scene(activities_per_milestone=2, windows=LATE)
    make_plan(5, lead="SCEP", helper="INAP", windows=OPEN, activities_per_milestone=1)
    scene.submitted(scene.made.activities[0], 50)
    panel = get_review_panel(scene.contact, TODAY)
    assert (panel.waiting, panel.decidable) == (1, 1)
    assert [(one.institution, one.overdue, one.days_late) for one in panel.late] == [("INFOM", 2, 9)]
    assert [one.institution for one in panel.silent] == ["SCEP"]
    assert (panel.doubts, panel.variants, panel.reschedulings) == (0, 0, 0)


def test_what_ones_own_institution_reported_waits_for_somebody_else():
    scene = make_scene(activities_per_milestone=1)
    scene.submitted(percent=50)
    own = actor_of(make_user("contact_point", institution="INFOM"))
    panel = get_review_panel(own, TODAY)
    assert (panel.waiting, panel.decidable, panel.queue[0].may_decide) == (1, 0, False)


def test_a_named_reviewer_sees_the_reports_it_was_named_for():
    scene = make_scene(activities_per_milestone=1)
    scene.submitted(percent=50)
    named = actor_of(make_user("table_member", reviews="INFOM"))
    other = actor_of(make_user("table_member", reviews="SCEP"))
    assert get_review_panel(named, TODAY).waiting == 1
    assert get_review_panel(other, TODAY).waiting == 0


def test_the_overview_counts_states_and_lists_decisions():
    scene = make_scene(activities_per_milestone=3, windows=LATE)
    scene.validated(scene.made.activities[0], 100, completed_on=TODAY)
    scene.submitted(scene.made.activities[1], 100, completed_on=TODAY)
    overview = get_overview(actor_of(make_user("auditor")), TODAY)
    assert (overview.total, overview.overdue, overview.complete, overview.awaiting) == (3, 1, 1, 1)
    assert [one.label for one in overview.decisions] == ["1.1"]


def test_the_administrator_sees_accounts_and_jobs():
    admin = actor_of(make_user("admin"))
    make_user("auditor")
    panel = get_system_panel(admin, NOW)
    assert (panel.accounts, panel.failed_jobs, panel.last_job) == (2, (), None)
