"""Amendments that move, divide and join: history stays where it was reported, and says where it went."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.factories.amendments import approve, change, prepare, row
from tests.support.factories.plans import TODAY, NodeRef, make_plan, window
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.carry_over import ItemKey
from tracker.domain.errors import Conflict, DomainError, NotFound, SeveralErrors
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plan_versions import What, compare_plans
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision
from tracker.models.plans import NodeOrigin, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.amendment_structure import get_structure
from tracker.queries.amendments import get_amendment
from tracker.queries.history import nodes_at
from tracker.queries.plan_versions import compare_versions
from tracker.queries.plans import get_plan
from tracker.queries.portal.carried import carried_of
from tracker.services.amendment_structure import NewItem
from tracker.services.amendments import rearrange_item
from tracker.services.carry_over import continue_item
from tracker.services.verification import verify


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=1, milestones=2, activities_per_milestone=2)


@pytest.fixture
def draft(scene):
    return prepare(scene)


def rearrange(scene, uid, node, field, **told):
    with transaction():
        rearrange_item(scene.contact, amendment_uid=uid, node_uid=node.uid, field=field, told=told)


def proven(scene):
    db.session.remove()
    return verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")


def labels(scene):
    db.session.rollback()
    rows = db.session.scalars(
        select(PlanNode)
        .where(PlanNode.plan_id == scene.made.id, PlanNode.kind == "activity")
        .order_by(PlanNode.parent_id, PlanNode.position, PlanNode.id)
    )
    return [f"{one.label}{'-' if one.withdrawn_on else ''}" for one in rows]


def test_a_part_begins_anew_and_the_original_keeps_what_was_reported(scene, draft):
    report = scene.submitted(scene.activity, 60)
    scene.validate(report)
    told = {"titles": ["La otra mitad", ""], "means": ["Informe"], "continues": True}
    rearrange(scene, draft, scene.activity, "split_into", **told)
    page = get_amendment(scene.contact, draft, TODAY)
    assert page.effects is not None
    assert page.effects.figures[0].moves
    approve(scene, draft)
    assert labels(scene) == ["1.1", "1.3", "1.2", "2.1", "2.2"]
    made = db.session.scalars(select(PlanNode).where(PlanNode.label == "1.3")).one()
    assert [one.text for one in made.means] == ["Informe"]
    assert [one.institution.acronym for one in made.roles] == ["INFOM", "INAP"]
    kept = db.session.scalars(select(ProgressReport.node_id)).all()
    assert kept == [scene.activity.id]
    told_there = carried_of({made.uid: made.title, scene.activity.uid: ""})
    assert [(how, one.label) for how, one in told_there[made.uid].origins] == [("split", "1.1")]
    assert [(how, one.label) for how, one in told_there[scene.activity.uid].became] == [("split", "1.3")]
    assert proven(scene) == []


def new(kind, title="", **more):
    return {"new": NewItem(kind, title, **more)}


def test_what_is_added_stands_last_with_its_dates_and_is_reported_like_the_rest(scene, draft):
    commitment, milestone = scene.made.commitments[0], scene.made.milestones[0]
    lead = scene.made.lead.uid
    dates = window(date(2026, 7, 1), date(2026, 9, 30), Precision.MONTH)
    given = {"windows": (dates,), "institution_uid": lead}
    with pytest.raises(SeveralErrors) as caught, nothing_written():
        rearrange(scene, draft, milestone, "added", **new(NodeKind.ACTIVITY, " "))
    assert [one.field for one in caught.value.errors] == ["title", "windows", "institution"]
    with pytest.raises(DomainError, match="level-not-possible"), nothing_written():
        rearrange(scene, draft, milestone, "added", **new(NodeKind.MILESTONE, "Otro"))
    with pytest.raises(DomainError, match="amendment-field-unknown"), nothing_written():
        rearrange(scene, draft, scene.activity, "added", **new(NodeKind.ACTIVITY, "Otra", **given))
    for title in ("Taller nuevo", "Informe del taller"):
        told = new(NodeKind.ACTIVITY, title, product="Informe", means=("Lista", " "), **given)
        rearrange(scene, draft, milestone, "added", **told)
    rearrange(scene, draft, commitment, "added", **new(NodeKind.MILESTONE, "Hito nuevo"))
    before = get_amendment(scene.contact, draft, TODAY).effects.figures[0]
    assert before.moves
    assert before.after.required == before.before.required + 2
    approve(scene, draft)
    assert labels(scene) == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    made = db.session.scalars(select(PlanNode).where(PlanNode.label == "1.3")).one()
    assert [one.text for one in made.means] == ["Lista"]
    assert [one.institution.uid for one in made.roles] == [lead]
    assert db.session.scalars(select(PlanNode.label).where(PlanNode.title == "Hito nuevo")).all() == ["3"]
    assert carried_of({made.uid: made.title}) == {}
    means = tuple(one.uid for one in made.means)
    ref = NodeRef(made.id, made.uid, made.number, made.label, made.title, means)
    scene.validate(scene.submitted(ref, 40))
    assert proven(scene) == []
    again = prepare(scene)
    rearrange(
        scene, again, get_plan(scene.made.number), "added", **new(NodeKind.COMMITMENT, "Compromiso nuevo")
    )
    approve(scene, again)
    assert proven(scene) == []


def test_what_does_not_continue_is_withdrawn_with_its_history(scene, draft):
    for titles, code in (([], "split-needs-titles"), (["Una"], "split-needs-two")):
        with pytest.raises(DomainError, match=code), nothing_written():
            rearrange(scene, draft, scene.activity, "split_into", titles=titles, means=[], continues=False)
    rearrange(scene, draft, scene.activity, "split_into", titles=["A", "B"], means=[], continues=False)
    approve(scene, draft)
    assert labels(scene) == ["1.1-", "1.3", "1.4", "1.2", "2.1", "2.2"]
    assert proven(scene) == []


def test_one_takes_in_another_which_stays_in_sight(scene, draft):
    other = scene.made.activities[1]
    scene.submitted(other, 30)
    rearrange(scene, draft, scene.activity, "joined", other=other.uid)
    approve(scene, draft)
    assert labels(scene) == ["1.1", "1.2-", "2.1", "2.2"]
    assert db.session.scalars(select(NodeOrigin.how)).all() == ["merge"]
    assert proven(scene) == []
    again = prepare(scene)
    with pytest.raises(Conflict, match="item-withdrawn"), nothing_written():
        rearrange(scene, again, scene.activity, "joined", other=other.uid)
    with pytest.raises(DomainError, match="merge-same-item"), nothing_written():
        rearrange(scene, again, scene.activity, "joined", other=scene.activity.uid)


def test_items_change_their_order_and_their_place(scene, draft):
    first, second = scene.made.milestones
    moved = scene.made.activities[0]
    make_later(scene, moved)
    rearrange(scene, draft, first, "order", item=scene.made.activities[1].uid, way="up")
    rearrange(scene, draft, moved, "place", other=second.uid)
    page = get_structure(scene.contact, draft, first.uid, TODAY)
    assert [one.label for one in page.order] == ["1.2", "1.1"]
    change(scene, draft, second, title="Segundo hito, con uno más")
    approve(scene, draft)
    assert labels(scene) == ["1.2", "2.1", "2.2", "2.3"]
    assert proven(scene) == []
    before = nodes_at(scene.made.id, Cut(TODAY, row(draft).recorded_seq))
    found = compare_plans(before, nodes_at(scene.made.id, Cut(TODAY)))
    assert found.count(What.CHANGED) == 2
    again, other = prepare(scene), make_scene(number=5)
    with pytest.raises(NotFound, match="node-not-found"), nothing_written():
        rearrange(scene, again, moved, "place", other=other.made.milestones[0].uid)


def make_later(scene, earlier):
    """A plan that continues what is moved, whose versions name it by its number."""
    made = make_plan(7)
    with transaction():
        key = ItemKey(7, "1", made.activities[0].label)
        continue_item(SYSTEM, key, ItemKey(4, "1", earlier.label), now=scene.clock.next())


def test_an_order_prepared_over_another_is_chosen_again(scene, draft):
    first = scene.made.milestones[0]
    rearrange(scene, draft, first, "order", item=scene.made.activities[1].uid, way="up")
    other = prepare(scene)
    rearrange(scene, other, first, "order", item=scene.made.activities[1].uid, way="up")
    approve(scene, other)
    with pytest.raises(Conflict, match="amendment-conflict"):
        approve(scene, draft)


def test_a_comparison_takes_the_same_queries_whatever_was_amended(scene, draft, query_counter):
    def queried():
        db.session.remove()
        plan = get_plan(4)
        with query_counter() as found:
            compare_versions(plan, "", "enmienda-1", TODAY, zone="America/Guatemala")
        return len(found)

    change(scene, draft, scene.activity, title="Una vez")
    approve(scene, draft)
    once = queried()
    again = prepare(scene)
    change(scene, again, scene.activity, title="Dos veces")
    approve(scene, again)
    assert queried() == once


def test_versions_of_a_plan_are_compared_by_name_and_by_day(scene, draft):
    rearrange(scene, draft, scene.activity, "split_into", titles=["Otra"], means=[], continues=True)
    change(scene, draft, scene.activity, title="Actividad de antes")
    approve(scene, draft)
    db.session.rollback()
    found = compare_versions(get_plan(4), "", "", TODAY, zone="America/Guatemala")
    assert [one.key for one in found.versions] == ["linea-base", "enmienda-1", "hoy"]
    assert [(one.label, one.what) for one in found.difference.items] == [
        ("1.1", What.CHANGED),
        ("1.3", What.ADDED),
    ]
    assert found.difference.items[1].origins == (("split", "1.1"),)
    same = compare_versions(get_plan(4), "enmienda-1", "hoy", TODAY, zone="America/Guatemala")
    assert same.difference.items == ()
    back = compare_versions(get_plan(4), "hoy", "2026-01-05", TODAY, zone="America/Guatemala")
    assert back.difference.count(What.REMOVED) == 1
