"""Amendments: prepared as drafts, approved once by name, numbered, never changed after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.amendments import (
    approve,
    change,
    in_force,
    part,
    prepare,
    row,
    write,
)
from tests.support.factories.plans import TODAY, make_institution
from tests.support.factories.reports import make_scene, nothing_written, report_row
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.states import State
from tracker.models.amendments import Amendment, AmendmentStatus
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import ActionPlan, PlanNode, Product
from tracker.services import amendments
from tracker.services.verification import verify

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2, milestones=1, activities_per_milestone=2)


@pytest.fixture
def draft(scene):
    return prepare(scene)


def verified(scene):
    db.session.remove()
    return verify(evidence_url=scene.evidence_url, reports_folder="/nowhere")


class TestADraft:
    def test_changes_nothing(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        assert in_force(scene.activity, "title") == "Actividad 1.1"
        assert row(draft).number is None
        assert verified(scene) == []

    def test_keeps_before_and_after_of_what_differs_alone(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa", product="Producto entregado")
        assert [(one.field, one.before, one.after) for one in row(draft).changes] == [
            ("title", "Actividad 1.1", "Otra cosa")
        ]

    def test_forgets_a_change_that_changes_nothing_any_more(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        change(scene, draft, scene.activity, title="Actividad 1.1 \r\n")
        assert row(draft).changes == []

    def test_may_leave_a_change_out(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa", product="Otro")
        with transaction():
            amendments.drop_change(scene.contact, amendment_uid=draft, change_id=row(draft).changes[0].id)
        assert [one.field for one in row(draft).changes] == ["product"]

    def test_is_discarded_for_good(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        with transaction():
            amendments.discard_amendment(scene.contact, amendment_uid=draft, now=scene.clock.next())
        assert row(draft).status is AmendmentStatus.DISCARDED
        with pytest.raises(Conflict, match="amendment-not-draft"):
            approve(scene, draft)
        assert verified(scene) == []

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"title": ""}, "title-required"),
            ({"quantity": {"planned": "3", "unit": "talleres", "quote": " "}}, "quantity-needs-quote"),
            ({"quantity": {"planned": "0", "unit": "talleres", "quote": "0"}}, "quantity-not-positive"),
            ({"means": [{"uid": "", "text": "", "access": "public"}]}, "means-required"),
            ({"problem": "No es de una actividad"}, "amendment-field-unknown"),
        ],
    )
    def test_takes_only_what_a_plan_can_say(self, scene, draft, values, code):
        with pytest.raises(DomainError, match=code), nothing_written():
            change(scene, draft, scene.activity, **values)

    def test_gives_an_institution_one_part(self, scene, draft):
        twice = [part(scene.made.lead, "lead"), part(scene.made.lead, "coordinator")]
        with pytest.raises(DomainError, match="institution-twice"):
            change(scene, draft, scene.activity, roles=twice)

    def test_is_of_one_plan(self, scene, draft):
        other = make_scene(number=5)
        with pytest.raises(NotFound):
            change(scene, draft, other.activity, title="Otra cosa")

    def test_seen_by_two_is_written_by_one(self, scene, draft):
        seen = row(draft).lock_version
        change(scene, draft, scene.activity, title="Una", lock_version=seen)
        with pytest.raises(Conflict, match="changed-meanwhile"), nothing_written():
            change(scene, draft, scene.activity, title="Otra", lock_version=seen)

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.CONTACT_POINT])
    def test_is_for_the_contact_point_only(self, scene, draft, role):
        person = actor_of(make_user(role, institution="INFOM"))
        with pytest.raises(NotAllowed):
            prepare(scene, actor=person)
        with pytest.raises(NotAllowed):
            change(scene, draft, scene.activity, title="Otra", actor=person)
        with pytest.raises(NotAllowed), nothing_written():
            approve(scene, draft, actor=person)

    @pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.CONSULTATION, PlanStatus.CLOSED])
    def test_is_of_a_plan_in_course(self, scene, status):
        with transaction():
            db.session.get(ActionPlan, scene.made.id).status = status
        with pytest.raises(Conflict, match="plan-not-amendable"):
            prepare(scene)


class TestApproving:
    def test_changes_the_plan_from_its_day_and_gives_it_a_number(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        approve(scene, draft)
        assert in_force(scene.activity, "title") == "Otra cosa"
        found = row(draft)
        assert (found.number, found.status, found.effective_on) == (1, AmendmentStatus.APPROVED, TODAY)
        assert (found.approved_by_uid, found.approved_at) == (scene.contact.uid, scene.clock.at)
        assert verified(scene) == []

    def test_numbers_each_plan_for_itself(self, scene, draft):
        change(scene, draft, scene.activity, title="Una")
        approve(scene, draft)
        second, other = prepare(scene), make_scene(number=5)
        change(scene, second, scene.activity, title="Otra")
        approve(scene, second)
        first_of_other = prepare(other)
        change(other, first_of_other, other.activity, title="Aquí")
        approve(other, first_of_other)
        assert [row(one).number for one in (draft, second, first_of_other)] == [1, 2, 1]

    def test_is_done_once_and_never_changed_after(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        approve(scene, draft)
        for act in (
            lambda: approve(scene, draft),
            lambda: change(scene, draft, scene.activity, title="Más"),
            lambda: write(scene, draft, title="Otro nombre"),
        ):
            with pytest.raises(Conflict, match="amendment-not-draft"), nothing_written():
                act()

    @pytest.mark.parametrize(
        ("heading", "code", "field"),
        [
            ({"reason": " "}, "amendment-reason-required", "reason"),
            ({"resolution": ""}, "amendment-resolution-required", "resolution"),
            ({"effective_on": None}, "day-required", "effective_on"),
            ({"effective_on": TODAY + timedelta(days=1)}, "date-in-future", "effective_on"),
            ({"effective_on": date(2025, 12, 31)}, "amendment-before-plan", "effective_on"),
        ],
    )
    def test_needs_reason_resolution_and_a_day_gone_by(self, scene, draft, heading, code, field):
        change(scene, draft, scene.activity, title="Otra cosa")
        write(scene, draft, **heading)
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            approve(scene, draft)
        assert refused.value.field == field

    def test_needs_something_to_change(self, scene, draft):
        with pytest.raises(DomainError, match="changes-required"):
            approve(scene, draft)

    def test_is_signed_with_ones_own_name(self, scene, draft):
        change(scene, draft, scene.activity, title="Otra cosa")
        person = actor_of(make_user("contact_point", name="Ana Morales"))
        for name, code in (("", "signature-required"), ("Otra Persona", "signature-not-yours")):
            with pytest.raises(DomainError, match=code), nothing_written():
                approve(scene, draft, actor=person, signed_name=name)
        approve(scene, draft, actor=person, signed_name="ana morales")
        assert row(draft).approved_name == "ana morales"

    def test_is_refused_where_an_item_changed_meanwhile_until_it_is_chosen_again(self, scene, draft):
        other = prepare(scene)
        change(scene, draft, scene.activity, title="Una")
        change(scene, other, scene.activity, title="Otra")
        approve(scene, other)
        with pytest.raises(Conflict, match="amendment-conflict") as refused, nothing_written():
            approve(scene, draft)
        assert refused.value.params == {"label": "1.1"}
        with transaction():
            amendments.renew_change(scene.contact, amendment_uid=draft, change_id=row(draft).changes[0].id)
        assert row(draft).changes[0].before == "Otra"
        approve(scene, draft)
        assert in_force(scene.activity, "title") == "Una"

    def test_is_never_from_before_the_last_change_of_what_it_touches(self, scene, draft):
        change(scene, draft, scene.activity, title="Una")
        approve(scene, draft)
        late = prepare(scene, effective_on=YESTERDAY)
        change(scene, late, scene.activity, product="Otro")
        with pytest.raises(DomainError, match="amendment-before-last-change") as refused:
            approve(scene, late)
        assert refused.value.params == {"label": "1.1", "day": TODAY.isoformat()}
        with transaction():
            amendments.drop_change(scene.contact, amendment_uid=late, change_id=row(late).changes[0].id)
        change(scene, late, scene.made.activities[1], product="Otro")
        approve(scene, late)
        assert in_force(scene.made.activities[1], "product") == "Otro"
        assert verified(scene) == []


class TestWhatChanges:
    def test_every_text_of_the_template(self, scene, draft):
        node = scene.made.commitments[0]
        values = {
            "title": "Compromiso nuevo",
            "short_title": "Nuevo",
            "problem": "Nadie sabe\nqué se gasta",
            "ogp_values": ["transparency", "innovation"],
            "financial": [[150_000, "MINFIN"]],
        }
        change(scene, draft, node, **values)
        approve(scene, draft)
        assert {name: in_force(node, name) for name in values} == values
        assert verified(scene) == []

    def test_the_plans_own_title(self, scene, draft):
        change(scene, draft, scene.made, title="Plan enmendado")
        approve(scene, draft)
        assert db.session.get(PlanNode, scene.made.id).title == "Plan enmendado"
        assert verified(scene) == []

    def test_a_planned_quantity_with_its_words(self, scene, draft):
        quantity = {"planned": "12.5", "unit": "talleres", "quote": "doce talleres y medio"}
        change(scene, draft, scene.activity, quantity=quantity)
        approve(scene, draft)
        assert in_force(scene.activity, "quantity") == quantity
        again = prepare(scene)
        change(scene, again, scene.activity, quantity=None)
        approve(scene, again)
        assert in_force(scene.activity, "quantity") is None

    def test_a_product_that_two_items_share_in_both(self, scene, draft):
        first, second = scene.made.activities[:2]
        with transaction():
            node = db.session.get(PlanNode, second.id)
            node.products = list(db.session.get(PlanNode, first.id).products)
            amendments.record_nodes(scene.contact, [node], effective_on=None, now=scene.clock.next())
        change(scene, draft, first, product="Uno para ambas")
        approve(scene, draft)
        assert in_force(second, "product") == "Uno para ambas"
        assert db.session.scalar(db.select(db.func.count(Product.id))) == 4
        assert verified(scene) == []

    def test_means_added_reworded_and_left_out_with_their_evidence(self, scene, draft):
        report = scene.validated(scene.activity, 100)
        kept, gone = in_force(scene.activity, "means")
        change(
            scene,
            draft,
            scene.activity,
            means=[{**kept, "text": "Informe final"}, {"uid": "", "text": "Acta", "access": "public"}],
        )
        approve(scene, draft)
        found = in_force(scene.activity, "means")
        assert [one["text"] for one in found] == ["Informe final", "Acta"]
        assert found[0]["uid"] == kept["uid"]
        current = db.session.get(ActivityCurrent, scene.activity.id)
        assert (current.answered, current.required) == (1, 2)
        answered = {means.uid for item in report_row(report).evidence for means in item.means}
        assert gone["uid"] in answered
        assert verified(scene) == []

    def test_who_takes_part(self, scene, draft):
        new = make_institution("MINFIN")
        change(scene, draft, scene.activity, roles=[part(new, "lead"), part(scene.made.lead, "collaborator")])
        approve(scene, draft)
        assert [(one["label"], one["role"]) for one in in_force(scene.activity, "roles")] == [
            ("MINFIN", "lead"),
            ("INFOM", "collaborator"),
        ]
        with pytest.raises(NotFound):
            scene.draft(actor=scene.helper, institution_uid=scene.made.helper.uid)
        assert verified(scene) == []

    def test_an_item_is_taken_out_and_stays_listed_with_both_figures(self, scene, draft):
        scene.validated(scene.activity, 100)
        change(scene, draft, scene.activity, withdrawn_on=True)
        approve(scene, draft)
        db.session.rollback()
        assert db.session.get(ActivityCurrent, scene.activity.id).state is State.WITHDRAWN
        totals = db.session.get(NodeTotals, scene.made.id)
        assert (totals.validated_floor, totals.validated_with_withdrawn) == ("0", "25")
        assert db.session.get(PlanNode, scene.activity.id).withdrawn_on == TODAY
        assert verified(scene) == []

    def test_an_item_taken_out_takes_no_other_change_and_may_come_back(self, scene, draft):
        change(scene, draft, scene.activity, withdrawn_on=True)
        approve(scene, draft)
        back = prepare(scene)
        with pytest.raises(Conflict, match="item-withdrawn"):
            change(scene, back, scene.activity, title="Otra cosa")
        change(scene, back, scene.activity, withdrawn_on=False)
        approve(scene, back)
        db.session.rollback()
        assert db.session.get(PlanNode, scene.activity.id).withdrawn_on is None
        assert verified(scene) == []


def test_two_that_approve_at_once_get_two_numbers(scene, draft):
    second = prepare(scene)
    change(scene, draft, scene.activity, title="Una")
    change(scene, second, scene.made.activities[1], title="Otra")
    approve(scene, second)
    approve(scene, draft)
    numbers = db.session.scalars(db.select(Amendment.number).order_by(Amendment.id)).all()
    assert list(numbers) == [2, 1]
