"""Assessments by file: who brings in whose, all or nothing, the same again changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, rehearsal, transaction
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError, NotAllowed
from tracker.domain.history import Cut
from tracker.domain.irm import IrmField
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.importers.assessments import read_assessments
from tracker.models.plans import ActionPlan, FactVersion
from tracker.queries.assessment_history import irm_codes, standing, statement_versions
from tracker.queries.assessments import list_versions
from tracker.queries.history import last_sequence
from tracker.services.assessment_imports import accept_assessments_import
from tracker.services.compilations import Order, compile_document
from tracker.services.imports import known_institutions
from tracker.services.verification import verify

FIRST, LATER = TODAY - timedelta(days=300), TODAY - timedelta(days=20)
IRM = (
    "Compromiso;Nivel;Fecha;Informe;Enlace;Verificable;Potencial de resultados;Resultados tempranos\n"
    f"1;;{FIRST};Revisión del plan;https://ogp.example.org/a;Sí;Modesto;\n"
    f"1;Limitado;{LATER};Informe de resultados;https://ogp.example.org/b;;;Moderados\n"
    f"2;Completo;{LATER};Informe de resultados;;;;\n"
)
OWN = (
    f"Compromiso,Institución,Logros,Obstáculos,Nivel,Fecha\n1,INFOM,Se hizo.,Faltó dinero.,Completo,{LATER}\n"
)


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2)


def bring(scene, text, assessor=Assessor.IRM, actor=None, **more):
    proposal = read_assessments(text.encode(), assessor, known_institutions())
    with transaction():
        return accept_assessments_import(
            actor or scene.contact, proposal, scene.made.number, now=scene.clock.next(), today=TODAY, **more
        )


def codes_of(preview):
    return [(one.cell, one.code) for one in preview.issues]


def versions(scene, as_of=TODAY, known_at=None):
    return statement_versions(scene.made.id, Cut(as_of, known_at))


def test_the_irms_reports_stand_by_their_dates_and_the_same_file_again_changes_nothing(scene):
    before = last_sequence()
    done = bring(scene, IRM)
    assert (done.created["assessments"], done.changed["assessments"]) == (3, 0)
    levels = sorted((one.statement.level or "") for one in standing(versions(scene)))
    assert levels == [CompletionLevel.COMPLETE, CompletionLevel.LIMITED]
    # The design stands by the review, what came of it by the later report.
    (codes,) = (one for one in irm_codes(versions(scene)).values() if one)
    assert [(one.field, one.on) for one in codes] == [
        (IrmField.VERIFIABLE, FIRST),
        (IrmField.POTENTIAL, FIRST),
        (IrmField.RESULTS, LATER),
    ]
    assert [one.statement.source for one in versions(scene, LATER - timedelta(days=1))] == [
        "Revisión del plan"
    ]
    assert versions(scene, known_at=before) == ()
    with nothing_written():
        again = bring(scene, IRM)
        by_command = bring(scene, IRM, actor=SYSTEM)
    assert again.unchanged["assessments"] == by_command.unchanged["assessments"] == 3
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


def test_a_correction_is_a_version_and_the_history_says_what_it_changed(scene):
    bring(scene, IRM)
    known = last_sequence()
    done = bring(scene, IRM.replace(f"2;Completo;{LATER}", f"2;Limitado;{LATER}"))
    assert (done.changed["assessments"], done.unchanged["assessments"]) == (1, 2)
    (changed,) = (one for one in done.lines if one.outcome == "changed")
    assert (changed.before, changed.statement.level) == (CompletionLevel.COMPLETE, CompletionLevel.LIMITED)
    newest, *older = list_versions(scene.contact, scene.made.number, TODAY)
    assert (newest.label, newest.version.changed) == ("2", ("level",))
    assert len(older) == 3
    assert newest.version.statement.by == "contact_point"
    known_then = {one.statement.level for one in standing(versions(scene, known_at=known))}
    assert CompletionLevel.COMPLETE in known_then
    with pytest.raises(NotAllowed):
        list_versions(actor_of(make_user(AccountRole.ADMIN)), scene.made.number, TODAY)


def test_with_an_error_nothing_is_written_and_a_preview_writes_nothing(scene):
    wrong = IRM + f"9;Completo;{TODAY + timedelta(days=3)};Informe;;;;\n"
    with nothing_written():
        refused = bring(scene, wrong)
        with rehearsal():
            proposal = read_assessments(IRM.encode(), Assessor.IRM)
            shown = accept_assessments_import(
                scene.contact, proposal, scene.made.number, now=scene.clock.next(), today=TODAY
            )
    assert codes_of(refused) == [("A5", "item-not-in-plan"), ("C5", "assessment-in-future")]
    assert (refused.lines, shown.created["assessments"]) == ((), 3)


def test_the_contact_point_transcribes_what_an_institution_said_out_of_its_document(scene):
    with pytest.raises(DomainError) as refused, nothing_written():
        bring(scene, OWN, Assessor.INSTITUTION)
    assert (refused.value.code, refused.value.field) == ("assessment-document-missing", "source")
    bring(scene, OWN, Assessor.INSTITUTION, source=" Oficio  12-2026 ")
    (one,) = (each.statement for each in versions(scene))
    assert (one.institution.acronym, one.by, one.source) == ("INFOM", "contact_point", "Oficio 12-2026")
    made = compile_document(
        Order(scene.made.number, CompilationKind.SELF_ASSESSMENT, TODAY), zone="America/Guatemala"
    )
    (line,) = made.assessment.commitments[0].statements
    assert (line.achievements, line.by, line.source) == ("Se hizo.", "contact_point", "Oficio 12-2026")


def test_a_liaison_brings_in_its_own_institutions_and_nobody_elses(scene):
    assert bring(scene, OWN, Assessor.INSTITUTION, scene.liaison).created["assessments"] == 1
    with nothing_written():
        other = bring(scene, OWN.replace("INFOM", "INAP"), Assessor.INSTITUTION, scene.liaison)
        assert codes_of(other) == [("B2", "author-not-yours")]
        for assessor, text in ((Assessor.IRM, IRM), (Assessor.TECHNICAL_TABLE, OWN)):
            with pytest.raises(NotAllowed):
                bring(scene, text, assessor, scene.liaison)


def test_an_institution_without_a_part_has_nothing_to_say(scene):
    make_user(AccountRole.LIAISON, institution="CGC")
    with nothing_written():
        found = bring(scene, OWN.replace("INFOM", "CGC"), Assessor.INSTITUTION, source="Oficio 1")
    assert codes_of(found) == [("B2", "author-without-part")]


@pytest.mark.parametrize("role", [AccountRole.ADMIN, AccountRole.AUDITOR])
def test_who_writes_no_assessment_brings_in_none(scene, role):
    actor = actor_of(make_user(role))
    with pytest.raises(NotAllowed), nothing_written():
        bring(scene, IRM, actor=actor)


def test_the_tables_levels_come_from_its_members(scene):
    member = actor_of(make_user(AccountRole.TABLE_MEMBER))
    text = f"Compromiso,Nivel,Fecha\n2,Limitado,{LATER}\n"
    assert bring(scene, text, Assessor.TECHNICAL_TABLE, member).created["assessments"] == 1
    with pytest.raises(NotAllowed):
        bring(scene, IRM, actor=member)


def test_a_draft_is_not_assessed(scene):
    with transaction():
        db.session.get(ActionPlan, scene.made.id).status = PlanStatus.DRAFT
    with pytest.raises(DomainError):
        bring(scene, IRM)
    assert db.session.query(FactVersion).filter_by(subject_kind="assessment").count() == 0


def test_a_report_of_the_irm_is_on_the_commitments_sheet_too(scene):
    bring(scene, IRM)
    order = Order(scene.made.number, CompilationKind.COMMITMENT, TODAY, commitment_number=1)
    made = compile_document(order, zone="America/Guatemala")
    (one,) = made.assessment.commitments
    assert [line.field for line in one.codes] == [IrmField.VERIFIABLE, IrmField.POTENTIAL, IrmField.RESULTS]
    assert one.levels[-1].on == date.fromisoformat(str(LATER))
