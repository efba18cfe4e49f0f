"""Structure, names and texts become versions when they change, and only then."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW, TODAY, make_institution, make_plan
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import Continuity, Role
from tracker.domain.schedule import Window
from tracker.domain.snapshots import node_from
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.current import ActivityCurrent
from tracker.models.plans import (
    Commitment,
    FactVersion,
    FinancialResource,
    Milestone,
    NodeRole,
    NodeWindow,
    PlanNode,
    SourceVariant,
)
from tracker.services import plans
from tracker.services.versions import node_facts, record_institution, record_nodes, schedule_of


@pytest.fixture
def made(app_context):
    return make_plan()


def versions(uid):
    db.session.rollback()
    return db.session.scalars(
        select(FactVersion).where(FactVersion.subject_uid == uid).order_by(FactVersion.recorded_seq)
    ).all()


def change(ref, changer, effective_on=None):
    """Change an item's row and record it; says how many versions were written."""
    with transaction():
        node = db.session.get(PlanNode, ref.id)
        changer(node)
        db.session.flush()
        return record_nodes(SYSTEM, [node], effective_on=effective_on, now=NOW)


CHANGES = {
    "title": lambda node: setattr(node, "title", "Otro"),
    "label": lambda node: setattr(node, "label", "1.1a"),
    "position": lambda node: setattr(node, "position", 9),
    "weight": lambda node: setattr(node, "weight", Decimal("2.5")),
    "window": lambda node: setattr(node.windows[0], "end_on", date(2027, 1, 1)),
    "role": lambda node: setattr(node.roles[1], "role", Role.COLLABORATOR),
    "role's words": lambda node: setattr(node.roles[1], "text", "con apoyo de"),
    "product": lambda node: setattr(node.products[0], "text", "Otro producto"),
    "means": lambda node: setattr(node.means[0], "text", "Otro medio"),
    "fewer means": lambda node: node.means.pop(),
    "withdrawal": lambda node: setattr(node, "withdrawn_on", TODAY),
    "other source": lambda node: node.variants.append(
        SourceVariant(field="windows", source="template", value=[], shown="2019-2020", institutions=["CGC"])
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_item_has_a_version_that_says_so(made, what):
    assert change(made.activity, CHANGES[what], effective_on=TODAY) == 1
    old, new = versions(made.activity.uid)
    assert (old.effective_on, new.effective_on) == (None, TODAY)
    assert old.content != new.content
    assert (new.plan_id, new.commitment_id) == (made.id, made.commitments[0].id)


def test_an_item_unchanged_has_none_the_second_time(made):
    assert change(made.activity, lambda _node: None) == 0
    assert change(made.activity, lambda node: setattr(node, "weight", Decimal("1.0000"))) == 0
    assert len(versions(made.activity.uid)) == 1


def test_each_version_stands_at_the_sequence_of_its_event(made):
    change(made.activity, CHANGES["title"])
    version = versions(made.activity.uid)[-1]
    event = db.session.get(AuditEvent, version.recorded_seq)
    assert (event.tag, event.subject_kind, event.subject_uid) == ("node:version", "node", made.activity.uid)


def test_what_a_version_says_reads_back_as_the_item(made):
    change(made.activity, CHANGES["other source"])
    node = db.session.get(PlanNode, made.activity.id)
    parent = db.session.get(PlanNode, node.parent_id)
    assert node_from(json.loads(versions(node.uid)[-1].content)) == node_facts(node, parent.uid)


def test_a_settled_variant_is_no_longer_shown(made):
    change(made.activity, CHANGES["other source"])
    change(made.activity, lambda node: setattr(node.variants[0], "settled_at", NOW))
    assert [len(json.loads(one.content)["variants"]) for one in versions(made.activity.uid)] == [0, 1, 0]


def test_texts_of_a_commitment_are_versioned_and_its_contact_data_are_not(made):
    def write(node):
        assert isinstance(node, Commitment)
        node.problem, node.value_transparency, node.short_title = "Un problema", True, "Breve"
        node.contact_names, node.contact_channels = "Nombre Apellido", "2222-2222"
        node.financial_resources = [FinancialResource(centavos=150, provider="BID")]

    assert change(made.commitments[0], write) == 1
    text = versions(made.commitments[0].uid)[-1].content
    assert json.loads(text)["texts"] == {
        "problem": "Un problema",
        "ogp_values": "transparency",
        "short_title": "Breve",
        "financial": "150|BID",
    }
    assert "Apellido" not in text
    assert change(made.commitments[0], lambda node: setattr(node, "contact_posts", "Asesor")) == 0


def test_whether_a_milestone_continues_is_versioned(made):
    def write(node):
        assert isinstance(node, Milestone)
        node.continuity = Continuity.IN_PROGRESS

    change(made.milestones[0], write)
    assert json.loads(versions(made.milestones[0].uid)[-1].content)["texts"] == {"continuity": "in_progress"}


def test_a_schedule_is_its_revisions_in_order(app_context):
    node = PlanNode(
        windows=[
            NodeWindow(revision=1, from_on=TODAY, position=0, start_on=None, end_on=date(2027, 1, 31)),
            NodeWindow(revision=0, position=1, start_on=date(2026, 7, 1), end_on=date(2026, 9, 30)),
            NodeWindow(revision=0, position=0, start_on=date(2026, 1, 1), end_on=date(2026, 3, 31)),
        ]
    )
    schedule = schedule_of(node)
    assert [one.from_on for one in schedule.revisions] == [None, TODAY]
    assert [w.end for w in schedule.baseline] == [date(2026, 3, 31), date(2026, 9, 30)]
    assert schedule.current == (Window(date(2027, 1, 31), None, None, None),)


class TestAnInstitution:
    def rename(self, ref, acronym):
        with transaction():
            row = db.session.get(Institution, ref.id)
            row.acronym = acronym
            return record_institution(SYSTEM, row, now=NOW)

    def test_has_a_version_for_each_name(self, app_context):
        ref = make_institution("CGC")
        assert (self.rename(ref, "CGCN"), self.rename(ref, "CGCN")) == (True, False)
        assert [json.loads(one.content)["acronym"] for one in versions(ref.uid)] == ["CGC", "CGCN"]
        assert {one.subject_kind for one in versions(ref.uid)} == {"institution"}

    def test_with_another_name_is_named_so_in_the_figures(self, app_context):
        scene = make_scene()
        scene.submitted(percent=40)
        self.rename(scene.made.lead, "NUEVO")
        db.session.rollback()
        row = db.session.get(ActivityCurrent, scene.activity.id)
        assert (row.reported_by, row.computed_on) == ("NUEVO", TODAY)


def test_a_new_role_row_is_part_of_the_next_version(made):
    third = make_institution("CGC")

    def write(node):
        node.roles.append(NodeRole(institution_id=third.id, role=Role.COLLABORATOR, position=2))

    change(made.activity, write)
    roles = json.loads(versions(made.activity.uid)[-1].content)["roles"]
    assert [one["institution"]["acronym"] for one in roles] == ["INFOM", "INAP", "CGC"]


def test_an_item_taken_out_says_when_and_its_reason_is_in_the_log(made):
    with transaction():
        node = db.session.get(PlanNode, made.activity.id)
        plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Enmienda 3", now=NOW)
    assert json.loads(versions(made.activity.uid)[-1].content)["withdrawn_on"] == TODAY.isoformat()
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject_uid == made.activity.uid).order_by(AuditEvent.seq)
    )
    assert list(tags) == ["node:version", "node:withdrawn", "node:version"]
