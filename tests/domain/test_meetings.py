"""The technical table: seats, the life of a meeting, what an agenda keeps, who votes and what is adopted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from tracker.domain.errors import Conflict, DomainError, SeveralErrors
from tracker.domain.facts import InstitutionRef
from tracker.domain.meetings import (
    AgendaPoint,
    Capacity,
    Decision,
    KeptFile,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Presence,
    Seat,
    approve,
    by_sector,
    cancel,
    check_changeable,
    check_decision,
    check_held,
    check_meeting,
    check_seat,
    hold,
    previous,
    read_agenda,
    reopen,
    voters,
)
from tracker.domain.plans import Sector

DAY = date(2026, 6, 15)
INFOM = InstitutionRef("i1", "Instituto de Fomento Municipal", "INFOM")
INAP = InstitutionRef("i2", "Instituto de Administración", "INAP")
MEETING = Meeting("m1", 1, MeetingKind.ORDINARY, DAY, "09:00", "Salón")
HELD = replace(MEETING, status=MeetingStatus.HELD)
MINUTES = KeptFile("f1", "a" * 64, "acta.pdf", "application/pdf", 10)


def seat(uid="s1", institution=INFOM, capacity=Capacity.MEMBER, first=date(2026, 1, 1), last=None):
    return Seat(uid, institution, Sector.PUBLIC, capacity, first, last)


def code_of(rule, *given, **more):
    with pytest.raises(DomainError) as refused:
        rule(*given, **more)
    return refused.value.code


def test_a_seat_is_taken_from_its_first_day_to_its_last():
    one = seat(last=DAY)
    assert [one.is_taken(each) for each in (date(2025, 12, 31), one.starts_on, DAY, date(2026, 6, 16))] == [
        False,
        True,
        True,
        False,
    ]


def test_an_institution_sits_once_at_a_time_and_a_seat_does_not_end_before_it_starts():
    check_seat(seat(first=date(2026, 3, 1)), [seat("s2", last=date(2026, 2, 28)), seat("s3", INAP)])
    check_seat(seat(), [seat()])
    check_seat(seat(institution=None), [seat("s2", None)])
    assert code_of(check_seat, seat(first=DAY), [seat("s2", last=DAY)]) == "seat-taken-already"
    assert code_of(check_seat, seat(last=date(2025, 1, 1)), []) == "seat-ends-before-it-starts"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": 0}, "meeting-number-not-valid"),
        ({"number": 7}, "meeting-number-taken"),
        ({"at": "9"}, "meeting-hour-not-valid"),
        ({"at": "24:00"}, "meeting-hour-not-valid"),
        ({"place": " "}, "place-missing"),
        ({"place": "x" * 301}, "words-too-many"),
        ({"place": "a\x00b"}, "text-not-readable"),
    ],
)
def test_a_meeting_has_a_number_of_its_own_an_hour_and_a_place(change, code):
    check_meeting(MEETING, {7})
    assert code_of(check_meeting, replace(MEETING, **change), {7}) == code


def test_all_that_is_wrong_with_a_meeting_is_told_at_once():
    with pytest.raises(SeveralErrors) as caught:
        check_meeting(replace(MEETING, number=7, at="25:00", place=""), {7})
    assert [one.field for one in caught.value.errors] == ["number", "at", "place"]


def test_a_meeting_is_held_from_its_day_on_then_its_minutes_are_approved_and_can_be_reopened():
    assert code_of(hold, MEETING, date(2026, 6, 14)) == "meeting-still-to-come"
    held = hold(MEETING, DAY)
    assert code_of(hold, held, DAY) == "meeting-not-planned"
    assert code_of(approve, held, by="contact_point", on=DAY) == "minutes-missing"
    assert code_of(approve, MEETING, by="contact_point", on=DAY) == "meeting-not-held"
    approved = approve(replace(held, minutes=MINUTES), by="contact_point", on=DAY)
    assert (approved.status, approved.approved_on, approved.took_place) == (MeetingStatus.APPROVED, DAY, True)
    assert code_of(check_changeable, approved) == "meeting-closed"
    assert code_of(reopen, approved, "") == "reason-required"
    again = reopen(approved, "Faltaba una firma.")
    assert (again.status, again.approved_on, again.minutes) == (MeetingStatus.HELD, None, MINUTES)
    assert code_of(reopen, again, "x") == "minutes-not-approved"


def test_only_a_planned_meeting_is_cancelled_and_says_why():
    assert code_of(cancel, MEETING, " ") == "reason-required"
    assert cancel(MEETING, "No hubo sala.").cancel_reason == "No hubo sala."
    assert code_of(cancel, HELD, "x") == "meeting-not-planned"
    assert code_of(check_held, cancel(MEETING, "x")) == "meeting-closed"
    assert code_of(check_held, MEETING) == "meeting-not-held"


def agenda(text, old=(), kept=()):
    numbers = count(100)
    return read_agenda(text, old, kept, (f"n{next(numbers)}" for _ in range(50)))


def test_a_line_stays_the_same_point_when_it_moves_or_is_reworded_in_its_place():
    old = (AgendaPoint("a", "Uno"), AgendaPoint("b", "Dos"), AgendaPoint("c", "Tres"))
    assert [one.uid for one in agenda("Tres\n\n Uno \nDos", old)] == ["c", "a", "b"]
    assert [one.uid for one in agenda("Uno\nDos, corregido\nTres\nCuatro", old)] == ["a", "b", "c", "n100"]
    assert agenda("", old) == ()
    assert [one.uid for one in agenda("Uno\nUno", old)] == ["a", "b"]


def test_a_point_on_which_something_was_decided_does_not_go_away():
    old = (AgendaPoint("a", "Uno"), AgendaPoint("b", "Dos"))
    assert code_of(agenda, "Uno", old, {"b"}) == "agenda-point-decided"
    assert code_of(agenda, "\n".join(str(one) for one in range(41))) == "agenda-too-long"
    assert code_of(agenda, "x" * 301) == "words-too-many"


def test_members_of_the_day_vote_and_of_institutions_those_that_came():
    seats = [
        seat(),
        seat("s2", INAP),
        seat("s3", None),
        seat("s4", None, Capacity.OBSERVER),
        seat("s5", None, last=date(2026, 6, 14)),
    ]
    assert voters(seats, HELD) == 3
    came = replace(
        HELD, attendance=(Presence("INFOM", Sector.PUBLIC, 2, "i1"), Presence("Red", Sector.CIVIL_SOCIETY, 1))
    )
    assert voters(seats, came) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"in_favour": 2, "against": 1, "abstained": 0}, None),
        ({"note": "Nadie se opuso."}, None),
        ({}, "consensus-note-missing"),
        ({"in_favour": 2}, "votes-not-whole"),
        ({"in_favour": 2, "against": -1, "abstained": 0}, "votes-not-whole"),
        ({"in_favour": 0, "against": 0, "abstained": 0}, "votes-none"),
        ({"in_favour": 3, "against": 1, "abstained": 0}, "votes-too-many"),
        ({"note": "x", "point_uid": "z"}, "agenda-point-unknown"),
        ({"note": "x", "agreement_uid": "z"}, "agreement-unknown"),
        ({"note": "x", "text": " "}, "words-missing"),
    ],
)
def test_a_decision_counts_whole_votes_of_members_or_says_what_the_consensus_was(change, code):
    given = replace(Decision("d1", "Se aprueba."), **change)
    if code is None:
        check_decision(given, HELD, {"g1"}, 3)
    else:
        assert code_of(check_decision, given, HELD, {"g1"}, 3) == code


@pytest.mark.parametrize(
    ("votes", "adopted"), [((2, 1), True), ((1, 1), False), ((0, 2), False), ((None, None), True)]
)
def test_more_votes_in_favour_adopt_and_a_tie_does_not(votes, adopted):
    assert Decision("d", "x", votes[0], votes[1], 0).is_adopted is adopted


def test_who_came_is_counted_by_sector_organisations_and_people():
    came = (
        Presence("A", Sector.PUBLIC, 2),
        Presence("B", Sector.PUBLIC, 1),
        Presence("C", Sector.ACADEMIA, 4),
    )
    assert by_sector(came) == {Sector.PUBLIC: (2, 3), Sector.ACADEMIA: (1, 4)}
    assert replace(HELD, attendance=came).people == 7


def test_the_previous_meeting_is_the_last_one_held_of_the_same_plan():
    first = replace(HELD, uid="a", number=1, on=date(2026, 1, 10), plan_number=4)
    second = replace(HELD, uid="b", number=2, on=date(2026, 2, 10))
    other = replace(HELD, uid="c", number=3, on=date(2026, 3, 10), plan_number=5)
    called_off = replace(MEETING, uid="d", number=4, on=date(2026, 4, 10), status=MeetingStatus.CANCELLED)
    all_of_them = [first, second, other, called_off]
    of_plan_4 = replace(MEETING, uid="e", number=5, on=date(2026, 5, 10), plan_number=4)
    assert previous(all_of_them, of_plan_4) == second
    assert previous(all_of_them, replace(of_plan_4, plan_number=None)) == other
    assert previous(all_of_them, first) is None


def test_what_is_closed_is_a_conflict_and_not_bad_input():
    with pytest.raises(Conflict):
        check_changeable(cancel(MEETING, "x"))
