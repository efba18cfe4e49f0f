"""Consultation on a compiled report: opened, commented on, answered, closed, and what it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import (
    answer_to,
    ask,
    comment_on,
    make_compiled,
    make_consultation,
    make_reported_plan,
    order_for,
)
from tests.support.factories.plans import NOW, TODAY
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.consultations import Outcome
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.audit import AuditEvent
from tracker.models.consultations import ReportComment, ReportConsultation
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries import reports as queries
from tracker.queries.notices import PendingNotice
from tracker.services import report_consultations as services
from tracker.services import reports
from tracker.words.letter_parts import Reading
from tracker.words.notices import parts_of

pytestmark = pytest.mark.usefixtures("app_context")
LATER = NOW + timedelta(days=30)


def actor(role, institution=None):
    return actor_of(make_user(role, institution))


def page(who, uid, now=NOW):
    return queries.get_compilation(who, uid, now)


def approve(uid, now=NOW):
    with transaction():
        reports.approve(SYSTEM, uid, "Persona de prueba", now=now)


@pytest.fixture
def plan():
    return make_reported_plan()


@pytest.fixture
def uid(plan):
    return make_compiled(plan)


@pytest.fixture
def table():
    return actor(AccountRole.TABLE_MEMBER)


def test_it_lasts_through_its_last_day_in_the_government_s_time(uid):
    make_consultation(uid)
    row = db.session.scalars(select(ReportConsultation)).one()
    assert row.closes_at == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "institution"),
    [
        (AccountRole.LIAISON, "INFOM"),
        (AccountRole.INSTITUTION_HEAD, "INFOM"),
        (AccountRole.TABLE_MEMBER, None),
        (AccountRole.AUDITOR, None),
        (AccountRole.ADMIN, None),
    ],
)
def test_only_the_contact_point_opens_closes_and_answers(uid, role, institution, table):
    who = actor(role, institution)
    with pytest.raises(NotAllowed):
        make_consultation(uid, who)
    make_consultation(uid, actor(AccountRole.CONTACT_POINT))
    comment = comment_on(uid, table)
    with pytest.raises(NotAllowed), transaction():
        services.close_consultation(who, uid, "Ya", now=NOW)
    with pytest.raises(NotAllowed):
        answer_to(uid, comment, by=who)


def test_one_at_a_time_and_of_a_finished_report_only(plan, uid):
    make_consultation(uid)
    with pytest.raises(Conflict):
        make_consultation(uid)
    with pytest.raises(Conflict):
        make_consultation(ask(SYSTEM, order_for(plan)))
    with pytest.raises(NotFound):
        make_consultation("nothing")


def test_participants_see_the_report_while_and_after_it_is_consulted_on(uid):
    part, stranger = actor(AccountRole.LIAISON, "INFOM"), actor(AccountRole.LIAISON, "CGC")
    with pytest.raises(NotFound):
        page(part, uid)
    make_consultation(uid)
    assert page(part, uid).consultation.may_comment
    assert not page(part, uid, LATER).consultation.may_comment
    assert [one.uid for one in queries.list_compilations(part).rows] == [uid]
    with pytest.raises(NotFound):
        page(stranger, uid)
    with pytest.raises(NotFound):
        comment_on(uid, stranger)


def test_an_institutional_report_is_consulted_on_with_its_institution_and_the_table(plan, table):
    uid = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    make_consultation(uid)
    assert comment_on(uid, actor(AccountRole.INSTITUTION_HEAD, "INFOM"))
    assert comment_on(uid, table)
    with pytest.raises(NotFound):
        comment_on(uid, actor(AccountRole.LIAISON, plan.helper.acronym))


@pytest.mark.parametrize("role", [AccountRole.CONTACT_POINT, AccountRole.AUDITOR])
def test_who_is_not_consulted_does_not_comment(uid, role):
    make_consultation(uid)
    with pytest.raises(NotAllowed):
        comment_on(uid, actor(role))


def test_a_comment_keeps_who_said_it_for_whom_and_about_what(plan, uid):
    make_consultation(uid)
    comment_on(uid, actor(AccountRole.LIAISON, "INFOM"), "Falta el acta.", plan.activities[0].uid)
    (comment,) = page(SYSTEM, uid).consultation.consultations[0].comments
    assert (comment.institutions, comment.role, comment.text) == (
        "INFOM",
        AccountRole.LIAISON,
        "Falta el acta.",
    )
    assert plan.activities[0].title in comment.item
    assert comment.answer is None


def test_the_same_words_sent_twice_are_one_comment(uid, table):
    make_consultation(uid)
    assert comment_on(uid, table, "Igual.") == comment_on(uid, table, " Igual. ")
    assert comment_on(uid, table, "Otro.")
    assert db.session.scalar(select(func.count()).select_from(ReportComment)) == 2


@pytest.mark.parametrize(("text", "item", "field"), [("  ", "", "text"), ("Hola", "nothing", "item")])
def test_a_comment_that_says_nothing_or_of_nothing_is_refused(uid, table, text, item, field):
    make_consultation(uid)
    with pytest.raises(DomainError) as refused:
        comment_on(uid, table, text, item)
    assert refused.value.field == field


def test_nothing_is_received_before_or_after_the_period(uid, table):
    with pytest.raises(Conflict):
        comment_on(uid, table)
    make_consultation(uid)
    with pytest.raises(Conflict) as late, transaction():
        services.add_comment(table, uid, "Tarde", now=LATER)
    assert late.value.code == "consultation-not-open"


def test_closing_early_needs_a_reason_and_stops_comments(uid, table):
    make_consultation(uid)
    with pytest.raises(DomainError) as refused, transaction():
        services.close_consultation(SYSTEM, uid, " ", now=NOW)
    assert refused.value.field == "reason"
    with transaction():
        services.close_consultation(SYSTEM, uid, "Todos respondieron.", now=NOW)
    with pytest.raises(Conflict):
        comment_on(uid, table)
    with pytest.raises(Conflict), transaction():
        services.close_consultation(SYSTEM, uid, "Otra vez", now=NOW)
    row = page(SYSTEM, uid).consultation.consultations[0]
    assert (row.is_open, row.close_reason) == (False, "Todos respondieron.")
    assert make_consultation(uid)


def test_an_answer_is_given_once_with_a_reason(uid, table):
    make_consultation(uid)
    comment = comment_on(uid, table)
    with pytest.raises(DomainError), transaction():
        services.answer_comment(SYSTEM, uid, comment, Outcome.NOTED, " ", now=NOW)
    answer_to(uid, comment, Outcome.NOT_ACCEPTED)
    with pytest.raises(Conflict) as refused:
        answer_to(uid, comment)
    assert refused.value.code == "comment-answered"
    (shown,) = page(SYSTEM, uid).consultation.consultations[0].comments
    assert shown.answer.outcome is Outcome.NOT_ACCEPTED


def test_a_comment_of_another_report_is_not_answered_here(plan, uid, table):
    make_consultation(uid)
    comment = comment_on(uid, table)
    with pytest.raises(NotFound):
        answer_to(make_compiled(plan), comment)


def test_a_report_is_approved_once_its_consultation_closed_and_all_is_answered(uid, table):
    make_consultation(uid)
    comment = comment_on(uid, table)
    with pytest.raises(Conflict) as held:
        approve(uid)
    assert held.value.code == "consultation-still-open"
    with pytest.raises(Conflict) as held:
        approve(uid, LATER)
    assert held.value.code == "comments-unanswered"
    assert page(SYSTEM, uid, LATER).consultation.holds_approval
    with transaction():
        services.answer_comment(SYSTEM, uid, comment, Outcome.NOTED, "Gracias.", now=LATER)
    assert not page(SYSTEM, uid, LATER).consultation.holds_approval
    approve(uid, LATER)
    with pytest.raises(Conflict):
        make_consultation(uid)


def test_nothing_is_answered_after_the_approval(uid, table):
    """Cannot happen through the services; the rule stands for whoever comes another way."""
    make_consultation(uid)
    comment = comment_on(uid, table)
    answer_to(uid, comment)
    approve(uid, LATER)
    with pytest.raises(Conflict) as refused:
        answer_to(uid, comment)
    assert refused.value.code == "consultation-not-possible"


def test_participants_are_told_once_and_no_more_when_it_is_closed(uid, table):
    part, head = actor(AccountRole.LIAISON, "INFOM"), actor(AccountRole.INSTITUTION_HEAD, "INFOM")
    actor(AccountRole.LIAISON, "CGC")
    make_consultation(uid)
    told = db.session.scalars(select(Notice).where(Notice.kind == "consultation-opened")).all()
    assert {one.user_id for one in told} == {part.user_id, head.user_id, table.user_id}
    (letter,) = parts_of([PendingNotice(1, told[0].kind, told[0].subject_uid, told[0].params)], TODAY)
    (item,) = letter.section(Reading(TODAY, "https://cumple.test", "es")).items
    assert (item.label, item.when) == (
        "Informe de cumplimiento del plan",
        "Recibe comentarios hasta el 30 de junio de 2026",
    )
    assert item.url == f"https://cumple.test/compilaciones/{uid}#consulta"
    with transaction():
        services.close_consultation(SYSTEM, uid, "Listo.", now=NOW)
    db.session.expire_all()
    assert {one.status for one in told} == {NoticeStatus.CLEARED}


def test_each_step_leaves_its_mark_in_the_audit_log(uid, table):
    make_consultation(uid)
    answer_to(uid, comment_on(uid, table))
    with transaction():
        services.close_consultation(SYSTEM, uid, "Listo.", now=NOW)
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject_uid == uid).order_by(AuditEvent.seq)
    ).all()
    assert tags[-4:] == [
        "consultation:opened",
        "consultation:commented",
        "consultation:answered",
        "consultation:closed",
    ]


def test_the_page_takes_the_same_number_of_queries_however_much_was_said(uid, query_counter):
    make_consultation(uid)
    people = [actor(AccountRole.TABLE_MEMBER) for _ in range(4)]
    answer_to(uid, comment_on(uid, people[0]))
    db.session.expire_all()
    with query_counter() as few:
        page(SYSTEM, uid)
    for person in people[1:]:
        answer_to(uid, comment_on(uid, person))
    db.session.expire_all()
    with query_counter() as many:
        page(SYSTEM, uid)
    assert len(few) == len(many)
