"""Agreements: overdue from the day after, answered by one person and accepted by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.domain.agreements import (
    Agreement,
    AgreementState,
    AgreementStatus,
    Answer,
    Ruling,
    Standing,
    accepted,
    answered,
    by_urgency,
    check_agreement,
    corrected,
    counts_from,
    dropped,
    postponed,
    sent_back,
    standing,
)
from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef

AGREED, DUE = date(2026, 5, 1), date(2026, 6, 15)
INFOM = InstitutionRef("i1", "Instituto de Fomento Municipal", "INFOM")
ONE = Agreement("g1", "m1", 1, "Publicar el calendario.", INFOM, AGREED, DUE)


def answer(met_on=DUE, on=None):
    return Answer("Se publicó.", met_on, on or met_on, "INFOM", "u1")


def ruling(on=date(2026, 6, 20), comment="", is_accepted=True):
    return Ruling(is_accepted, on, "contact_point", "u2", comment)


def code_of(rule, *given, **more):
    with pytest.raises(DomainError) as refused:
        rule(*given, **more)
    return refused.value.code


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 7), Standing(AgreementState.PENDING)),
        (date(2026, 6, 8), Standing(AgreementState.DUE_SOON)),
        (DUE, Standing(AgreementState.DUE_SOON)),
        (date(2026, 6, 16), Standing(AgreementState.OVERDUE, 1)),
        (date(2026, 7, 15), Standing(AgreementState.OVERDUE, 30)),
    ],
)
def test_it_is_overdue_from_the_day_after_its_due_date(day, expected):
    assert standing(ONE, day) == expected


def test_an_answer_stops_the_days_and_one_sent_back_lets_them_run_again():
    today = date(2026, 6, 30)
    late = answered(ONE, answer(date(2026, 6, 18), date(2026, 6, 19)))
    assert standing(late, today) == Standing(AgreementState.AWAITING, 3)
    assert standing(accepted(late, ruling()), today) == Standing(AgreementState.MET_LATE, 3)
    assert standing(accepted(answered(ONE, answer()), ruling()), today) == Standing(AgreementState.MET)
    back = sent_back(late, ruling(comment="Falta el enlace.", is_accepted=False))
    assert standing(back, today) == Standing(AgreementState.OVERDUE, 15)
    assert [one.comment for one in back.answers[0].rulings] == ["Falta el enlace."]


def test_sending_back_says_what_is_missing_and_reaches_what_was_accepted_by_mistake():
    waiting = answered(ONE, answer())
    assert code_of(sent_back, waiting, ruling(comment=" ")) == "comment-required"
    met = accepted(waiting, ruling())
    again = sent_back(met, ruling(comment="No era el documento.", is_accepted=False))
    assert (again.status, len(again.answers[0].rulings)) == (AgreementStatus.PENDING, 2)
    assert code_of(sent_back, ONE, ruling(comment="x")) == "agreement-not-answered"
    assert code_of(accepted, ONE, ruling()) == "agreement-not-answered"


def test_an_answer_is_of_a_day_that_has_come_and_not_before_the_meeting():
    assert code_of(answered, ONE, answer(date(2026, 6, 20), DUE)) == "met-in-the-future"
    assert code_of(answered, ONE, answer(date(2026, 4, 30))) == "met-before-agreed"
    assert code_of(answered, ONE, replace(answer(), text=" ")) == "words-missing"
    assert code_of(answered, answered(ONE, answer()), answer()) == "agreement-not-pending"


def test_a_postponement_is_later_has_its_reason_and_keeps_the_first_due_date():
    later = postponed(ONE, date(2026, 7, 1), reason="Cambió el titular.", on=date(2026, 6, 20))
    again = postponed(later, date(2026, 8, 1), reason="Otra vez.", on=date(2026, 7, 2))
    assert (again.due_on, again.first_due_on, len(again.postponements)) == (date(2026, 8, 1), DUE, 2)
    assert code_of(postponed, ONE, DUE, reason="x", on=DUE) == "due-not-later"
    assert code_of(postponed, ONE, date(2040, 1, 1), reason="x", on=DUE) == "due-too-far"
    assert code_of(postponed, ONE, date(2026, 7, 1), reason="", on=DUE) == "reason-required"
    assert (
        code_of(postponed, answered(ONE, answer()), date(2026, 7, 1), reason="x", on=DUE)
        == "agreement-not-pending"
    )


def test_what_is_left_without_effect_is_not_late_and_says_why():
    gone = dropped(ONE, reason="La mesa decidió otra cosa.", on=DUE)
    assert standing(gone, date(2027, 1, 1)) == Standing(AgreementState.DROPPED)
    assert code_of(dropped, gone, reason="x", on=DUE) == "agreement-not-pending"


def test_an_agreement_is_corrected_only_before_anything_followed_from_it():
    assert corrected(ONE, " Otro texto. ", INFOM, DUE).text == "Otro texto."
    assert code_of(corrected, ONE, "x", INFOM, date(2026, 4, 1)) == "due-before-meeting"
    later = postponed(ONE, date(2026, 7, 1), reason="x", on=DUE)
    assert code_of(corrected, later, "x", INFOM, DUE) == "agreement-under-way"
    assert code_of(check_agreement, replace(ONE, text="")) == "words-missing"


def test_a_ruling_counts_from_the_day_of_the_answer_and_what_undoes_it_from_its_own():
    waiting = answered(ONE, answer(DUE, date(2026, 6, 16)))
    assert counts_from(waiting, date(2026, 6, 30)) == date(2026, 6, 16)
    assert counts_from(accepted(waiting, ruling()), date(2026, 6, 30)) == date(2026, 6, 30)


def test_what_is_overdue_stands_first_and_what_is_over_last():
    overdue, soon = replace(ONE, uid="a", due_on=DUE - timedelta(days=40)), replace(ONE, uid="b")
    met = accepted(answered(replace(ONE, uid="c"), answer()), ruling())
    waiting = answered(replace(ONE, uid="d"), answer())
    found = by_urgency([met, waiting, soon, overdue], DUE)
    assert [one.uid for one in found] == ["a", "b", "d", "c"]
