"""Assessments side by side: who writes which, what is refused, what stands in the report."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories import documents
from tests.support.factories import facts as f
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.permissions import SYSTEM, AccountRole, Actor
from tracker.domain.report_document import FindingCode
from tracker.domain.self_assessment import (
    Phase,
    Statement,
    may_assess,
    phase_at,
    responsible,
    statement_errors,
    subject_uid,
)

TODAY = date(2020, 8, 28)
OWN, OTHER = 1, 2


def said(assessor=Assessor.INSTITUTION, **given):
    values = {"about_uid": "c10", "on": TODAY, "by": "liaison"} | given
    if assessor is Assessor.INSTITUTION:
        values.setdefault("institution", f.INFOM)
    return Statement(assessor=assessor, **values)


def codes(statement):
    return [(one.field, one.code) for one in statement_errors(statement, TODAY)]


@pytest.mark.parametrize(
    ("cutoff", "ends_on", "phase"),
    [
        (date(2020, 8, 27), date(2020, 8, 28), Phase.MIDTERM),
        (date(2020, 8, 28), date(2020, 8, 28), Phase.FINAL),
        (date(2020, 8, 29), date(2020, 8, 28), Phase.FINAL),
        (date(2020, 8, 29), None, Phase.MIDTERM),
    ],
)
def test_it_is_final_from_the_plans_last_day_on(cutoff, ends_on, phase):
    assert phase_at(cutoff, ends_on) is phase


WRITERS = {
    (AccountRole.LIAISON, Assessor.INSTITUTION),
    (AccountRole.INSTITUTION_HEAD, Assessor.INSTITUTION),
    (AccountRole.TABLE_MEMBER, Assessor.TECHNICAL_TABLE),
    (AccountRole.CONTACT_POINT, Assessor.TECHNICAL_TABLE),
    (AccountRole.CONTACT_POINT, Assessor.IRM),
    (AccountRole.CONTACT_POINT, Assessor.CONTACT_POINT),
}


@pytest.mark.parametrize("assessor", list(Assessor))
@pytest.mark.parametrize("role", list(AccountRole))
def test_each_role_writes_its_own_place_and_no_other(role, assessor):
    actor = Actor("u", role, frozenset({OWN}))
    own = OWN if assessor is Assessor.INSTITUTION else None
    assert may_assess(actor, assessor, institution_id=own) is ((role, assessor) in WRITERS)
    assert not may_assess(actor, assessor, institution_id=OTHER)
    assert not may_assess(SYSTEM, assessor, institution_id=own)


def test_an_institution_is_named_or_nobody_writes_for_it():
    assert not may_assess(Actor("u", AccountRole.LIAISON, frozenset({OWN})), Assessor.INSTITUTION)


def test_everything_wrong_is_told_beside_its_field():
    assert codes(said(on=date(2020, 8, 29))) == [
        ("on", "assessment-in-future"),
        ("achievements", "assessment-empty"),
    ]
    assert codes(said(Assessor.TECHNICAL_TABLE, achievements="x")) == [("level", "assessment-needs-level")]
    assert codes(said(Assessor.IRM, level=CompletionLevel.LIMITED)) == [("source", "assessment-needs-source")]
    assert codes(said(achievements="x" * 20_001)) == [("achievements", "assessment-too-long")]
    assert codes(said(obstacles="a\0")) == [("obstacles", "assessment-too-long")]
    assert codes(said(level=CompletionLevel.LIMITED)) == []
    assert codes(said(Assessor.CONTACT_POINT, achievements="Se co-creó.")) == []


def test_each_place_has_a_uid_of_its_own():
    places = {
        subject_uid("a", Assessor.INSTITUTION, "x"),
        subject_uid("a", Assessor.INSTITUTION, "y"),
        subject_uid("a", Assessor.IRM),
        subject_uid("b", Assessor.IRM),
    }
    assert len(places) == 4
    assert {len(one) for one in places} == {22}


def compiled(*statements):
    return documents.document(kind=CompilationKind.SELF_ASSESSMENT, statements=statements)


def uid_of(number):
    return next(one.uid for one in documents.document().commitments if one.number == number)


def test_every_commitment_stands_there_even_where_nobody_said_anything():
    made = compiled().assessment
    assert [one.row.label for one in made.commitments] == ["10", "19"]
    assert {line.level for one in made.commitments for line in one.levels} == {None}
    assert [line.assessor for line in made.commitments[0].levels] == [
        Assessor.INSTITUTION,
        Assessor.TECHNICAL_TABLE,
        Assessor.IRM,
    ]


def test_the_assessments_stand_side_by_side_each_with_author_and_date():
    about = uid_of(10)
    made = compiled(
        said(about_uid=about, level=CompletionLevel.LIMITED, achievements="Se hizo."),
        said(about_uid=about, institution=f.SCEP, level=CompletionLevel.COMPLETE),
        said(Assessor.IRM, about_uid=about, level=CompletionLevel.NOT_STARTED, source="Informe de diseño"),
        said(Assessor.CONTACT_POINT, about_uid="plan", achievements="Se co-creó."),
    ).assessment
    ten = made.commitments[0]
    assert [(line.assessor, line.institution, line.level) for line in ten.levels] == [
        (Assessor.INSTITUTION, "INFOM", CompletionLevel.LIMITED),
        (Assessor.INSTITUTION, "SCEP", CompletionLevel.COMPLETE),
        (Assessor.TECHNICAL_TABLE, "", None),
        (Assessor.IRM, "", CompletionLevel.NOT_STARTED),
    ]
    assert [(one.institution, one.achievements) for one in ten.statements] == [("INFOM", "Se hizo.")]
    assert [one.achievements for one in made.general] == ["Se co-creó."]


def test_a_level_above_what_is_proven_is_a_finding_and_one_below_is_none():
    about = uid_of(10)
    made = compiled(
        said(about_uid=about, level=CompletionLevel.COMPLETE),
        said(about_uid=about, institution=f.SCEP, level=CompletionLevel.NOT_STARTED),
        said(Assessor.TECHNICAL_TABLE, about_uid=about, level=CompletionLevel.COMPLETE),
    )
    found = [one for one in made.findings if one.code is FindingCode.LEVEL_ABOVE_COMPUTED]
    assert [(one.institution, one.row.label, one.params) for one in found] == [
        ("INFOM", "10", {"own": "complete", "computed": "limited"})
    ]


def test_other_kinds_carry_no_self_assessment():
    assert documents.document().assessment is None


def test_a_commitments_own_leads_answer_for_it_and_those_below_where_it_names_none():
    assert responsible(["SCEP", "INFOM", "INFOM"], ["INAP"]) == ("INFOM", "SCEP")
    assert responsible([], ["INAP", "ANAM"]) == ("ANAM", "INAP")
    assert responsible([], []) == ()
