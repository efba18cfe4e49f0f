"""What is shared of a published plan: by uid, as a feed, as a calendar; nothing of what is not published."""

from __future__ import annotations

from datetime import date

import pytest

from tests.queries.test_portal_plans import withdraw
from tests.support.factories.plans import make_plan, window
from tests.support.factories.reports import evidence_of
from tests.support.factories.stories import HIDDEN, NEXT_YEAR, make_story, move, publish, unpublish
from tracker.db import db
from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.schedule import Frequency
from tracker.domain.states import State
from tracker.queries.portal import feeds
from tracker.queries.portal.calendars import list_due_dates
from tracker.queries.portal.feeds import get_feed
from tracker.queries.portal.permanent import find_destination
from tracker.queries.portal.subjects import SubjectKind, commitment_uid, find_subject, last_recorded

ZONE = "America/Guatemala"


@pytest.fixture
def story(app_context):
    return make_story()


def places(scene):
    return {
        SubjectKind.PLAN: {"number": scene.made.number},
        SubjectKind.COMMITMENT: {"uid": scene.made.commitments[0].uid},
        SubjectKind.ACTIVITY: {"uid": scene.activity.uid},
        SubjectKind.INSTITUTION: {"number": scene.made.number, "slug": scene.made.lead.slug},
    }


def subject(scene, kind):
    return find_subject(kind, **places(scene)[kind])


def told(scene, kind, page=1):
    return get_feed(subject(scene, kind), page, zone=ZONE).happenings


def whats(happenings):
    return [one.entry.what if one.entry else "report-published" for one in happenings]


class TestSubjects:
    def test_a_commitment_carries_its_roll_up_and_an_activity_its_own_figures(self, story):
        totals = subject(story.scene, SubjectKind.COMMITMENT).totals
        assert (totals.validated_informed, totals.reported_informed, totals.total) == (1, 2, 4)
        activity = subject(story.scene, SubjectKind.ACTIVITY).activity
        assert (activity.validated, activity.reported, activity.state) == (60, 60, State.OVERDUE)

    def test_an_institution_carries_how_its_items_stand(self, story):
        tally = subject(story.scene, SubjectKind.INSTITUTION).tally
        assert (tally.items, tally.leads) == (8, 8)

    def test_each_is_found_in_a_constant_number_of_queries(self, story, query_counter):
        for kind in SubjectKind:
            with query_counter() as queries:
                found = subject(story.scene, kind)
                last_recorded(found.plan_id)
            assert len(queries) <= 4, kind

    def test_nothing_of_a_draft_plan_is_found(self, story):
        unpublish(4)
        for kind in SubjectKind:
            with pytest.raises(NotFound):
                subject(story.scene, kind)
        with pytest.raises(NotFound):
            commitment_uid(4, 1)

    def test_an_item_of_another_kind_is_not_found(self, story):
        made = story.scene.made
        for kind, uid in (
            (SubjectKind.ACTIVITY, made.commitments[0].uid),
            (SubjectKind.COMMITMENT, made.activity.uid),
            (SubjectKind.ACTIVITY, made.milestones[0].uid),  # it delivers nothing itself
            (SubjectKind.ACTIVITY, "nada"),
        ):
            with pytest.raises(NotFound):
                find_subject(kind, uid=uid)
        with pytest.raises(NotFound):
            find_subject(SubjectKind.INSTITUTION, number=4, slug="nadie")

    def test_the_last_thing_recorded_follows_reports_and_the_plan(self, story):
        scene = story.scene
        before = last_recorded(scene.made.id)
        scene.submitted(scene.made.activities[5], 10)
        after = last_recorded(scene.made.id)
        move(scene, scene.made.activities[6])
        assert before.seq < after.seq < last_recorded(scene.made.id).seq


class TestPermanent:
    def test_each_uid_leads_to_what_it_names(self, story):
        made = story.scene.made
        kinds = {
            made.uid: ("plan", None),
            made.axes[0].uid: ("axis", None),
            made.commitments[0].uid: ("commitment", 1),
            made.milestones[0].uid: ("milestone", 1),
            made.activity.uid: ("activity", 1),
            made.lead.uid: ("institution", None),
            story.report: ("report", None),
            evidence_of(story.proven)[0]: ("evidence", 1),
        }
        found = {uid: find_destination(uid) for uid in kinds}
        assert {uid: (one.kind, one.commitment) for uid, one in found.items()} == kinds
        assert {one.number for one in found.values()} == {4}

    def test_what_is_not_published_is_not_found(self, story):
        draft = publish(story.scene, status=CompilationStatus.APPROVED, published_at=None, version=2)
        hidden = [draft, *evidence_of(story.claimed), *evidence_of(story.returned), story.proven, "nada"]
        for uid in hidden:
            with pytest.raises(NotFound):
                find_destination(uid)

    def test_nothing_of_a_draft_plan_is_found(self, story):
        made = story.scene.made
        unpublish(4)
        for uid in (
            *(made.uid, made.axes[0].uid, made.commitments[0].uid, made.activity.uid, made.lead.uid),
            *(story.report, evidence_of(story.proven)[0]),
        ):
            with pytest.raises(NotFound):
                find_destination(uid)

    def test_an_institution_is_that_of_the_plan_asked_for_or_of_the_latest(self, story):
        make_plan(5)
        make_plan(9, is_historical=True)
        uid = story.scene.made.lead.uid
        assert find_destination(uid).number == 5
        assert find_destination(uid, 4).number == 4
        with pytest.raises(NotFound):
            find_destination(uid, 77)


class TestFeeds:
    def test_a_plan_tells_all_the_newest_first(self, story):
        found = told(story.scene, SubjectKind.PLAN)
        assert whats(found)[:8] == [
            *("report-published", "amended", "dates-approved", "returned"),
            *("submitted", "submitted", "validated", "submitted"),
        ]
        assert set(whats(found)[8:]) == {"overdue-opened"}
        assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
        assert len({one.key for one in found}) == len(found)

    def test_a_narrative_is_told_once_it_is_validated_and_a_comment_never(self, story):
        quotes = [
            quote.text
            for one in told(story.scene, SubjectKind.PLAN)
            if one.entry
            for quote in one.entry.quotes
        ]
        assert "Se publicó el <diagnóstico> & su anexo." in quotes
        assert HIDDEN not in quotes

    def test_a_claim_says_what_became_of_it_and_since_when(self, story):
        by_percent = {
            one.entry.percent: one
            for one in told(story.scene, SubjectKind.PLAN)
            if one.entry and one.entry.what == "submitted"
        }
        assert by_percent[80].entry.status == "submitted"
        assert by_percent[80].updated_at == by_percent[80].at
        assert by_percent[30].entry.status == "returned"
        assert by_percent[30].updated_at > by_percent[30].at

    def test_an_activity_tells_its_own_and_a_commitment_what_is_below_it(self, story):
        assert whats(told(story.scene, SubjectKind.ACTIVITY)) == ["validated", "submitted", "overdue-opened"]
        assert "amended" in whats(told(story.scene, SubjectKind.COMMITMENT))
        other = find_subject(SubjectKind.COMMITMENT, uid=story.scene.made.commitments[1].uid)
        assert set(whats(get_feed(other, zone=ZONE).happenings)) == {"overdue-opened"}

    def test_an_institution_tells_its_own_reports_and_the_delays_of_its_items(self, story):
        lead = whats(told(story.scene, SubjectKind.INSTITUTION))
        assert {"submitted", "validated", "report-published", "overdue-opened", "dates-approved"} <= set(lead)
        helper = find_subject(SubjectKind.INSTITUTION, number=4, slug="inap")
        assert not {"submitted", "validated", "report-published"} & set(
            whats(get_feed(helper, zone=ZONE).happenings)
        )

    def test_pages_follow_each_other_without_gap_or_repetition(self, story, monkeypatch):
        whole = [one.key for one in told(story.scene, SubjectKind.PLAN)]
        monkeypatch.setattr(feeds, "PAGE_SIZE", 3)
        found = get_feed(subject(story.scene, SubjectKind.PLAN), zone=ZONE)
        keys, page = [one.key for one in found.happenings], 1
        while found.has_next:
            page += 1
            found = get_feed(subject(story.scene, SubjectKind.PLAN), page, zone=ZONE)
            keys += [one.key for one in found.happenings]
        assert keys == whole
        for beyond in (0, page + 1, 100_000):
            with pytest.raises(NotFound):
                get_feed(subject(story.scene, SubjectKind.PLAN), beyond, zone=ZONE)

    def test_the_number_of_queries_does_not_grow_with_what_happened(self, story, query_counter):
        def counted(kind):
            db.session.expire_all()
            found = subject(story.scene, kind)
            with query_counter() as queries:
                get_feed(found, zone=ZONE)
            return len(queries)

        before = {kind: counted(kind) for kind in SubjectKind}
        for node in story.scene.made.activities[4:]:
            story.scene.validated(node, 70)
        after = {kind: counted(kind) for kind in SubjectKind}
        assert before == after
        assert max(after.values()) <= 12


class TestCalendars:
    def test_each_occurrence_has_its_day_and_keeps_its_name_when_it_moves(self, story):
        scene = story.scene
        node = scene.made.activities[1]

        def first():
            return find_subject(SubjectKind.ACTIVITY, uid=node.uid)

        (before,) = list_due_dates(first())
        assert (before.due_on, before.sequence) == (date(2026, 3, 31), 0)
        move(scene, node, [NEXT_YEAR, window(date(2027, 5, 1), date(2027, 5, 31))])
        after = list_due_dates(first())
        assert [one.due_on for one in after] == [date(2027, 3, 31), date(2027, 5, 31)]
        assert after[0].occurrence == before.occurrence
        assert {one.sequence for one in after} == {1}
        assert (after[0].validated, after[0].reported) == (None, 80)

    def test_a_recurring_duty_has_a_day_for_each_period(self, app_context):
        half = window(date(2026, 1, 1), date(2026, 6, 30))
        made = make_plan(
            6, activities_per_milestone=1, windows=[half], frequency=Frequency.MONTHLY, title="Mensual"
        )
        found = list_due_dates(find_subject(SubjectKind.PLAN, number=made.number))
        assert [one.occurrence for one in found] == [f"2026-0{month}" for month in range(1, 7)]

    def test_what_was_withdrawn_is_cancelled_one_step_further(self, story):
        node = story.scene.made.activities[3]  # moved once
        withdraw(node)
        (one,) = list_due_dates(find_subject(SubjectKind.ACTIVITY, uid=node.uid))
        assert (one.withdrawn, one.sequence) == (True, 2)

    def test_each_subject_has_the_days_of_its_items_in_two_queries(self, story, query_counter):
        sizes = {}
        for kind in SubjectKind:
            found = subject(story.scene, kind)
            with query_counter() as queries:
                sizes[kind] = len(list_due_dates(found))
            assert len(queries) == 2
        assert sizes == {"plan": 8, "commitment": 4, "activity": 1, "institution": 8}
