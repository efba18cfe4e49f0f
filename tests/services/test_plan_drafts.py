"""Writing a plan before its approval: every operation on one draft, and the history that stays true."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.amendments import part
from tests.support.factories.plans import NOW, TODAY, make_institution
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole
from tracker.domain.plan_drafts import Way
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.models.plans import ActionPlan, Doubt, PlanNode
from tracker.queries.history import nodes_at
from tracker.queries.plan_drafts import version_of
from tracker.queries.plans import load_tree
from tracker.services import plan_drafts as drafts
from tracker.services import plan_structure as structure
from tracker.services.verification import verify


@pytest.fixture
def scene(app_context):
    found = make_scene(axes=2, commitments=2, milestones=2, activities_per_milestone=2)
    with transaction():
        plan = db.session.get(ActionPlan, found.made.id)
        plan.status, plan.approved_on = PlanStatus.DRAFT, None
        drafts.record_nodes(found.contact, [plan], effective_on=None, now=found.clock.next())
    return found


def act(scene, service, **given):
    with transaction():
        made = service(scene.contact, now=scene.clock.next(), today=TODAY, **given)
        return getattr(made, "uid", made)


def outline(scene):
    """Every item in the order in which the plan shows it, by label; out of history alone."""
    db.session.remove()
    nodes = nodes_at(scene.made.id, Cut(TODAY))
    below = {}
    for node in sorted(nodes, key=lambda one: (one.position, one.number, one.label)):
        below.setdefault(node.parent_uid, []).append(node)
    found, waiting = [], list(below[scene.made.uid])
    while waiting:
        node = waiting.pop(0)
        found.append(f"{node.kind.value[0]}{node.label}")
        waiting = below.get(node.uid, []) + waiting
    return " ".join(found)


def proven(scene):
    db.session.remove()
    return verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")


def item(uid):
    db.session.rollback()
    return db.session.scalars(select(PlanNode).where(PlanNode.uid == uid)).one()


WHOLE = "a1 c1 m1 a1.1 a1.2 m2 a2.1 a2.2 a2 c2 m1 a1.1 a1.2 m2 a2.1 a2.2"


def test_a_plan_is_begun_by_the_contact_point_with_a_number_of_its_own(scene):
    head = {"title": " Sexto plan ", "starts_on": date(2027, 1, 1), "ends_on": None, "milestone_word": "Meta"}
    act(scene, drafts.begin_plan, number=6, values=head)
    plan = db.session.scalars(select(ActionPlan).where(PlanNode.number == 6)).one()
    assert (plan.title, plan.status, plan.milestone_word) == ("Sexto plan", PlanStatus.DRAFT, "meta")
    for number, values, code in (
        (6, head, "plan-number-taken"),
        (7, {**head, "title": " "}, "title-required"),
        (7, {**head, "ends_on": date(2026, 1, 1)}, "plan-period-reversed"),
        (0, head, "number-required"),
    ):
        with pytest.raises(DomainError, match=code), nothing_written():
            act(scene, drafts.begin_plan, number=number, values=values)
    liaison = actor_of(make_user(AccountRole.LIAISON, email="otro@correo.example", institution="INFOM"))
    with pytest.raises(NotAllowed), transaction():
        drafts.begin_plan(liaison, number=8, values=head, now=NOW, today=TODAY)
    assert proven(scene) == []


def test_an_item_is_added_said_anew_and_seen_by_two(scene):
    milestone, other = scene.made.milestones[0], make_institution("SAT")
    uid = act(scene, drafts.add_item, parent_uid=milestone.uid, kind=NodeKind.ACTIVITY, title="Nueva")
    assert item(uid).label == "1.3"
    seen = version_of(uid)
    values = {
        "title": "Talleres",
        "number": 7,
        "weight": "2.5",
        "windows": {"windows": [], "frequency": "monthly"},
        "product": "Talleres dados",
        "quantity": {"planned": "12", "unit": "talleres", "quote": "doce talleres"},
        "means": [{"uid": "", "text": "Listas de asistencia", "access": "confidential"}],
        "roles": [part(other, "lead")],
    }
    assert act(scene, drafts.write_item, node_uid=uid, values=values, seen=seen)
    found = item(uid)
    assert (found.label, found.title, found.products[0].unit) == ("1.7", "Talleres", "talleres")
    with pytest.raises(Conflict, match="item-changed-meanwhile"), nothing_written():
        act(scene, drafts.write_item, node_uid=uid, values={"title": "Otra"}, seen=seen)
    for said, code in (
        ({"number": 1}, "number-taken"),
        ({"number": 0}, "number-required"),
        ({"weight": "0"}, "weight-not-valid"),
        ({"weight": "1.00001"}, "weight-not-valid"),
        ({"title": ""}, "title-required"),
    ):
        with pytest.raises(DomainError, match=code), nothing_written():
            act(scene, drafts.write_item, node_uid=uid, values=said, seen=None)
    assert proven(scene) == []


def test_what_is_numbered_within_a_milestone_follows_its_number(scene):
    act(scene, drafts.write_item, node_uid=scene.made.milestones[0].uid, values={"number": 9}, seen=None)
    assert outline(scene) == WHOLE.replace("c1 m1 a1.1 a1.2 m2 a2.1 a2.2", "c1 m9 a9.1 a9.2 m2 a2.1 a2.2")
    assert proven(scene) == []


def test_contact_data_are_kept_apart_and_their_change_is_told_without_them(scene):
    uid = scene.made.commitments[0].uid
    said = {"contact_names": "Quien atiende", "contact_visibility": "public"}
    act(scene, drafts.write_item, node_uid=uid, values=said, seen=None)
    assert item(uid).contact_names == "Quien atiende"
    assert "Quien atiende" not in str(nodes_at(scene.made.id, Cut(TODAY)))
    assert proven(scene) == []


def test_order_and_place_change_and_numbers_only_when_asked(scene):
    first, second = scene.made.milestones[:2]
    act(scene, structure.move_item, node_uid=second.uid, way=Way.UP)
    act(scene, structure.move_item, node_uid=second.uid, way=Way.UP)
    assert outline(scene).startswith("a1 c1 m2 a2.1 a2.2 m1 a1.1 a1.2 a2 ")
    act(scene, structure.move_into, node_uid=scene.made.activities[0].uid, parent_uid=second.uid)
    assert outline(scene).startswith("a1 c1 m2 a2.1 a2.2 a2.3 m1 a1.2 a2 ")
    act(scene, structure.move_into, node_uid=scene.made.commitments[0].uid, parent_uid=scene.made.axes[1].uid)
    assert outline(scene).startswith("a1 a2 c1 m2") or outline(scene).startswith("a1 a2 c2 m1")
    assert act(scene, structure.renumber, plan_number=4) > 0
    assert proven(scene) == []
    for uid, parent, code in (
        (first.uid, scene.made.axes[0].uid, "level-not-possible"),
        (first.uid, scene.made.commitments[0].uid, "move-nowhere"),
    ):
        with pytest.raises(DomainError, match=code), nothing_written():
            act(scene, structure.move_into, node_uid=uid, parent_uid=parent)


def test_an_item_goes_to_another_commitment_as_a_new_one(scene):
    moved, home = scene.made.milestones[0], scene.made.commitments[1]
    uid = act(scene, structure.move_into, node_uid=moved.uid, parent_uid=home.uid)
    assert uid != moved.uid
    assert outline(scene) == "a1 c1 m2 a2.1 a2.2 a2 c2 m1 a1.1 a1.2 m2 a2.1 a2.2 m3 a3.1 a3.2"
    copied = next(one for one in load_tree(scene.made.id) if one.label == "3.1")
    assert [one.text for one in copied.means] == ["Informe", "Fotografías"]
    with pytest.raises(NotFound):
        act(scene, drafts.write_item, node_uid=moved.uid, values={"title": "X"}, seen=None)
    assert proven(scene) == []


def test_one_becomes_two_and_two_become_one(scene):
    activity = scene.activity
    seen = version_of(activity.uid)
    uid = act(
        scene,
        structure.split_item,
        node_uid=activity.uid,
        titles=("Primera parte", "Segunda parte"),
        means=[activity.means[1]],
        children=[],
        seen=seen,
    )
    with pytest.raises(Conflict, match="item-changed-meanwhile"), nothing_written():
        act(
            scene,
            structure.split_item,
            node_uid=activity.uid,
            titles=("Primera parte", "Segunda parte"),
            means=[],
            children=[],
            seen=seen,
        )
    assert outline(scene).startswith("a1 c1 m1 a1.1 a1.3 a1.2 m2")
    assert [one.text for one in item(activity.uid).means] == ["Informe"]
    assert [one.text for one in item(uid).means] == ["Fotografías"]
    assert [one.institution.acronym for one in item(uid).roles] == ["INFOM", "INAP"]
    act(scene, structure.merge_items, node_uid=activity.uid, other_uid=uid, title="Entera")
    assert outline(scene) == WHOLE
    assert [one.text for one in item(activity.uid).means] == ["Informe", "Fotografías"]
    assert item(activity.uid).title == "Entera"
    for other, code in (
        (activity.uid, "merge-same-item"),
        (scene.made.milestones[0].uid, "merge-other-level"),
        (scene.made.activities[-1].uid, "merge-other-commitment"),
    ):
        with pytest.raises(DomainError, match=code), nothing_written():
            act(scene, structure.merge_items, node_uid=activity.uid, other_uid=other, title="No")
    assert proven(scene) == []


def test_commitments_split_with_their_milestones_and_join_again(scene):
    one, milestone = scene.made.commitments[0], scene.made.milestones[1]
    act(scene, drafts.write_item, node_uid=one.uid, values={"problem": "Falta agua"}, seen=None)
    uid = act(
        scene,
        structure.split_item,
        node_uid=one.uid,
        titles=("Agua", "Saneamiento"),
        means=[],
        children=[milestone.uid],
        seen=None,
    )
    assert outline(scene) == "a1 c1 m1 a1.1 a1.2 c3 m1 a1.1 a1.2 a2 c2 m1 a1.1 a1.2 m2 a2.1 a2.2"
    assert item(uid).problem == "Falta agua"
    act(scene, structure.merge_items, node_uid=one.uid, other_uid=uid, title="Agua y saneamiento")
    assert outline(scene) == WHOLE
    assert item(one.uid).problem == "Falta agua"
    assert proven(scene) == []


def test_what_is_taken_out_leaves_its_history_and_what_people_answered_for_stays(scene):
    milestone = scene.made.milestones[0]
    with transaction():
        doubt = Doubt(plan_id=scene.made.id, node_id=scene.activity.id, fingerprint="x", source="workplan")
        doubt.code, doubt.created_at = "period-missing", NOW
        db.session.add(doubt)
    with pytest.raises(Conflict, match="item-has-doubts"), nothing_written():
        act(scene, structure.remove_item, node_uid=milestone.uid)
    act(scene, structure.remove_item, node_uid=scene.made.milestones[1].uid)
    assert outline(scene).startswith("a1 c1 m1 a1.1 a1.2 a2 c2")
    uid = act(
        scene,
        drafts.add_item,
        parent_uid=scene.made.commitments[0].uid,
        kind=NodeKind.MILESTONE,
        title="Otra vez el dos",
    )
    assert item(uid).label == "2"
    assert [one for one in proven(scene) if "doubt" not in one.kind] == []


def test_an_approved_plan_is_not_written_any_more(scene):
    with transaction():
        db.session.get(ActionPlan, scene.made.id).status = PlanStatus.APPROVED
    with pytest.raises(Conflict, match="plan-not-writable"), nothing_written():
        act(scene, drafts.write_item, node_uid=scene.activity.uid, values={"title": "X"}, seen=None)
    with pytest.raises(Conflict, match="plan-not-writable"), nothing_written():
        act(scene, structure.remove_item, node_uid=scene.activity.uid)
