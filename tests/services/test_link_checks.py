"""What looking at a link leaves behind: beside the evidence, told once, cleared by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import evidence_of, evidence_row, make_scene
from tracker.db import db, transaction
from tracker.domain.evidence import Access
from tracker.domain.links import LinkOutcome
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.models.audit import AuditEvent
from tracker.models.checks import LinkCheck
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries import links as queries
from tracker.queries.portal.items import get_activity
from tracker.services.fetching import Fetched
from tracker.services.link_checks import record_look

URL = "https://portal.example.gt/informe"


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


def look(outcome=LinkOutcome.NOT_FOUND, *, day=0, url=URL, end="", status=404):
    """What one look on a day finds."""
    today = TODAY + timedelta(days=day)
    now = datetime.combine(today, time(10), UTC)
    with transaction():
        record_look(
            queries.DueLink(url, TODAY), Fetched(outcome, status, end or url), days=3, today=today, now=now
        )
    db.session.rollback()


def look_thrice():
    for day in range(3):
        look(day=day)


def row():
    db.session.rollback()
    return db.session.scalars(select(LinkCheck)).one()


def notices():
    db.session.rollback()
    return db.session.scalars(select(Notice).where(Notice.kind == Event.LINK_DOWN.value)).all()


def due(day=0):
    db.session.rollback()
    return [one.url for one in queries.list_due_links(TODAY + timedelta(days=day), limit=10)]


def test_links_of_drafts_and_of_what_came_back_are_not_looked_at(scene):
    first, second, third, *_ = scene.made.activities
    draft = scene.draft(first)
    scene.withdraw(scene.submitted(second))
    assert due() == []
    scene.give_back(scene.submitted(third))
    assert due() == []
    scene.validate(scene.submit(draft))
    assert due() == [URL]


def test_an_address_is_looked_at_once_for_all_who_name_it(scene):
    scene.submitted(scene.made.activities[0])
    scene.submitted(scene.made.activities[1])
    assert due() == [URL]


def test_a_link_is_looked_at_again_the_next_day_and_no_sooner(scene):
    scene.submitted()
    look(LinkOutcome.ANSWERS, status=200, end="https://portal.example.gt/nuevo")
    assert (due(), due(1)) == ([], [URL])
    assert (row().final_url, row().http_status, row().down_since) == (
        "https://portal.example.gt/nuevo",
        200,
        None,
    )


def test_never_looked_at_comes_first(scene):
    scene.submitted()
    look()
    uid = scene.draft(scene.made.activities[1], answers=())
    scene.link(uid, scene.made.activities[1].means, url="https://b.example/nuevo")
    scene.submit(uid)
    assert due(5) == ["https://b.example/nuevo", URL]


def test_two_days_are_no_verdict_and_the_third_is_told_to_the_liaisons_once(scene):
    report = scene.submitted()
    look(day=0)
    look(day=1)
    look(day=1)
    assert (row().down_since, notices()) == (None, [])
    look(day=2)
    look(day=4)
    (notice,) = notices()
    assert notice.user_id == scene.liaison.user_id
    assert (row().down_since, notice.params["since"]) == (TODAY, TODAY.isoformat())
    assert notice.params["evidence"] == evidence_of(report)[0]


def test_it_recovers_by_itself(scene):
    scene.submitted()
    look_thrice()
    look(LinkOutcome.ANSWERS, day=3, status=200)
    assert [one.status for one in notices()] == [NoticeStatus.CLEARED]
    assert (row().down_since, row().failing_since, row().failed_days) == (None, None, 0)
    assert queries.down_since([URL]) == {}
    for day in (10, 11, 12):
        look(day=day)
    assert [one.status for one in notices()] == [NoticeStatus.CLEARED, NoticeStatus.OPEN]


def test_history_says_nothing_of_it_and_what_was_accepted_stays(scene):
    uid = scene.validated()
    before = db.session.scalar(select(func.max(AuditEvent.seq)))
    item = evidence_of(uid)[0]
    recorded = evidence_row(item).recorded_seq
    look_thrice()
    assert db.session.scalar(select(func.max(AuditEvent.seq))) == before
    assert (evidence_row(item).url, evidence_row(item).recorded_seq) == (URL, recorded)


def test_the_public_reads_since_when_beside_the_accepted_evidence(scene):
    scene.validated()
    look_thrice()
    page = get_activity(scene.activity.uid, TODAY, zone="America/Guatemala")
    assert [one.down_since for means in page.means for one in means.evidence] == [TODAY] * 2


def test_of_a_restricted_link_the_public_reads_nothing(scene):
    uid = scene.draft(answers=())
    scene.link(uid, scene.activity.means, access=Access.CONFIDENTIAL)
    scene.validate(scene.submit(uid))
    look_thrice()
    page = get_activity(scene.activity.uid, TODAY, zone="America/Guatemala")
    assert [(one.url, one.down_since) for means in page.means for one in means.evidence] == [("", None)] * 2


def test_only_the_last_version_of_the_same_evidence_is_listed(scene):
    uid = scene.validated()
    scene.submit(scene.correct(uid))
    look_thrice()
    (one,) = queries.list_down()
    assert (one.title, one.down_since, one.institution_uid) == (
        "Informe publicado",
        TODAY,
        scene.made.lead.uid,
    )


def test_each_institution_sees_its_own(scene):
    scene.submitted()
    look_thrice()
    assert [one.url for one in queries.list_own_down(scene.liaison)] == [URL]
    assert queries.list_own_down(scene.helper) == []
    assert queries.list_own_down(scene.contact) == ()


def test_what_is_down_is_narrowed_to_a_plan_a_commitment_an_institution(scene):
    scene.submitted()
    look_thrice()
    made = scene.made
    assert len(queries.list_down_of(made.number, made.commitments[0].uid, made.lead.uid)) == 1
    assert queries.list_down_of(made.number + 1, "", "") == []
    assert queries.list_down_of(None, "otro", "") == []
    assert queries.list_down_of(None, "", made.helper.uid) == []


def test_nobody_else_is_told(scene):
    make_user(AccountRole.ADMIN)
    scene.submitted()
    look_thrice()
    assert len(notices()) == 1
