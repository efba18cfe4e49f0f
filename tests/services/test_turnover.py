"""Turnover: one liaison follows another; what is open goes along, what was done keeps its name."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_institution
from tests.support.factories.reports import make_scene, nothing_written, report_row
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Membership, User
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.queries import accounts as queries
from tracker.services import accounts, progress
from tracker.services.turnover import hand_over

ONE_DAY = timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene()


@pytest.fixture
def successor(app_context):
    return make_user("liaison", institution="CGC", name="Enlace Nuevo")


def take_over(scene, successor, *, actor=SYSTEM, **more):
    given = {
        "user_uid": scene.liaison.uid,
        "successor_uid": successor.uid,
        "institution_uids": [scene.made.lead.uid],
        "on": TODAY,
        "note": "Oficio 12-2026",
    }
    with transaction():
        return hand_over(actor, **{**given, **more}, now=NOW, today=TODAY)


def parts(uid):
    """Institution, first and last day of each part of an account."""
    db.session.rollback()
    rows = db.session.scalars(select(Membership).join(User).where(User.uid == uid).order_by(Membership.id))
    return [(one.institution.acronym, one.starts_on, one.ends_on) for one in rows]


def actor_again(actor_or_person, day=TODAY):
    """The actor that an account is on a day, read anew."""
    db.session.rollback()
    user = db.session.scalars(select(User).where(User.uid == actor_or_person.uid)).one()
    return queries.actor_of(user, day)


def notice(actor, *, cause="2026-06-30/7", institution="INFOM", mail_id=None, status=NoticeStatus.OPEN):
    with transaction():
        row = Notice(
            user_id=actor.user_id,
            kind="due-reminder",
            subject_uid="a1",
            cause=cause,
            params={"institution": institution, "due_on": "2026-06-30", "told_on": "2026-06-15"},
            created_at=NOW,
            mail_id=mail_id,
            status=status,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def mail(actor):
    with transaction():
        row = OutboxMail(
            user_id=actor.user_id, recipient="x@example.test", subject="s", body="b",
            dedup_key=f"k{actor.uid}", next_attempt_at=NOW, created_at=NOW,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def notices_of(uid):
    db.session.rollback()
    rows = db.session.scalars(select(Notice).join(User).where(User.uid == uid).order_by(Notice.id))
    return [(one.cause, one.status) for one in rows]


def test_one_part_ends_the_day_before_the_other_begins(scene, successor):
    started = parts(scene.liaison.uid)[0][1]
    take_over(scene, successor)
    assert parts(scene.liaison.uid) == [("INFOM", started, TODAY - ONE_DAY)]
    assert parts(successor.uid)[1:] == [("INFOM", TODAY, None)]
    assert actor_again(scene.liaison).institution_ids == frozenset()
    assert scene.made.lead.id in actor_again(successor).institution_ids


def test_the_day_may_be_gone_by(scene, successor):
    take_over(scene, successor, on=date(2026, 6, 1))
    assert parts(scene.liaison.uid)[0][2] == date(2026, 5, 31)


def test_the_successor_edits_and_hands_in_the_draft_that_was_left(scene, successor):
    draft = scene.draft(percent=40)
    take_over(scene, successor)
    new = actor_again(successor)
    with transaction():
        progress.submit_report(new, report_uid=draft, now=NOW, today=TODAY)
    row = report_row(draft)
    assert row.status is ReportStatus.SUBMITTED
    assert row.author_uid == scene.liaison.uid
    assert row.actions[-1].actor_uid == successor.uid


def test_what_was_handed_in_keeps_its_author_and_can_be_corrected_by_the_successor(scene, successor):
    returned = scene.give_back(scene.submitted(percent=40))
    take_over(scene, successor)
    with transaction():
        uid = progress.correct_report(actor_again(successor), report_uid=returned, now=NOW, today=TODAY).uid
    assert report_row(returned).author_uid == scene.liaison.uid
    assert report_row(uid).author_uid == successor.uid


def test_who_left_can_write_nothing_more(scene, successor):
    draft = scene.draft(percent=40)
    take_over(scene, successor)
    with pytest.raises(NotFound), transaction():
        progress.submit_report(actor_again(scene.liaison), report_uid=draft, now=NOW, today=TODAY)


def test_sessions_end_where_no_institution_is_left(scene, successor):
    with transaction():
        token = accounts.open_session(scene.liaison.user_id, now=NOW, hours=12, device="x")
    assert take_over(scene, successor).sessions_ended == 1
    assert queries.get_session(token, NOW, TODAY) is None


def test_sessions_go_on_with_the_institutions_that_are_left(scene, successor):
    _also(scene.liaison, "SCEP")
    with transaction():
        token = accounts.open_session(scene.liaison.user_id, now=NOW, hours=12, device="x")
    assert take_over(scene, successor).sessions_ended == 0
    session = queries.get_session(token, NOW, TODAY)
    assert session is not None
    assert session.actor.label == "SCEP"


def _also(actor, acronym):
    """One more institution for an account."""
    institution = make_institution(acronym)
    with transaction():
        db.session.add(
            Membership(user_id=actor.user_id, institution_id=institution.id, starts_on=date(2026, 1, 5))
        )
    return institution


def test_a_live_session_loses_what_ended_at_once(scene, successor):
    with transaction():
        token = accounts.open_session(scene.liaison.user_id, now=NOW, hours=12, device="x")
    with transaction():
        db.session.scalars(
            select(Membership).join(User).where(User.uid == scene.liaison.uid)
        ).one().ends_on = TODAY - ONE_DAY
    session = queries.get_session(token, NOW, TODAY)
    assert session is not None
    assert session.actor.institution_ids == frozenset()


def test_the_account_is_closed_where_that_is_asked(scene, successor):
    take_over(scene, successor, close=True)
    assert db.session.scalars(select(User.is_active).where(User.uid == scene.liaison.uid)).one() is False


def test_an_account_with_an_institution_left_is_not_closed(scene, successor):
    _also(scene.liaison, "SCEP")
    with pytest.raises(DomainError, match="close-with-institutions"), nothing_written():
        take_over(scene, successor, close=True)


class TestNotices:
    def test_open_ones_go_to_the_successor(self, scene, successor):
        notice(scene.liaison)
        notice(scene.liaison, cause="2026-06-30/30", status=NoticeStatus.SENT)
        notice(scene.liaison, cause="2026-05-31/7", status=NoticeStatus.CLEARED)
        assert take_over(scene, successor).notices == 2
        assert {status for _, status in notices_of(scene.liaison.uid)} == {NoticeStatus.CLEARED}
        assert notices_of(successor.uid) == [
            ("2026-06-30/7", NoticeStatus.OPEN), ("2026-06-30/30", NoticeStatus.OPEN),
        ]  # fmt: skip

    def test_one_that_the_successor_has_is_not_told_twice(self, scene, successor):
        notice(scene.liaison)
        notice(actor_of(successor), status=NoticeStatus.SENT)
        assert take_over(scene, successor).notices == 0
        assert notices_of(successor.uid) == [("2026-06-30/7", NoticeStatus.SENT)]

    def test_those_of_an_institution_that_stays_stay(self, scene, successor):
        _also(scene.liaison, "SCEP")
        notice(scene.liaison)
        notice(scene.liaison, cause="2026-07-31/7", institution="SCEP")
        assert take_over(scene, successor).notices == 1
        assert notices_of(scene.liaison.uid) == [
            ("2026-06-30/7", NoticeStatus.CLEARED), ("2026-07-31/7", NoticeStatus.OPEN),
        ]  # fmt: skip

    def test_mail_that_waits_does_not_leave_and_the_rest_of_it_goes_into_the_next(self, scene, successor):
        _also(scene.liaison, "SCEP")
        waiting = mail(scene.liaison)
        notice(scene.liaison, mail_id=waiting)
        kept = notice(scene.liaison, cause="2026-07-31/7", institution="SCEP", mail_id=waiting)
        assert take_over(scene, successor).mails_cancelled == 1
        db.session.rollback()
        assert db.session.get_one(OutboxMail, waiting).status is MailStatus.CANCELLED
        assert db.session.get_one(Notice, kept).mail_id is None


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("more", "code", "field"),
        [
            ({"note": "  "}, "reason-required", "note"),
            ({"on": TODAY + ONE_DAY}, "date-in-future", "on"),
            ({"on": date(2026, 1, 5)}, "handover-too-early", "on"),
            ({"institution_uids": []}, "handover-institution-required", "institutions"),
            ({"institution_uids": ["otra"]}, "handover-institution-required", "institutions"),
            ({"successor_uid": ""}, "successor-required", "successor"),
        ],
    )
    def test_what_does_not_hold_together(self, scene, successor, more, code, field):
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            take_over(scene, successor, **more)
        assert refused.value.field == field

    def test_oneself_as_successor(self, scene):
        with pytest.raises(DomainError, match="successor-required"), nothing_written():
            take_over(scene, scene.liaison)

    def test_a_successor_of_another_role_or_closed(self, scene, successor):
        head = make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
        with pytest.raises(DomainError, match="successor-not-fit"), nothing_written():
            take_over(scene, head)
        with transaction():
            accounts.close_account(SYSTEM, user_uid=successor.uid, now=NOW)
        with pytest.raises(DomainError, match="successor-not-fit"), nothing_written():
            take_over(scene, successor)

    def test_an_account_that_stands_for_no_institution(self, scene, successor):
        with pytest.raises(Conflict, match="handover-not-possible"), nothing_written():
            take_over(scene, successor, user_uid=scene.contact.uid)

    @pytest.mark.parametrize("role", [one for one in AccountRole if one is not AccountRole.ADMIN])
    def test_anybody_but_an_administrator(self, scene, successor, role):
        actor = actor_of(make_user(role, institution="INFOM"))
        with pytest.raises(NotAllowed), nothing_written():
            take_over(scene, successor, actor=actor)

    def test_an_unknown_account(self, scene, successor):
        with pytest.raises(NotFound), nothing_written():
            take_over(scene, successor, user_uid="nadie")


def test_it_is_written_down_with_both_accounts(scene, successor):
    take_over(scene, successor, close=True)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "account:handed-over")).one()
    content = json.loads(db.session.get_one(AuditPayload, event.seq).content)
    assert event.subject_uid == content["from"] == scene.liaison.uid
    assert content["to"] == successor.uid
    assert content["institutions"] == [scene.made.lead.uid]
    assert (content["on"], content["note"], content["closed"]) == ("2026-06-15", "Oficio 12-2026", True)


def test_a_successor_who_was_there_already_stays_as_they_were(scene):
    colleague = make_user("liaison", institution="INFOM")
    before = parts(colleague.uid)
    take_over(scene, colleague)
    assert parts(colleague.uid) == before


def test_the_account_page_tells_who_stood_for_an_institution_and_when(scene, successor, query_counter):
    take_over(scene, successor)
    with query_counter() as sent:
        page = queries.get_account(SYSTEM, scene.liaison.uid, TODAY)
    assert len(sent) <= 5
    (group,) = page.institutions
    assert group.institution == "INFOM"
    assert [(one.uid, one.ends_on, one.is_current) for one in group.people] == [
        (successor.uid, None, True), (scene.liaison.uid, TODAY - ONE_DAY, False),
    ]  # fmt: skip
    assert page.handed_over == ()


def test_institutions_of_a_running_plan_without_a_liaison_are_listed(scene, successor):
    assert queries.list_institutions_without_liaison(SYSTEM, TODAY) == []
    with transaction():
        accounts.close_account(SYSTEM, user_uid=scene.helper.uid, now=NOW)
    assert queries.list_institutions_without_liaison(SYSTEM, TODAY) == ["INAP"]
    take_over(scene, successor)
    assert queries.list_institutions_without_liaison(SYSTEM, TODAY) == ["INAP"]


def test_the_list_shows_the_institutions_of_today(scene, successor):
    take_over(scene, successor)
    rows = {one.uid: one.institutions for one in queries.list_accounts(SYSTEM, TODAY)}
    assert rows[scene.liaison.uid] == ()
    assert rows[successor.uid] == ("CGC", "INFOM")
