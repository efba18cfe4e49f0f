"""The steps of a plan's life in the database, and what goes on in the next plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, make_plan
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole
from tracker.domain.plan_life import PlanAction
from tracker.domain.plans import Continuity, PlanStatus
from tracker.models.plan_life import PlanStep
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries.carry_over import get_carry_page
from tracker.queries.history import nodes_at
from tracker.queries.plan_drafts import get_item, get_tree
from tracker.queries.plan_life import get_life, list_plans
from tracker.queries.portal.carried import carried_of
from tracker.services.carry_over import carry_items
from tracker.services.plan_drafts import begin_plan
from tracker.services.plan_life import take_step
from tracker.services.verification import verify


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=1, milestones=1, activities_per_milestone=2, planned=Decimal(10))


def begun(scene, number=9):
    head = {"title": "Siguiente plan", "starts_on": TODAY.replace(month=1), "ends_on": TODAY}
    with transaction():
        return begin_plan(scene.contact, number=number, values=head, now=scene.clock.next(), today=TODAY).uid


def step(scene, action, number=9, **more):
    given = {"signed_name": "Quien firma", "on": TODAY, "knowing": True, **more}
    with transaction():
        take_step(
            given.pop("actor", scene.contact),
            plan_number=number,
            action=action,
            now=scene.clock.next(),
            today=TODAY,
            **given,
        )


def carry(scene, chosen, number=9):
    with transaction():
        made = carry_items(
            scene.contact, plan_number=number, chosen=chosen, now=scene.clock.next(), today=TODAY
        )
        return [one.uid for one in made]


def proven(scene):
    db.session.remove()
    return [one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")]


def test_a_plan_goes_from_draft_to_archive_each_step_signed(scene):
    plan_uid = begun(scene)
    with pytest.raises(DomainError, match="plan-step-stopped"), nothing_written():
        step(scene, PlanAction.CONSULT)
    carry(scene, {scene.made.commitments[0].uid: plan_uid})
    with pytest.raises(DomainError, match="plan-step-knowing"), nothing_written():
        step(scene, PlanAction.CONSULT, knowing=False)
    with pytest.raises(DomainError, match="signature-required"), nothing_written():
        step(scene, PlanAction.CONSULT, signed_name=" ")
    with pytest.raises(Conflict, match="plan-step-not-possible"), nothing_written():
        step(scene, PlanAction.APPROVE)
    liaison = actor_of(make_user(AccountRole.AUDITOR, email="audita@correo.example"))
    with pytest.raises(NotAllowed), nothing_written():
        step(scene, PlanAction.CONSULT, actor=liaison)
    for action in PlanAction:
        step(scene, action, note="Acuerdo 1")
    db.session.rollback()
    page = get_life(scene.contact, 9, TODAY)
    assert (page.status, page.approved_on, page.action) == (PlanStatus.ARCHIVED, TODAY, None)
    assert [one.led_to for one in page.steps] == [*list(PlanStatus)[:0:-1]]
    assert {lack.value: n for lack, n in page.steps[-1].lacking}["dates"] == 2
    assert {one.number: one.status for one in list_plans(scene.contact)}[9] is PlanStatus.ARCHIVED
    assert proven(scene) == []


def test_a_step_altered_afterwards_is_told(scene):
    carry(scene, {scene.made.commitments[0].uid: begun(scene)})
    step(scene, PlanAction.CONSULT)
    with transaction():
        db.session.execute(update(PlanStep).values(signed_name="Otra persona"))
    assert proven(scene) == ["plan-step-changed"]


def test_a_carried_item_begins_at_nothing_and_says_how_far_it_had_come(scene):
    plan_uid = begun(scene)
    scene.validate(scene.submitted(scene.activity, 40, delivered=Decimal(4)))
    done = scene.submitted(scene.made.activities[1], 100, delivered=Decimal(10), completed_on=TODAY)
    scene.validate(done)
    page = get_carry_page(scene.contact, 9, None, TODAY)
    assert [(one.label, one.delivered) for one in page.items] == [
        ("1", None),
        ("1", None),
        ("1.1", Decimal(4)),
    ]
    ticked = {one.uid for one in page.items}
    chosen = page.going(ticked, {"commitment": plan_uid})
    assert chosen == {scene.made.commitments[0].uid: plan_uid}
    made = carry(scene, chosen)
    db.session.rollback()
    rows = db.session.scalars(select(PlanNode).where(PlanNode.uid.in_(made))).all()
    new = next(one for one in rows if one.label == "1.1")
    assert (new.starting_quantity, new.predecessor_id, new.windows) == (Decimal(4), scene.activity.id, [])
    assert (new.products[0].planned, new.products[0].text) == (None, "Producto entregado")
    assert {one.continuity for one in rows if one.kind == "milestone"} == {Continuity.IN_PROGRESS}
    assert len(made) == 3
    told = next(one for one in nodes_at(new.plan_id, Cut(TODAY)) if one.uid == new.uid).texts
    assert told == {"continues": "4:1/1.1", "starting_quantity": "4"}
    assert carried_of({scene.activity.uid: ""}) == {}
    with pytest.raises(Conflict, match="already-carried"), nothing_written():
        carry(scene, chosen)
    with pytest.raises(DomainError, match="nothing-to-carry"), nothing_written():
        carry(scene, {})
    with pytest.raises(DomainError, match="level-not-possible"), nothing_written():
        carry(scene, {scene.activity.uid: plan_uid})
    step(scene, PlanAction.CONSULT)
    db.session.rollback()
    assert carried_of({new.uid: ""})[new.uid].starting == Decimal(4)
    assert proven(scene) == []


def test_pages_ask_the_same_however_large_the_plan(scene, query_counter):
    def asked(number, look):
        db.session.remove()
        with query_counter() as queries:
            look(number)
        return len(queries)

    small, large = make_plan(6, commitments=1), make_plan(7, commitments=4, milestones=3)
    with transaction():
        for one in (small, large):
            db.session.get(ActionPlan, one.id).status = PlanStatus.DRAFT
    first = {6: small.activities[0].uid, 7: large.activities[0].uid}
    for look in (
        lambda number: get_tree(scene.contact, number, TODAY),
        lambda number: get_life(scene.contact, number, TODAY),
        lambda number: get_item(scene.contact, first[number], TODAY),
    ):
        assert asked(6, look) == asked(7, look)
