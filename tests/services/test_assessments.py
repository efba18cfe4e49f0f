"""Self-assessments: written by those whose place it is, every version kept, nothing changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.self_assessment import subject_uid
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.queries.assessments import get_assessment_board, get_assessment_place, get_sequence
from tracker.queries.history import last_sequence, statements_at
from tracker.services.assessments import Said, record_assessment
from tracker.services.compilations import Order, compile_document
from tracker.services.verification import verify

SAID = Said(CompletionLevel.LIMITED, "Se publicó la guía.", "Faltó presupuesto.", "", TODAY)


@pytest.fixture
def scene(app_context):
    return make_scene()


def commitment(scene):
    where = (PlanNode.plan_id == scene.made.id, PlanNode.kind == NodeKind.COMMITMENT)
    return db.session.scalars(select(PlanNode).where(*where).order_by(PlanNode.number)).first()


def say(
    scene,
    said=SAID,
    *,
    actor=None,
    assessor=Assessor.INSTITUTION,
    institution=None,
    about=None,
    based_on=None,
):
    uid = commitment(scene).uid if about is None else about
    if institution is None:
        institution = scene.made.lead.uid if assessor is Assessor.INSTITUTION else ""
    plan_uid = db.session.scalar(select(PlanNode.uid).where(PlanNode.id == scene.made.id))
    if based_on is None:
        based_on = get_sequence(subject_uid(uid or plan_uid, assessor, institution))
    with transaction():
        return record_assessment(
            actor or scene.liaison,
            plan_number=scene.made.number,
            commitment_uid=uid,
            assessor=assessor,
            institution_uid=institution,
            said=said,
            based_on=based_on,
            now=scene.clock.next(),
            today=TODAY,
        )


def stands(scene, as_of=TODAY, known_at=None):
    db.session.rollback()
    return statements_at(scene.made.id, Cut(as_of, known_at))


def test_a_statement_stands_with_its_author_and_date_and_nothing_is_at_odds(scene):
    assert say(scene)
    (one,) = stands(scene)
    assert (one.institution.acronym, one.level, one.achievements) == (
        "INFOM",
        CompletionLevel.LIMITED,
        "Se publicó la guía.",
    )
    assert (one.obstacles, one.on, one.by) == ("Faltó presupuesto.", TODAY, "liaison")
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


def test_the_same_said_again_is_no_new_version(scene):
    assert say(scene)
    assert not say(scene)
    assert db.session.query(FactVersion).filter_by(subject_kind="assessment").count() == 1


def test_every_version_stays_and_an_earlier_day_or_knowledge_reads_the_earlier_one(scene):
    say(scene, replace(SAID, on=TODAY - timedelta(days=10)))
    known = last_sequence()
    say(scene, replace(SAID, level=CompletionLevel.COMPLETE))
    assert [one.level for one in stands(scene)] == [CompletionLevel.COMPLETE]
    assert [one.level for one in stands(scene, TODAY - timedelta(days=1))] == [CompletionLevel.LIMITED]
    assert [one.level for one in stands(scene, known_at=known)] == [CompletionLevel.LIMITED]
    assert stands(scene, TODAY - timedelta(days=11)) == ()


def test_who_wrote_meanwhile_is_not_overwritten_unseen(scene):
    say(scene)
    with pytest.raises(Conflict), nothing_written():
        say(scene, replace(SAID, achievements="Otra cosa."), based_on=0)


@pytest.mark.parametrize("role", [AccountRole.ADMIN, AccountRole.AUDITOR, AccountRole.TABLE_MEMBER])
def test_nobody_else_writes_for_an_institution(scene, role):
    other = actor_of(make_user(role))
    with pytest.raises(NotAllowed), nothing_written():
        say(scene, actor=other)
    with pytest.raises(NotAllowed):
        say(scene, actor=scene.contact)
    with pytest.raises(NotAllowed):
        say(scene, institution=scene.made.helper.uid)


def test_the_head_of_the_institution_writes_too(scene):
    assert say(scene, actor=actor_of(make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")))
    assert stands(scene)[0].by == "institution_head"


def test_an_institution_without_a_part_has_no_place(scene):
    other = actor_of(make_user(AccountRole.LIAISON, institution="CGC"))
    uid = db.session.scalar(select(Institution.uid).where(Institution.acronym == "CGC"))
    with pytest.raises(NotFound), nothing_written():
        say(scene, actor=other, institution=uid)


def test_the_table_the_irm_and_the_general_achievements_have_places_of_their_own(scene):
    member = actor_of(make_user(AccountRole.TABLE_MEMBER))
    say(scene, actor=member, assessor=Assessor.TECHNICAL_TABLE)
    say(scene, replace(SAID, source="Informe de diseño"), actor=scene.contact, assessor=Assessor.IRM)
    say(scene, replace(SAID, level=None), actor=scene.contact, assessor=Assessor.CONTACT_POINT, about="")
    assert sorted(one.assessor for one in stands(scene)) == ["contact_point", "irm", "technical_table"]
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


def test_what_is_wrong_is_told_at_once_and_nothing_is_kept(scene):
    with pytest.raises(SeveralErrors) as refused, nothing_written():
        say(scene, Said(None, " ", "", "", TODAY + timedelta(days=1)))
    assert [one.field for one in refused.value.errors] == ["on", "achievements"]


@pytest.mark.parametrize(("assessor", "about"), [(Assessor.INSTITUTION, ""), (Assessor.CONTACT_POINT, None)])
def test_a_place_that_is_none_is_not_found(scene, assessor, about):
    actor = scene.contact if assessor is Assessor.CONTACT_POINT else scene.liaison
    with pytest.raises(NotFound), nothing_written():
        say(scene, actor=actor, assessor=assessor, about=about)


def test_an_activity_is_no_commitment_and_another_plans_is_not_this_ones(scene):
    other = make_scene(number=5, lead="L5", helper="H5")
    for uid in (scene.activity.uid, commitment(other).uid):
        with pytest.raises(NotFound), nothing_written():
            say(scene, about=uid)


@pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.ARCHIVED])
def test_a_draft_or_an_archived_plan_is_not_assessed(scene, status):
    with transaction():
        db.session.get(ActionPlan, scene.made.id).status = status
    with pytest.raises(DomainError):
        say(scene)
    with pytest.raises(NotFound):
        get_assessment_board(scene.liaison, scene.made.number, TODAY)


def test_a_statement_changed_behind_the_services_is_found(scene):
    say(scene)
    with db.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(
            text(
                "UPDATE fact_versions SET content = replace(content, 'limited', 'complete') "
                "WHERE subject_kind = 'assessment'"
            )
        )
        install_triggers(connection)
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") != []


def test_the_report_holds_what_was_said_by_its_cut_off(scene):
    say(scene, replace(SAID, level=CompletionLevel.COMPLETE))
    made = compile_document(
        Order(scene.made.number, CompilationKind.SELF_ASSESSMENT, TODAY), zone="America/Guatemala"
    )
    first = made.assessment.commitments[0]
    assert [line.level for line in first.levels][:1] == [CompletionLevel.COMPLETE]
    early = Order(scene.made.number, CompilationKind.SELF_ASSESSMENT, TODAY - timedelta(days=1))
    assert compile_document(early, zone="America/Guatemala").assessment.commitments[0].statements == ()


class TestBoard:
    def test_shows_each_place_and_which_the_reader_writes(self, scene):
        say(scene)
        board = get_assessment_board(scene.liaison, scene.made.number, TODAY)
        places = [(one.assessor, one.institution, one.may_write) for one in board.commitments[0].places]
        assert places == [
            (Assessor.INSTITUTION, "INFOM", True),
            (Assessor.TECHNICAL_TABLE, "", False),
            (Assessor.IRM, "", False),
        ]
        assert not board.general.may_write
        assert board.commitments[0].leads == ("INFOM",)
        assert get_assessment_board(scene.contact, scene.made.number, TODAY).general.may_write

    def test_takes_the_same_queries_for_two_commitments_and_twenty(self, scene, query_counter):
        large = make_scene(number=6, commitments=20, lead="L6", helper="H6")
        counts = []
        for one in (scene, large):
            db.session.rollback()
            with query_counter() as queries:
                get_assessment_board(scene.contact, one.made.number, TODAY)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 6

    def test_a_place_gives_what_was_said_and_on_what_to_build(self, scene):
        say(scene)
        uid = commitment(scene).uid
        found = get_assessment_place(
            scene.liaison, scene.made.number, Assessor.INSTITUTION, uid, scene.made.lead.uid, TODAY
        )
        assert (found.place.statement.achievements, found.sequence > 0) == ("Se publicó la guía.", True)
        with pytest.raises(NotAllowed):
            get_assessment_place(scene.liaison, scene.made.number, Assessor.IRM, uid, "", TODAY)
        with pytest.raises(NotFound):
            get_assessment_place(scene.contact, scene.made.number, Assessor.IRM, "nada", "", TODAY)
