"""Rounds let pass in a row."""

from __future__ import annotations

from datetime import date

from tests.support.factories import documents
from tests.support.factories.facts import INAP, INFOM, SCEP
from tracker.domain.compilation import CompilationKind
from tracker.domain.report_document import FindingCode
from tracker.domain.report_silence import RoundFact, Silence, silences

ITEM = ("a1", INFOM.uid)
OTHER = ("a1", INAP.uid)
MARCH, APRIL, MAY = date(2020, 3, 10), date(2020, 4, 10), date(2020, 5, 10)


def asked(due_on, *answered, of=(ITEM,)):
    return RoundFact(due_on, frozenset(of), frozenset(answered))


def test_one_round_missed_is_not_said_and_two_in_a_row_are():
    assert silences([asked(MARCH)]) == {}
    assert silences([asked(MARCH), asked(APRIL)]) == {ITEM: Silence(2, MARCH)}


def test_an_answer_ends_the_silence_whatever_order_the_rounds_come_in():
    assert silences([asked(MAY), asked(MARCH), asked(APRIL, ITEM)]) == {}
    assert silences([asked(MAY), asked(APRIL), asked(MARCH, ITEM)]) == {ITEM: Silence(2, APRIL)}
    assert silences([asked(MAY, ITEM), asked(APRIL), asked(MARCH)]) == {}


def test_each_institution_is_silent_by_itself():
    both = (ITEM, OTHER)
    assert silences([asked(MARCH, ITEM, of=both), asked(APRIL, ITEM, of=both)]) == {OTHER: Silence(2, MARCH)}


def test_a_round_that_did_not_ask_neither_counts_nor_ends():
    assert silences([asked(MARCH), asked(APRIL, of=()), asked(MAY)]) == {ITEM: Silence(2, MARCH)}


def test_the_report_says_it_of_the_item_and_the_institution():
    plan = documents.rich_plan()
    uid = next(one.uid for one in plan.nodes if one.label == "1.4")
    rounds = [asked(MARCH, of=((uid, SCEP.uid),)), asked(APRIL, of=((uid, SCEP.uid),))]
    made = documents.document(plan, kind=CompilationKind.PLAN, rounds=rounds)
    (found,) = [one for one in made.findings if one.code is FindingCode.ROUNDS_UNANSWERED]
    assert (found.row.label, found.institution) == ("1.4", "SCEP")
    assert found.params == {"rounds": "2", "since": "2020-03-10"}


def test_of_one_institutions_report_only_its_own():
    plan = documents.rich_plan()
    uid = next(one.uid for one in plan.nodes if one.label == "1.1")
    rounds = [asked(day, of=((uid, INAP.uid),)) for day in (MARCH, APRIL)]
    made = documents.document(plan, INFOM, rounds=rounds)
    assert [one for one in made.findings if one.code is FindingCode.ROUNDS_UNANSWERED] == []
