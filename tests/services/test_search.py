"""The index holds what is public and nothing else; what is taken back is gone at once, index or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.factories import amendments
from tests.support.factories.accounts import make_user
from tests.support.factories.compilations import make_compiled
from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.reports import RESERVE, evidence_of, make_scene
from tests.support.factories.search import found, refresh, rewrite, set_evidence
from tracker.db import db, transaction
from tracker.domain.evidence import Access
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import ContactVisibility, PlanStatus
from tracker.models.plans import ActionPlan, Commitment
from tracker.models.search import SearchDocument, SearchTerm
from tracker.queries.portal.search import find
from tracker.services import reports, search
from tracker.services.audit import EventTag, record

WORD = "quetzaltenango"


@pytest.fixture
def scene(app_context):
    return make_scene()


def narrative(scene, word=WORD, **more):
    return scene.submitted(narrative=f"Se llegó a {word}.", **more)


def with_evidence(scene, **more):
    """A report handed in with one item of evidence that has the word in its title."""
    draft = scene.draft(answers=())
    uid = scene.link(draft, scene.activity.means, title=f"Acta de {WORD}", **more)
    return scene.submit(draft), uid


def published(scene):
    uid = make_compiled(scene.made)
    with transaction():
        reports.approve(scene.contact, uid, "Quien aprueba", now=NOW)
    with transaction():
        reports.publish(scene.contact, uid, now=NOW)
    return uid


class TestWhatIsFound:
    def test_every_level_of_a_plan_with_its_texts(self, scene):
        rewrite(scene.made.commitments[0], problem=f"No hay datos de {WORD}.")
        refresh()
        assert found(WORD) == ["commitment 1 Compromiso 1"]
        assert found("Producto entregado") == ["activity 1.1 Actividad 1.1", "activity 1.2 Actividad 1.2"]
        assert found("Fotografías") == ["activity 1.1 Actividad 1.1", "activity 1.2 Actividad 1.2"]
        assert found("hito 1") == ["milestone 1 Hito 1"]
        assert found("Plan de acción de prueba") == ["plan 4 Plan de acción de prueba"]
        assert found("INAP")[0] == "institution INAP Instituto INAP"

    def test_narratives_once_accepted(self, scene):
        scene.validate(narrative(scene))
        refresh()
        assert found(WORD) == ["report 1.1 Actividad 1.1"]

    def test_public_evidence_once_accepted_and_once_for_all_its_versions(self, scene):
        report, _ = with_evidence(scene)
        scene.validate(report)
        scene.validate(scene.submit(scene.correct(report)))
        refresh()
        assert found(WORD) == [f"evidence 1.1 Acta de {WORD}"]

    def test_amendments_in_force_with_their_reasons(self, scene):
        uid = amendments.prepare(scene, reason=f"La mesa lo pidió en {WORD}")
        amendments.change(scene, uid, scene.activity, title="Otra actividad")
        amendments.approve(scene, uid)
        refresh()
        assert found(WORD) == ["amendment 1 Ajuste"]
        assert found("enmienda 1") == ["amendment 1 Ajuste"]

    def test_published_reports_by_their_kind_in_both_languages(self, scene):
        published(scene)
        refresh()
        for words in ("informe de cumplimiento", "compliance report"):
            assert [one.split()[0] for one in found(words)] == ["compilation"], words


class TestWhatIsNeverFound:
    def test_a_plan_that_is_not_published(self, app_context):
        made = make_plan(7, title=f"Plan de {WORD}", status=PlanStatus.DRAFT, lead="SECRETA")
        rewrite(made.activity, f"Visita a {WORD}")
        refresh()
        assert db.session.query(SearchDocument).count() == 0
        assert found(WORD) == []
        assert found("secreta") == []

    @pytest.mark.parametrize("step", ["draft", "submitted", "returned", "withdrawn", "reopened"])
    def test_a_narrative_that_is_not_accepted(self, scene, step):
        if step == "draft":
            scene.draft(narrative=f"Se llegó a {WORD}.")
        else:
            report = narrative(scene)
        if step == "returned":
            scene.give_back(report)
        if step == "withdrawn":
            scene.withdraw(report)
        if step == "reopened":
            scene.reopen(scene.validate(report))
        refresh()
        assert found(WORD) == []

    @pytest.mark.parametrize(
        "reserve", [{"access": Access.CONFIDENTIAL}, RESERVE], ids=["confidential", "reserved"]
    )
    def test_evidence_that_is_restricted(self, scene, reserve):
        report, _ = with_evidence(scene, **reserve)
        scene.validate(report)
        refresh()
        assert found(WORD) == []

    def test_evidence_that_waits_or_was_set_aside(self, scene):
        draft = scene.draft(answers=scene.activity.means)
        kept = evidence_of(draft)
        scene.link(draft, title=f"Acta de {WORD}")
        report = scene.submit(draft)
        refresh()
        assert found(WORD) == []
        scene.validate(report, accepted=kept)
        refresh()
        assert found(WORD) == []
        assert found("Informe publicado") == ["evidence 1.1 Informe publicado"]

    def test_a_draft_of_an_amendment(self, scene):
        uid = amendments.prepare(scene, title=f"Ajuste de {WORD}", reason=f"Por {WORD}")
        amendments.change(scene, uid, scene.activity, title=f"Otra en {WORD}")
        refresh()
        assert found(WORD) == []

    def test_a_compiled_report_before_it_is_published(self, scene):
        make_compiled(scene.made)
        refresh()
        assert found("informe de cumplimiento") == []

    def test_whom_to_ask_inside(self, scene):
        with transaction():
            row = db.session.get(Commitment, scene.made.commitments[0].id)
            row.contact_names, row.contact_visibility = WORD, ContactVisibility.INTERNAL
        refresh()
        assert found(WORD) == []


class TestWhatIsTakenBackIsGoneAtOnce:
    """Nothing is refreshed between the change and the search."""

    def test_a_plan_no_longer_published(self, scene):
        rewrite(scene.activity, f"Visita a {WORD}")
        refresh()
        assert found(WORD) != []
        with transaction():
            db.session.get(ActionPlan, scene.made.id).status = PlanStatus.DRAFT
        assert found(WORD) == []
        assert find("INFOM").total == 0

    def test_a_narrative_reopened(self, scene):
        report = scene.validate(narrative(scene))
        refresh()
        scene.reopen(report)
        assert found(WORD) == []

    def test_its_words_are_not_offered_as_spellings_either(self, scene):
        report = scene.validate(narrative(scene))
        refresh()
        assert find("quetzaltenago").corrected[0].meant == (WORD,)
        scene.reopen(report)
        assert find("quetzaltenago").corrected == ()

    @pytest.mark.parametrize(
        "change",
        [{"access": Access.CONFIDENTIAL}, {"title": "Acta sin nombre"}],
        ids=["restricted", "renamed"],
    )
    def test_evidence_restricted_or_renamed(self, scene, change):
        report, uid = with_evidence(scene)
        scene.validate(report)
        refresh()
        assert found(WORD) != []
        set_evidence(uid, **change)
        assert found(WORD) == []

    def test_evidence_that_another_review_sets_aside(self, scene):
        draft = scene.draft(answers=scene.activity.means)
        kept = evidence_of(draft)
        scene.link(draft, title=f"Acta de {WORD}")
        report = scene.validate(scene.submit(draft))
        refresh()
        assert found(WORD) != []
        scene.reopen(report)
        scene.validate(report, accepted=kept)
        assert found(WORD) == []


class TestKeepingIt:
    def test_a_second_refresh_changes_nothing(self, scene):
        first = refresh()
        again = refresh()
        assert first.written == first.documents == again.documents > 0
        assert (again.written, again.removed) == (0, 0)

    def test_only_what_changed_is_written(self, scene):
        refresh()
        rewrite(scene.activity, f"Visita a {WORD}")
        done = refresh()
        assert (done.written, done.removed) == (1, 0)
        assert found(WORD) == [f"activity 1.1 Visita a {WORD}"]
        assert found('"Visita a"') == found(WORD)

    def test_what_is_no_longer_public_is_removed_with_its_words(self, scene):
        report = scene.validate(narrative(scene))
        refresh()
        scene.reopen(report)
        assert refresh().removed == 2  # the narrative, and what came with it
        assert db.session.get(SearchTerm, WORD) is None

    def test_it_is_stale_from_the_next_thing_recorded_on(self, scene):
        assert search.is_stale()
        refresh()
        assert not search.is_stale()
        scene.submitted()
        assert search.is_stale()

    def test_other_rules_make_it_stale(self, scene, monkeypatch):
        refresh()
        monkeypatch.setattr(search, "RULES", search.RULES + 1)
        assert search.is_stale()

    def test_rebuilding_puts_right_what_was_spoilt(self, scene):
        refresh()
        with transaction():
            db.session.execute(db.text("UPDATE search_documents SET body_terms = 'x', title_terms = 'x'"))
        assert found("INFOM") == []
        refresh(from_nothing=True)
        assert found("INFOM") != []

    def test_a_term_is_shown_as_it_is_written(self, scene):
        rewrite(scene.activity, "Capacitación y CAPACITACIÓN de la SEGEPLAN")
        refresh()
        shown = {row.term: row.shown for row in db.session.query(SearchTerm)}
        assert shown["capacitacion"] == "capacitación"
        assert shown["segeplan"] == "SEGEPLAN"


class TestRefreshedInParts:
    """A minute's refresh reads the plans of which something was recorded, and comes to the same as all."""

    @staticmethod
    def kept():
        db.session.rollback()
        documents = {
            (one.kind, one.subject): one.digest for one in db.session.scalars(select(SearchDocument))
        }
        return documents, dict(db.session.execute(select(SearchTerm.term, SearchTerm.documents)).all())

    def same_as_whole(self):
        search.bring_up_to_date(transaction, everything=False)
        assert not search.is_stale()
        parts = self.kept()
        assert refresh().written == 0
        assert parts == self.kept()

    def test_each_step_of_a_report_is_the_same_in_parts_and_whole(self, scene):
        make_plan(5, title="Otro plan")
        refresh()
        report = narrative(scene)
        self.same_as_whole()
        scene.validate(report)
        self.same_as_whole()
        assert found(WORD)
        draft, _ = with_evidence(scene)
        scene.validate(draft)
        self.same_as_whole()
        scene.reopen(report)
        self.same_as_whole()
        published(scene)
        self.same_as_whole()
        uid = amendments.prepare(scene, reason=f"La mesa lo pidió en {WORD}")
        amendments.change(scene, uid, scene.activity, title="Otra actividad")
        amendments.approve(scene, uid)
        self.same_as_whole()

    def test_only_the_plan_of_which_something_was_recorded_is_read(self, scene):
        make_plan(5, title="Otro plan")
        refresh()
        scene.validate(narrative(scene))
        prepared = search.prepare(everything=False)
        assert prepared.plans == {scene.made.id}
        assert {one.values["plan_id"] for one in prepared.documents.values()} == {scene.made.id}

    def test_what_says_nothing_searchable_reads_nothing(self, scene):
        refresh()
        make_user(AccountRole.AUDITOR)
        prepared = search.prepare(everything=False)
        assert (prepared.plans, prepared.documents) == (frozenset(), {})
        self.same_as_whole()

    def test_an_institution_renamed_reads_everything(self, scene):
        refresh()
        with transaction():
            record(SYSTEM, EventTag.INSTITUTION_VERSION, "institution", scene.made.lead.uid, {}, now=NOW)
        assert search.prepare(everything=False).plans is None

    def test_before_the_first_refresh_everything_is_read(self, scene):
        assert search.prepare(everything=False).plans is None
