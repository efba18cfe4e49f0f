"""The rules of a plan's life, of writing it, and of comparing two of its versions; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.errors import Conflict, DomainError
from tracker.domain.facts import InstitutionRef, MeansFact, NodeFacts, PlanFacts, ProductFact, RoleFact
from tracker.domain.plan_drafts import (
    Way,
    check_holds,
    check_merge,
    check_number,
    check_weight,
    clashes,
    joined,
    next_number,
    reordered,
    value_of,
)
from tracker.domain.plan_life import (
    LEADS_TO,
    STEPS,
    Check,
    ItemName,
    Lack,
    PlanAction,
    check_step,
    lacking,
    next_step,
)
from tracker.domain.plan_versions import What, compare_plans
from tracker.domain.plans import NodeKind, PlanStatus, Role
from tracker.domain.schedule import Frequency, Schedule, ScheduleRevision, Window
from tracker.domain.tree import assess

TODAY = date(2026, 6, 15)
PLAN = NodeFacts("plan", NodeKind.PLAN, 4, "4", "Plan")
AXIS = NodeFacts("axis", NodeKind.AXIS, 1, "1", "Eje", "plan")
COMMITMENT = NodeFacts("c1", NodeKind.COMMITMENT, 1, "1", "Compromiso", "axis")
BARE = NodeFacts("a1", NodeKind.ACTIVITY, 1, "1", "Sin nada", "c1", position=1)
WHOLE = NodeFacts(
    "a2",
    NodeKind.ACTIVITY,
    2,
    "2",
    "Con todo",
    "c1",
    position=2,
    schedule=Schedule((ScheduleRevision((Window(date(2026, 12, 31)),)),), Frequency.MONTHLY),
    roles=(RoleFact(InstitutionRef("i", "Instituto", "INFOM"), Role.LEAD),),
    products=(ProductFact("p", "Producto"),),
    means=(MeansFact("m", "Informe"),),
)
NODES = (PLAN, AXIS, COMMITMENT, BARE, WHOLE)


def checks(action, nodes=NODES, **told):
    given = {"has_period": True, "doubts": (), "undecided": 0, "amendments": 0, **told}
    tree = assess(PlanFacts(nodes[0], tuple(nodes)), TODAY)
    return {one.lack: one for one in lacking(action, tree, **given)}


class TestSteps:
    def test_lead_one_way_to_the_archive(self):
        status, passed = PlanStatus.DRAFT, []
        while (action := next_step(status)) is not None:
            status = LEADS_TO[action]
            passed.append(status)
        assert passed == [*list(PlanStatus)[1:]]
        assert set(STEPS) == set(PlanStatus) - {PlanStatus.ARCHIVED}

    def test_an_approval_is_told_what_is_lacking_item_by_item(self):
        found = checks(PlanAction.APPROVE, has_period=False, doubts=[ItemName("a1", BARE.kind, "1", "?")])
        missing = {lack: [item.uid for item in one.items] for lack, one in found.items() if not one.is_met}
        lacks = {one: ["a1"] for one in (Lack.DATES, Lack.ROLES, Lack.MEANS, Lack.PRODUCT, Lack.DOUBTS)}
        assert missing == {Lack.PERIOD: [], Lack.TEMPLATE: ["c1"], **lacks}
        assert found[Lack.PERIOD].stops
        assert not found[Lack.DATES].stops

    def test_a_plan_without_commitments_is_not_published(self):
        assert checks(PlanAction.CONSULT, (PLAN,))[Lack.COMMITMENTS].stops
        assert checks(PlanAction.CONSULT, (PLAN, AXIS, COMMITMENT))[Lack.EMPTY].count == 1

    def test_a_closing_is_told_of_what_is_open(self):
        found = checks(PlanAction.CLOSE, undecided=2, amendments=1)
        assert found[Lack.UNDECIDED].stops
        assert (found[Lack.AMENDMENTS].count, found[Lack.UNFINISHED].count) == (1, 2)
        assert checks(PlanAction.START) == {}

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"action": PlanAction.CLOSE}, "plan-step-not-possible"),
            ({"on": None}, "day-required"),
            ({"on": date(2026, 6, 16)}, "date-in-future"),
            ({"on": date(2026, 1, 1)}, "plan-step-before-last"),
            ({"checks": [Check(Lack.PERIOD, count=1)], "knowing": True}, "plan-step-stopped"),
            ({"checks": [Check(Lack.DATES, count=1)]}, "plan-step-knowing"),
        ],
    )
    def test_are_refused_for_a_reason(self, given, code):
        asked = {
            "action": PlanAction.APPROVE,
            "checks": [],
            "knowing": False,
            "on": TODAY,
            "today": TODAY,
            "not_before": date(2026, 2, 1),
            **given,
        }
        with pytest.raises(DomainError, match=code):
            check_step(PlanStatus.CONSULTATION, asked.pop("action"), asked.pop("checks"), **asked)

    def test_are_taken_knowing_what_lacks(self):
        lacks = [Check(Lack.DATES, count=1)]
        given = {"knowing": True, "on": TODAY, "today": TODAY, "not_before": None}
        assert check_step(PlanStatus.DRAFT, PlanAction.CONSULT, lacks, **given) == TODAY
        with pytest.raises(Conflict):
            check_step(PlanStatus.ARCHIVED, PlanAction.ARCHIVE, [], **given)


class TestWriting:
    def test_order_goes_a_place_at_a_time_and_stops_at_the_ends(self):
        assert reordered(["a", "b", "c"], "c", Way.UP) == ("a", "c", "b")
        assert reordered(["a", "b", "c"], "a", Way.UP) == ("a", "b", "c")
        assert reordered(["a", "b", "c"], "c", Way.DOWN) == ("a", "b", "c")
        assert next_number([]) == 1
        assert next_number([1, 7]) == 8

    def test_two_people_differ_only_where_they_say_different_things(self):
        base = {"title": "A", "product": "P", "number": 1}
        found = clashes(base, {**base, "title": "B", "product": "Q"}, {**base, "product": "R", "other": 1})
        assert [(one.field, one.theirs, one.mine, one.mine_changed) for one in found] == [
            ("title", "B", "A", False),
            ("product", "Q", "R", True),
        ]

    def test_levels_stand_where_they_may(self):
        check_holds(NodeKind.ACTIVITY, NodeKind.COMMITMENT)
        with pytest.raises(DomainError, match="level-not-possible"):
            check_holds(NodeKind.COMMITMENT, NodeKind.MILESTONE)
        with pytest.raises(DomainError, match="level-not-possible"):
            check_holds(NodeKind.ACTIVITY, NodeKind.ACTIVITY)

    def test_numbers_and_weights_are_what_they_must(self):
        assert check_number(3) == 3
        assert check_weight("2.5") == Decimal("2.5")
        for wrong in ("0", "-1", "1.00001", "100000", "NaN"):
            with pytest.raises(DomainError, match="weight-not-valid"):
                check_weight(wrong)
        for number in (None, 0):
            with pytest.raises(DomainError, match="number-required"):
                check_number(number)

    def test_two_become_one_on_one_level(self):
        check_merge(NodeKind.AXIS, NodeKind.AXIS, same_item=False)
        with pytest.raises(DomainError, match="merge-same-item"):
            check_merge(NodeKind.AXIS, NodeKind.AXIS, same_item=True)
        with pytest.raises(DomainError, match="merge-other-level"):
            check_merge(NodeKind.AXIS, NodeKind.ACTIVITY, same_item=False)
        assert [joined("a", ""), joined("a", "a "), joined("", "b"), joined("a", "b")] == [
            *("a", "a", "b"),
            "a\n\nb",
        ]

    def test_fields_are_read_as_their_form_has_them(self):
        assert value_of(replace(WHOLE, weight=Fraction(5, 2)), "weight") == "2.5"
        assert value_of(WHOLE, "windows")["frequency"] == "monthly"
        assert value_of(BARE, "windows") == {"windows": [], "frequency": None}
        assert (value_of(WHOLE, "number"), value_of(WHOLE, "product")) == (2, "Producto")


class TestComparing:
    def test_the_same_plan_differs_in_nothing(self):
        found = compare_plans(NODES, NODES)
        assert (found.items, found.same) == ((), 5)

    def test_what_came_went_changed_and_moved_is_told_item_by_item(self):
        milestone = NodeFacts("m1", NodeKind.MILESTONE, 1, "1", "Hito", "c1", position=3)
        part = replace(BARE, uid="a3", label="1.1", parent_uid="m1", texts={"origins": "split:a2"})
        later = (
            PLAN,
            AXIS,
            replace(COMMITMENT, texts={"problem": "Falta agua"}),
            replace(WHOLE, position=1, withdrawn_on=TODAY),
            milestone,
            part,
        )
        found = compare_plans(NODES, later)
        told = {one.uid: (one.what, [change.field for change in one.changes]) for one in found.items}
        assert told == {
            "c1": (What.CHANGED, ["problem"]),
            "a2": (What.WITHDRAWN, ["withdrawn_on"]),
            "m1": (What.ADDED, []),
            "a3": (What.ADDED, []),
            "a1": (What.REMOVED, []),
        }
        assert [one.origins for one in found.items if one.uid == "a3"] == [(("split", "2"),)]
        assert [label for label, _items in found.groups] == ["1"]
        assert (found.same, found.count("added")) == (2, 2)

    def test_an_order_is_told_once_by_what_stands_in_it(self):
        swapped = (PLAN, AXIS, COMMITMENT, replace(BARE, position=9), WHOLE)
        (only,) = compare_plans(NODES, swapped).items
        (change,) = only.changes
        assert (only.uid, change.field, change.after) == ("c1", "order", ("2. Con todo", "1. Sin nada"))

    def test_a_place_is_told_by_its_number_and_title(self):
        other = replace(COMMITMENT, uid="c2", label="2", title="Otro")
        both = (*NODES, other)
        moved = tuple(replace(one, parent_uid="c2") if one.uid == "a1" else one for one in both)
        (only,) = compare_plans(both, moved).items
        assert [(one.before, one.after) for one in only.changes] == [("1. Compromiso", "2. Otro")]
        assert only.commitment == "2"
