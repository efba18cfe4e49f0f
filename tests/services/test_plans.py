"""Plans and their items: what may stand where, numbers given once, approval, withdrawal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, YEAR_2026, make_institution, make_plan
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.evidence import Access
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import NodeKind, PlanStatus, Role
from tracker.domain.states import State
from tracker.models.accounts import Institution
from tracker.models.audit import AuditPayload
from tracker.models.plans import PlanNode
from tracker.queries.history import plan_facts
from tracker.queries.plans import get_node, get_plan, load_nodes, load_tree
from tracker.services import plans as services
from tracker.services.plans import ItemSpec, RoleSpec
from tracker.services.totals import refresh_plan

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_plan_is_drawn_up_level_by_level():
    with transaction():
        plan = services.create_plan(SYSTEM, number=7, title="  Plan   siete ", now=NOW)
        axis = services.create_axis(SYSTEM, plan, ItemSpec(1, "Eje"), now=NOW)
        commitment = services.create_commitment(SYSTEM, axis, ItemSpec(3, "Compromiso"), now=NOW)
        milestone = services.create_milestone(SYSTEM, commitment, ItemSpec(2, "Hito"), now=NOW)
        services.create_activity(SYSTEM, milestone, ItemSpec(1, "Actividad"), now=NOW)
        services.create_activity(SYSTEM, commitment, ItemSpec(6, "Directa", label="6a"), now=NOW)
    assert (get_plan(7).title, get_plan(7).status) == ("Plan siete", PlanStatus.DRAFT)
    labels = {one.label: one.kind for one in load_tree(get_plan(7).id) if one.kind is NodeKind.ACTIVITY}
    assert labels == {"2.1": NodeKind.ACTIVITY, "6a": NodeKind.ACTIVITY}
    assert {one.label for one in plan_facts(get_plan(7).id, Cut(TODAY)).nodes} == {
        "7",
        "1",
        "3",
        "2",
        "2.1",
        "6a",
    }


def test_the_number_of_a_plan_is_given_once():
    make_plan(4)
    with pytest.raises(Conflict, match="plan-number-taken"), transaction():
        services.create_plan(SYSTEM, number=4, title="Otro", now=NOW)


def test_a_plan_does_not_end_before_it_starts():
    with pytest.raises(DomainError, match="reversed-window"), transaction():
        services.create_plan(
            SYSTEM, number=1, title="x", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1), now=NOW
        )


def test_only_the_contact_point_draws_up_plans():
    contact, liaison = (actor_of(make_user(role, "INFOM")) for role in ("contact_point", "liaison"))
    with pytest.raises(NotAllowed), transaction():
        services.create_plan(liaison, number=1, title="x", now=NOW)
    with transaction():
        plan = services.create_plan(contact, number=1, title="x", now=NOW)
        with pytest.raises(NotAllowed):
            services.create_axis(liaison, plan, ItemSpec(1, "Eje"), now=NOW)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (NodeKind.MILESTONE, NodeKind.PLAN),
        (NodeKind.AXIS, NodeKind.COMMITMENT),
        (NodeKind.ACTIVITY, NodeKind.PLAN),
        (NodeKind.ACTIVITY, NodeKind.ACTIVITY),
        (NodeKind.COMMITMENT, NodeKind.MILESTONE),
    ],
)
def test_each_level_stands_where_it_may(kind, parent):
    made = make_plan(4, axes=1)
    row = next(one for one in load_tree(made.id) if one.kind is parent)
    with pytest.raises(DomainError, match="level-not-possible"):
        services.new_node(kind, row, ItemSpec(1, "x"))


def test_numbers_are_given_once_within_what_they_stand_on():
    make_plan(4, axes=2, commitments=2)
    rows = load_tree(get_plan(4).id)
    second_axis = next(one for one in rows if (one.kind, one.label) == (NodeKind.AXIS, "2"))
    with pytest.raises(Conflict, match="number-taken"):
        services.new_node(NodeKind.COMMITMENT, second_axis, ItemSpec(1, "Repetido"))
    milestone = next(one for one in rows if one.kind is NodeKind.MILESTONE)
    with pytest.raises(Conflict, match="number-taken"):
        services.new_nodes(NodeKind.ACTIVITY, milestone, [ItemSpec(9, "a"), ItemSpec(9, "b")])


def test_an_item_needs_a_title():
    made = make_plan(4)
    commitment = get_node(made.commitments[0].uid)
    with pytest.raises(DomainError, match="title-required"):
        services.new_node(NodeKind.MILESTONE, commitment, ItemSpec(9, "  "))


def test_a_quantity_comes_with_the_words_of_the_plan():
    node = get_node(make_plan(4).activity.uid)
    for planned, quote in ((Decimal(12), " "), (Decimal(0), "doce")):
        with pytest.raises(DomainError, match="quantity-needs-quote"):
            services.new_product(node, "Portales", planned=planned, quote=quote)
    assert services.new_product(node, "Portales", planned=Decimal(12), quote="12 portales").planned == 12


def test_who_decides_otherwise_opens_an_attendance_list():
    node = get_node(make_plan(4).activity.uid)
    assert services.new_means(node, "Lista de asistencia").access is Access.CONFIDENTIAL
    assert services.new_means(node, "Lista de asistencia", access=Access.PUBLIC).access is Access.PUBLIC


def test_approval_puts_a_plan_in_course_and_happens_once():
    made = make_plan(4, status=PlanStatus.DRAFT)
    with transaction():
        services.approve_plan(SYSTEM, get_plan(4), on=TODAY, now=NOW)
    plan = get_plan(made.number)
    assert (plan.status, plan.approved_on) == (PlanStatus.IN_COURSE, TODAY)
    with pytest.raises(Conflict, match="plan-already-approved"):
        services.approve_plan(SYSTEM, plan, on=TODAY, now=NOW)


def test_a_withdrawn_item_stays_listed_from_its_day_on_with_its_reason():
    made = make_plan(4)
    with transaction():
        node = get_node(made.activity.uid)
        services.withdraw_node(SYSTEM, node, on=TODAY, reason="Se fusionó con otra.", now=NOW)
        status = refresh_plan(made.id, TODAY)
    states = {one.facts.label: one.state for one in status.walk() if one.facts.kind is NodeKind.ACTIVITY}
    assert states["1.1"] is State.WITHDRAWN
    before = {one.label: one.withdrawn_on for one in plan_facts(made.id, Cut(date(2026, 6, 14))).nodes}
    assert before["1.1"] is None
    assert any("Se fusionó con otra." in one.content for one in db.session.query(AuditPayload))


def test_withdrawal_needs_a_reason_and_happens_once():
    node = get_node(make_plan(4).activity.uid)
    with pytest.raises(DomainError, match="reason-required"):
        services.withdraw_node(SYSTEM, node, on=TODAY, reason=" ", now=NOW)
    node.withdrawn_on = TODAY
    with pytest.raises(Conflict, match="already-withdrawn"):
        services.withdraw_node(SYSTEM, node, on=TODAY, reason="x", now=NOW)


def test_an_institution_named_twice_keeps_the_first_part():
    made = make_plan(4)
    infom = db.session.get(Institution, made.lead.id)
    assert infom is not None
    roles = [RoleSpec(infom, Role.LEAD), RoleSpec(infom, Role.COLLABORATOR)]
    assert [one.role for one in services.role_rows(roles)] == [Role.LEAD]


def test_an_institution_is_found_however_it_is_written():
    made = make_institution("INFOM", "Instituto de Fomento Municipal")
    for acronym, name in (("infom", "x"), ("", "INSTITUTO DE  FOMENTO municipal"), ("IFM", made.name)):
        with transaction():
            row, is_new = services.find_or_create_institution(SYSTEM, acronym=acronym, name=name, now=NOW)
        assert (row.id, is_new) == (made.id, False)


def test_two_institutions_have_two_addresses():
    first = make_institution("", "Mesa técnica")
    second = make_institution("MESA", "Otra")
    third = make_institution("", "Mesa, técnica")
    assert (first.slug, second.slug, third.slug) == ("mesa-tecnica", "mesa", "mesa-tecnica-2")


def test_what_does_not_exist_is_not_found():
    with pytest.raises(NotFound):
        get_plan(99)
    with pytest.raises(NotFound):
        get_node("no-such")


@pytest.mark.parametrize("load", ["tree", "nodes"])
def test_a_tree_is_read_in_as_many_queries_whatever_its_size(load, query_counter):
    counts = []
    for number, size in ((4, 1), (5, 12)):
        made = make_plan(number, commitments=size, milestones=2, activities_per_milestone=2)
        db.session.remove()
        with query_counter() as sent:
            nodes = load_tree(made.id) if load == "tree" else load_nodes([one.id for one in made.activities])
            assert [_everything(one) for one in nodes]
        counts.append(len(sent))
    assert counts[0] == counts[1]


def _everything(node: PlanNode) -> tuple[object, ...]:
    """All that an import compares."""
    extra = {
        NodeKind.COMMITMENT: lambda: (node.problem, node.financial_resources),
        NodeKind.MILESTONE: lambda: node.continuity,
    }
    roles = [one.institution.acronym for one in node.roles]
    rest = (node.windows, node.products, node.means, node.variants)
    return (roles, rest, extra.get(node.kind, lambda: None)())


def test_windows_become_rows_of_the_baseline():
    (row,) = services.window_rows([YEAR_2026])
    assert (row.revision, row.from_on, row.position, row.end_on) == (0, None, 0, date(2026, 12, 31))
