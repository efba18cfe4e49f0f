"""An item that continues one of an earlier plan: by who may, once, as a versioned fact."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, make_plan
from tracker.db import db, transaction
from tracker.domain.carry_over import read_key
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM
from tracker.models.audit import AuditEvent
from tracker.models.plans import FactVersion, PlanNode
from tracker.services.carry_over import continue_item
from tracker.services.verification import verify


@pytest.fixture
def plans(app_context):
    return make_plan(4), make_plan(5)


def carry(item, earlier, actor=SYSTEM):
    with transaction():
        before = None if earlier is None else read_key(earlier)
        return continue_item(actor, read_key(item), before, now=NOW)


def last_version(uid):
    return db.session.scalar(
        select(FactVersion.content)
        .where(FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
    )


def predecessor(uid):
    return db.session.scalar(select(PlanNode.predecessor_id).where(PlanNode.uid == uid))


class TestContinuing:
    def test_is_said_at_any_level_and_kept_as_a_version(self, plans):
        earlier, later = plans
        assert carry("5:1/1", "4:1")
        assert predecessor(later.milestones[0].uid) == earlier.commitments[0].id
        assert '"continues":"4:1"' in last_version(later.milestones[0].uid)
        assert carry("5:1/1.2", "4:1/1.1")
        assert predecessor(later.activities[1].uid) == earlier.activities[0].id
        assert '"continues":"4:1/1.1"' in last_version(later.activities[1].uid)

    def test_said_again_changes_nothing(self, plans):
        assert carry("5:1", "4:1")
        count = len(db.session.scalars(select(AuditEvent.seq)).all())
        assert not carry("5:1", "4:1")
        assert len(db.session.scalars(select(AuditEvent.seq)).all()) == count

    def test_can_be_taken_back(self, plans):
        carry("5:1", "4:1")
        assert carry("5:1", None)
        assert predecessor(plans[1].commitments[0].uid) is None
        assert "continues" not in last_version(plans[1].commitments[0].uid)

    def test_agrees_with_history(self, app, plans):
        carry("5:1/1", "4:1/1")
        found = verify(evidence_url=app.config["EVIDENCE_URL"], reports_folder=f"{app.instance_path}/reports")
        assert found == []

    def test_belongs_to_who_runs_the_plan(self, plans):
        liaison = actor_of(make_user("liaison", institution="INFOM"))
        with pytest.raises(NotAllowed):
            carry("5:1", "4:1", liaison)
        assert carry("5:1", "4:1", actor_of(make_user("contact_point")))

    @pytest.mark.parametrize(("item", "earlier"), [("5:1", "4:99"), ("5:1/9", "4:1"), ("9:1", "4:1")])
    def test_of_what_there_is_not_is_refused(self, plans, item, earlier):
        with pytest.raises(NotFound):
            carry(item, earlier)

    def test_from_a_later_plan_is_refused(self, plans):
        with pytest.raises(DomainError, match="carry-over-not-earlier"):
            carry("4:1", "5:1")
        assert predecessor(plans[0].commitments[0].uid) is None


class TestTheCommand:
    def test_says_it_once(self, app, plans):
        run = app.test_cli_runner().invoke
        assert "Quedó registrado." in run(args=["continue-item", "5:1", "4:1"]).output
        assert "Ya estaba así." in run(args=["continue-item", "5:1", "4:1"]).output
        assert run(args=["continue-item", "5:1", "--none"]).exit_code == 0

    @pytest.mark.parametrize("arguments", [["5:1"], ["5:1", "4:9"], ["uno", "4:1"], ["5:1", "4:1", "--none"]])
    def test_refuses_with_exit_2(self, app, plans, arguments):
        assert app.test_cli_runner().invoke(args=["continue-item", *arguments]).exit_code == 2
