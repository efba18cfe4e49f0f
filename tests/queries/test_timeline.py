"""The timeline of an item: everything that happened, in its order, and what of it each reader may know."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.queries.test_portal_plans import values_in
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import evidence_row, make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.domain.timeline import EntryKind, of_kind, page_of
from tracker.models.accounts import User
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentKind, AmendmentStatus
from tracker.models.plans import PlanNode
from tracker.models.rounds import ReportingRound, RoundItem
from tracker.queries.portal.history import get_history
from tracker.queries.portal.subjects import SubjectKind, find_subject
from tracker.queries.timeline import get_timeline
from tracker.services import overdue, plans, reschedulings
from tracker.services.audit import EventTag, record
from tracker.services.versions import record_nodes

ZONE = "America/Guatemala"
PAST = window(date(2026, 1, 1), date(2026, 3, 31))
SECRETS = ("Se hizo lo previsto.", "Falta el acta.", "Informe publicado", "portal.example.gt")


@pytest.fixture
def scene(app_context):
    return make_scene()


def inside(scene, actor=None, place=0, **more):
    db.session.rollback()
    uid = scene.made.activities[place].uid
    return get_timeline(actor or scene.contact, uid, **{"today": TODAY, "zone": ZONE, **more})


def history_of(uid):
    return get_history(find_subject(SubjectKind.ACTIVITY, uid=uid), zone=ZONE)


def public(scene, place=0):
    db.session.rollback()
    return history_of(scene.made.activities[place].uid)


def whats(entries):
    return [one.what for one in entries]


def said(entries):
    return " ".join(str(value) for value in values_in(entries))


def reschedule(scene, *, approve, end=date(2026, 4, 10)):
    with transaction():
        asked = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(date(2026, 1, 1), end)],
            reason="Hubo lluvias",
            now=scene.clock.next(),
            today=TODAY,
        )
        if approve is not None:
            reschedulings.decide_rescheduling(
                scene.contact,
                rescheduling_uid=asked.uid,
                approve=approve,
                resolution="Resolución 7",
                now=scene.clock.next(),
                today=TODAY,
            )


class TestReports:
    def test_every_step_has_its_place_who_and_both_days(self, scene):
        scene.validate(scene.submitted(percent=60))
        entries = inside(scene)
        assert whats(entries) == ["validated", "submitted", "evidence", "planned"]
        assert [one.seq for one in entries] == sorted((one.seq for one in entries), reverse=True)
        decision, claim, handed_in, _ = entries
        assert (claim.office, claim.on, claim.percent, claim.status.value) == (
            "INFOM",
            TODAY,
            60,
            "validated",
        )
        assert claim.at < decision.at
        names = {scene.liaison.user_id: claim.person, scene.contact.user_id: decision.person}
        for user_id, name in names.items():
            user = db.session.get(User, user_id)
            assert name == (user.name or user.email)
        assert decision.office == "contact_point"
        assert [(one.title, one.set_aside) for one in decision.evidence] == [("Informe publicado", False)]
        assert handed_in.evidence[0].url == "https://portal.example.gt/informe"

    def test_a_claim_says_what_was_said_before_and_a_validation_what_was_proven_before(self, scene):
        scene.validated(percent=20)
        scene.validated(percent=50)
        told = {(one.what, one.percent): one.changes for one in inside(scene)}
        for what in ("submitted", "validated"):
            assert told[(what, Decimal(20))] == ()
            (change,) = told[(what, Decimal(50))]
            assert (change.field, change.before, change.after) == ("percent", 20, 50)

    def test_a_return_keeps_its_comment_and_the_claim_its_percent(self, scene):
        scene.give_back(scene.submitted(percent=60))
        returned, claim, *_ = inside(scene)
        assert [one.text for one in returned.quotes] == ["Falta el acta."]
        assert (claim.percent, claim.status.value) == (60, "returned")

    def test_a_further_version_can_be_compared_and_its_evidence_is_told_once(self, scene):
        first = scene.give_back(scene.submitted(percent=60))
        second = scene.submit(scene.correct(first))
        entries = inside(scene)
        newest = entries[0]
        assert (newest.version, newest.report_uid, newest.compare_uid) == (2, second, first)
        assert len(of_kind(entries, "evidence")) == 1

    def test_withdrawing_and_reopening_are_told(self, scene):
        scene.withdraw(scene.submitted(percent=10))
        scene.reopen(scene.validated(percent=20))
        assert whats(of_kind(inside(scene), "decision")) == ["reopened", "validated"]
        assert "withdrawn" in whats(inside(scene))

    def test_drafts_are_no_part_of_it(self, scene):
        scene.draft(percent=60)
        assert whats(inside(scene)) == ["planned"]

    def test_what_was_recorded_after_its_day_says_so_and_a_decision_never_does(self, scene):
        earlier = TODAY - timedelta(days=20)
        report = scene.draft(percent=30, answers=())
        scene.file(report, scene.activity.means[:1], effective_on=earlier)
        scene.validate(scene.submit(report), today=TODAY + timedelta(days=9))
        later = {one.what: one.is_later(ZONE) for one in inside(scene)}
        assert later == {"validated": False, "submitted": False, "evidence": True, "planned": False}


class TestWhoReadsWhat:
    def test_the_public_reads_percent_and_date_at_once_and_words_after_review(self, scene):
        report = scene.submitted(percent=60)
        waiting = public(scene)
        assert whats(waiting) == ["submitted", "planned"]
        assert (waiting[0].percent, waiting[0].on, waiting[0].office) == (60, TODAY, "INFOM")
        assert not any(secret in said(waiting) for secret in SECRETS)
        scene.validate(report)
        accepted = public(scene)
        assert whats(accepted) == ["validated", "submitted", "evidence", "planned"]
        assert "Se hizo lo previsto." in said(accepted)

    def test_a_returned_claim_stays_and_says_that_it_counts_no_more(self, scene):
        scene.give_back(scene.submitted(percent=60))
        returned, claim, _ = public(scene)
        assert (returned.what, returned.quotes) == ("returned", ())
        assert (claim.percent, claim.status.value) == (60, "returned")
        assert not any(secret in said((returned, claim)) for secret in SECRETS)

    def test_nobody_is_named_in_public(self, scene):
        scene.give_back(scene.submitted(percent=10))
        scene.validated(percent=60, today=TODAY)
        reschedule(scene, approve=True, end=date(2027, 4, 10))
        shown = said(public(scene))
        people = db.session.query(User).all()
        assert not any(one.uid in shown or one.email in shown for one in people)
        assert all(one.person == "" for one in public(scene))
        assert "Falta el acta." not in shown

    def test_confidential_evidence_is_named_by_its_means_alone(self, scene):
        report = scene.draft(percent=60, answers=())
        uid = scene.file(report, scene.activity.means[:1], access=Access.CONFIDENTIAL, title="Firmas de Ana")
        scene.validate(scene.submit(report))
        table = actor_of(make_user("table_member"))
        for entries in (public(scene), inside(scene, table)):
            (handed_in,) = of_kind(entries, "evidence")
            (one,) = handed_in.evidence
            assert (one.title, one.means, one.sha256) == ("", ("Informe",), evidence_row(uid).sha256)
            assert "Firmas" not in said(entries)
        assert "Firmas de Ana" in said(inside(scene))

    def test_another_institution_reads_words_after_review_as_everywhere(self, scene):
        report = scene.submitted(percent=60)
        before = inside(scene, scene.helper)
        assert not any(secret in said(before) for secret in SECRETS)
        assert before[0].person == ""
        scene.validate(report)
        assert "Se hizo lo previsto." in said(inside(scene, scene.helper))

    def test_what_is_none_of_ones_own_is_not_found(self, scene):
        stranger = actor_of(make_user("liaison", institution="OTRA"))
        with pytest.raises(NotFound):
            inside(scene, stranger)
        draft = make_plan(number=8, status=PlanStatus.DRAFT)
        with pytest.raises(NotFound):
            history_of(draft.activity.uid)


class TestThePlan:
    def test_other_dates_show_the_windows_before_and_after_and_the_days_they_slipped(self, app_context):
        scene = make_scene(windows=[PAST])
        reschedule(scene, approve=False)
        reschedule(scene, approve=True)
        dates = of_kind(inside(scene), "dates")
        assert whats(dates) == ["dates-approved", "dates-requested", "dates-rejected", "dates-requested"]
        (change,) = dates[0].changes
        assert ([w.end for w in change.before], [w.end for w in change.after]) == (
            [PAST.end],
            [date(2026, 4, 10)],
        )
        assert dates[0].days == 10
        assert {one.text for one in dates[0].quotes} == {"Resolución 7"}
        assert whats(of_kind(inside(scene), "plan")) == ["planned"]
        (approved,) = of_kind(public(scene), "dates")
        assert approved.what == "dates-approved"
        assert {one.text for one in approved.quotes} == {"Hubo lluvias", "Resolución 7"}

    def test_a_changed_text_shows_both_and_a_withdrawal_its_reason(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            node.title = "Otro título"
            record_nodes(SYSTEM, [node], effective_on=TODAY, now=scene.clock.next())
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Acta 4", now=scene.clock.next())
        gone, titled, _ = of_kind(inside(scene), "plan")
        assert [(c.field, c.before, c.after) for c in titled.changes] == [
            ("title", scene.activity.title, "Otro título")
        ]
        assert [c.field for c in gone.changes] == ["withdrawn_on"]
        assert [one.text for one in gone.quotes] == ["Acta 4"]

    def test_an_approved_amendment_is_told_once_with_its_fields(self, scene):
        now = scene.clock.next()
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            before, node.title = node.title, "Otro título"
            record_nodes(SYSTEM, [node], effective_on=TODAY, now=now)
            row = Amendment(
                plan_id=scene.made.id,
                number=1,
                status=AmendmentStatus.APPROVED,
                title="Corrige un nombre",
                reason="Error de transcripción",
                effective_on=TODAY,
                prepared_by_uid="x",
                prepared_at=now,
                approved_by_uid=scene.contact.uid,
                approved_name="Ana",
                approved_at=now,
            )
            row.changes.append(
                AmendmentChange(
                    node_id=node.id,
                    kind=AmendmentKind.TEXT,
                    field="title",
                    before=before,
                    after="Otro título",
                )
            )
            row.recorded_seq = record(
                scene.contact, EventTag.AMENDMENT_APPROVED, "amendment", "a", {}, now=now
            )
            db.session.add(row)
        for entries in (inside(scene), public(scene)):
            assert whats(of_kind(entries, "plan")) == ["amended", "planned"]
        assert "Ana" not in said(public(scene))

    def test_flags_are_told_and_what_has_none_yet_too(self, app_context):
        scene = make_scene(windows=[PAST])
        assert "overdue-opened" in whats(inside(scene, overdue_from=PAST.end))
        with transaction():
            overdue.flag_plan(scene.made.id, on=TODAY, today=TODAY, now=scene.clock.next())
        (opened,) = of_kind(inside(scene, overdue_from=PAST.end), "overdue")
        assert (opened.on, opened.due_on) == (PAST.end + timedelta(days=1), PAST.end)
        tomorrow = TODAY + timedelta(days=1)
        scene.validated(percent=100, completed_on=TODAY, today=TODAY)
        with transaction():
            overdue.flag_plan(scene.made.id, on=tomorrow, today=tomorrow, now=scene.clock.next())
        closed, opened = of_kind(inside(scene), "overdue")
        assert (closed.what, closed.days) == ("overdue-closed", (TODAY - PAST.end).days)
        assert whats(of_kind(public(scene), "overdue")) == ["overdue-closed", "overdue-opened"]


class TestRounds:
    @pytest.fixture
    def asked(self, scene):
        with transaction():
            seq = record(SYSTEM, EventTag.ROUND_OPENED, "round", "r", {}, now=scene.clock.next())
            row = ReportingRound(
                plan_id=scene.made.id,
                period_start=date(2026, 5, 1),
                period_end=date(2026, 5, 31),
                opens_on=date(2026, 5, 1),
                due_on=date(2026, 5, 31),
                opened_at=NOW,
                recorded_seq=seq,
            )
            for institution in (scene.made.lead, scene.made.helper):
                row.items.append(RoundItem(node_id=scene.activity.id, institution_id=institution.id))
            db.session.add(row)
        return scene

    def test_what_was_asked_and_who_had_not_answered_is_told_inside_alone(self, asked):
        entries = of_kind(inside(asked), "round")
        told = {one.what: one.institutions for one in entries}
        assert told == {"round-asked": ("INAP", "INFOM"), "round-missed": ("INAP", "INFOM")}
        assert of_kind(public(asked), "round") == ()

    def test_a_liaison_reads_of_its_own_institution(self, asked):
        told = {one.institutions for one in of_kind(inside(asked, asked.liaison), "round")}
        assert told == {("INFOM",)}

    def test_an_answer_in_time_is_none_missed_and_a_round_not_due_neither(self, asked):
        asked.submitted(percent=10)
        assert ("round-missed", ("INAP", "INFOM")) in {
            (one.what, one.institutions) for one in inside(asked)
        }, "answered after it was due"
        with transaction():
            db.session.query(ReportingRound).one().due_on = TODAY
        tomorrow = TODAY + timedelta(days=1)
        (missed,) = [one for one in inside(asked, today=tomorrow) if one.what == "round-missed"]
        assert missed.institutions == ("INAP",)
        assert "round-missed" not in whats(inside(asked, today=TODAY))


def test_the_queries_do_not_grow_with_the_history(scene, query_counter):
    def counted():
        db.session.rollback()
        with query_counter() as inner:
            get_timeline(scene.contact, scene.activity.uid, today=TODAY, zone=ZONE)
        with query_counter() as outer:
            history_of(scene.activity.uid)
        return len(inner), len(outer)

    scene.validated(percent=5)
    few = counted()
    for percent in range(10, 40, 5):
        scene.validated(percent=percent)
        scene.give_back(scene.submitted(percent=percent + 1))
    reschedule(scene, approve=True, end=date(2027, 1, 1))
    assert counted() == few
    assert max(few) <= 20


def test_a_long_timeline_is_shown_by_pages(scene):
    entries = inside(scene) * 130
    first, last = page_of(entries, 1), page_of(entries, 99)
    assert (len(first.entries), first.pages, last.page, len(last.entries)) == (60, 3, 3, 10)
    assert of_kind(entries, EntryKind.OVERDUE) == ()
