"""Agreements: told, overdue with their days, answered by one, accepted by another; as of and known at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY
from tracker.db import db, transaction
from tracker.domain.agreements import AgreementState, AgreementStatus, standing
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole
from tracker.models.meetings import AgreementFlag
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.agreements import agreements_at, count_agreements, get_agreement, list_own_agreements
from tracker.queries.history import last_sequence
from tracker.queries.portal.meetings import get_public_file, get_public_meeting
from tracker.services import agreements
from tracker.services.agreement_flags import AgreementFlags, flag_agreements

DUE = TODAY + timedelta(days=10)
LATER = DUE + timedelta(days=3)


@pytest.fixture
def table(app_context):
    return make_table()


@pytest.fixture
def meeting(table):
    return table.held()


@pytest.fixture
def agreement(table, meeting):
    return table.agreed(meeting, DUE)


def flag(table, on):
    with transaction():
        return flag_agreements(on=on, now=table.at(on))


def told(person=None):
    """Kinds of notices that are not cleared, of everybody or one person."""
    statement = select(Notice.kind).where(Notice.status != NoticeStatus.CLEARED).order_by(Notice.id)
    if person is not None:
        statement = statement.where(Notice.user_id == person.user_id)
    return list(db.session.scalars(statement))


def flags():
    rows = db.session.scalars(select(AgreementFlag).order_by(AgreementFlag.id))
    return [(one.opened_on, one.days_late, one.closed_on) for one in rows]


def state(table, uid, day):
    return get_agreement(table.contact, uid, today=day).standing


def test_an_agreement_is_told_remembered_flagged_answered_and_accepted(table, meeting, agreement):
    assert told(table.liaison) == ["agreement-made"]
    assert flag(table, DUE - timedelta(days=20)).told == 0
    assert flag(table, DUE - timedelta(days=5)).told == 1
    assert flag(table, DUE - timedelta(days=4)).told == 0
    assert flag(table, DUE) == AgreementFlags(told=1)
    assert flag(table, LATER).opened == 1
    assert flag(table, LATER) == AgreementFlags(counted=1)
    assert flags() == [(LATER, 3, None)]
    assert "agreement-overdue" in told(table.liaison)
    assert "agreement-overdue" in told(table.contact)
    assert count_agreements(table.liaison, today=LATER).overdue == 1
    assert state(table, agreement, LATER).state is AgreementState.OVERDUE
    table.answer(agreement, LATER)
    assert told() == ["agreement-answered"] * 2
    assert flag(table, LATER).closed == 1
    assert get_public_meeting(meeting, today=LATER).agreements[0].answer is None
    assert count_agreements(table.contact, today=LATER).to_rule == 1
    table.rule(agreement, LATER)
    assert told() == []
    assert state(table, agreement, LATER).state is AgreementState.MET_LATE
    public = get_public_meeting(meeting, today=LATER).agreements[0]
    assert (public.standing.days_late, public.answer.by, public.answer.rulings[0].by) == (
        3,
        "INFOM",
        "contact_point",
    )
    assert get_public_file(public.answer.files[0].uid).filename == "prueba.pdf"


def test_an_answer_sent_back_is_overdue_again_and_its_flag_opens_again(table, agreement):
    flag(table, LATER)
    table.answer(agreement, LATER)
    flag(table, LATER)
    after = LATER + timedelta(days=2)
    table.rule(agreement, after, accept=False)
    assert told(table.liaison) == ["agreement-returned"]
    assert flag(table, after).reopened == 1
    assert flags() == [(LATER, 5, None)]
    table.answer(agreement, after, is_personal=True)
    assert told(table.liaison) == []
    table.rule(agreement, after)
    row = get_agreement(table.liaison, agreement, today=after).agreement
    assert [len(one.rulings) for one in row.answers] == [1, 1]
    with pytest.raises(NotFound):
        get_public_file(row.answers[1].files[0].uid)


def test_nobody_accepts_what_they_wrote_nor_what_their_institution_answered(table, agreement):
    table.answer(agreement, DUE, actor=table.contact)
    assert get_agreement(table.contact, agreement, today=DUE).may_rule is False
    for actor in (table.contact, table.other_contact, table.liaison):
        with pytest.raises(NotAllowed):
            table.rule(agreement, DUE, actor=actor)
    reviewer = actor_of(make_user(AccountRole.TABLE_MEMBER, reviews="INFOM"))
    table.rule(agreement, DUE, actor=reviewer)
    assert get_agreement(table.contact, agreement, today=DUE).agreement.status is AgreementStatus.MET


def test_another_institution_does_not_know_of_it_and_nobody_else_answers(table, agreement):
    stranger = actor_of(make_user(AccountRole.LIAISON, institution="CGC"))
    with pytest.raises(NotFound):
        get_agreement(stranger, agreement, today=TODAY)
    with pytest.raises(NotFound):
        table.answer(agreement, TODAY, actor=stranger)
    with pytest.raises(NotAllowed):
        table.answer(agreement, TODAY, actor=table.member)
    assert list_own_agreements(stranger) == ()
    assert len(list_own_agreements(table.liaison)) == len(list_own_agreements(table.member)) == 1


def test_how_it_stood_is_known_as_of_a_day_and_at_a_place_in_the_order(table, agreement):
    made = last_sequence()
    table.answer(agreement, LATER)
    answered = last_sequence()
    table.rule(agreement, LATER + timedelta(days=9))

    def then(as_of, known_at=None):
        found = agreements_at(Cut(as_of, known_at))
        return [standing(one, as_of).state for one in found]

    assert then(TODAY - timedelta(days=1)) == []
    assert then(TODAY) == [AgreementState.PENDING]
    assert then(LATER - timedelta(days=1)) == [AgreementState.OVERDUE]
    assert then(LATER, made) == [AgreementState.OVERDUE]
    assert then(LATER, answered) == [AgreementState.AWAITING]
    assert then(LATER) == [AgreementState.MET_LATE]  # a ruling takes the day of its answer


def test_another_due_date_closes_the_flag_and_dropping_clears_what_was_told(table, agreement):
    flag(table, LATER)
    with transaction():
        agreements.postpone_agreement(
            table.contact, agreement, LATER + timedelta(days=30), "Cambió el titular.", today=LATER, now=NOW
        )
    assert flag(table, LATER + timedelta(days=1)).closed == 1
    assert flags() == [(LATER, 3, LATER + timedelta(days=1))]
    assert told(table.liaison) == ["agreement-made"]
    with transaction():
        agreements.drop_agreement(
            table.contact, agreement, "La mesa decidió otra cosa.", today=LATER, now=NOW
        )
    assert told() == []
    with pytest.raises(NotAllowed), transaction():
        agreements.drop_agreement(table.liaison, agreement, "x", today=LATER, now=NOW)


def test_it_is_corrected_while_the_minutes_are_open_and_bad_input_writes_nothing(table, meeting, agreement):
    said = agreements.AgreementSaid("Publicar otro calendario.", table.infom.uid, DUE)
    with transaction():
        agreements.correct_agreement(table.contact, agreement, said, today=TODAY, now=NOW)
    for bad, code in (
        (agreements.AgreementSaid("", table.infom.uid, DUE), "words-missing"),
        (agreements.AgreementSaid("x", "nadie", DUE), "institution-unknown"),
        (agreements.AgreementSaid("x", table.infom.uid, date(2026, 1, 1)), "due-before-meeting"),
        (agreements.AgreementSaid("x", table.infom.uid, DUE, "z"), "agenda-point-unknown"),
    ):
        with pytest.raises(DomainError) as refused, transaction():
            agreements.record_agreement(table.contact, meeting, bad, today=TODAY, now=NOW)
        assert refused.value.code == code
    table.approve(meeting)
    with pytest.raises(DomainError, match="meeting-closed"), transaction():
        agreements.correct_agreement(table.contact, agreement, said, today=TODAY, now=NOW)
    assert len(get_public_meeting(meeting, today=TODAY).agreements) == 1
