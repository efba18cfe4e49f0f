"""What an amendment may change, from which day, and the plan as it would be with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tracker.domain.amendments import FIELDS, Change, amended, check_change, check_day, same, value_of
from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef, MeansFact, NodeFacts, PlanFacts, ProductFact, RoleFact
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.tree import assess

TODAY = date(2026, 6, 15)
INFOM, INAP = InstitutionRef("i1", "Instituto", "INFOM"), InstitutionRef("i2", "Escuela", "INAP")
SHARED = MeansFact("m1", "Informe")


def plan():
    product = ProductFact("p1", "Guía", "guías", Decimal("2.50"), "dos guías y media")
    nodes = (
        NodeFacts("plan", NodeKind.PLAN, 4, "4", "Plan"),
        NodeFacts(
            "c1",
            NodeKind.COMMITMENT,
            1,
            "1",
            "Compromiso",
            "plan",
            roles=(RoleFact(INFOM, Role.LEAD),),
            texts={
                "problem": "Nadie sabe",
                "ogp_values": "transparency,innovation",
                "financial": "150|MINFIN",
            },
        ),
        NodeFacts("a1", NodeKind.ACTIVITY, 1, "1", "Una", "c1", products=(product,), means=(SHARED,)),
        NodeFacts("a2", NodeKind.ACTIVITY, 2, "2", "Dos", "c1", products=(product,), means=(SHARED,)),
    )
    return PlanFacts(root=nodes[0], nodes=nodes)


def node(facts, uid):
    return next(one for one in facts.nodes if one.uid == uid)


@pytest.mark.parametrize(
    ("uid", "field", "value"),
    [
        ("plan", "title", "Plan"),
        ("c1", "problem", "Nadie sabe"),
        ("c1", "causes", ""),
        ("c1", "ogp_values", ["transparency", "innovation"]),
        ("c1", "financial", [[150, "MINFIN"]]),
        ("a1", "product", "Guía"),
        ("a1", "quantity", {"planned": "2.5", "unit": "guías", "quote": "dos guías y media"}),
        ("a1", "means", [{"uid": "m1", "text": "Informe", "access": "public"}]),
        ("a1", "withdrawn_on", False),
    ],
)
def test_every_field_is_read_as_plain_json(uid, field, value):
    assert value_of(node(plan(), uid), field) == value


def test_an_institution_under_another_name_is_the_same_part():
    one = [{"institution": "i1", "label": "INFOM", "name": "A", "role": "lead", "text": ""}]
    assert same("roles", one, [{**one[0], "name": "B", "label": "B", "text": "responsable"}])
    assert not same("roles", one, [{**one[0], "role": "coordinator"}])
    assert same("problem", "Uno\ndos", "Uno \r\ndos\r\n")


@pytest.mark.parametrize("kind", list(NodeKind))
def test_a_title_is_never_empty(kind):
    assert "title" in FIELDS[kind]
    with pytest.raises(DomainError, match="title-required"):
        check_change(kind, "title", "")


class TestTheDay:
    def given(self, on, *, last=(), begins_on=date(2026, 1, 1)):
        return check_day(on, today=TODAY, begins_on=begins_on, last=last)

    def test_may_be_today_or_gone_by(self):
        assert self.given(TODAY) == TODAY
        assert self.given(date(2026, 1, 1), last=[("1", date(2026, 1, 1))]) == date(2026, 1, 1)
        assert self.given(date(2020, 1, 1), begins_on=None) == date(2020, 1, 1)

    @pytest.mark.parametrize(
        ("on", "code"),
        [
            (None, "day-required"),
            (date(2026, 6, 16), "date-in-future"),
            (date(2025, 12, 31), "amendment-before-plan"),
            (date(2026, 2, 28), "amendment-before-last-change"),
        ],
    )
    def test_is_given_and_neither_to_come_nor_before_what_came_last(self, on, code):
        with pytest.raises(DomainError, match=code) as refused:
            self.given(on, last=[("2.1", date(2026, 3, 1))])
        assert refused.value.field == "effective_on"


class TestThePlanWithIt:
    def test_without_an_item_gives_other_figures(self):
        facts = amended(plan(), [Change("a1", "withdrawn_on", True)], TODAY)
        tree = assess(facts, TODAY)
        states = {one.facts.uid: one.state for one in tree.walk()}
        assert states["a1"] is State.WITHDRAWN
        assert tree.reported.total == 1
        assert tree.reported_with_withdrawn.total == 2

    def test_with_an_item_back_in_counts_it(self):
        out = amended(plan(), [Change("a1", "withdrawn_on", True)], TODAY)
        assert node(amended(out, [Change("a1", "withdrawn_on", False)], TODAY), "a1").withdrawn_on is None

    def test_passes_new_parts_on_to_what_names_none(self):
        roles = [{"institution": "i2", "label": "INAP", "name": "Escuela", "role": "lead", "text": ""}]
        tree = assess(amended(plan(), [Change("c1", "roles", roles)], TODAY), TODAY)
        assert {one.roles for one in tree.walk() if one.facts.uid != "plan"} == {(RoleFact(INAP, Role.LEAD),)}

    def test_changes_what_is_shared_everywhere_and_drops_it_in_one_place(self):
        changes = [
            Change("a1", "product", "Manual"),
            Change("a1", "quantity", {"planned": "3", "unit": "manuales", "quote": "tres"}),
            Change("a1", "means", [{"uid": "", "text": "Acta", "access": "public"}]),
        ]
        facts = amended(plan(), changes, TODAY)
        assert node(facts, "a2").products == node(facts, "a1").products
        assert node(facts, "a2").products[0].text == "Manual"
        assert [one.text for one in node(facts, "a1").means] == ["Acta"]
        assert node(facts, "a2").means == (SHARED,)

    def test_leaves_a_product_out_and_a_quantity_away(self):
        facts = amended(plan(), [Change("a1", "quantity", None)], TODAY)
        assert node(facts, "a1").products[0].planned is None
        assert node(amended(facts, [Change("a1", "product", "")], TODAY), "a1").products == ()
        written = amended(
            amended(facts, [Change("a1", "product", "")], TODAY), [Change("a1", "product", "Otra")], TODAY
        )
        assert node(written, "a1").products[0].text == "Otra"

    def test_of_an_item_it_does_not_have_is_itself(self):
        assert amended(plan(), [Change("x", "title", "y")], TODAY) == plan()
