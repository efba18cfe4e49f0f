"""Notices of decisions: told to the institution's people of the day, cleared when they hold no longer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import NOW, TODAY, window
from tests.support.factories.reports import make_scene, report_row
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.domain.rounds import Calendar
from tracker.models.accounts import Membership
from tracker.models.notices import Notice, NoticeStatus
from tracker.models.progress import ProgressReport
from tracker.services import reschedulings, reviews
from tracker.services.decision_notices import clear_old_news, tell_of_late_reviews, tell_of_reports
from tracker.services.rounds import set_calendar

ZONE = "America/Guatemala"
DAY = timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def live():
    return [(one.user_id, one.kind) for one in rows() if one.status is not NoticeStatus.CLEARED]


def test_a_return_is_told_to_the_institutions_liaisons_with_the_words_and_the_field(scene):
    colleague = make_user(AccountRole.LIAISON, institution="INFOM")
    make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
    report = scene.submitted(percent=40)
    with transaction():
        reviews.return_report(
            scene.contact,
            report_uid=report,
            comment="Falta el acta.",
            comment_field="evidence",
            now=scene.clock.next(),
            today=TODAY,
        )
    assert live() == [(scene.liaison.user_id, "report-returned"), (colleague.id, "report-returned")]
    assert rows()[0].params == {
        "node": scene.activity.uid,
        "label": "1.1",
        "title": "Actividad 1.1",
        "commitment": "1",
        "plan": "4",
        "institution": "INFOM",
        "percent": "40",
        "occurrence": "",
        "reported_on": "2026-06-15",
        "comment": "Falta el acta.",
        "comment_field": "evidence",
        "told_on": "2026-06-15",
    }


def test_a_corrected_version_handed_in_clears_it(scene):
    report = scene.give_back(scene.submitted(percent=40))
    corrected = scene.correct(report)
    assert len(live()) == 1
    scene.submit(corrected)
    assert live() == []


def test_a_validation_is_told_and_a_reopening_takes_it_back(scene):
    report = scene.validated(percent=40)
    assert live() == [(scene.liaison.user_id, "report-validated")]
    scene.reopen(report)
    assert live() == []
    scene.validate(report)
    assert live() == [(scene.liaison.user_id, "report-validated")]


def test_telling_again_of_what_was_told_adds_nothing(scene):
    report = scene.validated(percent=40)
    with transaction():
        row = db.session.scalars(select(ProgressReport).where(ProgressReport.uid == report)).one()
        tell_of_reports([row], now=NOW, today=TODAY)
    assert len(rows()) == len(live()) == 1


def test_a_membership_that_ended_hears_nothing(scene):
    report = scene.submitted(percent=40)
    with transaction():
        part = db.session.scalars(select(Membership).where(Membership.user_id == scene.liaison.user_id)).one()
        part.ends_on = TODAY - DAY
    scene.give_back(report)
    assert live() == []


def test_who_recorded_it_on_the_institutions_behalf_hears_of_its_return(scene):
    author = make_user(AccountRole.CONTACT_POINT)
    report = scene.submitted(percent=40)
    with transaction():
        row = db.session.scalars(select(ProgressReport).where(ProgressReport.uid == report)).one()
        row.author_user_id, row.author_uid = author.id, author.uid
    scene.give_back(report)
    assert live() == [(scene.liaison.user_id, "report-returned"), (author.id, "report-returned")]


def wait(on):
    with transaction():
        return tell_of_late_reviews(on=on, zone=ZONE, now=NOW)


def test_a_report_that_waits_beyond_the_review_days_is_told_to_who_decides_and_every_week_again(scene):
    make_user(AccountRole.CONTACT_POINT, institution="INFOM")
    reviewer = make_user(AccountRole.TABLE_MEMBER, reviews="INFOM")
    make_user(AccountRole.TABLE_MEMBER)
    scene.submitted(percent=40)
    days = [TODAY + n * DAY for n in (10, 11, 12, 17, 18, 25)]
    assert [wait(day).opened for day in days] == [0, 2, 0, 0, 2, 2]
    assert {one.user_id for one in rows()} == {scene.contact.user_id, reviewer.id}


def test_the_plans_own_calendar_says_how_long_a_review_may_take(scene):
    with transaction():
        set_calendar(scene.contact, plan_number=4, calendar=Calendar(review_days=3), now=NOW)
    scene.submitted(percent=40)
    assert [wait(TODAY + n * DAY).opened for n in (3, 4)] == [0, 1]


def test_the_decision_clears_it_at_once(scene):
    report = scene.submitted(percent=40)
    wait(TODAY + 11 * DAY)
    assert live() == [(scene.contact.user_id, "review-late")]
    scene.give_back(report, today=TODAY + 12 * DAY)
    assert live() == [(scene.liaison.user_id, "report-returned")]


def request_dates(scene):
    with transaction():
        return reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(date(2026, 1, 1), date(2027, 3, 31))],
            reason="Faltó el convenio.",
            now=scene.clock.next(),
            today=TODAY,
        ).uid


def decide(scene, uid, *, approve=True):
    with transaction():
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=uid,
            approve=approve,
            resolution="Se aprueba." if approve else "No procede.",
            now=scene.clock.next(),
            today=TODAY,
        )


@pytest.mark.parametrize(("approve", "outcome"), [(True, "approved"), (False, "rejected")])
def test_a_decision_on_dates_is_told_to_who_asked(scene, approve, outcome):
    decide(scene, request_dates(scene), approve=approve)
    assert live() == [(scene.liaison.user_id, "rescheduling-decided")]
    params = rows()[0].params
    assert (params["outcome"], params["resolution"]) == (outcome, "Se aprueba." if approve else "No procede.")


def test_news_of_decisions_lasts_a_month(scene):
    decide(scene, request_dates(scene))
    scene.give_back(scene.submitted(scene.made.activities[1], percent=10))
    scene.validated(percent=40)
    with transaction():
        assert clear_old_news(on=TODAY + 30 * DAY, now=NOW) == 0
    with transaction():
        assert clear_old_news(on=TODAY + 31 * DAY, now=NOW) == 2
    assert live() == [(scene.liaison.user_id, "report-returned")]


def test_nothing_is_told_of_what_is_only_handed_in(scene):
    report = scene.submitted(percent=40)
    scene.withdraw(report)
    assert rows() == []
    assert report_row(report).status.value == "withdrawn"
