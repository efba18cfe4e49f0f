"""The work area's list and one item: who sees what, in which order, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, make_institution, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.plans import PlanStatus
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress import ListFilter, list_activities, list_choices
from tracker.queries.progress_activity import get_activity

pytestmark = pytest.mark.usefixtures("app_context")
ALL = ListFilter()


def past(days):
    return (window(TODAY - timedelta(days=200), TODAY - timedelta(days=days)),)


def labels(page):
    return [row.label for row in page.rows]


def test_a_liaison_sees_what_its_institution_takes_part_in_and_nothing_else():
    scene = make_scene(activities_per_milestone=2)
    make_plan(5, lead="SCEP", helper="SEGEPLAN", activities_per_milestone=3)
    assert {row.plan_number for row in list_activities(scene.liaison, ALL, today=TODAY).rows} == {4}
    assert list_activities(scene.helper, ALL, today=TODAY).total == 2
    assert list_activities(scene.contact, ALL, today=TODAY).total == 5


def test_activities_inherit_the_part_of_what_stands_above_them():
    scene = make_scene(activities_per_milestone=1)
    row = list_activities(scene.liaison, ALL, today=TODAY).rows[0]
    assert [part.institution for part in row.parts] == ["INFOM", "INAP"]


def test_an_administrator_reads_no_reports():
    admin = actor_of(make_user("admin"))
    with pytest.raises(NotAllowed):
        list_activities(admin, ALL, today=TODAY)


def test_late_ones_come_first_and_those_done_last():
    scene = make_scene(activities_per_milestone=3, windows=past(-30))
    make_plan(5, activities_per_milestone=1, windows=past(10))
    scene.validated(scene.made.activities[0], 100, completed_on=TODAY)
    rows = list_activities(scene.contact, ALL, today=TODAY).rows
    assert rows[0].state is State.OVERDUE
    assert rows[0].days_late == 10
    assert rows[-1].state is State.COMPLETE_EARLY or rows[-1].state is State.COMPLETE_ON_TIME


def test_what_fell_due_since_the_figures_were_stored_is_late_today():
    scene = make_scene(activities_per_milestone=1, windows=past(-3))
    page = list_activities(scene.liaison, ListFilter(state="overdue"), today=TODAY + timedelta(days=5))
    assert [(row.state, row.days_late) for row in page.rows] == [(State.OVERDUE, 2)]
    assert list_activities(scene.liaison, ListFilter(state="overdue"), today=TODAY).total == 0


def test_days_late_go_on_counting_after_the_figures_were_stored():
    scene = make_scene(activities_per_milestone=1, windows=past(4))
    row = list_activities(scene.liaison, ALL, today=TODAY + timedelta(days=3)).rows[0]
    assert (row.state, row.days_late) == (State.OVERDUE, 7)
    assert get_activity(scene.liaison, row.uid, TODAY + timedelta(days=3)).status.days_late == 7


def test_the_list_is_narrowed_by_state_commitment_institution_and_report():
    scene = make_scene(commitments=2, milestones=1, activities_per_milestone=2)
    scene.submitted(scene.made.activities[0])
    choices = list_choices(scene.contact)
    assert [label for _, _, label, _ in choices.commitments] == ["1", "2"]
    second = ListFilter(commitment=choices.commitments[1][0])
    assert list_activities(scene.contact, second, today=TODAY).total == 2
    infom = ListFilter(institution=scene.made.lead.uid)
    assert list_activities(scene.contact, infom, today=TODAY).total == 4
    assert list_activities(scene.contact, ListFilter(report="submitted"), today=TODAY).total == 1
    assert list_activities(scene.contact, ListFilter(report="none"), today=TODAY).total == 3
    assert list_activities(scene.contact, ListFilter(state="no_such_state"), today=TODAY).total == 0


def test_pages_beyond_the_last_are_the_last():
    scene = make_scene(milestones=3, activities_per_milestone=10)
    page = list_activities(scene.contact, ALL, page=99, today=TODAY)
    assert (page.page, page.pages, len(page.rows)) == (2, 2, 5)


def test_another_institutions_draft_is_nobody_elses_business():
    scene = make_scene(activities_per_milestone=1)
    scene.draft(percent=30)
    assert list_activities(scene.liaison, ALL, today=TODAY).rows[0].own_status is ReportStatus.DRAFT
    assert list_activities(scene.helper, ALL, today=TODAY).rows[0].own_status is None
    assert list_activities(scene.contact, ALL, today=TODAY).rows[0].own_status is None
    assert get_activity(scene.helper, scene.activity.uid, TODAY).reports == ()


def test_another_institutions_item_is_not_found():
    scene = make_scene()
    stranger = actor_of(make_user("liaison", institution="SCEP"))
    with pytest.raises(NotFound):
        get_activity(stranger, scene.activity.uid, TODAY)


def test_words_and_files_of_others_are_readable_once_validated():
    scene = make_scene(activities_per_milestone=1)
    report = scene.submitted(percent=60, narrative="Se hizo la mitad.")
    seen = get_activity(scene.helper, scene.activity.uid, TODAY).version(report)
    assert (seen.percent, seen.narrative, seen.evidence, seen.is_readable) == (60, "", (), False)
    scene.validate(report)
    seen = get_activity(scene.helper, scene.activity.uid, TODAY).version(report)
    assert seen.narrative == "Se hizo la mitad."
    assert len(seen.evidence) == 1


def test_means_show_the_evidence_handed_in_and_whether_it_was_accepted():
    scene = make_scene(activities_per_milestone=1)
    node = scene.activity
    report = scene.draft(node, 60, answers=())
    scene.file(report, [node.means[0]])
    scene.submit(report)
    before = get_activity(scene.contact, node.uid, TODAY)
    assert [(len(m.evidence), m.answered) for m in before.means] == [(1, False), (0, False)]
    scene.validate(report)
    after = get_activity(scene.contact, node.uid, TODAY)
    assert [m.answered for m in after.means] == [True, False]
    assert after.means[0].evidence[0].status == "accepted"


def test_reserved_evidence_shows_no_link_to_who_may_not_open_it():
    scene = make_scene(activities_per_milestone=1)
    report = scene.draft(percent=60, answers=())
    scene.file(report, [scene.activity.means[0]], access="confidential")
    scene.submit(report)
    table = actor_of(make_user("table_member"))
    auditor = actor_of(make_user("auditor"))

    def opens(actor):
        return get_activity(actor, scene.activity.uid, TODAY).version(report).evidence[0].may_open

    assert [opens(actor) for actor in (scene.liaison, scene.contact, auditor, table)] == [
        True,
        True,
        True,
        False,
    ]


def test_who_may_report_depends_on_the_part_and_on_the_plan():
    scene = make_scene(activities_per_milestone=1)
    page = get_activity(scene.liaison, scene.activity.uid, TODAY)
    assert page.part().may_report
    assert page.part(scene.made.lead.uid).institution == "INFOM"
    with pytest.raises(NotFound):
        page.part(scene.made.helper.uid)
    assert get_activity(scene.contact, scene.activity.uid, TODAY).own == ()


def test_a_closed_plan_takes_no_reports():
    made = make_plan(status=PlanStatus.ARCHIVED, activities_per_milestone=1)
    liaison = actor_of(make_user("liaison", institution="INFOM"))
    page = get_activity(liaison, made.activity.uid, TODAY)
    assert not page.part().may_report
    assert not page.may_reschedule


def test_the_previous_report_is_the_same_institutions():
    scene = make_scene(activities_per_milestone=1)
    first = scene.validated(percent=40)
    scene.submitted(percent=10, actor=scene.helper, institution_uid=scene.made.helper.uid)
    second = scene.submitted(percent=60)
    page = get_activity(scene.contact, scene.activity.uid, TODAY)
    assert page.previous(page.version(second)).uid == first
    assert get_activity(scene.liaison, scene.activity.uid, TODAY).part().line().said == 60


def test_one_item_takes_the_same_queries_whatever_was_reported(query_counter):
    scene = make_scene(activities_per_milestone=1)
    counts = []
    for _ in range(2):
        scene.validated(percent=40)
        with query_counter() as queries:
            get_activity(scene.liaison, scene.activity.uid, TODAY)
        counts.append(len(queries))
        for n in range(3):
            scene.validated(percent=40 + n)
    assert counts[0] == counts[1]


def test_an_institution_that_reported_without_a_part_still_sees_what_it_said():
    scene = make_scene(activities_per_milestone=1)
    other = make_institution("SCEP")
    stranger = actor_of(make_user("liaison", institution="SCEP"))
    assert other.id in stranger.institution_ids
    assert list_activities(stranger, ALL, today=TODAY).total == 0
    assert list_activities(scene.liaison, ALL, today=TODAY).total == 1
