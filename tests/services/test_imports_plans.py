"""Importing work plans and templates: made, changed, left; sources side by side; errors write nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_institution, make_plan
from tests.support.factories.proposals import (
    activity,
    commitment,
    doubt,
    error,
    mention,
    milestone,
    months,
    part,
    template,
    workplan,
)
from tests.support.factories.reports import nothing_written
from tracker.db import db, rehearsal, transaction
from tracker.domain.errors import Conflict, NotAllowed
from tracker.domain.evidence import Access
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plan_life import PlanAction
from tracker.domain.plans import Continuity, NodeKind, PlanStatus, Role, Sector
from tracker.domain.schedule import Frequency
from tracker.domain.states import State
from tracker.domain.tree import assess
from tracker.importers.proposals import PlanProposal, SharedText
from tracker.models.accounts import Institution
from tracker.models.plans import Doubt, FactVersion, PlanNode, SourceVariant, VerificationMeans
from tracker.queries.history import plan_facts
from tracker.queries.plans import find_plan, get_plan, load_tree
from tracker.services.imports import ENTITIES, ImportPreview, known_institutions
from tracker.services.plan_imports import accept_plan_import
from tracker.services.plan_life import take_step

pytestmark = pytest.mark.usefixtures("app_context")


def take(proposal: PlanProposal, plan: int = 4, **more: object) -> ImportPreview:
    with transaction():
        return accept_plan_import(SYSTEM, proposal, plan, now=NOW, today=TODAY, **more)


def nodes(kind: NodeKind, plan: int = 4) -> dict[str, PlanNode]:
    return {one.label: one for one in load_tree(get_plan(plan).id) if one.kind is kind}


def variants(node: PlanNode) -> dict[str, SourceVariant]:
    return {one.field: one for one in node.variants if one.settled_at is None}


def full() -> PlanProposal:
    """A commitment with everything a work plan can say."""
    shared = SharedText("F11#1", "Versión final del plan")
    return workplan(
        commitment(
            10,
            milestone(
                1,
                activity(1, roles=(part("SCEP"),), product="Informe", means=("Convocatorias", "Fotografías")),
                activity(2, means=(shared,), product=SharedText("E11", "Plan")),
                activity(3, means=(shared,), product=SharedText("E11", "Plan")),
                roles=(part("INFOM"), part("SCEP", Role.COLLABORATOR, "apoyo")),
            ),
            axis_number=2,
            axis_title="Gobiernos locales",
            windows=(months("2018-11", "2020-08"),),
            fields={"problem": "Falta información."},
            ogp_values=("transparency",),
            financial_centavos=((4_900_000, "SEGEPLAN"),),
            contact={"contact_names": "Una persona"},
        )
    )


def test_a_work_plan_makes_what_is_missing_and_counts_it():
    done = take(full())
    assert done.created == dict.fromkeys(ENTITIES, 0) | {
        "commitments": 1,
        "milestones": 1,
        "activities": 3,
        "institutions": 2,
        "verification_means": 3,
    }
    assert not any(done.changed.values())
    assert not any(done.unchanged.values())


def test_everything_the_file_says_stands_in_the_plan():
    take(full())
    ten = nodes(NodeKind.COMMITMENT)["10"]
    assert (ten.problem, ten.value_transparency, ten.value_innovation) == ("Falta información.", True, False)
    assert [(one.centavos, one.provider) for one in ten.financial_resources] == [(4_900_000, "SEGEPLAN")]
    assert ten.contact_names == "Una persona"
    assert nodes(NodeKind.AXIS)["2"].id == ten.parent_id
    first = nodes(NodeKind.ACTIVITY)["1.1"]
    assert [one.text for one in first.means] == ["Convocatorias", "Fotografías"]
    assert first.products[0].text == "Informe"
    assert [(one.institution.acronym, one.role) for one in first.roles] == [("SCEP", Role.LEAD)]
    helper = nodes(NodeKind.MILESTONE)["1"].roles[1]
    assert (helper.role, helper.text) == (Role.COLLABORATOR, "SCEP (apoyo)")


def test_a_merged_cell_is_one_row_under_every_item_it_covers():
    take(full())
    second, third = (nodes(NodeKind.ACTIVITY)[label] for label in ("1.2", "1.3"))
    assert second.means[0].id == third.means[0].id
    assert second.products[0].id == third.products[0].id


def test_an_attendance_list_is_confidential_from_the_start():
    take(workplan(commitment(10, milestone(1, activity(means=("Lista de asistencia", "Informe"))))))
    assert [one.access for one in nodes(NodeKind.ACTIVITY)["1.1"].means] == [
        Access.CONFIDENTIAL,
        Access.PUBLIC,
    ]


def test_repeating_an_import_changes_nothing():
    take(full())
    before = db.session.query(FactVersion).count()
    db.session.rollback()
    again = take(full())
    assert again.writes_nothing
    assert again.unchanged["activities"] == 3
    assert again.unchanged["verification_means"] == 3
    assert again.unchanged["institutions"] == 2
    assert db.session.query(FactVersion).count() == before


def test_a_rehearsal_says_the_same_and_writes_nothing():
    with nothing_written(), rehearsal():
        preview = accept_plan_import(SYSTEM, full(), 4, now=NOW, today=TODAY)
    assert find_plan(4) is None
    assert preview == take(full())


def test_with_an_error_nothing_is_written_and_every_finding_is_told():
    with nothing_written():
        done = take(replace(full(), findings=[error(), doubt()]))
    assert done.has_errors
    assert [one.code for one in done.issues] == ["unknown-month", "no-period"]
    assert not any(done.created.values())


def test_only_those_who_may_import_do():
    liaison = actor_of(make_user("liaison", "INFOM"))
    with pytest.raises(NotAllowed), transaction():
        accept_plan_import(liaison, full(), 4, now=NOW, today=TODAY)


def test_a_plan_whose_period_is_over_is_historical_in_course_with_its_baseline():
    take(full())
    plan = get_plan(4)
    assert (plan.status, plan.is_historical, plan.title) == (
        PlanStatus.IN_COURSE,
        True,
        "Cuarto plan 2018-2020",
    )
    assert (plan.starts_on, plan.ends_on) == (date(2018, 1, 1), date(2020, 12, 31))
    assert {one.revision for one in nodes(NodeKind.ACTIVITY)["1.1"].windows} == {0}


def test_a_plan_whose_period_is_not_over_is_in_course_and_not_historical():
    take(workplan(commitment(1, plan_number=6, plan_years=(2025, 2027))), 6)
    assert (get_plan(6).status, get_plan(6).is_historical) == (PlanStatus.IN_COURSE, False)


def test_a_file_that_names_no_plan_gets_the_title_given_until_another_names_it():
    nameless = commitment(10, plan_number=None, plan_title="", plan_years=None)
    take(template(nameless), default_title="Plan 4")
    assert (get_plan(4).title, get_plan(4).starts_on) == ("Plan 4", None)
    db.session.rollback()
    take(full())
    assert (get_plan(4).title, get_plan(4).is_historical) == ("Cuarto plan 2018-2020", True)


def test_a_file_of_another_plan_is_taken_with_a_doubt():
    done = take(full(), 5)
    assert [(one.code, one.params) for one in done.issues] == [
        ("plan-number-differs", {"stated": "4", "given": "5"})
    ]
    assert "10" in nodes(NodeKind.COMMITMENT, 5)


def test_the_structure_holds_from_the_beginning():
    take(full())
    assert {one.effective_on for one in db.session.query(FactVersion)} == {None}
    tree = assess(plan_facts(get_plan(4).id, Cut(as_of=date(2018, 1, 1))), date(2018, 1, 1))
    assert tree.state is State.NOT_DUE


def test_the_same_source_corrects_its_own_words():
    take(full())
    other = full()
    first = other.commitments[0].milestones[0].activities[0]
    first.title, first.windows = "Otro título", (months("2019-05", "2019-06"), months("2020-01", "2020-02"))
    first.frequency = Frequency.MONTHLY
    first.roles = (part("INFOM"), part("INFOM", Role.COLLABORATOR))
    other.commitments[0].fields["problem"] = "Otro problema."
    done = take(other)
    assert (done.changed["activities"], done.changed["commitments"], done.changed["milestones"]) == (1, 1, 0)
    row = nodes(NodeKind.ACTIVITY)["1.1"]
    assert (row.title, len(row.windows), row.frequency) == ("Otro título", 2, Frequency.MONTHLY)
    assert [(one.institution.acronym, one.role) for one in row.roles] == [("INFOM", Role.LEAD)]
    assert not row.variants


def test_reworded_means_keep_their_row_and_new_ones_are_added():
    take(full())
    before = [one.uid for one in nodes(NodeKind.ACTIVITY)["1.1"].means]
    db.session.rollback()
    other = full()
    first = other.commitments[0].milestones[0].activities[0]
    first.means = tuple(
        SharedText(f"F1#{n}", text) for n, text in enumerate(["Actas", "Fotografías", "Video"])
    )
    done = take(other)
    after = nodes(NodeKind.ACTIVITY)["1.1"].means
    assert [one.uid for one in after if one.text != "Video"] == before
    assert sorted(one.text for one in after) == ["Actas", "Fotografías", "Video"]
    assert (done.created["verification_means"], done.changed["verification_means"]) == (1, 1)


def test_a_means_the_source_no_longer_names_goes_when_nothing_answers_it():
    take(full())
    other = full()
    other.commitments[0].milestones[0].activities[0].means = (SharedText("F1#1", "Fotografías"),)
    take(other)
    assert [one.text for one in nodes(NodeKind.ACTIVITY)["1.1"].means] == ["Fotografías"]
    assert db.session.query(VerificationMeans).filter_by(text="Convocatorias").count() == 1


def test_a_product_is_reworded_in_its_own_row():
    take(full())
    uid = nodes(NodeKind.ACTIVITY)["1.1"].products[0].uid
    db.session.rollback()
    other = full()
    other.commitments[0].milestones[0].activities[0].product = SharedText("E1", "Informe final")
    take(other)
    row = nodes(NodeKind.ACTIVITY)["1.1"].products[0]
    assert (row.uid, row.text) == (uid, "Informe final")


def test_rows_absent_from_a_file_are_never_removed():
    take(full())
    take(workplan(commitment(10, milestone(1, activity(9)))))
    assert set(nodes(NodeKind.ACTIVITY)) == {"1.1", "1.2", "1.3", "1.9"}


def test_a_commitment_without_an_axis_hangs_on_the_plan_until_one_is_named():
    take(workplan(commitment(10)))
    assert nodes(NodeKind.COMMITMENT)["10"].parent_id == get_plan(4).id
    db.session.rollback()
    done = take(workplan(commitment(10, axis_title="Gobiernos locales")))
    assert done.changed["commitments"] == 1
    assert nodes(NodeKind.AXIS)["1"].id == nodes(NodeKind.COMMITMENT)["10"].parent_id
    db.session.rollback()
    take(workplan(commitment(11, axis_title="GOBIERNOS LOCALES")))
    assert list(nodes(NodeKind.AXIS)) == ["1"]


def test_activities_may_hang_directly_on_a_commitment():
    direct = commitment(19)
    direct.activities = [activity(6, "", windows=())]
    take(workplan(direct))
    row = nodes(NodeKind.ACTIVITY)["6"]
    assert (row.parent_id, row.windows) == (nodes(NodeKind.COMMITMENT)["19"].id, [])


# Sources side by side (rule 10)


def disagreeing() -> PlanProposal:
    said = milestone(
        1,
        title="Otro texto del hito",
        windows=(months("2018-11", "2019-12"),),
        roles=(part("INFOM"), part("AGAAI")),
        continuity=Continuity.NEW,
    )
    return template(commitment(10, said, title="COMPROMISO 10.", fields={"contribution": "Ayuda."}))


def test_the_first_source_stands_and_the_other_is_kept_beside_it():
    take(full())
    done = take(disagreeing())
    assert (done.changed["milestones"], done.changed["commitments"]) == (1, 1)
    row = nodes(NodeKind.MILESTONE)["1"]
    assert row.title == "Hito 1"
    kept = variants(row)
    assert set(kept) == {"title", "windows", "roles"}
    assert kept["title"].shown == "Otro texto del hito"
    assert (kept["title"].source, kept["title"].source_version, kept["title"].is_draft) == (
        "template",
        "7-11-2018",
        True,
    )
    assert kept["roles"].institutions == ["INFOM", "AGAAI"]
    assert row.continuity is Continuity.NEW


def test_what_two_sources_say_alike_is_no_variant():
    take(full())
    take(disagreeing())
    ten = nodes(NodeKind.COMMITMENT)["10"]
    assert not variants(ten), "a title differs from another by more than capitals and signs"
    assert (ten.contribution, ten.field_sources["contribution"]) == ("Ayuda.", "template")


def test_repeating_the_second_source_changes_nothing_either():
    take(full())
    take(disagreeing())
    assert take(disagreeing()).writes_nothing
    assert take(full()).writes_nothing


def test_whichever_comes_first_stands():
    take(disagreeing())
    take(full())
    row = nodes(NodeKind.MILESTONE)["1"]
    assert row.title == "Otro texto del hito"
    assert {one.source for one in row.variants} == {"workplan"}


def test_the_second_source_corrects_its_own_variant_and_withdraws_it_when_it_comes_round():
    take(full())
    take(disagreeing())
    other = disagreeing()
    other.commitments[0].milestones[0].title = "Texto corregido"
    other.source_version = "8-1-2019"
    take(other)
    kept = variants(nodes(NodeKind.MILESTONE)["1"])["title"]
    assert (kept.shown, kept.source_version) == ("Texto corregido", "8-1-2019")
    db.session.rollback()
    other.commitments[0].milestones[0].title = "Hito 1"
    assert take(other).changed["milestones"] == 1
    assert "title" not in variants(nodes(NodeKind.MILESTONE)["1"])


def test_a_variant_is_settled_once_the_first_source_says_the_same():
    take(full())
    take(disagreeing())
    other = full()
    other.commitments[0].milestones[0].title = "Otro texto del hito"
    take(other)
    assert "title" not in variants(nodes(NodeKind.MILESTONE)["1"])


def test_contact_data_of_people_are_never_kept_as_variants():
    take(full())
    other = disagreeing()
    other.commitments[0].contact = {"contact_names": "Otra persona", "unknown": "x"}
    take(other)
    ten = nodes(NodeKind.COMMITMENT)["10"]
    assert ten.contact_names == "Una persona"
    assert not [one for one in ten.variants if one.field == "contact_names"]


def test_what_was_made_by_hand_stands_before_any_file():
    make_plan(4)
    db.session.rollback()
    take(workplan(commitment(1, milestone(1, activity(1)), title="Título del archivo")))
    one = nodes(NodeKind.COMMITMENT)["1"]
    assert one.title == "Compromiso 1"
    assert variants(one)["title"].shown == "Título del archivo"


def test_an_item_without_a_title_takes_that_of_the_next_source():
    take(template(commitment(10, title="")))
    assert nodes(NodeKind.COMMITMENT)["10"].title == "10"
    db.session.rollback()
    take(full())
    assert nodes(NodeKind.COMMITMENT)["10"].title == "Compromiso 10"


# Institutions once each


def test_an_institution_is_found_by_acronym_or_name_and_completed():
    make_institution("INFOM", "INFOM")
    make_institution("", "Secretaría de Coordinación Ejecutiva")
    db.session.rollback()
    done = take(full())
    assert (done.changed["institutions"], done.created["institutions"]) == (2, 0)
    rows = {one.acronym: one.name for one in db.session.query(Institution)}
    assert rows == {
        "INFOM": "Instituto de Fomento Municipal",
        "SCEP": "Secretaría de Coordinación Ejecutiva",
    }


def test_a_group_and_a_sub_unit_keep_what_the_text_says_of_them():
    unit = replace(part("INAP"), institution=mention("INAP", parent_unit="Dirección de Estudios"))
    group = part("", name="Gobiernos locales priorizados", is_group=True, sector=Sector.LOCAL_GOVERNMENT)
    take(workplan(commitment(10, milestone(1, roles=(unit, group)))))
    first, second = nodes(NodeKind.MILESTONE)["1"].roles
    assert first.text == "INAP / Dirección de Estudios"
    assert (second.institution.is_group, second.institution.slug) == (True, "gobiernos-locales-priorizados")


def test_importers_learn_of_the_institutions_there_are():
    make_institution("SENABED", "Secretaría de Bienes")
    assert [(one.acronym, one.name) for one in known_institutions()] == [("SENABED", "Secretaría de Bienes")]


# Doubts


def test_a_doubt_is_kept_once_on_the_item_it_concerns():
    proposal = workplan(
        commitment(10, milestone(1, activity())),
        findings=(doubt(node="10/1.1"), doubt(node="10/1.1"), doubt("text-not-understood", "…")),
    )
    take(proposal)
    take(proposal)
    rows = db.session.query(Doubt).order_by(Doubt.id).all()
    assert [(one.code, one.node.label if one.node else None) for one in rows] == [
        ("no-period", "1.1"),
        ("text-not-understood", None),
    ]
    assert (rows[0].sheet, rows[0].cell, rows[0].text) == ("Hoja 1", "C5", "Permanente")


def test_a_doubt_that_was_resolved_is_not_opened_again():
    proposal = workplan(commitment(10), findings=(doubt(node="10"),))
    take(proposal)
    with transaction():
        row = db.session.query(Doubt).one()
        row.resolved_at, row.resolution = NOW, "Es permanente."
    take(proposal)
    assert db.session.query(Doubt).one().resolution == "Es permanente."


def test_a_plan_approved_here_by_signature_is_changed_by_amendment_and_not_by_a_file():
    take(full())
    with transaction():
        plan = get_plan(4)
        plan.status = PlanStatus.CONSULTATION
    with transaction():
        steps = {"signed_name": "Quien firma", "on": TODAY, "knowing": True, "now": NOW, "today": TODAY}
        take_step(SYSTEM, plan_number=4, action=PlanAction.APPROVE, **steps)
    with nothing_written(), pytest.raises(Conflict) as refused:
        take(full())
    assert (refused.value.code, refused.value.params) == ("plan-not-writable", {"number": 4})
