"""Doubts and disagreements of sources: listed for the contact point, decided once, on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, window
from tests.support.factories.proposals import (
    activity,
    commitment,
    doubt,
    milestone,
    months,
    part,
    template,
    workplan,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM, Actor
from tracker.domain.plans import NodeKind, Role
from tracker.domain.snapshots import window_content
from tracker.importers.proposals import PlanProposal, SharedText
from tracker.models.audit import AuditEvent
from tracker.models.plans import NodeWindow, PlanNode, SourceVariant
from tracker.queries import doubts as queries
from tracker.queries.history import last_sequence, plan_facts
from tracker.queries.plans import get_plan, load_tree
from tracker.services.doubts import resolve_doubt, settle_variant
from tracker.services.plan_imports import accept_plan_import
from tracker.services.versions import record_nodes

pytestmark = pytest.mark.usefixtures("app_context")
LATER = NOW + timedelta(hours=1)


def take(proposal: PlanProposal) -> None:
    with transaction():
        accept_plan_import(SYSTEM, proposal, 4, now=NOW, today=TODAY)


def first() -> PlanProposal:
    one = milestone(
        1,
        activity(1),
        roles=(part("SCEP"),),
        product="Guía",
        means=("Acta", "Informe"),
        frequency=None,
    )
    return workplan(commitment(10, one, fields={"problem": "Uno"}), findings=(doubt(node="10/1"), doubt()))


def second() -> PlanProposal:
    one = milestone(
        1,
        title="Otro título",
        windows=(months("2018-11", "2020-08"),),
        roles=(part("SCEP"), part("INFOM", Role.COLLABORATOR)),
        product="Guía técnica",
        means=("Acta", "Fotografías"),
    )
    return template(commitment(10, one, fields={"problem": "Dos"}, ogp_values=("transparency",)))


@pytest.fixture
def contact_point(app_context: object) -> Actor:
    """The contact point, with a plan on which two sources disagree."""
    take(first())
    take(second())
    return actor_of(make_user("contact_point"))


def variant_of(contact_point: Actor, field: str) -> queries.VariantRow:
    return next(one for one in queries.list_variants(contact_point) if one.field == field)


def row(kind: NodeKind) -> PlanNode:
    db.session.rollback()
    return next(one for one in load_tree(get_plan(4).id) if one.kind is kind)


def settle(contact_point: Actor, field: str, *, choose: bool) -> SourceVariant:
    uid = variant_of(contact_point, field).uid
    with transaction():
        return settle_variant(contact_point, variant_uid=uid, choose=choose, now=LATER, today=TODAY)


def test_open_doubts_are_listed_with_their_item_and_words(contact_point):
    on_item, on_file = queries.list_doubts(contact_point, 4)
    assert on_item.item is not None
    assert (on_item.item.label, on_item.item.commitment, on_item.item.kind) == (
        "1",
        "10",
        NodeKind.MILESTONE,
    )
    assert (on_file.item, on_file.cell, on_file.text, on_file.plan_number) == (None, "C5", "Permanente", 4)
    assert queries.list_doubts(contact_point, 5) == []


def test_disagreements_are_listed_with_both_values(contact_point):
    roles = variant_of(contact_point, "roles")
    assert (roles.current_institutions, roles.institutions) == (("SCEP",), ("SCEP", "INFOM"))
    assert (roles.current_source, roles.source, roles.is_draft) == ("workplan", "template", True)
    title = variant_of(contact_point, "title")
    assert (title.current, title.value, title.item.label) == ("Hito 1", "Otro título", "1")
    assert variant_of(contact_point, "windows").current == "2019-01-01/2019-12-31"
    assert variant_of(contact_point, "means").current == "Acta; Informe"
    assert queries.list_variants(contact_point, 5) == []


def test_how_much_waits_is_counted(contact_point):
    waiting = len(queries.list_doubts(contact_point)) + len(queries.list_variants(contact_point))
    assert queries.count_open(contact_point) == waiting == 8


def test_only_the_contact_point_reads_and_decides(contact_point):
    liaison = actor_of(make_user("liaison", "INFOM"))
    for ask in (queries.list_doubts, queries.list_variants, queries.count_open):
        with pytest.raises(NotAllowed):
            ask(liaison)
    with pytest.raises(NotAllowed):
        resolve_doubt(liaison, doubt_uid="x", resolution="y", now=LATER)
    with pytest.raises(NotAllowed):
        settle_variant(liaison, variant_uid="x", choose=True, now=LATER, today=TODAY)


def test_lists_take_as_many_queries_whatever_there_is(contact_point, query_counter):
    with query_counter() as few:
        queries.list_doubts(contact_point)
        queries.list_variants(contact_point)
    many = [milestone(n, title=f"Nuevo {n}", windows=()) for n in range(2, 12)]
    take(workplan(commitment(10, *many), findings=tuple(doubt(text=str(n), node="10/2") for n in range(9))))
    others = [milestone(n, title=f"Otro {n}", windows=()) for n in range(2, 12)]
    take(template(commitment(10, *others)))
    db.session.remove()
    with query_counter() as queries_sent:
        assert len(queries.list_doubts(contact_point)) == 11
        assert len(queries.list_variants(contact_point)) == 16
    assert len(queries_sent) == len(few)


def test_a_doubt_is_resolved_with_a_note_on_record(contact_point):
    uid = queries.list_doubts(contact_point)[0].uid
    with transaction():
        resolve_doubt(contact_point, doubt_uid=uid, resolution="  Es  permanente. ", now=LATER)
    assert uid not in [one.uid for one in queries.list_doubts(contact_point)]
    (done,) = queries.list_doubts(contact_point, resolved=True)
    assert (done.resolution, done.resolved_at) == ("Es permanente.", LATER)
    last = db.session.get(AuditEvent, last_sequence())
    assert last is not None
    assert (last.tag, last.subject_uid, last.actor_uid) == ("doubt:resolved", uid, contact_point.uid)


def test_a_doubt_is_resolved_once_and_not_without_words(contact_point):
    uid = queries.list_doubts(contact_point)[0].uid
    with pytest.raises(DomainError, match="note-required"):
        resolve_doubt(contact_point, doubt_uid=uid, resolution=" ", now=LATER)
    with transaction():
        resolve_doubt(contact_point, doubt_uid=uid, resolution="Sí.", now=LATER)
    with pytest.raises(Conflict, match="question-settled"):
        resolve_doubt(contact_point, doubt_uid=uid, resolution="No.", now=LATER)
    with pytest.raises(NotFound):
        resolve_doubt(contact_point, doubt_uid="no-such", resolution="No.", now=LATER)


def test_a_chosen_variant_comes_into_force_and_the_other_stays_beside_it(contact_point):
    settle(contact_point, "title", choose=True)
    node = row(NodeKind.MILESTONE)
    assert (node.title, node.field_sources["title"]) == ("Otro título", "template")
    beside = next(one for one in node.variants if one.field == "title" and one.source == "workplan")
    assert (beside.value, beside.settled_at) == ("Hito 1", LATER)


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("roles", lambda node: [(one.institution.acronym, one.role.value) for one in node.roles]),
        ("product", lambda node: [one.text for one in node.products]),
        ("means", lambda node: [one.text for one in node.means]),
        ("windows", lambda node: [(one.start_on.year, one.end_on.year) for one in node.windows]),
    ],
)
def test_every_field_can_be_chosen(contact_point, field, read):
    settle(contact_point, field, choose=True)
    assert (
        read(row(NodeKind.MILESTONE))
        == {
            "roles": [("SCEP", "lead"), ("INFOM", "collaborator")],
            "product": ["Guía técnica"],
            "means": ["Acta", "Fotografías"],
            "windows": [(2018, 2020)],
        }[field]
    )


def test_a_text_of_the_commitment_can_be_chosen(contact_point):
    settle(contact_point, "problem", choose=True)
    assert row(NodeKind.COMMITMENT).problem == "Dos"


def test_what_is_kept_stays_and_is_asked_no_more(contact_point):
    settle(contact_point, "title", choose=False)
    assert row(NodeKind.MILESTONE).title == "Hito 1"
    assert "title" not in [one.field for one in queries.list_variants(contact_point)]
    with pytest.raises(NotFound):
        settle_variant(contact_point, variant_uid="no-such", choose=True, now=LATER, today=TODAY)


def test_a_variant_is_settled_once(contact_point):
    uid = variant_of(contact_point, "title").uid
    settle(contact_point, "title", choose=False)
    with pytest.raises(Conflict, match="question-settled"):
        settle_variant(contact_point, variant_uid=uid, choose=True, now=LATER, today=TODAY)


def test_both_files_can_be_imported_again_after_a_choice(contact_point):
    settle(contact_point, "title", choose=True)
    settle(contact_point, "roles", choose=True)
    take(first())
    take(second())
    assert row(NodeKind.MILESTONE).title == "Otro título"
    assert "title" not in [one.field for one in queries.list_variants(contact_point)]


def test_a_choice_is_on_record_and_history_keeps_what_was_known_before(contact_point):
    before = last_sequence()
    settle(contact_point, "title", choose=True)
    tags = [one.tag for one in db.session.query(AuditEvent).filter(AuditEvent.seq > before)]
    assert tags == ["variant:settled", "node:version"]
    plan_id = get_plan(4).id
    known = {one.label: one.title for one in plan_facts(plan_id, Cut(TODAY, before)).nodes}
    present = {one.label: one.title for one in plan_facts(plan_id, Cut(TODAY)).nodes}
    assert (known["1"], present["1"]) == ("Hito 1", "Otro título")


def test_pending_variants_are_part_of_the_facts_and_settled_ones_not(contact_point):
    def fields() -> set[str]:
        facts = plan_facts(get_plan(4).id, Cut(TODAY))
        return {one.field for node in facts.nodes for one in node.variants}

    assert "roles" in fields()
    db.session.rollback()
    settle(contact_point, "roles", choose=False)
    assert "roles" not in fields()


def test_a_correction_never_takes_an_approved_rescheduling_away(contact_point):
    """What was changed from a day on is corrected from that day; what held before does not learn of it."""
    with transaction():
        node = next(one for one in load_tree(get_plan(4).id) if one.kind is NodeKind.ACTIVITY)
        moved = window(TODAY, TODAY + timedelta(days=30))
        node.windows.append(
            NodeWindow(
                revision=1,
                from_on=TODAY,
                start_on=moved.start,
                end_on=moved.end,
                start_precision=moved.start_precision,
                end_precision=moved.end_precision,
            )
        )
        record_nodes(SYSTEM, [node], effective_on=TODAY, now=NOW)
    corrected = first()
    corrected.commitments[0].milestones[0].activities[0].title = "Actividad corregida"
    corrected.commitments[0].milestones[0].activities[0].windows = (months("2019-03", "2019-05"),)
    take(corrected)
    plan_id = get_plan(4).id
    today = {one.label: one for one in plan_facts(plan_id, Cut(TODAY)).nodes}["1.1"]
    before = {one.label: one for one in plan_facts(plan_id, Cut(TODAY - timedelta(days=1))).nodes}["1.1"]
    assert today.title == "Actividad corregida"
    assert [window_content(one) for one in today.schedule.current] == [window_content(moved)]
    assert today.schedule.baseline == (months("2019-03", "2019-05"),)
    assert (before.title, len(before.schedule.revisions)) == ("Actividad 1.1", 1)


def test_a_shared_product_chosen_by_hand_needs_no_key(contact_point):
    other = second()
    other.commitments[0].milestones[0].product = SharedText("", "Guía breve")
    take(other)
    settle(contact_point, "product", choose=True)
    assert row(NodeKind.MILESTONE).products[0].text == "Guía breve"


def test_sources_may_be_chosen_back_and_forth(contact_point):
    settle(contact_point, "title", choose=True)
    other = first()
    other.commitments[0].milestones[0].title = "Tercer título"
    take(other)
    assert variant_of(contact_point, "title").source == "workplan"
    settle(contact_point, "title", choose=True)
    node = row(NodeKind.MILESTONE)
    assert (node.title, node.field_sources["title"]) == ("Tercer título", "workplan")
    beside = [one for one in node.variants if one.field == "title" and one.source == "template"]
    assert [one.value for one in beside] == ["Otro título"]


def test_a_field_emptied_since_takes_the_variant_and_leaves_nothing_beside(contact_point):
    with transaction():
        commitment_row = next(one for one in load_tree(get_plan(4).id) if one.kind is NodeKind.COMMITMENT)
        commitment_row.problem = ""
    settle(contact_point, "problem", choose=True)
    node = row(NodeKind.COMMITMENT)
    assert node.problem == "Dos"
    assert [one.source for one in node.variants if one.field == "problem"] == ["template"]


def test_amounts_of_two_sources_stand_side_by_side_too(contact_point):
    for source, amount in ((workplan, 100), (template, 250)):
        take(source(commitment(10, financial_centavos=((amount, "SEGEPLAN"),))))
    row_of = variant_of(contact_point, "financial")
    assert (row_of.current, row_of.value) == ("100|SEGEPLAN", "250|SEGEPLAN")
    settle(contact_point, "financial", choose=True)
    assert [one.centavos for one in row(NodeKind.COMMITMENT).financial_resources] == [250]
